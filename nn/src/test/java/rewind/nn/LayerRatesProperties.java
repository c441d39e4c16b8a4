package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Learning rates and schedules of single layers reach these layers, and no others. */
class LayerRatesProperties {
    private static final double RATE = 0.125;
    /** One begins as another does, and one holds others. */
    private static final List<String> LAYERS = List.of("rnn", "rnn/forward", "rnn2", "dense");

    private static Model model(long seed) {
        return Sequential.of(rnn(2).named("rnn").sequences(true).bidirectional(), rnn(2).named("rnn2"), dense(1))
                .build(Shape.of(3, 2), seed);
    }

    /** Plain gradient descent, so that the rate is what the step is of the gradient. */
    @Property(tries = 100)
    void everyLayerMovesByItsOwnRate(
            @ForAll @Size(4) List<@IntRange(max = 3) Integer> rates,
            @ForAll @Size(4) List<@IntRange(max = 2) Integer> schedules,
            @ForAll boolean perUpdate,
            @ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Dataset data = new Dataset(Tensor.randn(rng, 5, 3, 2), Tensor.randn(rng, 5, 1));
        Training training =
                Training.of(model(seed)).optimizer(sgd(RATE)).epochs(3).batchSize(2); // 9 updates
        training = training.schedule(schedule(2, perUpdate));
        Map<String, Double> rateOf = new LinkedHashMap<>();
        Map<String, Schedule> scheduleOf = new LinkedHashMap<>();
        for (int i = 0; i < LAYERS.size(); i++) {
            String layer = LAYERS.get(i);
            if (rates.get(i) > 0) {
                rateOf.put(layer, rates.get(i) / 4.0);
                training = training.learningRate(layer, rateOf.get(layer));
            }
            if (schedules.get(i) > 0) {
                scheduleOf.put(layer, schedule(schedules.get(i) + 2, perUpdate));
                training = training.schedule(layer, scheduleOf.get(layer));
            }
        }
        List<String> moved = new ArrayList<>();
        training.on(new TrainingListener() {
                    private Parameters before;

                    @Override
                    public void started(TrainingRun run) {
                        before = run.model().parameters();
                    }

                    @Override
                    public void batchDone(TrainingRun run) {
                        int time = perUpdate ? (int) run.updates() - 1 : run.epoch() - 1;
                        Parameters gradients = run.gradients().orElseThrow();
                        Parameters now = run.model().parameters();
                        for (String name : now.stored()) {
                            double rate = innermost(scheduleOf, name, schedule(2, perUpdate))
                                    .at(innermost(rateOf, name, RATE), time, perUpdate ? 9 : 3);
                            assertThat(now.get(name).toArray())
                                    .as("%s at update %s, rate %s", name, run.updates(), rate)
                                    .isEqualTo(before.get(name)
                                            .sub(gradients.get(name).mul(rate))
                                            .toArray());
                            moved.add(name);
                        }
                        before = now;
                    }
                })
                .fit(data);
        assertThat(moved).hasSize(9 * model(seed).parameters().stored().size());
    }

    /** What is set for the layer that a parameter belongs to, or else for the layer around it, and so on. */
    private static <T> T innermost(Map<String, T> set, String parameter, T otherwise) {
        int end = parameter.lastIndexOf('/');
        if (end < 0) {
            return otherwise;
        }
        String layer = parameter.substring(0, end);
        return set.containsKey(layer) ? set.get(layer) : innermost(set, layer, otherwise);
    }

    /** The rate falls by a factor from time to time. */
    private static Schedule schedule(int factor, boolean perUpdate) {
        Schedule falling = (rate, time, times) -> rate / Math.pow(factor, time);
        return perUpdate ? Schedules.perUpdate(falling) : falling;
    }

    @Example
    void onlyLayersThatThereAre() {
        Training training = Training.of(model(1));
        for (String absent : new String[] {"rn", "rnn/U", "", "lstm"}) {
            String message = "training: there must be a layer " + absent + " with parameters among ";
            assertThatThrownBy(() -> training.learningRate(absent, 1)).hasMessageStartingWith(message);
            assertThatThrownBy(() -> training.schedule(absent, Schedules.steady()))
                    .hasMessageStartingWith(message);
        }
    }
}
