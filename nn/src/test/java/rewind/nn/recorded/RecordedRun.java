package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Metrics.accuracy;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Schedules;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.optimize.Clipping;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** One run of EpyNN's training loop, followed step by step by this library's: losses, learning rates and parameters. */
final class RecordedRun {
    /** The runs are well conditioned: parameters that differ by 2e-16 at first differ by 4e-15 at the end. */
    private static final Near RUN = Near.within(1e-11, 1e-15);

    private static final Near STEP = Near.within(1e-12, 1e-15);

    private static final Set<String> FIELDS = Set.of(
            ("name note seed loss steps epochs batch_size hparams hparams_after layers X Y batches params_init first_step log"
                            + " params_after_step params_final A_final accuracy_final")
                    .split(" "));

    private final Map<String, Object> recorded;
    private final List<Map<String, Object>> layers;
    private final List<Map<String, Object>> hyperparameters;
    private final Model model;
    /** Per recorded layer its name in the model. */
    private final List<String> names = new ArrayList<>();

    public RecordedRun(Map<String, Object> recorded) {
        RecordedFile.requireOnly(recorded, FIELDS);
        this.recorded = recorded;
        this.layers = Json.objects(recorded.get("layers"));
        this.hyperparameters = Json.objects(recorded.get("hparams_after"));
        Tensor X = tensor("X");
        List<Layer> ours = new ArrayList<>();
        Map<String, Integer> taken = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layer(layers.get(i), hyperparameters.get(i));
            ours.add(layer);
            int count = taken.merge(layer.name(), 1, Integer::sum);
            names.add(layer.name() + (count == 1 ? "" : count));
        }
        model = Sequential.of(ours.toArray(new Layer[0])).build(Shape.of(X.size(1), X.size(2)), 1);
        model.set(parameters(Json.list(recorded.get("params_init"))));
    }

    public void verify() {
        verifyFirstStep();
        Dataset data = new Dataset(tensor("X"), tensor("Y"));
        List<Map<String, Object>> log = Json.objects(recorded.get("log"));
        int epochs = RecordedFile.integer(recorded, "epochs");
        Training training = Training.of(model)
                .loss(loss().summed())
                .optimizer(sgd(1))
                .epochs(epochs)
                .batchSize(batchSize(data.size()))
                .shuffle(false)
                .metrics(accuracy())
                .on(new Follower(log, data));
        for (int i = 0; i < layers.size(); i++) {
            if (!Json.object(Json.list(recorded.get("params_init")).get(i)).isEmpty()) {
                training = training.learningRate(names.get(i), hyperparameter(i, "learning_rate"))
                        .schedule(names.get(i), schedule(i));
            }
        }

        History history = training.fit(data);

        assertThat(history.epochs()).hasSize(epochs);
        verifyParameters("params_final", Json.list(recorded.get("params_final")));
        RUN.verify("A_final", model.predict(data.x()), tensor("A_final"));
        assertThat(accuracy().of(model.predict(data.x()), data.y()))
                .isEqualTo(Json.number(recorded.get("accuracy_final")));
    }

    /** EpyNN visits fixed ranges of samples in order, which are this library's batches without shuffling. */
    private int batchSize(int samples) {
        List<?> batches = Json.list(recorded.get("batches"));
        int size = Json.ints(batches.get(0))[1];
        for (int i = 0; i < batches.size(); i++) {
            assertThat(Json.ints(batches.get(i))).containsExactly(i * size, Math.min((i + 1) * size, samples));
        }
        assertThat(batches.size() * size).isGreaterThanOrEqualTo(samples);
        return size;
    }

    private void verifyFirstStep() {
        Map<String, Object> first = Json.object(recorded.get("first_step"));
        int[] range = Json.ints(Json.list(recorded.get("batches")).get(0));
        Tape tape = new Tape();
        Parameters watched = model.parameters().watchedBy(tape);
        Tensor X = tape.watch(tensor("X").slice(0, range[0], range[1]));
        Tensor Y = tensor("Y").slice(0, range[0], range[1]);
        Tensor A = model.forward(watched, X);
        STEP.verify("A", A, Json.tensor(first.get("A")));
        Tape outer = new Tape();
        Tensor output = outer.watch(A.detach());
        STEP.verify("dA", outer.backward(loss().perSample(output, Y).sum()).of(output), Json.tensor(first.get("dA")));
        Tensor scores = model.scores(watched, X, Pass.inference());
        Tensor value = loss().perSample(model.lastActivation(), scores, Y).sum();
        Parameters d = watched.in(tape.backward(value));
        for (Map.Entry<String, Double> clipped : model.clipping().entrySet()) {
            d = Clipping.byNorm(d, name -> name.startsWith(clipped.getKey()), clipped.getValue());
        }
        List<?> grads = Json.list(first.get("grads"));
        for (int i = 0; i < grads.size(); i++) {
            Parameters gradients = d;
            int layer = i;
            Json.object(grads.get(i)).forEach((name, recorded) -> {
                Tensor gradient = gradients.get(ours(layer, name.substring(1)));
                Tensor expected =
                        Json.tensor(recorded); // EpyNN's dense layer has its bias gradient without the axis of size 1
                STEP.verify(
                        name,
                        name.equals("db") ? gradient.reshape(expected.shape().toArray()) : gradient,
                        expected);
            });
        }
    }

    private static Layer layer(Map<String, Object> recorded, Map<String, Object> hyperparameters) {
        Map<String, Object> activations =
                recorded.containsKey("activations") ? Json.object(recorded.get("activations")) : Map.of();
        Function<String, Activation> act =
                argument -> RecordedActivation.of(activations.get(argument), hyperparameters);
        String type = (String) recorded.get("type");
        if (type.equals("Flatten")) {
            return flatten();
        }
        int units = RecordedFile.integer(recorded, "units");
        if (type.equals("Dense")) {
            return dense(units).activation(followingTheDefect(act.apply("activate"), hyperparameters));
        }
        boolean sequences = (Boolean) recorded.get("sequences");
        boolean clip = (Boolean) recorded.get("clip_gradients");
        return switch (type) {
            case "RNN" ->
                rnn(units)
                        .activation(act.apply("activate"))
                        .sequences(sequences)
                        .clipGradients(clip);
            case "GRU" ->
                gru(units)
                        .activation(act.apply("activate"))
                        .updateActivation(act.apply("activate_update"))
                        .resetActivation(act.apply("activate_reset"))
                        .sequences(sequences)
                        .clipGradients(clip);
            case "LSTM" ->
                lstm(units)
                        .activation(act.apply("activate"))
                        .outputActivation(act.apply("activate_output"))
                        .candidateActivation(act.apply("activate_candidate"))
                        .inputActivation(act.apply("activate_input"))
                        .forgetActivation(act.apply("activate_forget"))
                        .sequences(sequences)
                        .clipGradients(clip);
            default -> throw new AssertionError("the recorded layer must be known, got " + type);
        };
    }

    /**
     * EpyNN's softmax with a temperature T forgets the factor 1/T in its derivative, so that gradients are T times the true ones. To
     * follow such a run, its softmax gets the true value and T times the derivative here; the library's own is not touched.
     */
    private static Activation followingTheDefect(Activation activation, Map<String, Object> hyperparameters) {
        double temperature = Json.number(hyperparameters.get("softmax_temperature"));
        if (!activation.name().equals("softmax") || temperature == 1) {
            return activation;
        }
        return Activation.of(x -> {
            Tensor p = activation.apply(x);
            return p.detach().add(p.sub(p.detach()).mul(temperature));
        });
    }

    private Loss loss() {
        return RecordedLoss.named((String) recorded.get("loss"));
    }

    private Schedule schedule(int layer) {
        String name = (String) hyperparameters.get(layer).get("schedule");
        double decay = hyperparameter(layer, "decay_k");
        return switch (name) {
            case "steady" -> Schedules.steady();
            case "exp_decay" ->
                Schedules.exponential(
                        decay, hyperparameter(layer, "cycle_descent"), (int) hyperparameter(layer, "cycle_epochs"));
            case "lin_decay" -> Schedules.linear(decay);
            default -> throw new AssertionError("the recorded schedule must be known, got " + name);
        };
    }

    private double hyperparameter(int layer, String name) {
        return Json.number(hyperparameters.get(layer).get(name));
    }

    private Parameters parameters(List<?> values) {
        Parameters result = model.parameters();
        for (int i = 0; i < layers.size(); i++) {
            for (Map.Entry<String, Object> each : Json.object(values.get(i)).entrySet()) {
                result = result.with(ours(i, each.getKey()), Json.tensor(each.getValue()));
            }
        }
        return result;
    }

    private void verifyParameters(String what, List<?> values) {
        Parameters expected = parameters(values);
        for (String name : expected.names()) {
            RUN.verify(what + " " + name, model.parameters().get(name), expected.get(name));
        }
    }

    /** The name of a parameter in the model; EpyNN's dense layer calls its matrix W. */
    private String ours(int layer, String name) {
        return names.get(layer) + "/" + (name.equals("W") ? "U" : name);
    }

    private Tensor tensor(String field) {
        return Json.tensor(recorded.get(field));
    }

    /** Compares losses before and after every update, and parameters where they are recorded. */
    private final class Follower implements TrainingListener {
        private final List<Map<String, Object>> log;
        private final Dataset data;
        private int step;

        Follower(List<Map<String, Object>> log, Dataset data) {
            this.log = log;
            this.data = data;
        }

        @Override
        public void batchDone(TrainingRun run) {
            Map<String, Object> entry = log.get(step++);
            int[] range = Json.ints(Json.list(recorded.get("batches")).get(run.batch() - 1));
            RUN.verify("loss before step " + step, Tensor.of(run.loss()), number(entry, "loss_before"));
            RUN.verify("loss after step " + step, mean(data.slice(range[0], range[1])), number(entry, "loss_after"));
            RUN.verify("loss of all after step " + step, mean(data), number(entry, "train_loss_after"));
            Object parameters = Json.object(recorded.get("params_after_step")).get(String.valueOf(step));
            if (parameters != null) {
                verifyParameters("after step " + step, Json.list(parameters));
            }
        }

        @Override
        public void ended() {
            assertThat(step).as("steps").isEqualTo(log.size());
        }

        private Tensor mean(Dataset samples) {
            return Tensor.of(
                    Training.of(model).loss(loss()).batchSize(samples.size()).evaluate(samples));
        }

        private static Tensor number(Map<String, Object> entry, String field) {
            return Tensor.of(Json.number(entry.get(field)));
        }
    }
}
