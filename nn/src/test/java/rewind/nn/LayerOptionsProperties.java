package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** What is set for one layer is done to that layer, and to no other: rates, schedules, freezing, decay, clipping. */
class LayerOptionsProperties {
    /** From outer to inner: "deep" lies in "deep/dense" and so on; a name that begins like another one is another layer. */
    private static final List<String> PATHS =
            List.of("deep", "deep/gru", "deep/gru/forward", "deep/gru/backward", "deep/dense", "dense", "dense2");

    private static final double RATE = 0.3;

    private static Model model(long seed) {
        Layer deep = Sequential.of(gru(2).bidirectional(), dense(2)).named("deep");
        return Sequential.of(deep, dense(3, "tanh"), dense(1)).build(Shape.of(3, 2), seed);
    }

    /** The rate of a schedule of its own, different for every one and epoch. */
    private static Schedule schedule(int number) {
        return (rate, epoch, epochs) -> rate * (1 + number) / (2 + epoch);
    }

    private static boolean under(String path, String parameter) {
        return parameter.startsWith(path + "/");
    }

    /** The innermost path with a value. */
    private static <T> T of(String parameter, Map<String, T> set, T otherwise) {
        T value = otherwise;
        for (String path : PATHS) { // outer ones first
            if (under(path, parameter) && set.containsKey(path)) {
                value = set.get(path);
            }
        }
        return value;
    }

    /** The step of gradient descent with decoupled decay is p − r(λp + dp), r the rate of the layer: of exactly this one. */
    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void everyLayerHasItsOwnRate(@ForAll long seed, @ForAll boolean decays, @ForAll boolean frozenToo) {
        RandomGenerator rng = new Well19937c(seed);
        double lambda = decays ? 0.2 : 0;
        Model model = model(seed);
        Training training = Training.of(model)
                .optimizer(sgd(RATE).weightDecay(lambda))
                .schedule(schedule(0))
                .epochs(2)
                .batchSize(3);
        Map<String, Double> rates = new HashMap<>();
        Map<String, Schedule> schedules = new HashMap<>();
        List<String> order = new ArrayList<>(PATHS);
        Collections.shuffle(order, new Random(seed));
        for (String path : order) {
            int number = PATHS.indexOf(path) + 1;
            if (rng.nextBoolean()) {
                rates.put(path, 0.01 * number);
                training = training.learningRate(path, 0.01 * number);
            }
            if (rng.nextBoolean()) {
                schedules.put(path, schedule(number));
                training = training.schedule(path, schedule(number));
            }
        }
        String frozen = frozenToo ? PATHS.get(rng.nextInt(PATHS.size())) : "none";
        if (frozenToo) {
            model.freeze(frozen);
        }

        List<String> names = List.copyOf(model.parameters().stored());
        List<Parameters> before = new ArrayList<>(List.of(model.parameters()));
        int[] updates = {0};
        History history = training.on(new TrainingListener() {
                    @Override
                    public void batchDone(TrainingRun run) {
                        Parameters last = before.get(0);
                        Parameters now = run.model().parameters();
                        Parameters gradients = run.gradients().orElseThrow();
                        int epoch = run.epoch() - 1;
                        for (String name : names) {
                            double rate = under(frozen, name)
                                    ? 0
                                    : of(name, schedules, schedule(0)).at(of(name, rates, RATE), epoch, 2);
                            Tensor p = last.get(name);
                            Tensor expected =
                                    p.sub(p.mul(lambda).add(gradients.get(name)).mul(rate));
                            Near.within(1e-13, 1e-14)
                                    .verify(name + " of " + rates + schedules, now.get(name), expected);
                            if (rate > 0) {
                                assertThat(now.get(name).isClose(p, 0, 0))
                                        .as(name)
                                        .isFalse();
                            }
                        }
                        before.set(0, now);
                        updates[0]++;
                    }
                })
                .fit(new Dataset(Tensor.randn(rng, 6, 3, 2), Tensor.randn(rng, 6, 1)));
        assertThat(updates[0]).isEqualTo(4);
        assertThat(history.epochs()).extracting(History.Epoch::learningRate).containsExactly(RATE / 2, RATE / 3);
    }

    /** A layer that is set twice keeps the last; one that begins with the name of another is not meant. */
    @Test
    void theLastSettingOfALayerCounts() {
        Model model = model(1);
        Parameters before = model.parameters();
        Training.of(model)
                .optimizer(sgd(RATE))
                .learningRate("dense", 100)
                .learningRate("dense", 1e-9)
                .schedule("dense2", (rate, epoch, epochs) -> 0)
                .epochs(1)
                .fit(new Dataset(Tensor.ones(2, 3, 2), Tensor.ones(2, 1)));
        for (String name : before.stored()) {
            double moved = model.parameters()
                    .get(name)
                    .sub(before.get(name))
                    .abs()
                    .max()
                    .toDouble();
            if (name.startsWith("dense2/")) {
                assertThat(moved).as(name).isZero();
            } else if (name.startsWith("dense/")) {
                assertThat(moved).as(name).isLessThan(1e-8);
            } else {
                assertThat(moved).as(name).isGreaterThan(1e-6);
            }
        }
    }

    /** Layers with a limit are clipped, each by its own norm; the others are not. */
    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void onlyLayersWithALimitAreClipped(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        double[] limits = {1e-3 * (1 + rng.nextInt(9)), Double.POSITIVE_INFINITY, 1e-4 * (1 + rng.nextInt(9))};
        Layer[] layers = new Layer[4];
        for (int i = 0; i < 3; i++) {
            layers[i] = rnn(2).clipGradients(limits[i]).named("layer" + i).sequences(i < 2);
        }
        layers[3] = dense(1);
        Model model = Sequential.of(layers).build(Shape.of(3, 2), seed);
        Parameters given =
                model.parameters().map((name, p) -> Tensor.randn(rng, p.shape().toArray()));
        Parameters clipped = model.clipped(given);
        for (String name : given.stored()) {
            double limit = name.startsWith("layer") ? limits[name.charAt(5) - '0'] : Double.POSITIVE_INFINITY;
            double sum = 0;
            for (String other : given.stored()) {
                boolean together = other.startsWith(name.substring(0, name.indexOf('/') + 1));
                sum += together ? given.get(other).square().sum().toDouble() : 0;
            }
            double factor = Math.min(1, limit / Math.sqrt(sum));
            Near.within(1e-12, 0)
                    .verify(name, clipped.get(name), given.get(name).mul(factor));
        }
    }
}
