package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static rewind.nn.recorded.RecordedFile.NEAR;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.GoldenTest;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Replay;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Parameters;
import rewind.nn.optimize.Clipping;

/** EpyNN's functions: activations, initialisers and clipping here, those of training in {@link RecordedTraining}. */
public final class RecordedFunctions {
    private static final Set<String> DESCRIPTION = Set.of("format", "project", "commit", "numpy", "default_hparams");

    private RecordedFunctions() {}

    public static Stream<DynamicNode> tests(Map<String, Object> file) {
        return file.keySet().stream()
                .filter(section -> !DESCRIPTION.contains(section))
                .map(section -> dynamicContainer(section, section(section, file.get(section))));
    }

    private static Stream<? extends DynamicNode> section(String name, Object content) {
        return switch (name) {
            case "activations" -> each(content, "function", RecordedFunctions::activation);
            case "softmax" -> each(content, "hparams", RecordedFunctions::softmax);
            case "initialisers" -> each(content, "shape", RecordedFunctions::initialiser);
            case "clip_gradient" -> each(content, "max_norm", RecordedFunctions::clipping);
            case "losses" -> RecordedTraining.losses(Json.objects(content));
            case "schedules" -> RecordedTraining.schedules(Json.objects(content));
            case "metrics" -> RecordedTraining.metrics(Json.objects(content));
            case "data" -> RecordedTraining.data(Json.object(content));
            default -> GoldenTest.unknown("functions, section " + name);
        };
    }

    private static Stream<DynamicTest> each(Object items, String label, Consumer<Map<String, Object>> test) {
        return Json.objects(items).stream()
                .map(item ->
                        dynamicTest(item.get(label) + " " + item.getOrDefault("hparams", ""), () -> test.accept(item)));
    }

    /** Number by number, from −1000 to 1000. */
    private static void activation(Map<String, Object> item) {
        RecordedFile.requireOnly(item, Set.of("function", "hparams", "x", "y", "dy"));
        Map<String, Object> hyperparameters = Json.object(item.get("hparams"));
        Activation activation = RecordedActivation.of(item.get("function"), hyperparameters);
        Tensor x = Json.tensor(item.get("x"));
        double[] y = activation.apply(x).toArray();
        double[] dy = Grad.vjp(activation, x, Tensor.ones(x.size())).toArray();
        double[] recordedY = Json.tensor(item.get("y")).toArray();
        double[] recordedDy = Json.tensor(item.get("dy")).toArray();
        boolean tanh = item.get("function").equals("tanh");
        double alpha = Json.number(hyperparameters.getOrDefault("LRELU_alpha", 0.0));
        for (int i = 0; i < y.length; i++) {
            double at = x.get(i);
            if (tanh && Math.abs(at) >= 709.79) {
                // there (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ) is ∞/∞
                assertThat(recordedY[i]).isNaN();
                assertThat(y[i]).isEqualTo(Math.signum(at));
                assertThat(dy[i]).isZero();
            } else {
                // with a slope above 1, max(αx, x) is the other branch everywhere: αx above 0, x below
                boolean otherBranch = alpha > 1;
                double expected = otherBranch ? (at > 0 ? recordedY[i] / alpha : recordedY[i] * alpha) : recordedY[i];
                NEAR.verify("y at " + at, Tensor.of(y[i]), Tensor.of(expected));
                NEAR.verify("dy at " + at, Tensor.of(dy[i]), Tensor.of(recordedDy[i]));
            }
        }
    }

    /** The recorded derivative is that with respect to x/T: T times the true one. */
    private static void softmax(Map<String, Object> item) {
        RecordedFile.requireOnly(item, Set.of("function", "hparams", "x", "y", "dy", "dA", "hadamard"));
        double temperature = Json.number(Json.object(item.get("hparams")).get("softmax_temperature"));
        Activation softmax = Activation.softmax(temperature);
        Tensor x = Json.tensor(item.get("x"));
        Tensor dy = Json.tensor(item.get("dy"));
        NEAR.verify("y", softmax.apply(x), Json.tensor(item.get("y")));
        for (int i = 0; i < x.size(0); i++) {
            Tensor jacobian = Grad.jacobian(softmax, x.select(0, i));
            NEAR.verify("dy of sample " + i, jacobian.mul(temperature), dy.select(0, i));
        }
        Tensor dx = Grad.vjp(softmax, x, Json.tensor(item.get("dA")));
        NEAR.verify("dZ", dx.mul(temperature), Json.tensor(item.get("hadamard")));
    }

    private static void initialiser(Map<String, Object> item) {
        RecordedFile.requireOnly(item, Set.of("shape", "normal", "xavier", "orthogonal"));
        Shape shape = Shape.of(Json.ints(item.get("shape")));
        double[] normal = Json.tensor(item.get("normal")).toArray();
        NEAR.verify("xavier", Initializers.xavier().draw(new Replay(normal), shape), Json.tensor(item.get("xavier")));
        if (item.containsKey("orthogonal")) {
            NEAR.verify(
                    "orthogonal",
                    Initializers.orthogonal().draw(new Replay(normal), shape),
                    Json.tensor(item.get("orthogonal")));
        }
    }

    private static void clipping(Map<String, Object> item) {
        RecordedFile.requireOnly(item, Set.of("max_norm", "before", "after"));
        Parameters clipped =
                Clipping.byNorm(Parameters.of(tensors(item.get("before"))), Json.number(item.get("max_norm")));
        Map<String, Tensor> after = tensors(item.get("after"));
        assertThat(clipped.names()).isEqualTo(after.keySet());
        after.forEach((name, expected) -> NEAR.verify(name, clipped.get(name), expected));
    }

    private static Map<String, Tensor> tensors(Object byName) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Json.object(byName).forEach((name, value) -> tensors.put(name, Json.tensor(value)));
        return tensors;
    }
}
