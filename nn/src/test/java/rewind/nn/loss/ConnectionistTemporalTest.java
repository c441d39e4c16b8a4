package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Losses.ctc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.replay.Compiled;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Lengths;

/** Against the sum over all alignments, one by one. */
class ConnectionistTemporalTest {
    /** −ln Σ over the paths of some steps that are the labels without repetitions and blanks. */
    private static Tensor byHand(Tensor logs, int steps, int blank, List<Integer> labels) {
        int classes = logs.size(1);
        List<Tensor> paths = new ArrayList<>();
        for (int number = 0; number < Math.pow(classes, steps); number++) {
            int[] path = new int[steps];
            for (int t = 0, rest = number; t < steps; t++, rest /= classes) {
                path[t] = rest % classes;
            }
            if (collapsed(blank, path).equals(labels)) {
                Tensor sum = Tensor.of(0.0);
                for (int t = 0; t < steps; t++) {
                    sum = sum.add(logs.select(0, t).select(0, path[t]));
                }
                paths.add(sum);
            }
        }
        return paths.isEmpty()
                ? Tensor.of(Double.POSITIVE_INFINITY)
                : Tensor.stack(0, paths).logSumExp(0).neg();
    }

    private static List<Integer> collapsed(int blank, int... path) {
        List<Integer> labels = new ArrayList<>();
        for (int t = 0; t < path.length; t++) {
            if (path[t] != blank && (t == 0 || path[t] != path[t - 1])) {
                labels.add(path[t]);
            }
        }
        return labels;
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void theSumOverAllAlignments(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 4) int steps,
            @ForAll @IntRange(min = 2, max = 3) int classes,
            @ForAll @IntRange(min = 1, max = 3) int batch,
            @ForAll @IntRange(max = 3) int most,
            @ForAll boolean padded) {
        RandomGenerator rng = new Well19937c(seed);
        int blank = rng.nextInt(classes);
        double[] ids = new double[batch * most];
        Arrays.fill(ids, -1);
        int[] lengths = new int[batch];
        List<List<Integer>> labels = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            labels.add(new ArrayList<>());
            lengths[i] = padded ? rng.nextInt(steps + 1) : steps;
            for (int k = 0, count = rng.nextInt(most + 1); k < count; k++) {
                int label = (blank + 1 + rng.nextInt(classes - 1)) % classes;
                labels.get(i).add(label);
                ids[i * most + k] = label;
            }
        }
        Tensor targets = Tensor.of(rewind.autograd.Shape.of(batch, most), ids);
        Tensor scores = Tensor.randn(rng, batch, steps, classes).mul(3);
        Tensor weights = Tensor.uniform(rng, 0.5, 2, batch);
        Tensor values = ctc(blank).perSample(Activation.SOFTMAX, scores, targets, padded ? Lengths.of(lengths) : null);
        for (int i = 0; i < batch; i++) {
            double expected = byHand(scores.select(0, i).logSoftmax(-1), lengths[i], blank, labels.get(i))
                    .toDouble();
            if (Double.isInfinite(expected)) {
                assertThat(values.get(i)).isInfinite().isPositive();
            } else {
                assertThat(values.get(i)).isCloseTo(expected, within(1e-12 * (1 + expected)));
            }
        }
        Tensor gradient = Grad.gradient(
                x -> ctc(blank)
                        .perSample(Activation.SOFTMAX, x, targets, padded ? Lengths.of(lengths) : null)
                        .mul(weights)
                        .sum(),
                scores);
        for (int i = 0; i < batch; i++) {
            int sample = i;
            Tensor own = Grad.gradient(
                    x -> byHand(x.logSoftmax(-1), lengths[sample], blank, labels.get(sample))
                            .mul(weights.get(sample)),
                    scores.select(0, i));
            assertThat(gradient.select(0, i).sub(own).abs().max().toDouble()).isLessThan(1e-12);
        }
    }

    @Test
    void probabilitiesOfAnySizeAndBothTypes() {
        Tensor scores = Tensor.randn(new Well19937c(1), 2, 50, 5).mul(100);
        Tensor targets = Tensor.of(new double[][] {{1, 2, 2, 3}, {4, 4, -1, -1}});
        Tensor values = ctc(0).perSample(Activation.SOFTMAX, scores, targets);
        assertThat(values.isFinite()).isTrue();
        Tensor single = ctc(0).perSample(Activation.SOFTMAX, scores.to(DType.FLOAT32), targets.to(DType.FLOAT32));
        assertThat(single.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(single.sub(values.to(DType.FLOAT32))
                        .div(values.to(DType.FLOAT32))
                        .abs()
                        .max()
                        .toDouble())
                .isLessThan(1e-5);
        // of probabilities, of which some are 0
        Tensor sure = Tensor.of(new double[][][] {{{0, 1}, {1, 0}, {0, 1}}});
        assertThat(ctc(0).perSample(sure, Tensor.of(new double[][] {{1, 1}})).toArray()[0])
                .isCloseTo(0, within(1e-12));
    }

    @Test
    void aReplayHasTheBitsOfATape() {
        Compiled step = Compiled.of(in -> List.of(
                ctc(0).perSample(Activation.SOFTMAX, in.get(0), in.get(1)).mean()));
        RandomGenerator rng = new Well19937c(3);
        for (int i = 0; i < 12; i++) {
            Tensor scores = Tensor.randn(rng, 3, 6, 4);
            Tensor targets = Tensor.of(new double[][] {{1, 1 + i % 3}, {3, -1}, {2, i % 2 == 0 ? -1 : 2}});
            List<Tensor> results = step.run(List.of(scores), List.of(targets));
            Tensor gradient = Grad.gradient(
                    x -> ctc(0).perSample(Activation.SOFTMAX, x, targets).mean(), scores);
            assertThat(results.get(1).toArray()).isEqualTo(gradient.toArray());
        }
        assertThat(step).hasToString("Compiled for 1 shapes of inputs, of which 1 are replayed");
    }

    /** Nothing but blanks, with no column for labels at all. */
    @ParameterizedTest
    @EnumSource
    void noLabels(DType dtype) {
        Tensor logs = Tensor.randn(dtype, new Well19937c(1), 2, 3, 4).logSoftmax(-1);
        Tensor expected = logs.select(2, 0).sum(1).neg();
        assertThat(ctc(0).perSample(logs.exp(), Tensor.zeros(dtype, 2, 0)).isClose(expected, 1e-6, 0))
                .isTrue();
    }

    @Test
    void whatDoesNotFitIsTold() {
        Tensor scores = Tensor.zeros(1, 3, 3);
        assertThatThrownBy(() -> ctc(-1)).hasMessage("ctc: the blank must be the number of a class, got -1");
        assertThatThrownBy(() -> ctc(3).perSample(Activation.SOFTMAX, scores, Tensor.zeros(1, 1)))
                .hasMessage(
                        "ctc: outputs must be (batch, steps, classes) with a step and class 3, and targets (batch, labels), got the"
                                + " shapes [1, 3, 3] and [1, 1]");
        assertThatThrownBy(() -> ctc(0).perSample(Activation.SOFTMAX, scores, Tensor.of(new double[][] {{3}})))
                .hasMessage("oneHot: class 3 must be one of 0 to 2");
        assertThat(ctc(0).objection(1, 0))
                .contains("ctc: targets must be numbers of classes other than the blank 0, then -1");
        assertThat(ctc(0).objection(-1, 1)).isPresent();
        assertThat(ctc(0).objection(1.5)).isPresent();
        assertThat(ctc(0).objection(1, -1, -1)).isEmpty();
        assertThat(ctc(0)).hasToString("ctc(0)");
    }
}
