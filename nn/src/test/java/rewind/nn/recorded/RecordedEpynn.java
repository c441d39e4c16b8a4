package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.recorded.RecordedFile.NEAR;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Sweep;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Clipping;
import rewind.nn.recurrent.Recurrent;

/** One case of EpyNN's RNN, GRU or LSTM layer: values, gradients, and what the cell computes on its way. */
public final class RecordedEpynn {
    private static final Set<String> FIELDS = Set.of(
            ("name seed m s e u sequences clip_gradients activations hparams X params dA A h dX grads raw_grads raw_grad_norm cache"
                            + " fd_max_rel_err")
                    .split(" "));

    private final Map<String, Object> recorded;
    private final Recurrent<?, ?> layer;
    private final double limit;
    /** What the activations got or gave, step by step, by the names of the recorded cache. */
    private final Map<String, List<Tensor>> seen = new HashMap<>();

    private RecordedEpynn(String kind, double limit, Map<String, Object> recorded) {
        RecordedFile.requireOnly(recorded, FIELDS);
        this.recorded = recorded;
        this.limit = limit;
        int u = RecordedFile.integer(recorded, "u");
        this.layer = switch (kind) {
            case "RNN" -> rnn(u).activation(observed("activate", "h_", "h"));
            case "GRU" ->
                gru(u).activation(observed("activate", "hh_", "hh"))
                        .updateActivation(observed("activate_update", "z_", "z"))
                        .resetActivation(observed("activate_reset", "r_", "r"));
            case "LSTM" ->
                lstm(u).activation(observed("activate", "C_", "C"))
                        .outputActivation(observed("activate_output", "o_", "o"))
                        .candidateActivation(observed("activate_candidate", "g_", "g"))
                        .inputActivation(observed("activate_input", "i_", "i"))
                        .forgetActivation(observed("activate_forget", "f_", "f"));
            default -> throw new AssertionError("the recorded layer must be RNN, GRU or LSTM, got " + kind);
        };
    }

    public static Stream<DynamicTest> tests(Map<String, Object> file) {
        String kind = (String) file.get("layer");
        double limit = Json.number(file.get("clip_max_norm"));
        return Json.objects(file.get("cases")).stream()
                .map(each ->
                        dynamicTest((String) each.get("name"), () -> new RecordedEpynn(kind, limit, each).verify()));
    }

    /** An activation that remembers what it got under one name and what it gave under the other. */
    private UnaryOperator<Tensor> observed(String argument, String before, String after) {
        Activation activation = RecordedActivation.of(
                Json.object(recorded.get("activations")).get(argument), Json.object(recorded.get("hparams")));
        return x -> {
            Tensor y = activation.apply(x);
            seen.computeIfAbsent(before, name -> new ArrayList<>()).add(x);
            seen.computeIfAbsent(after, name -> new ArrayList<>()).add(y);
            return y;
        };
    }

    private void verify() {
        boolean clip = (Boolean) recorded.get("clip_gradients");
        Tensor X = tensor("X");
        Model model = Sequential.of(
                        layer.sequences((Boolean) recorded.get("sequences")).clipGradients(clip))
                .build(Shape.of(X.size(1), X.size(2)), 1);
        model.set(recordedParameters(model.parameters()));
        seen.clear();

        Sweep sweep = Sweep.of(model, X, tensor("dA"));

        NEAR.verify("A", sweep.A(), tensor("A"));
        NEAR.verify("dX", sweep.dX(), tensor("dX"));
        seen.forEach((name, steps) -> assertThat(steps).as(name).hasSize(X.size(1)));
        if (recorded.containsKey("cache")) {
            Json.object(recorded.get("cache"))
                    .forEach((name, values) -> NEAR.verify(name, sequence(seen.get(name)), Json.tensor(values)));
        }
        verifyGradients(clip ? "raw_grads" : "grads", sweep.d());
        NEAR.verify("norm", Tensor.of(Clipping.norm(sweep.d())), tensor("raw_grad_norm"));
        if (clip) {
            assertThat(model.clipping()).containsOnlyKeys(layer.name() + "/").containsValue(limit);
            verifyGradients("grads", Clipping.byNorm(sweep.d(), limit));
        }
        Model all = Sequential.of(layer.sequences(true)).build(Shape.of(X.size(1), X.size(2)), 1);
        NEAR.verify("h", all.forward(model.parameters(), X), tensor("h"));
    }

    private Parameters recordedParameters(Parameters drawn) {
        Parameters result = drawn;
        Map<String, Object> values = Json.object(recorded.get("params"));
        assertThat(drawn.names())
                .containsExactlyInAnyOrderElementsOf(
                        values.keySet().stream().map(this::ours).toList());
        for (Map.Entry<String, Object> each : values.entrySet()) {
            result = result.with(ours(each.getKey()), Json.tensor(each.getValue()));
        }
        return result;
    }

    private void verifyGradients(String field, Parameters gradients) {
        Map<String, Object> values = Json.object(recorded.get(field));
        assertThat(values).hasSameSizeAs(gradients.names());
        values.forEach((name, value) ->
                NEAR.verify(field + " " + name, gradients.get(ours(name.substring(1))), Json.tensor(value)));
    }

    /** The name of a parameter in the model. */
    private String ours(String name) {
        return layer.name() + "/" + name;
    }

    private Tensor tensor(String field) {
        return Json.tensor(recorded.get(field));
    }

    /** (batch, steps, units) of the steps. */
    private static Tensor sequence(List<Tensor> steps) {
        return Tensor.stack(1, steps);
    }
}
