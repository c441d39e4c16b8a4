package rewind.onnx.operator;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Node;

/** All operators that are known, by name. */
public final class Operators {
    private static final Map<String, Operator> ALL = new TreeMap<>();

    static {
        List.of(
                        Elementwise.ALL,
                        Activations.ALL,
                        Arithmetic.ALL,
                        Reductions.ALL,
                        Normalizations.ALL,
                        Shapes.ALL,
                        Parts.ALL,
                        Constants.ALL,
                        Products.ALL,
                        Convolutions.ALL,
                        ClassLosses.ALL,
                        Recurrences.ALL,
                        Control.ALL)
                .forEach(ALL::putAll);
    }

    /** Operators of quantised networks. */
    private static final Set<String> QUANTISED = Set.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "QLinearMatMul",
            "QLinearConv",
            "MatMulInteger",
            "ConvInteger");

    private Operators() {}

    /** Returns the names of the operators that are known. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(ALL.keySet()));
    }

    /** Whether an operator is known. */
    public static boolean knows(Node node) {
        return node.domain().isEmpty() && ALL.containsKey(node.op());
    }

    /** Whether an operator belongs to quantised networks. */
    public static boolean isQuantised(Node node) {
        return QUANTISED.contains(node.op())
                || node.op().startsWith("QLinear")
                || node.op().endsWith("Integer");
    }

    static Operator get(Node node) {
        Check.that(knows(node), "operator %s is not known", node.operator());
        return ALL.get(node.op());
    }
}
