package rewind.nn.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.*;
import static rewind.nn.Optimizers.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.data.Vocabulary;
import rewind.nn.layer.Lengths;

/** Long sequences side by side: every step once, each lane in its order, with states that are carried. */
class LanesTest {
    @Property(tries = 200)
    void everyStepIsThereOnceInItsOrder(
            @ForAll @IntRange(min = 1, max = 40) int steps,
            @ForAll @IntRange(min = 1, max = 6) int number,
            @ForAll @IntRange(min = 1, max = 7) int length) {
        int all = Math.max(steps, number);
        Tensor x = Tensor.arange(1, all + 1, 1);
        Dataset parts = new Lanes(number, length).over(x, x.mul(10));
        Lengths lengths = parts.lengths().orElseThrow();
        List<List<Double>> lanes = IntStream.range(0, number)
                .<List<Double>>mapToObj(i -> new ArrayList<>())
                .toList();
        for (int sample = 0; sample < parts.size(); sample++) {
            for (int t = 0; t < length; t++) {
                double given = parts.x().get(sample, t);
                assertThat(parts.y().get(sample, t, 0)).isEqualTo(10 * given);
                assertThat(given == 0).isEqualTo(t >= lengths.get(sample));
                if (given > 0) {
                    lanes.get(sample % number).add(given);
                }
            }
        }
        assertThat(lanes.stream()
                        .flatMap(List::stream)
                        .mapToDouble(each -> each)
                        .toArray())
                .isEqualTo(x.toArray());
        assertThat(lanes.stream().mapToInt(List::size).max().orElse(0)
                        - lanes.stream().mapToInt(List::size).min().orElse(0))
                .isLessThanOrEqualTo(1);
        assertThat(parts.size() % number).isZero();
    }

    /** States are carried along lanes, over paddings too: the losses are those of every lane as one sequence. */
    @Test
    void trainingCarriesStatesAlongLanes() {
        Tensor series = Tensor.randn(new Well19937c(1), 3 * 11 + 2, 2).tanh();
        Model model = Sequential.of(lstm(4).sequences(true), dense(2)).build(Shape.of(4, 2), 1);
        Lanes lanes = new Lanes(3, 4);
        Dataset parts = lanes.next(series);
        var history = Training.of(model)
                .loss(meanSquaredError())
                .optimizer(sgd(1e-300))
                .stateful(true)
                .shuffle(false)
                .batchSize(3)
                .epochs(1)
                .fit(parts);
        double sum = 0;
        for (int lane = 0; lane < 3; lane++) { // 34 steps: 11, 11 and 12, in parts of 4
            int from = 34 * lane / 3;
            int to = 34 * (lane + 1) / 3;
            Tensor error = model.predict(series.slice(0, from, to).expandDims(0))
                    .squeeze(0)
                    .sub(series.slice(0, from + 1, to + 1))
                    .square()
                    .mean(1);
            for (int t = 0; t < to - from; t += 4) {
                sum += error.slice(0, t, Math.min(t + 4, to - from)).mean().toDouble();
            }
        }
        assertThat(history.last().loss()).isCloseTo(sum / parts.size(), within(1e-12));
    }

    @Test
    void aTextIsLearntInLanes() {
        String text = "abcab".repeat(24);
        Vocabulary letters = Vocabulary.characters().of(text);
        int size = letters.size();
        Model model = Sequential.of(embedding(size, 4), gru(8).sequences(true), dense(size, "softmax"))
                .build(Shape.of(10), 1);
        Lanes lanes = new Lanes(4, 10);
        var history = Training.of(model)
                .loss(categoricalCrossEntropy().ofIds(size))
                .optimizer(adam(0.1))
                .stateful(true)
                .shuffle(false)
                .batchSize(lanes.number())
                .epochs(20)
                .fit(lanes.over(letters, text));
        assertThat(history.last().loss()).isLessThan(0.15);
        Decoded written = Decoding.of(model)
                .vocabulary(letters)
                .after("abcab")
                .atMost(10)
                .greedy()
                .get(0);
        assertThat(letters.decode(written.ids())).isEqualTo("abcababcab");
    }

    @Test
    void whatCannotBeCutIsRefused() {
        assertThatThrownBy(() -> new Lanes(0, 3)).hasMessageContaining("must be positive, got 0 and 3");
        assertThatThrownBy(() -> new Lanes(4, 3).next(Tensor.zeros(4)))
                .hasMessageContaining("one step for each of the 4 lanes, got the shapes [3] and [3]");
        assertThatThrownBy(() -> new Lanes(4, 3).next(Tensor.zeros(1))).hasMessageContaining("at least two steps");
    }
}
