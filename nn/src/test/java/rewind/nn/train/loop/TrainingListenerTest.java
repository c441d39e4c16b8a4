package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.meanSquaredError;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.loss.Loss;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** What listeners hear of a training run, also of one that fails. */
class TrainingListenerTest {
    private final RandomGenerator rng = new Well19937c(9);
    private final Dataset data = new Dataset(Tensor.randn(rng, 10, 2), Tensor.randn(rng, 10, 1));
    private final Model model = Sequential.of(dense(1)).build(Shape.of(2), 5);

    @Test
    void listenersHearOfEverythingInOrder() {
        Recorder recorder = new Recorder();

        Training.of(model).epochs(2).batchSize(4).on(recorder).fit(data);

        assertThat(recorder.calls())
                .containsExactly(
                        "started 2 3",
                        "batch 1 1",
                        "batch 1 2",
                        "batch 1 3",
                        "epoch 1",
                        "batch 2 1",
                        "batch 2 2",
                        "batch 2 3",
                        "epoch 2",
                        "completed",
                        "ended");
    }

    @Test
    void allListenersHearOfTheEndWhenTrainingFails() {
        List<String> calls = new ArrayList<>();
        List<double[]> parameters = new ArrayList<>();
        Loss failing = (output, target) -> {
            parameters.add(Flat.of(model));
            if (parameters.size() == 5) {
                throw new ArithmeticException("planned");
            }
            return meanSquaredError().perSample(output, target);
        };
        Training training = Training.of(model)
                .loss(failing)
                .compiled(false) // it counts
                .batchSize(4)
                .on(new Recorder(calls, new ArrayList<>()))
                .on(new Recorder(calls, new ArrayList<>()));

        assertThatThrownBy(() -> training.fit(data))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("planned");

        assertThat(calls)
                .containsExactly(
                        "started 10 3",
                        "started 10 3",
                        "batch 1 1",
                        "batch 1 1",
                        "batch 1 2",
                        "batch 1 2",
                        "batch 1 3",
                        "batch 1 3",
                        "epoch 1",
                        "epoch 1",
                        "batch 2 1",
                        "batch 2 1",
                        "ended",
                        "ended");
        assertThat(Flat.of(model)).as("as after the last whole update").isEqualTo(parameters.get(4));
    }

    @Test
    void whatListenersThrowInTheEndHidesNothing() {
        List<String> calls = new ArrayList<>();
        TrainingListener failing = new TrainingListener() {
            @Override
            public void batchDone(TrainingRun run) {
                throw new IllegalStateException("first");
            }

            @Override
            public void ended() {
                throw new IllegalStateException("in the end");
            }
        };

        assertThatThrownBy(() -> Training.of(model)
                        .on(failing, new Recorder(calls, new ArrayList<>()))
                        .fit(data))
                .hasMessage("first")
                .hasSuppressedException(new IllegalStateException("in the end"));
        assertThat(calls).contains("ended");
    }

    /** Notes every call, and the losses of the batches. */
    record Recorder(List<String> calls, List<Double> losses) implements TrainingListener {
        Recorder() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public void started(TrainingRun run) {
            calls.add("started " + run.epochs() + " " + run.batches().orElseThrow());
        }

        @Override
        public void batchDone(TrainingRun run) {
            losses.add(run.loss());
            calls.add("batch " + run.epoch() + " " + run.batch());
        }

        @Override
        public void epochDone(TrainingRun run, History.Epoch epoch) {
            calls.add("epoch " + epoch.number());
        }

        @Override
        public void completed(TrainingRun run) {
            calls.add("completed");
        }

        @Override
        public void ended() {
            calls.add("ended");
        }
    }
}
