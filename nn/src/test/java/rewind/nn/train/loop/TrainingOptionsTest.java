package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.adamw;
import static rewind.nn.Optimizers.sgd;
import static rewind.nn.Schedules.cosine;
import static rewind.nn.Schedules.perUpdate;
import static rewind.nn.Schedules.steady;
import static rewind.nn.Schedules.warmUp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.OptimizerSteps;
import rewind.nn.fixture.Untold;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Clipping;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** What the options of a training do to updates: clipping, decay, frozen parameters, rates, states. */
class TrainingOptionsTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 6, 3, 2), Tensor.randn(rng, 6, 1));

    private static Model model(long seed) {
        return Sequential.of(lstm(2).named("first"), dense(2).activation("tanh"), dense(1))
                .build(Shape.of(3, 2), seed);
    }

    // ---- clipping ----

    /** The step of gradient descent with rate 1 is the gradient; its parts that are rounding come from p − dp. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void valuesAreClippedBeforeTheNorm(
            @ForAll @DoubleRange(min = 0.01, max = 1) double value,
            @ForAll @DoubleRange(min = 0.01, max = 1) double norm,
            @ForAll boolean byValue,
            @ForAll boolean byNorm,
            @ForAll long seed) {
        Model model = model(seed);
        Parameters before = model.parameters();
        Parameters expected = gradients(model, data);
        if (byValue) {
            expected = expected.map((name, g) -> g.map(each -> Math.max(-value, Math.min(value, each))));
        }
        double length = Math.sqrt(expected.values().stream()
                .mapToDouble(g -> g.square().sum().toDouble())
                .sum());
        double factor = byNorm ? Math.min(1, norm / length) : 1;

        Training training = Training.of(model).optimizer(sgd(1)).epochs(1).batchSize(6);
        training = byValue ? training.clipValue(value) : training;
        training = byNorm ? training.clipNorm(norm) : training;
        Clipped listener = new Clipped(new ArrayList<>());
        training.on(listener).fit(data);

        for (String name : before.stored()) {
            Tensor step = before.get(name).sub(model.parameters().get(name));
            Near.within(1e-10, 1e-14).verify(name, step, expected.get(name).mul(factor));
            assertThat(before.get(name).sub(listener.gradients.get(0).get(name)).toArray())
                    .isEqualTo(model.parameters().get(name).toArray());
        }
    }

    private record Clipped(List<Parameters> gradients) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            gradients.add(run.gradients().orElseThrow());
        }
    }

    private static Parameters gradients(Model model, Dataset data) {
        Tape tape = new Tape();
        Parameters watched = model.parameters().watchedBy(tape);
        Tensor loss = Losses.meanSquaredError().of(model.forward(watched, data.x()), data.y());
        return watched.in(tape.backward(loss));
    }

    // ---- frozen parameters ----

    /** They stay, bit by bit, whatever the optimizer; the others do as if they were constants, in the norm of gradients, too. */
    @Test
    void frozenParametersStay() {
        for (Optimizer optimizer :
                List.of(adamw(0.1).weightDecay(0.5), sgd(0.1).momentum(0.9).l2(0.3))) {
            Model model = model(3);
            model.freeze("first");
            model.freeze("dense2/b");
            Parameters before = model.parameters();
            Clipped listener = new Clipped(new ArrayList<>());
            Training.of(model)
                    .optimizer(optimizer)
                    .epochs(2)
                    .batchSize(4)
                    .clipNorm(1e-3)
                    .on(listener)
                    .fit(data);

            for (String name : before.stored()) {
                boolean same = before.get(name).isClose(model.parameters().get(name), 0, 0);
                assertThat(same).as(name).isEqualTo(name.startsWith("first/") || name.equals("dense2/b"));
            }
            assertThat(Clipping.norm(listener.gradients.get(0)))
                    .as("the norm of those that change alone is clipped")
                    .isCloseTo(1e-3, within(1e-15));
            assertThat(listener.gradients.get(0).get("first/U").toArray()).containsOnly(0);
        }
    }

    @Test
    void aModelOfFrozenParametersIsOnlyMeasured() {
        Model model = model(3);
        List.of("first", "dense", "dense2").forEach(model::freeze);
        double[] before = Flat.of(model);
        History history = Training.of(model).epochs(2).batchSize(6).fit(data);
        assertThat(Flat.of(model)).isEqualTo(before);
        assertThat(history.epochs().get(1).loss()).isEqualTo(Training.of(model).evaluate(data));
    }

    // ---- decay ----

    @Property(tries = 200)
    void adamWithDecayIsAdamW(@ForAll @DoubleRange(min = 0, max = 3) double lambda, @ForAll long seed) {
        RandomGenerator random = new Well19937c(seed);
        Tensor p = Tensor.randn(random, 3);
        Tensor dp = Tensor.randn(random, 3);
        List<Tensor> slots =
                List.of(Tensor.randn(random, 3), Tensor.randn(random, 3).square());
        Optimizer.Updated own = adam(0.1).weightDecay(lambda).update(0.05, 3, p, dp, slots);
        Optimizer.Updated builtIn = adamw(0.1).weightDecay(lambda).update(0.05, 3, p, dp, slots);
        assertThat(own.parameter().toArray()).isEqualTo(builtIn.parameter().toArray());
    }

    @Property(tries = 200)
    void decayByHand(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double lambda = steps.fraction();
        steps.verify(
                sgd(steps.rate()).momentum(0.5).l2(lambda),
                (lr, t, p, g, v) -> p - lr * (v[0] = 0.5 * v[0] + g + lambda * p));
        OptimizerSteps others = new OptimizerSteps(seed + 1);
        others.verify(
                sgd(others.rate()).momentum(0.5).weightDecay(lambda),
                (lr, t, p, g, v) -> (1 - lr * lambda) * p - lr * (v[0] = 0.5 * v[0] + g));
    }

    // ---- rates ----

    @Property(tries = 50)
    void schedulesPerUpdateSeeEveryUpdate(
            @ForAll @IntRange(min = 1, max = 3) int epochs,
            @ForAll @IntRange(min = 1, max = 7) int batchSize,
            @ForAll @IntRange(min = 1, max = 3) int accumulated,
            @ForAll @IntRange(min = 0, max = 5) int ramp,
            @ForAll boolean streamed) {
        Schedule schedule = warmUp(ramp, cosine());
        List<Double> rates = new ArrayList<>();
        Training.of(model(1))
                .optimizer(adam(0.01))
                .schedule(perUpdate(schedule))
                .epochs(epochs)
                .batchSize(batchSize)
                .accumulate(accumulated)
                .on(new Rates(rates))
                .fit(streamed ? new Untold(data) : data);

        int batches = (6 + batchSize - 1) / batchSize;
        int updates = epochs * ((batches + accumulated - 1) / accumulated);
        assertThat(rates).hasSize(updates);
        for (int update = 0; update < updates; update++) {
            assertThat(rates.get(update)).isEqualTo(schedule.at(0.01, update, updates));
        }
    }

    /** The rate of every update. */
    private record Rates(List<Double> rates) implements TrainingListener {
        @Override
        public void batchDone(TrainingRun run) {
            if (run.updates() > rates.size()) {
                rates.add(run.learningRate());
            }
        }
    }

    @Test
    void sourcesAreTrainedOnAsDatasetsAre() {
        Model first = model(1);
        Model second = model(1);
        History history = Training.of(first).batchSize(4).validation(data).fit(data);
        History streamed =
                Training.of(second).batchSize(4).validation(new Untold(data)).fit(new Untold(data));
        assertThat(streamed).isEqualTo(history);
        assertThat(Flat.of(second)).isEqualTo(Flat.of(first));
    }

    @Test
    void emptyAndInfiniteSourcesAreRefused() {
        refuses(
                () -> Training.of(model(1)).fit(new Untold(data.slice(0, 0))),
                "training: there must be at least one sample");
        Dataset infinite = new Dataset(data.x().div(0), data.y());
        refuses(
                () -> Training.of(model(1)).fit(new Untold(infinite)),
                "dataset: x must be finite, but sample 0, step 0, element 0 is "
                        + Tensor.of(infinite.batches(32, Optional.of(new Randomness(1).order(1)))
                                        .findFirst()
                                        .orElseThrow()
                                        .x()
                                        .get(0, 0, 0))
                                .toDouble());
    }

    // ---- states ----

    /** A long series cut into pieces gives the same outputs as in one piece. */
    @Test
    void statesAreCarriedFromBatchToBatch() {
        Tensor series = Tensor.randn(rng, 2, 12, 2);
        Tensor target = Tensor.randn(rng, 2, 12, 3);
        Model model =
                Sequential.of(lstm(3).sequences(true), rnn(3).sequences(true)).build(Shape.of(3, 2), 4);
        Training training = Training.of(model).shuffle(false).batchSize(2);
        double whole = training.evaluate(new Dataset(series, target));
        Dataset pieces = new Dataset(pieces(series), pieces(target));

        assertThat(training.stateful(true).evaluate(pieces)).isCloseTo(whole, within(1e-14));
        assertThat(training.evaluate(pieces)).isNotCloseTo(whole, within(1e-3));

        model.parameters().stored().forEach(model::freeze);
        History history = training.stateful(true).validation(pieces).epochs(2).fit(pieces);
        for (History.Epoch epoch : history.epochs()) { // each begins with zero states
            assertThat(epoch.loss()).isCloseTo(whole, within(1e-14));
            assertThat(epoch.validationLoss()).isEqualTo(training.stateful(true).evaluate(pieces));
        }
    }

    /** Four pieces of three steps: of both series the first, of both the second, … */
    private static Tensor pieces(Tensor series) {
        List<Tensor> pieces = new ArrayList<>();
        for (int t = 0; t < 12; t += 3) {
            pieces.add(series.slice(1, t, t + 3));
        }
        return Tensor.concat(0, pieces);
    }

    @Test
    void whatStatefulTrainingNeeds() {
        refuses(
                () -> Training.of(model(1)).stateful(true).fit(data),
                "training: stateful training needs the samples in their order; add shuffle(false)");
        refuses(
                () -> Training.of(model(1))
                        .stateful(true)
                        .shuffle(false)
                        .batchSize(4)
                        .fit(data),
                "training: stateful training needs batches of one size, got 2 samples after 4; choose a batch size that divides the"
                        + " number of samples");
    }

    @Test
    void valuesAreLimitedAfterTheLayersAndBeforeTheNorm() {
        Model model = Sequential.of(rnn(2).clipGradients(0.5)).build(Shape.of(3, 2), 3);
        RandomGenerator own = new Well19937c(5);
        Dataset strong =
                new Dataset(Tensor.randn(own, 4, 3, 2), Tensor.randn(own, 4, 2).mul(100));
        Parameters byLayer = model.clipped(gradients(model, strong));
        Parameters byValue = Clipping.byValue(byLayer, 0.1);
        assertThat(Clipping.norm(byLayer)).isCloseTo(0.5, within(1e-12));
        assertThat(Clipping.norm(byValue)).isBetween(0.21, 0.49);
        Clipped listener = new Clipped(new ArrayList<>());
        Training.of(model).clipValue(0.1).clipNorm(0.2).epochs(1).on(listener).fit(strong);
        Parameters expected = Clipping.byNorm(byValue, 0.2);
        for (String name : expected.stored()) {
            Near.within(1e-10, 1e-14).verify(name, listener.gradients.get(0).get(name), expected.get(name));
        }
    }

    // ---- messages ----

    /** A rule finds what it remembered at the last update, and the number of this one; batches that wait make one update. */
    @Property(tries = 30)
    void aRuleRemembers(
            @ForAll @IntRange(min = 1, max = 7) int samples, @ForAll @IntRange(min = 1, max = 3) int accumulated) {
        List<Long> numbers = new ArrayList<>();
        Optimizer counting = new Optimizer() {
            @Override
            public double learningRate() {
                return 1;
            }

            @Override
            public int slots() {
                return 1;
            }

            @Override
            public Updated update(double lr, long step, Tensor p, Tensor dp, List<Tensor> slots) {
                numbers.add(step);
                Tensor count = slots.get(0).add(1);
                return new Updated(p.sub(count), List.of(count));
            }
        };
        Model model = Sequential.of(dense(1).bias(false)).build(Shape.of(1), 1);
        model.set("dense/U", Tensor.zeros(1, 1));
        Training.of(model)
                .optimizer(counting)
                .epochs(2)
                .batchSize(1)
                .accumulate(accumulated)
                .fit(new Dataset(Tensor.ones(samples, 1), Tensor.ones(samples, 1)));
        int updates = 2 * ((samples + accumulated - 1) / accumulated);
        assertThat(numbers)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, updates).boxed().toList());
        assertThat(Flat.of(model)).containsExactly(-updates * (updates + 1) / 2.0);
    }

    @Test
    void refusesNumbersOutOfRange() {
        Training training = Training.of(model(1));
        refuses(() -> training.accumulate(0), "training: the number of batches of an update must be positive, got 0");
        refuses(() -> training.clipNorm(0), "training: the limit of the gradients' norm must be positive, got 0.0");
        refuses(
                () -> training.clipValue(-1),
                "training: the limit of the gradients' values must be positive, got -1.0");
        refuses(
                () -> training.metrics(Metrics.recall()).metrics(Metrics.recall()),
                "training: metrics must have different names, none of them loss, got [recall, recall]");
        refuses(
                () -> training.epochs(Integer.MAX_VALUE)
                        .batchSize(1)
                        .schedule(perUpdate(cosine()))
                        .fit(data),
                "training: a schedule per update needs fewer than 2^31 updates in all, got "
                        + Integer.MAX_VALUE * (long) data.size());
        refuses(
                () -> perUpdate(cosine()).at(1, 12, 12),
                "perUpdate: the update must be at least 0 and less than 12, got 12");
        refuses(() -> sgd(1).l2(-1), "optimizer: the weight decay must be finite and not negative, got -1.0");
        refuses(
                () -> adam(1).weightDecay(Double.NaN),
                "optimizer: the weight decay must be finite and not negative, got NaN");
        refuses(
                () -> warmUp(2, perUpdate(steady())),
                "warmUp: the schedule to go on with counts updates; put perUpdate around all");
        refuses(() -> Clipping.byValue(model(1).parameters(), 0), "clipping: the limit must be positive, got 0.0");
        TrainingListener scaling = new TrainingListener() {
            @Override
            public void started(TrainingRun run) {
                run.scaleLearningRate(0);
            }
        };
        refuses(
                () -> training.on(scaling).fit(data),
                "training: the factor of the learning rate must be positive, got 0.0");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
