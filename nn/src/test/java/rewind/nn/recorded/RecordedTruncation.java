package rewind.nn.recorded;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;
import static rewind.nn.recorded.RecordedFile.NEAR;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Sweep;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.Rnn;
import rewind.nn.recurrent.Unroll;

/** One case of ML-From-Scratch's RNN layer with its sliding-window truncation. */
public final class RecordedTruncation {
    private static final Set<String> FIELDS = Set.of(
            ("name seed batch timesteps input_dim n_units activation bptt_trunc X U V W outputs states accum_grad accum_grad_next grad_U"
                            + " grad_V grad_W")
                    .split(" "));

    private final Map<String, Object> recorded;
    private final Shape sample;

    private RecordedTruncation(Map<String, Object> recorded) {
        RecordedFile.requireOnly(recorded, FIELDS);
        this.recorded = recorded;
        this.sample =
                Shape.of(RecordedFile.integer(recorded, "timesteps"), RecordedFile.integer(recorded, "input_dim"));
    }

    public static Stream<DynamicNode> tests(Map<String, Object> file) {
        return Stream.of(
                dynamicContainer(
                        "cases",
                        Json.objects(file.get("cases")).stream()
                                .map(each -> dynamicTest(
                                        (String) each.get("name"), () -> new RecordedTruncation(each).verify()))),
                dynamicContainer("optimizers", RecordedTraining.optimizers(Json.objects(file.get("optimizers")))));
    }

    /** Its U is (u, e), W (u, u) and V (outputs, u): transposed here, where W is called V, and V is the U of the layer above. */
    private void verify() {
        int window = RecordedFile.integer(recorded, "bptt_trunc");
        Model model = model(window);

        Sweep sweep = Sweep.of(model, tensor("X"), tensor("accum_grad"));

        NEAR.verify("outputs", sweep.A(), tensor("outputs"));
        Cell<Tensor> cell = layer(window).cell(Scope.of(model.parameters()).child("rnn"), sample.size(1));
        Tensor zeros = Tensor.zeros(sweep.A().size(0), RecordedFile.integer(recorded, "n_units"));
        NEAR.verify("states", Unroll.of(cell).over(tensor("X"), zeros).sequence(), tensor("states"));
        NEAR.verify("grad_U", sweep.d().get("rnn/U").transpose(), tensor("grad_U"));
        NEAR.verify("grad_W", sweep.d().get("rnn/V").transpose(), tensor("grad_W"));
        NEAR.verify("grad_V", sweep.d().get("dense/U").transpose(), tensor("grad_V"));

        // what it hands down goes through the own step alone, whatever its window: the gradient of a window of 0
        Sweep ownStep = Sweep.of(model(0), tensor("X"), tensor("accum_grad"));
        NEAR.verify("accum_grad_next", ownStep.dX(), tensor("accum_grad_next"));
    }

    private Model model(int window) {
        Model model =
                Sequential.of(layer(window), dense(sample.size(1)).bias(false)).build(sample, 1);
        model.set(model.parameters()
                .with("rnn/U", tensor("U").transpose())
                .with("rnn/V", tensor("W").transpose())
                .with("dense/U", tensor("V").transpose()));
        return model;
    }

    private Rnn layer(int window) {
        return rnn(RecordedFile.integer(recorded, "n_units"))
                .activation(activation((String) recorded.get("activation")))
                .bias(false)
                .truncateWindow(window)
                .sequences(true);
    }

    /** Its leaky ReLU has the slope 0.2, its ELU α = 0.1. */
    private static Activation activation(String name) {
        return switch (name) {
            case "leaky_relu" -> Activation.of(x -> x.leakyRelu(0.2));
            case "elu" -> Activation.of(x -> x.elu(0.1));
            default -> Activation.named(name);
        };
    }

    private Tensor tensor(String field) {
        return Json.tensor(recorded.get(field));
    }
}
