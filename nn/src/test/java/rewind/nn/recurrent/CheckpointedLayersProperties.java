package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.Axes.keep;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.layer.States;

/** Recurrent layers that do segments of their steps again in a sweep: all bits are those of layers that keep everything. */
class CheckpointedLayersProperties {
    /** A layer that keeps everything, the same with checkpoints, and what they get. */
    private record Case(Layer plain, Layer cut, Tensor x, Lengths lengths) {
        static Case drawn(long seed) {
            RandomGenerator rng = new Well19937c(seed);
            int steps = 1 + rng.nextInt(rng.nextInt(6) == 0 ? 600 : 20);
            int batch = 1 + rng.nextInt(5);
            int kind = rng.nextInt(5);
            int length = 1 + rng.nextInt(steps + 1);
            Recurrent<?, ?> layer = options(kind(kind), rng, length);
            int cut = rng.nextInt(kind == 0 ? 2 : 3); // what draws in its steps draws once more to find what they take
            Recurrent<?, ?> checkpointed = cut == 0
                    ? layer.checkpoints()
                    : cut == 1 ? layer.checkpoints(length) : layer.checkpointsWithin(Math.exp(rng.nextDouble() * 14));
            boolean both = rng.nextInt(4) == 0;
            DType dtype = rng.nextBoolean() ? DType.FLOAT64 : DType.FLOAT32;
            int[] lengths =
                    IntStream.range(0, batch).map(i -> rng.nextInt(steps + 1)).toArray();
            return new Case(
                    both ? layer.bidirectional() : layer,
                    both ? checkpointed.bidirectional() : checkpointed,
                    Tensor.randn(dtype, rng, batch, steps, 2),
                    rng.nextBoolean() ? Lengths.of(lengths) : null);
        }

        private static Recurrent<?, ?> kind(int kind) {
            return switch (kind) {
                case 0 -> recurrent(CheckpointedLayersProperties::noisy, 3);
                case 1 -> rnn(3);
                case 2 -> gru(3);
                case 3 -> gru(3).resetAfter(true);
                default -> lstm(3);
            };
        }

        private static Recurrent<?, ?> options(Recurrent<?, ?> layer, RandomGenerator rng, int length) {
            Recurrent<?, ?> with = layer.sequences(rng.nextBoolean())
                    .reversed(rng.nextBoolean())
                    .layerNormalization(rng.nextInt(4) == 0)
                    .recurrentDropout(rng.nextInt(3) == 0 ? 0.3 : 0)
                    .zoneout(rng.nextInt(4) == 0 ? 0.3 : 0);
            return switch (rng.nextInt(4)) {
                case 0 -> with.truncateChunks(1 + length / 2);
                case 1 -> with.truncateWindow(length % 5);
                default -> with;
            };
        }
    }

    /** A cell that draws in every step, adds a loss, and moves a statistic. */
    private static Cell<Tensor> noisy(Scope scope, int inputs, int units) {
        Tensor U = scope.parameter("U", inputs, units);
        Tensor V = scope.parameter("V", units, units);
        Pass pass = scope.pass();
        return (x, h) -> {
            Tensor mean = scope.statistic("mean", Initializers.zeros(), 1, units);
            Tensor sum = x.matmul(U).add(h.matmul(V)).sub(mean);
            if (!pass.training()) {
                return sum.tanh();
            }
            Tensor next = sum.add(pass.draw(
                            sum,
                            "N(0, 1)",
                            rng -> Tensor.randn(sum.dtype(), rng, sum.shape().toArray())))
                    .tanh();
            scope.renew("mean", mean.add(next.mean(keep(0))).mul(0.5));
            pass.outputs().addLoss(next.square().sum(1));
            return next;
        };
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theSameBits(@ForAll long seed) {
        Case drawn = Case.drawn(seed);
        Model plain = model(drawn.plain(), drawn.x());
        Model cut = model(drawn.cut(), drawn.x());
        Workspace workspace = new Workspace();
        List<double[]> expected = step(plain, drawn, new Workspace());
        for (int i = 0; i < 2; i++) { // the second time in memory that served before
            List<double[]> actual = step(cut, drawn, workspace);
            assertThat(actual).hasSameSizeAs(expected);
            for (int k = 0; k < expected.size(); k++) {
                assertThat(actual.get(k)).as("%s, result %s", drawn.cut(), k).isEqualTo(expected.get(k));
            }
        }
    }

    private static Model model(Layer layer, Tensor x) {
        return Model.build(layer, Shape.of(x.size(1), x.size(2)), 1, x.dtype());
    }

    /** Output, last states, statistics, added loss, gradients of the input and of all parameters. */
    private static List<double[]> step(Model model, Case given, Workspace workspace) {
        List<Tensor> results = new ArrayList<>();
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(given.x());
            Parameters watched = model.parameters().watchedBy(tape);
            Pass pass = Pass.training(new Well19937c(3));
            pass = given.lengths() == null ? pass : pass.lengths(given.lengths());
            Tensor y = model.forward(watched, x, pass);
            Tensor loss = y.square().sum();
            if (pass.outputs().loss().isPresent()) {
                loss = loss.add(pass.outputs().loss().orElseThrow().sum());
                results.add(pass.outputs().loss().orElseThrow().detach());
            }
            Gradients gradients = tape.backward(loss);
            results.add(y.detach());
            results.add(gradients.of(x).detach());
            watched.in(gradients).values().forEach(each -> results.add(each.detach()));
            pass.lastStates()
                    .values()
                    .forEach(state -> States.tensors(state).forEach(each -> results.add(each.detach())));
            results.addAll(pass.renewed().values());
        }
        return results.stream().map(Tensor::toArray).toList();
    }

    @Test
    void derivativesOfDerivatives() {
        Tensor x = Tensor.randn(new Well19937c(1), 2, 9, 2);
        Model plain = model(lstm(2), x);
        Model cut = model(lstm(2).checkpoints(), x);
        assertThat(hvp(cut, x).toArray()).isEqualTo(hvp(plain, x).toArray());
    }

    private static Tensor hvp(Model model, Tensor x) {
        return Grad.hvp(
                at -> model.forward(model.parameters(), at, Pass.inference())
                        .square()
                        .sum(),
                x,
                x);
    }

    @Test
    void trainingInAnyWay() {
        RandomGenerator rng = new Well19937c(1);
        Dataset data = new Dataset(Tensor.randn(rng, 12, 9, 2), Tensor.randn(rng, 12, 1));
        Lstm layer = lstm(3).recurrentDropout(0.2);
        double[] expected = trained(layer, data, true);
        assertThat(trained(layer.checkpoints(), data, true)).isEqualTo(expected);
        assertThat(trained(layer.checkpoints(4), data, false)).isEqualTo(expected);
        assertThat(trained(layer.checkpointsWithin(2000), data, false)).isEqualTo(expected);
    }

    private static double[] trained(Layer layer, Dataset data, boolean compiled) {
        Model model = Sequential.of(layer, dense(1)).build(Shape.of(9, 2), 1);
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.01))
                .epochs(4)
                .batchSize(4)
                .accumulate(2)
                .compiled(compiled)
                .fit(data);
        return Flat.of(model);
    }

    @Test
    void statesAreKeptAsTheBinomialScheduleSays() {
        int[] calls = {0};
        Segments three = new Segments(1, 3);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(2));
        Segments.Done done = three.run(0, 20, List.of(x), (from, to, in) -> {
            calls[0] += to - from;
            return new Segments.Done(List.of(in.get(0).tanh()), List.of());
        });
        assertThat(calls[0]).isEqualTo(20);
        Tensor dx = tape.backward(done.carry().get(0).sum()).of(x);
        assertThat(dx.isFinite()).isTrue();
        assertThat(calls[0]).as("β(3, 3) = 20: no step more than four times").isBetween(40, 80);
    }
}
