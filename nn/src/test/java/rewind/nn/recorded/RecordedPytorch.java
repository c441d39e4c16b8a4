package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static rewind.nn.recorded.RecordedFile.NEAR;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Sweep;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.Recurrent;

/** One case of PyTorch's RNN, GRU or LSTM module: a stack of layers in one direction or both, from states and to states. */
public final class RecordedPytorch {
    private static final Set<String> FIELDS =
            Set.of("name m s e u layers bidirectional activation X h0 c0 params A hn cn dA dHn dCn grads dX dh0 dc0"
                    .split(" "));

    private final Map<String, Object> recorded;
    private final boolean lstm;
    private final List<Layer> layers = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    /** Where the states are in a model, in PyTorch's order: layer by layer, forward before backward. */
    private final List<String> states = new ArrayList<>();

    private RecordedPytorch(String kind, Map<String, Object> recorded) {
        RecordedFile.requireOnly(recorded, FIELDS);
        this.recorded = recorded;
        this.lstm = kind.equals("LSTM");
        Recurrent<?, ?> layer = layer(kind).sequences(true);
        boolean both = (Boolean) recorded.get("bidirectional");
        for (int index = 0; index < RecordedFile.integer(recorded, "layers"); index++) {
            String path = layer.name() + (index == 0 ? "" : index + 1);
            layers.add(both ? layer.bidirectional() : layer);
            paths.add(path);
            states.addAll(both ? List.of(path + "/forward", path + "/backward") : List.of(path));
        }
    }

    public static Stream<DynamicTest> tests(Map<String, Object> file) {
        String kind = (String) file.get("layer");
        return Json.objects(file.get("cases")).stream()
                .map(each -> dynamicTest((String) each.get("name"), () -> new RecordedPytorch(kind, each).verify()));
    }

    private Recurrent<?, ?> layer(String kind) {
        int u = RecordedFile.integer(recorded, "u");
        return switch (kind) {
            case "RNN" -> Layers.rnn(u).activation((String) recorded.get("activation"));
            case "GRU" -> Layers.gru(u).resetAfter(true);
            case "LSTM" -> Layers.lstm(u);
            default -> throw new AssertionError("the recorded layer must be RNN, GRU or LSTM, got " + kind);
        };
    }

    private void verify() {
        Tensor X = tensor("X");
        Model model = Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(X.size(1), X.size(2)), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Json.object(recorded.get("params")).forEach((name, value) -> weights.put(name, Json.tensor(value)));
        for (int index = 0; index < layers.size(); index++) {
            model.set(
                    WeightLayout.pytorch(layers.get(index), index).from(weights, model.parameters(), paths.get(index)));
        }

        Sweep sweep = Sweep.of(model, X, states("h0", "c0"), tensor("dA"), states("dHn", "dCn"));

        NEAR.verify("A", sweep.A(), tensor("A"));
        verifyStates("hn", "cn", sweep.last());
        NEAR.verify("dX", sweep.dX(), tensor("dX"));
        verifyStates("dh0", "dc0", sweep.dFirst());
        Map<String, Tensor> gradients = new HashMap<>();
        for (int index = 0; index < layers.size(); index++) {
            gradients.putAll(WeightLayout.pytorch(layers.get(index), index).gradientsTo(sweep.d(), paths.get(index)));
        }
        assertThat(gradients).containsOnlyKeys(weights.keySet());
        Json.object(recorded.get("grads"))
                .forEach((name, expected) -> NEAR.verify(name, gradients.get(name), Json.tensor(expected)));
    }

    /** The states that a field holds, by their layers. */
    private Map<String, Object> states(String hField, String cField) {
        Map<String, Object> byLayer = new HashMap<>();
        for (int i = 0; i < states.size(); i++) {
            Tensor h = tensor(hField).select(0, i);
            byLayer.put(states.get(i), lstm ? new LstmState(h, tensor(cField).select(0, i)) : h);
        }
        return byLayer;
    }

    private void verifyStates(String hField, String cField, Map<String, Object> actual) {
        NEAR.verify(hField, stack(actual, state -> lstm ? ((LstmState) state).h() : (Tensor) state), tensor(hField));
        if (lstm) {
            NEAR.verify(cField, stack(actual, state -> ((LstmState) state).C_()), tensor(cField));
        }
    }

    private Tensor stack(Map<String, Object> actual, Function<Object, Tensor> of) {
        return Tensor.stack(0, states.stream().map(actual::get).map(of).toList());
    }

    private Tensor tensor(String field) {
        return Json.tensor(recorded.get(field));
    }
}
