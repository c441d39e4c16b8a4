package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Listeners.reduceOnPlateau;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What listeners do that wait for something better: the values that they watch are given here as a metric. */
class PlateausTest {
    private static final Dataset ONE = new Dataset(Tensor.ones(1, 1), Tensor.ones(1, 1));

    @Provide
    static Arbitrary<List<Double>> values() {
        return Arbitraries.of(0.0, 1.0, 1.5, 2.0, 3.0, Double.NaN)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    /** A metric that has the given values, one an epoch. */
    private static Metric given(List<Double> values) {
        List<Double> rest = new ArrayList<>(values);
        return Metric.named("given", (output, target) -> rest.remove(0));
    }

    private static Training training(Model model, List<Double> values) {
        return Training.of(model).optimizer(sgd(0.25)).epochs(values.size()).metrics(given(values));
    }

    private static Model model() {
        return Sequential.of(dense(1)).build(Shape.of(1), 1);
    }

    /** The parameters after every epoch, and the rates. */
    private record Record(List<double[]> parameters) implements TrainingListener {
        Record() {
            this(new ArrayList<>());
        }

        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            parameters.add(ModelTest.flat(run.model()));
        }
    }

    @Property(tries = 200)
    void stopsAfterEpochsInVainWithTheBestParameters(
            @ForAll("values") List<Double> values,
            @ForAll @IntRange(min = 1, max = 4) int patience,
            @ForAll boolean larger,
            @ForAll boolean restoring,
            @ForAll @DoubleRange(min = 0, max = 1) double change) {
        double sign = larger ? -1 : 1;
        double best = Double.POSITIVE_INFINITY;
        int bestEpoch = -1;
        int waited = 0;
        int epochs = 0;
        while (epochs < values.size() && waited < patience) {
            double value = sign * values.get(epochs);
            boolean better = value < best - (bestEpoch < 0 ? 0 : change);
            best = better ? value : best;
            bestEpoch = better ? epochs : bestEpoch;
            waited = better ? 0 : waited + 1;
            epochs++;
        }
        EarlyStopping stopping = earlyStopping(patience).minimumChange(change).restoreBest(restoring);
        Record record = new Record();
        Model model = model();

        History history = training(model, values)
                .on(record, larger ? stopping.maximize("given") : stopping.minimize("given"))
                .fit(ONE);

        assertThat(history.epochs()).hasSize(epochs);
        int expected = restoring && bestEpoch >= 0 ? bestEpoch : epochs - 1;
        assertThat(ModelTest.flat(model)).isEqualTo(record.parameters().get(expected));
    }

    @Property(tries = 200)
    void reducesTheRateAfterEpochsInVain(
            @ForAll("values") List<Double> values,
            @ForAll @IntRange(min = 1, max = 4) int patience,
            @ForAll boolean larger,
            @ForAll boolean bounded) {
        double sign = larger ? -1 : 1;
        double best = Double.POSITIVE_INFINITY;
        int waited = 0;
        List<Double> rates = new ArrayList<>();
        double rate = 0.25;
        for (double each : values) {
            rates.add(rate);
            boolean better = sign * each < best;
            best = better ? sign * each : best;
            waited = better ? 0 : waited + 1;
            if (waited == patience) {
                waited = 0;
                rate = Math.max(rate / 2, bounded ? 0.1 : 0);
            }
        }
        ReduceOnPlateau reduce = reduceOnPlateau(0.5, patience).minimumRate(bounded ? 0.1 : 0);

        History history = training(model(), values)
                .on(larger ? reduce.maximize("given") : reduce.minimize("given"))
                .fit(ONE);

        for (int i = 0; i < rates.size(); i++) {
            assertThat(history.epochs().get(i).learningRate()).isCloseTo(rates.get(i), within(1e-15));
        }
    }

    @Test
    void aMinimumChangeIsMoreThanNothing() {
        List<Double> slow = List.of(3.0, 2.9, 2.8, 2.7, 2.6);
        assertThat(rates(slow, 0.05)).containsExactly(0.25, 0.25, 0.25, 0.25, 0.25);
        assertThat(rates(slow, 0.15)).containsExactly(0.25, 0.25, 0.125, 0.125, 0.0625);
    }

    private static double[] rates(List<Double> values, double change) {
        return rates(values, reduceOnPlateau(0.5, 1).minimumChange(change).minimize("given"));
    }

    private static double[] rates(List<Double> values, TrainingListener listener) {
        return training(model(), values).on(listener).fit(ONE).epochs().stream()
                .mapToDouble(History.Epoch::learningRate)
                .toArray();
    }

    /** What is watched if nothing is said: the validation loss where there is one, here one that only grows. */
    @Test
    void theValidationLossComesFirst() {
        Dataset opposite = new Dataset(Tensor.ones(1, 1), Tensor.full(-9, 1, 1));
        Model model = model();
        Training training = Training.of(model).optimizer(sgd(0.1)).epochs(6).on(earlyStopping(2));
        model.set(model.parameters().map((name, p) -> Tensor.zeros(1, 1)));
        assertThat(training.validation(opposite).fit(ONE).epochs()).hasSize(3);
        assertThat(training.fit(ONE).epochs()).hasSize(6);
    }

    /** A listener forgets one run before it hears of the next. */
    @Test
    void listenersMayBeUsedAgain() {
        EarlyStopping stopping = earlyStopping(2).minimize("given");
        for (int i = 0; i < 2; i++) {
            List<Double> values = Arrays.asList(5.0 + i, 4.0 + i, 4.5, 6.0, 1.0);
            assertThat(training(model(), values).on(stopping).fit(ONE).epochs()).hasSize(i == 0 ? 4 : 5);
        }
    }

    /** What a checkpoint keeps of it is all that it needs, and a run leaves nothing for the next one. */
    @Property(tries = 100)
    void goesOnFromItsState(@ForAll("values") List<Double> values, @ForAll @IntRange(min = 1, max = 4) int patience) {
        ReduceOnPlateau reduce = reduceOnPlateau(0.5, patience).minimize("given");
        TrainingListener renewed = new TrainingListener() {
            private ReduceOnPlateau now = reduce.minimumRate(0);

            @Override
            public void started(TrainingRun run) {
                now.started(run);
            }

            @Override
            public void epochDone(TrainingRun run, History.Epoch epoch) {
                now.epochDone(run, epoch);
                ReduceOnPlateau next = reduce.minimumRate(0);
                next.started(run);
                next.check(run, now.state());
                next.restore(run, now.state());
                now = next;
            }
        };
        double[] expected = rates(values, reduce);
        assertThat(rates(values, renewed)).containsExactly(expected);
        assertThat(rates(values, reduce)).as("again").containsExactly(expected);
    }

    @Test
    void looksAtItsState() {
        ReduceOnPlateau reduce = reduceOnPlateau(0.5, 2).minimize("given");
        String best = "best/smallest given";
        Tensor one = Tensor.of(1.0);
        reduce.check(null, Map.of(best, one, "waited", one));
        reduce.check(null, Map.of("best/largest given", Tensor.ones(2))); // of another value
        refuses(
                () -> reduce.check(null, Map.of(best, one, "waited", Tensor.of(0.5))),
                "reduceOnPlateau: state waited must be a whole number from 0 to 2147483646, got 0.5");
        refuses(
                () -> reduce.check(null, Map.of(best, Tensor.ones(2), "waited", one)),
                "reduceOnPlateau: state " + best + " must be one number, got the shape [2]");
    }

    @Test
    void optionsMayBeZero() {
        ReduceOnPlateau reduce =
                reduceOnPlateau(0.5, 1).minimumChange(0).minimumRate(0).minimize("given");
        assertThat(rates(List.of(1.0, 1.0, 0.0), reduce)).containsExactly(0.25, 0.25, 0.125);
        assertThat(rates(List.of(1.0, 0.5, 0.25), reduce)).containsExactly(0.25, 0.25, 0.25);
    }

    @Test
    void refusesWhatCannotBe() {
        refuses(() -> earlyStopping(0), "earlyStopping: the patience must be at least one epoch, got 0");
        refuses(
                () -> earlyStopping(1).minimumChange(-1),
                "earlyStopping: the minimum change must be finite and not negative, got -1.0");
        refuses(
                () -> reduceOnPlateau(1, 1),
                "reduceOnPlateau: the factor must be more than 0 and less than 1, got 1.0");
        refuses(
                () -> reduceOnPlateau(0, 1),
                "reduceOnPlateau: the factor must be more than 0 and less than 1, got 0.0");
        refuses(
                () -> reduceOnPlateau(0.5, 1).minimumChange(Double.POSITIVE_INFINITY),
                "reduceOnPlateau: the minimum change must be finite and not negative, got Infinity");
        refuses(
                () -> reduceOnPlateau(0.5, 1).minimumRate(Double.POSITIVE_INFINITY),
                "reduceOnPlateau: the minimum rate must be finite and not negative, got Infinity");
        refuses(() -> reduceOnPlateau(0.5, 0), "reduceOnPlateau: the patience must be at least one epoch, got 0");
        refuses(
                () -> reduceOnPlateau(0.5, 1).minimumRate(-1),
                "reduceOnPlateau: the minimum rate must be finite and not negative, got -1.0");
        refuses(
                () -> reduceOnPlateau(0.5, 1).minimumChange(Double.NaN),
                "reduceOnPlateau: the minimum change must be finite and not negative, got NaN");
        refuses(
                () -> Training.of(model())
                        .on(earlyStopping(1).maximize("accuracy"))
                        .fit(ONE),
                "monitor: there must be a value accuracy among [loss]");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
