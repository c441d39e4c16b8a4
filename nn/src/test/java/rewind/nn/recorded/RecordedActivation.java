package rewind.nn.recorded;

import java.util.Map;
import rewind.nn.fixture.Json;
import rewind.nn.layer.Activation;

/** The activations of EpyNN by the names and hyperparameters that are recorded. */
final class RecordedActivation {
    private RecordedActivation() {}

    public static Activation of(Object name, Map<String, Object> hyperparameters) {
        return switch ((String) name) {
            case "identity", "relu", "sigmoid", "tanh" -> Activation.named((String) name);
            case "lrelu" -> {
                double alpha = Json.number(hyperparameters.get("LRELU_alpha"));
                yield alpha == 0.3 ? Activation.named("leakyRelu") : Activation.of(x -> x.leakyRelu(alpha));
            }
            case "elu" -> {
                double alpha = Json.number(hyperparameters.get("ELU_alpha"));
                yield alpha == 1 ? Activation.named("elu") : Activation.of(x -> x.elu(alpha));
            }
            case "softmax" -> {
                Object temperature = hyperparameters.get("softmax_temperature");
                yield Activation.softmax(temperature == null ? 1 : Json.number(temperature));
            }
            default -> throw new AssertionError("the recorded activation must be known, got " + name);
        };
    }
}
