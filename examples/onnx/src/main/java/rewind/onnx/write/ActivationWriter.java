package rewind.onnx.write;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.onnx.proto.Attribute;

/** Writes activations: those that are an operator of the same name, and all others by what they are made of. */
final class ActivationWriter {
    private static final Map<String, String> OPERATORS =
            Map.of("tanh", "Tanh", "sigmoid", "Sigmoid", "relu", "Relu", "softplus", "Softplus");

    private static final Set<String> OTHERS = Set.of("identity", "leakyRelu", "elu", "selu", "silu", "gelu");

    private ActivationWriter() {}

    /** Whether an activation does the same for any shape, by its name; of one of a user's own that is not known. */
    static boolean isStandard(Activation activation) {
        Set<String> names = new HashSet<>(OPERATORS.keySet());
        names.addAll(OTHERS);
        return names.contains(activation.name()) || isSoftmax(activation);
    }

    private static boolean isSoftmax(Activation activation) {
        return activation.name().equals("softmax") && !activation.description().isOwn();
    }

    /**
     * Writes an activation.
     *
     * @param writer what writes functions
     */
    static String write(GraphBuilder graph, Activation activation, String x, FunctionWriter writer) {
        if (activation.name().equals("identity")) {
            return x;
        }
        if (isSoftmax(activation) && activation.description().options().isEmpty()) {
            return graph.node("Softmax", List.of(x), Map.of("axis", Attribute.of(-1L)));
        }
        String operator = OPERATORS.get(activation.name());
        return operator != null ? graph.node(operator, x) : writer.write(activation, x);
    }

    /** Writes functions by what they are made of. */
    interface FunctionWriter {
        String write(UnaryOperator<Tensor> function, String x);
    }
}
