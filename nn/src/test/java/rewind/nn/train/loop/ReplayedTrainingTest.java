package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.loss.OnePerSample;
import rewind.nn.recurrent.Merge;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Batches that are replayed train to the same bits as those that are computed anew; what cannot be replayed is not. */
class ReplayedTrainingTest {
    private static final int STEPS = 5;
    private static final int FEATURES = 3;
    private static final int BATCH = 4;

    private final Dataset data =
            new Dataset(Tensor.randn(new Well19937c(1), 22, STEPS, FEATURES), Tensor.randn(new Well19937c(2), 22, 2));

    /** A way of training, and whether its batches can be replayed. */
    record Case(String name, boolean replays, Model model, UnaryOperator<Training> options) {
        static Case of(String name, Layer... layers) {
            return new Case(name, true, Sequential.of(layers).build(Shape.of(STEPS, FEATURES), 7), t -> t);
        }

        Case refused() {
            return new Case(name, false, model, options);
        }

        Case with(UnaryOperator<Training> more) {
            return new Case(name, replays, model, more);
        }

        Case frozen(String... names) {
            model.freeze(names[0]);
            return this;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.of("rnn", rnn(3), dense(2)),
                Case.of("gru", gru(3), dense(2)),
                Case.of("gru, reset after", gru(3).resetAfter(true), dense(2)),
                Case.of("lstm", lstm(3), dense(2)),
                Case.of("stacked", lstm(3).sequences(true), gru(4).sequences(true), rnn(3), dense(2)),
                Case.of("bidirectional", lstm(3).sequences(true).bidirectional(Merge.CONCAT), gru(2), dense(2)),
                Case.of("dropout", lstm(3).sequences(true), dropout(0.3), gru(4), dropout(0.5), dense(2)),
                Case.of("recurrent dropout", lstm(3).recurrentDropout(0.4), dense(2)),
                Case.of("normalization", lstm(3).sequences(true), layerNormalization(), gru(4), dense(2)),
                Case.of("truncated to chunks", gru(3).truncateChunks(2), dense(2)),
                Case.of("truncated to a window", gru(3).truncateWindow(2), dense(2)),
                Case.of(
                        "checkpoints",
                        lstm(3).checkpoints(2).recurrentDropout(0.4).zoneout(0.2),
                        dense(2)),
                Case.of("dense", flatten(), dense(5, "relu"), dense(2, "tanh")),
                Case.of("frozen", lstm(3), dense(2)).frozen("lstm"),
                Case.of("options", lstm(3), dense(2))
                        .with(t -> t.accumulate(2)
                                .clipNorm(0.1)
                                .metrics(Metrics.rootMeanSquaredError())
                                .loss(meanSquaredError().times(0.5))),
                Case.of("own function", function("twice", x -> x.mul(2)), gru(3), dense(2)),
                Case.of("draws itself", noise(false), gru(3), dense(2)).refused(),
                Case.of("draws by the pass", noise(true), gru(3), dense(2)),
                Case.of(
                                "reads",
                                function(
                                        "read", x -> x.mul(1 + Math.abs(x.mean().toDouble()))),
                                gru(3),
                                dense(2))
                        .refused(),
                Case.of("own operation", activation(ReplayedTrainingTest::cube), gru(3), dense(2))
                        .refused());
    }

    private static Layer noise(boolean byPass) {
        return (scope, input) -> x -> {
            Shape shape = x.shape();
            DType dtype = x.dtype();
            if (!scope.pass().training()) {
                return x;
            }
            return x.add(
                    byPass
                            ? scope.pass().draw(x, "N(0, 1)", rng -> Tensor.randn(dtype, rng, shape.toArray()))
                            : Tensor.randn(dtype, scope.pass().rng(), shape.toArray()));
        };
    }

    private static Tensor cube(Tensor x) {
        return Tensor.op(
                "cube",
                in -> in[0].pow(3),
                List.of(x),
                y -> dy -> dy.mul(x.square().mul(3)));
    }

    private static History fit(Model model, UnaryOperator<Training> options, boolean compiled, Dataset data) {
        return options.apply(Training.of(model)
                        .optimizer(adam(0.01))
                        .epochs(4)
                        .batchSize(BATCH)
                        .shuffle(3))
                .compiled(compiled)
                .fit(data);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theBitsAreTheSame(Case of) {
        for (DType dtype : DType.values()) {
            Model plain = of.model().to(dtype);
            Model replayed = of.model().to(dtype);
            History expected = fit(plain, of.options(), false, data);
            History actual = fit(replayed, of.options(), true, data);
            assertThat(Flat.of(replayed)).as(of + " " + dtype).isEqualTo(Flat.of(plain));
            assertThat(actual.epochs()).isEqualTo(expected.epochs());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatCanBeReplayedIs(Case of) {
        BatchGradients batches =
                new BatchGradients(of.model(), meanSquaredError(), new SampleLosses(meanSquaredError(), Map.of()));
        Pass pass = Pass.training(new Well19937c(5));
        Dataset batch = data.slice(0, BATCH);
        assertThat(batches.of(batch, 1, pass)).isNull();
        Pass seen = batches.seen(batch, pass);
        Tensor scores = of.model().scores(of.model().parameters(), batch.x(), seen);
        new OnePerSample(meanSquaredError()).of(of.model().lastActivation(), scores, batch.y(), seen);
        for (int i = 0; i < 4; i++) {
            Dataset next = data.slice(i, i + BATCH);
            boolean taken = batches.of(next, 1, Pass.training(new Well19937c(i))) != null;
            if (i > 0) { // the first one may be computed, and shows that others cannot be replayed
                assertThat(taken).as("%s, batch %s", of, i).isEqualTo(of.replays());
            }
        }
        assertThat(batches.mayReplay(batch)).isEqualTo(of.replays());
    }

    @Test
    void idsAreReadAnew() {
        Tensor ids = Tensor.uniform(new Well19937c(1), 0, 6, 24, STEPS).map(Math::floor);
        Dataset words = new Dataset(ids, ids.slice(1, 0, 1).reshape(24).oneHot(6));
        Model plain =
                Sequential.of(embedding(6, 3), lstm(4), dense(6, "softmax")).build(Shape.of(STEPS), 7);
        Model replayed =
                Sequential.of(embedding(6, 3), lstm(4), dense(6, "softmax")).build(Shape.of(STEPS), 7);
        UnaryOperator<Training> loss = t -> t.loss(categoricalCrossEntropy()).metrics(Metrics.accuracy());
        assertThat(fit(replayed, loss, true, words).epochs())
                .isEqualTo(fit(plain, loss, false, words).epochs());
        assertThat(Flat.of(replayed)).isEqualTo(Flat.of(plain));
    }

    /** An id that is none is refused in whatever batch it comes. */
    @Test
    void idsAreCheckedInEveryBatch() {
        double[] ids = new double[24 * STEPS];
        ids[23 * STEPS] = -1;
        Tensor x = Tensor.of(Shape.of(24, STEPS), ids);
        Dataset words = new Dataset(x, Tensor.ones(24, 2));
        for (boolean compiled : new boolean[] {false, true}) {
            Model model = Sequential.of(embedding(6, 3), lstm(4), dense(2)).build(Shape.of(STEPS), 7);
            assertThatThrownBy(() -> fit(model, t -> t.shuffle(false).batchSize(2), compiled, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-1");
        }
    }

    @Test
    void paddedAndStatefulBatchesAreComputedAnew() {
        Dataset padded = data.lengths(
                Lengths.of(IntStream.range(0, 22).map(i -> 1 + i % STEPS).toArray()));
        for (boolean stateful : new boolean[] {false, true}) {
            Dataset used = stateful ? data.slice(0, 20) : padded;
            List<double[]> results = new ArrayList<>();
            for (boolean compiled : new boolean[] {false, true}) {
                Model model = Sequential.of(gru(3), dense(2)).build(Shape.of(STEPS, FEATURES), 7);
                fit(model, t -> stateful ? t.shuffle(false).stateful(true) : t, compiled, used);
                results.add(Flat.of(model));
            }
            assertThat(results.get(1)).isEqualTo(results.get(0));
        }
    }

    /** Batches of the same padded shape share a replay, whatever their lengths. */
    @Test
    void lengthsAreData() {
        int[] lengths =
                IntStream.range(0, 22).map(i -> (7 * i + 3) % (STEPS + 1)).toArray();
        Dataset padded = data.lengths(Lengths.of(lengths)).targetsPerStep(false);
        List<List<Layer>> networks = List.of(
                List.of(lstm(3), dense(2)),
                List.of(gru(3).sequences(true).reversed(true), rnn(4).recurrentDropout(0.3), dense(2)),
                List.of(lstm(3).bidirectional(), dropout(0.2), dense(2)),
                List.of(gru(3).truncateChunks(2), dense(2)));
        for (List<Layer> layers : networks) {
            for (DType dtype : DType.values()) {
                List<double[]> results = new ArrayList<>();
                for (boolean compiled : new boolean[] {false, true}) {
                    Model model =
                            Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(STEPS, FEATURES), 7, dtype);
                    fit(model, t -> t, compiled, padded);
                    results.add(Flat.of(model));
                }
                assertThat(results.get(1)).as(layers + " " + dtype).isEqualTo(results.get(0));
            }
            assertThat(replays(layers, padded))
                    .as(layers.toString())
                    .isEqualTo(!layers.toString().contains("truncateChunks"));
        }
    }

    private static boolean replays(List<Layer> layers, Dataset of) {
        Model model = Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(STEPS, FEATURES), 7);
        BatchGradients batches =
                new BatchGradients(model, meanSquaredError(), new SampleLosses(meanSquaredError(), Map.of()));
        Dataset first = of.slice(0, BATCH);
        Pass seen = batches.seen(first, Evaluation.pass(Pass.training(new Well19937c(1)), first));
        model.scores(model.parameters(), first.x(), seen);
        boolean replays = true;
        for (int i = 1; i < 6; i++) {
            Dataset batch = of.slice(i, i + BATCH);
            replays = batches.of(batch, 1, Evaluation.pass(Pass.training(new Well19937c(i)), batch)) != null;
        }
        return replays;
    }

    /** Padding of ids may be anything, ids may not. */
    @Test
    void idsOfPaddedBatches() {
        double[] ids = new double[24 * STEPS];
        int[] lengths = new int[24];
        for (int i = 0; i < 24; i++) {
            lengths[i] = 1 + i % STEPS;
            Arrays.fill(ids, i * STEPS + lengths[i], (i + 1) * STEPS, -1);
            ids[i * STEPS] = i % 6;
        }
        for (boolean wrong : new boolean[] {false, true}) {
            ids[22 * STEPS] = wrong ? -1 : 0;
            Dataset words = new Dataset(Tensor.of(Shape.of(24, STEPS), ids), Tensor.randn(new Well19937c(2), 24, 2))
                    .lengths(Lengths.of(lengths))
                    .targetsPerStep(false);
            List<double[]> results = new ArrayList<>();
            for (boolean compiled : new boolean[] {false, true}) {
                Model model = Sequential.of(embedding(6, 3), lstm(4), dense(2)).build(Shape.of(STEPS), 7);
                UnaryOperator<Training> options = t -> t.shuffle(false).batchSize(2);
                if (wrong) {
                    assertThatThrownBy(() -> fit(model, options, compiled, words))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("-1");
                } else {
                    fit(model, options, compiled, words);
                }
                results.add(Flat.of(model));
            }
            assertThat(results.get(1)).isEqualTo(results.get(0));
        }
    }

    /** A loss that changes from epoch to epoch, by itself: seen at the latest in the first batch of an epoch after 16 others. */
    @Test
    void aLossThatChangesIsAnError() {
        AtomicInteger epoch = new AtomicInteger();
        Loss annealed = (output, target) -> output.sub(target).square().mean(1).mul(1 + Math.max(0, epoch.get() - 4));
        TrainingListener counting = new TrainingListener() {
            @Override
            public void epochDone(TrainingRun run, History.Epoch done) {
                epoch.incrementAndGet();
            }
        };
        Model model = Sequential.of(gru(3), dense(2)).build(Shape.of(STEPS, FEATURES), 7);
        Training training =
                Training.of(model).loss(annealed).epochs(12).batchSize(BATCH).on(counting);
        assertThatThrownBy(() -> training.fit(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "training: a computation has other numbers than the first ones would have made of it: operand 2 of the"
                                + " operation mul differs; a layer or loss that changes in a run needs compiled(false)");
        epoch.set(0);
        assertThat(training.compiled(false).fit(data).epochs()).hasSize(12);
    }

    /** One that changes with every batch is seen before anything is replayed. */
    @Test
    void aLossThatChangesWithEveryBatchIsNotReplayed() {
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            AtomicInteger batches = new AtomicInteger();
            TrainingListener counting = new TrainingListener() {
                @Override
                public void batchDone(TrainingRun run) {
                    batches.incrementAndGet();
                }
            };
            Loss changing =
                    (output, target) -> output.sub(target).square().mean(1).mul(1 + batches.get());
            Model model = Sequential.of(gru(3), dense(2)).build(Shape.of(STEPS, FEATURES), 7);
            fit(model, t -> t.loss(changing).on(counting), compiled, data);
            results.add(Flat.of(model));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    /** A replay keeps what a batch did; where there is no memory for that, training goes on without. */
    @Test
    void aHeapTooSmallForAReplayIsNoError() {
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            AtomicInteger batches = new AtomicInteger();
            AtomicInteger failures = new AtomicInteger(compiled ? 1 : 0);
            TrainingListener counting = new TrainingListener() {
                @Override
                public void batchDone(TrainingRun run) {
                    batches.incrementAndGet();
                }
            };
            Loss full = (output, target) -> {
                if (batches.get() == 1 && failures.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return output.sub(target).square().mean(1);
            };
            Model model = Sequential.of(gru(3), dense(2)).build(Shape.of(STEPS, FEATURES), 7);
            fit(model, t -> t.loss(full).on(counting), compiled, data);
            results.add(Flat.of(model));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    private static Layer annealed(DoubleSupplier rate, boolean asInput) {
        return (scope, input) -> x -> {
            Shape shape = x.shape();
            double now = rate.getAsDouble();
            return scope.pass().training()
                    ? x.mul(scope.pass()
                            .draw(
                                    x,
                                    "m",
                                    rng -> Tensor.uniform(rng, 0, 1, shape.toArray())
                                            .greaterEqual(asInput ? rate.getAsDouble() : now)))
                    : x;
        };
    }

    /** A rate that the drawn function asks for is taken in every batch; one that the layer took before it draws is found out. */
    @Test
    void aRateThatChanges() {
        AtomicInteger epoch = new AtomicInteger();
        TrainingListener counting = new TrainingListener() {
            @Override
            public void epochDone(TrainingRun run, History.Epoch done) {
                epoch.incrementAndGet();
            }
        };
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            epoch.set(0);
            Model model = Sequential.of(annealed(() -> 0.5 / (1 + epoch.get()), true), gru(3), dense(2))
                    .build(Shape.of(STEPS, FEATURES), 7);
            fit(model, t -> t.on(counting), compiled, data);
            results.add(Flat.of(model));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
        epoch.set(0);
        Model model = Sequential.of(annealed(() -> epoch.get() < 4 ? 0.5 : 0.25, false), gru(3), dense(2))
                .build(Shape.of(STEPS, FEATURES), 7);
        Training training = Training.of(model).epochs(12).batchSize(BATCH).on(counting);
        assertThatThrownBy(() -> training.fit(data))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "training: the computation of a batch has changed: what a layer draws at random is something else; a layer"
                                + " or loss that changes in a run needs compiled(false)");
    }

    /** A number that is a frozen parameter may change at any time. */
    @Test
    void aFrozenParameterIsAnInput() {
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            Layer scaled = (scope, input) -> {
                Tensor factor = scope.parameter("factor", Initializers.constant(1));
                return x -> x.mul(factor);
            };
            Model model = Sequential.of(scaled, gru(3), dense(2)).build(Shape.of(STEPS, FEATURES), 7);
            String name = model.parameters().stored().iterator().next();
            model.freeze(name);
            TrainingListener halving = new TrainingListener() {
                @Override
                public void batchDone(TrainingRun run) {
                    model.set(model.parameters().map((path, p) -> path.equals(name) ? p.mul(0.9) : p));
                }
            };
            fit(model, t -> t.on(halving), compiled, data);
            results.add(Flat.of(model));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    /** Ids that a layer makes of its input, so that a number below those that were seen is none. */
    @Test
    void idsThatAreComputed() {
        double[] numbers = Tensor.uniform(new Well19937c(1), -1, 5, 24, STEPS)
                .map(Math::floor)
                .toArray();
        numbers[0] = -1;
        double[] wrong = numbers.clone();
        wrong[23 * STEPS] = -2;
        Shape shape = Shape.of(24, STEPS);
        Layer shifted = (scope, input) -> x -> scope.apply("ids", embedding(6, 3), x.add(1));
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            Model model = Sequential.of(shifted, lstm(4), dense(2)).build(Shape.of(STEPS), 7);
            fit(model, t -> t.batchSize(2), compiled, new Dataset(Tensor.of(shape, numbers), Tensor.ones(24, 2)));
            results.add(Flat.of(model));
            Dataset words = new Dataset(Tensor.of(shape, wrong), Tensor.ones(24, 2));
            assertThatThrownBy(() -> fit(model, t -> t.shuffle(false).batchSize(2), compiled, words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ids must be whole numbers from 0 to 5, but sample 1, step 0 is -1.0");
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    /** An embedding whose matrix counts otherwise, too: its gradient has the same bits. */
    @Test
    void idsOfATiedEmbedding() {
        Tensor ids = Tensor.uniform(new Well19937c(1), 0, 6, 24, STEPS).map(Math::floor);
        Dataset words = new Dataset(ids, ids.slice(1, 0, 1).reshape(24).oneHot(6));
        Layer tied = (scope, input) -> {
            Tensor E = scope.parameter("E", Initializers.glorotUniform(), 6, 4);
            return x -> E.gather(x)
                    .mean(1)
                    .tanh()
                    .matmul(E.transpose())
                    .add(E.square().sum().mul(1e-3));
        };
        for (DType dtype : DType.values()) {
            List<double[]> results = new ArrayList<>();
            for (boolean compiled : new boolean[] {false, true}) {
                Model model = Sequential.of(tied, dense(6, "softmax")).build(Shape.of(STEPS), 7, dtype);
                fit(model, t -> t.loss(categoricalCrossEntropy()), compiled, words);
                results.add(Flat.of(model));
            }
            assertThat(results.get(1)).as(dtype.toString()).isEqualTo(results.get(0));
        }
    }
}
