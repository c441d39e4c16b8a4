package rewind.onnx.write;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** The recorded operations as nodes, each as a function that adds them and returns the name of the value. */
public final class Operations {
    /** The same numbers, which only differ in how they are differentiated. */
    private static final Set<String> SAME =
            Set.of("detach", "named", "powPullback", "extremePullback", "normPullback", "absPullback");

    private static final Map<String, Function<Operation, String>> ALL = new HashMap<>(Map.ofEntries(
            entry("neg", one("Neg")),
            entry("abs", one("Abs")),
            entry("sign", one("Sign")),
            entry("sqrt", one("Sqrt")),
            entry("reciprocal", one("Reciprocal")),
            entry("exp", one("Exp")),
            entry("log", one("Log")),
            entry("sin", one("Sin")),
            entry("cos", one("Cos")),
            entry("asin", one("Asin")),
            entry("acos", one("Acos")),
            entry("atan", one("Atan")),
            entry("erf", one("Erf")),
            entry("erfc", o -> o.node("Sub", o.number(1), o.node("Erf", o.input(0)))),
            entry("floor", one("Floor")),
            entry("ceil", one("Ceil")),
            entry("round", one("Round")),
            entry("tanh", one("Tanh")),
            entry("sigmoid", one("Sigmoid")),
            entry("relu", one("Relu")),
            entry("square", o -> o.node("Mul", o.input(0), o.input(0))),
            entry("expm1", Operations::expm1),
            entry("log1p", o -> log1p(o, o.input(0))),
            entry("logSigmoid", Operations::logSigmoid),
            entry("normalCdf", Operations::normalCdf),
            entry("normalPdf", Operations::normalPdf),
            entry("atan2", Operations::atan2),
            entry("clamp", Operations::clamp),
            entry("add", two("Add")),
            entry("sub", two("Sub")),
            entry("mul", two("Mul")),
            entry("div", two("Div")),
            entry("pow", two("Pow")),
            entry("maximum", two("Max")),
            entry("minimum", two("Min")),
            entry("maskedBy", o -> masked(o, o.input(0), o.input(1))),
            entry("silu", o -> masked(o, o.input(0), o.input(1))),
            entry("mish", o -> masked(o, o.input(0), o.input(1))),
            entry("gelu", o -> masked(o, o.input(0), o.input(1))),
            entry("greater", truths("Greater")),
            entry("greaterEqual", truths("GreaterOrEqual")),
            entry("less", truths("Less")),
            entry("lessEqual", truths("LessOrEqual")),
            entry("equalTo", truths("Equal")),
            entry("notEqualTo", o -> o.numbers(o.node("Not", o.node("Equal", o.input(0), o.input(1))))),
            entry("where", o -> o.node("Where", truth(o, o.input(0)), o.input(1), o.input(2))),
            entry("to", o -> o.graph().cast(o.input(0), o.type())),
            entry("matmul", Operations::matmul),
            entry("softmaxCrossEntropy", Operations::crossEntropy)));

    static {
        ALL.putAll(AxisOperations.ALL);
        ALL.putAll(Arrangements.ALL);
        ALL.putAll(WindowOperations.ALL);
        SAME.forEach(name -> ALL.put(name, o -> o.input(0)));
    }

    private Operations() {}

    /** Returns the names of the operations that have a counterpart. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(ALL.keySet()));
    }

    static boolean knows(String operation) {
        return ALL.containsKey(operation);
    }

    static String write(Operation operation) {
        if (operation.has("root")) {
            String root = ALL.get(operation.attributes().get("root")).apply(operation);
            return operation.node("Pow", root, operation.number(operation.number("power")));
        }
        return ALL.get(operation.name()).apply(operation);
    }

    private static Function<Operation, String> one(String op) {
        return o -> o.node(op, o.input(0));
    }

    private static Function<Operation, String> two(String op) {
        return o -> o.node(op, o.input(0), o.input(1));
    }

    private static Function<Operation, String> truths(String op) {
        return o -> o.numbers(o.node(op, o.input(0), o.input(1)));
    }

    static String truth(Operation o, String numbers) {
        return o.node("Not", o.node("Equal", numbers, o.number(0)));
    }

    /** x ⊙ w, 0 where w is. */
    static String masked(Operation o, String x, String w) {
        return o.node("Where", o.node("Equal", w, o.number(0)), o.number(0), o.node("Mul", x, w));
    }

    /** eˣ − 1 = tanh(x/2) (eˣ + 1), which loses nothing near 0. */
    private static String expm1(Operation o) {
        String half = o.node("Tanh", o.node("Mul", o.input(0), o.number(0.5)));
        return o.node("Mul", half, o.node("Add", o.node("Exp", o.input(0)), o.number(1)));
    }

    /** −ln(1 + e⁻ˣ) = min(x, 0) − ln(1 + e^−|x|); the operator Softplus is often there for floats alone. */
    private static String logSigmoid(Operation o) {
        if (o.type() == ElementType.FLOAT) {
            return o.node("Neg", o.node("Softplus", o.node("Neg", o.input(0))));
        }
        String power = o.node("Exp", o.node("Neg", o.node("Abs", o.input(0))));
        return o.node("Sub", o.node("Min", o.input(0), o.number(0)), log1p(o, power));
    }

    /** ln(1 + x) = x ln(u)/(u − 1) with the rounded u = 1 + x, which takes back what was rounded. Source: Kahan, 1982. */
    private static String log1p(Operation o, String x) {
        String sum = o.node("Add", x, o.number(1));
        String part = o.node("Sub", sum, o.number(1));
        String whole = o.node(
                "Or", o.node("Equal", part, o.number(0)), o.node("Equal", part, o.number(Double.POSITIVE_INFINITY)));
        String log = o.node("Mul", o.node("Log", sum), o.node("Div", x, o.node("Where", whole, o.number(1), part)));
        return o.node("Where", whole, x, log);
    }

    /** (1 + erf(x/√2))/2. */
    private static String normalCdf(Operation o) {
        String error = o.node("Erf", o.node("Mul", o.input(0), o.number(Math.sqrt(0.5))));
        return o.node("Mul", o.node("Add", error, o.number(1)), o.number(0.5));
    }

    /** e^(−x²/2)/√(2π). */
    private static String normalPdf(Operation o) {
        String exponent = o.node("Mul", o.node("Mul", o.input(0), o.input(0)), o.number(-0.5));
        return o.node("Mul", o.node("Exp", exponent), o.number(1 / Math.sqrt(2 * Math.PI)));
    }

    /**
     * atan2(x, y), the angle of (y, x): of the lesser part to the greater one, which no square makes overflow, then turned into its eighth of
     * the circle. Of two zeros the ratio is 0, of two infinite parts 1.
     */
    private static String atan2(Operation o) {
        String x = o.input(0);
        String y = o.input(1);
        String up = o.node("Abs", x);
        String along = o.node("Abs", y);
        String greater = o.node("Max", up, along);
        String lesser = o.node("Min", up, along);
        String one = o.number(1);
        String ratio = o.node("Div", lesser, o.node("Where", o.node("Equal", greater, o.number(0)), one, greater));
        String infinite = o.node("Equal", lesser, o.number(Double.POSITIVE_INFINITY));
        String acute = o.node("Atan", o.node("Where", infinite, one, ratio));
        String steep = o.node("Greater", up, along);
        String quarter = o.node("Where", steep, o.node("Sub", o.number(Math.PI / 2), acute), acute);
        String behind = negative(o, y);
        String half = o.node("Where", behind, o.node("Sub", o.number(Math.PI), quarter), quarter);
        return o.node("Where", negative(o, x), o.node("Neg", half), half);
    }

    /** Whether a number has the sign −, as −0 has too. */
    private static String negative(Operation o, String x) {
        return o.node("Or", o.node("Less", x, o.number(0)), o.node("Less", o.node("Reciprocal", x), o.number(0)));
    }

    private static String clamp(Operation o) {
        double low = o.number("low");
        double high = o.number("high");
        String least = low == Double.NEGATIVE_INFINITY ? "" : o.number(low);
        String greatest = high == Double.POSITIVE_INFINITY ? "" : o.number(high);
        return o.node("Clip", List.of(o.input(0), least, greatest), Map.of());
    }

    /** Products of which the result has fewer leading axes are summed over the others. */
    private static String matmul(Operation o) {
        String left = factor(o, 0, o.flag("transposedLeft"));
        String right = factor(o, 1, o.flag("transposedRight"));
        String product = o.node("MatMul", left, right);
        int rank = Math.max(o.shape(0).rank(), o.shape(1).rank());
        int[] summed = IntStream.range(0, rank - 2)
                .filter(axis -> leading(o, axis, rank) > resulting(o, axis, rank))
                .toArray();
        if (summed.length == 0) {
            return product;
        }
        String axes = o.graph().integers(Arrays.stream(summed).asLongStream().toArray());
        String sum = o.node("ReduceSum", List.of(product, axes), Map.of("keepdims", Attribute.of(1L)));
        return o.node("Reshape", sum, o.vector(o.sizes()));
    }

    /** The size along an axis, counted for a rank, of the operands' product. */
    private static int leading(Operation o, int axis, int rank) {
        int size = 1;
        for (int i = 0; i < 2; i++) {
            int own = axis - (rank - o.shape(i).rank());
            size = own < 0 || o.shape(i).size(own) == 1 ? size : o.shape(i).size(own);
        }
        return size;
    }

    private static int resulting(Operation o, int axis, int rank) {
        int own = axis - (rank - o.rank());
        return own < 0 ? 1 : o.shape().size(own);
    }

    private static String factor(Operation o, int input, boolean transposed) {
        String x = transposed ? turned(o, input) : o.input(input);
        return o.graph().factor(x, o.type());
    }

    private static String turned(Operation o, int input) {
        int rank = o.shape(input).rank();
        int[] order = IntStream.range(0, rank)
                .map(axis -> axis < rank - 2 ? axis : 2 * rank - 3 - axis)
                .toArray();
        return o.graph().transpose(o.input(input), order);
    }

    /** −Σ t ⊙ ln softmax(x), in which terms count as 0 where t is. */
    private static String crossEntropy(Operation o) {
        String log = o.node("LogSoftmax", List.of(o.input(0)), Map.of("axis", Attribute.of(-1L)));
        String terms = masked(o, log, o.input(1));
        String axes = o.graph().integers(-1);
        return o.node("Neg", o.node("ReduceSum", List.of(terms, axes), Map.of("keepdims", Attribute.of(0L))));
    }

    /** Whole numbers in a vector, a matrix, …, as numbers of a type. */
    static String whole(Operation o, String x) {
        return o.graph().cast(x, ElementType.INT64);
    }
}
