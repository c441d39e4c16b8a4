package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.special.Erf;
import rewind.autograd.Draws.Domain;
import rewind.autograd.Operation.Call;
import rewind.autograd.Operation.Scalar;
import rewind.autograd.check.jqwik.Domains;

/**
 * The table: one row per public operation and overload. A row makes up calls with random shapes and arguments; every property of
 * {@link OperationProperties} then holds for it. Functions of single elements stand here, the others in {@link ReductionOperations}
 * and {@link ShapeOperations}.
 */
final class Operations {
    /**
     * The textbook forms, 1 − tanh² and σ(1 − σ), lose digits where a function saturates; up to |x| = 3 they are good to 2e-14, and
     * so is the oracle, which uses the same forms.
     */
    static final Domain ANY = new Domain(-3, 3);

    static final Domain NONZERO = ANY.where(x -> Math.abs(x) >= Domains.GAP);
    static final Domain POSITIVE = new Domain(0.1, 3);

    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private Operations() {}

    static List<Operation> all() {
        return Stream.of(elementwise(), arithmetic(), ReductionOperations.rows(), ShapeOperations.rows())
                .flatMap(rows -> rows)
                .toList();
    }

    static List<Operation> differentiable() {
        return all().stream().filter(Operation::differentiable).toList();
    }

    private static Stream<Operation> elementwise() {
        return Stream.of(
                unary("neg()", Tensor::neg, DerivativeStructure::negate),
                unary("abs()", Tensor::abs, DerivativeStructure::abs),
                step("sign()", Tensor::sign, Math::signum),
                unary("square()", Tensor::square, x -> x.multiply(x)),
                unary("sqrt()", Tensor::sqrt, DerivativeStructure::sqrt),
                unary("reciprocal()", Tensor::reciprocal, DerivativeStructure::reciprocal),
                unary("exp()", Tensor::exp, DerivativeStructure::exp),
                unary("expm1()", Tensor::expm1, DerivativeStructure::expm1),
                unary("log()", Tensor::log, DerivativeStructure::log),
                unary("log1p()", Tensor::log1p, DerivativeStructure::log1p),
                unary("sin()", Tensor::sin, DerivativeStructure::sin),
                unary("cos()", Tensor::cos, DerivativeStructure::cos),
                unary("tanh()", Tensor::tanh, DerivativeStructure::tanh),
                unary("sigmoid()", Tensor::sigmoid, Operations::sigmoid),
                unary("logSigmoid()", Tensor::logSigmoid, Operations::logSigmoid),
                unary(
                        "softplus()",
                        Tensor::softplus,
                        x -> logSigmoid(x.negate()).negate()),
                unary("normalCdf()", Tensor::normalCdf, Operations::normalCdf),
                unary("relu()", Tensor::relu, x -> x.getValue() > 0 ? x : constant(x, 0)),
                parameter(
                        "leakyRelu(double)", Tensor::leakyRelu, (x, alpha) -> x.getValue() > 0 ? x : x.multiply(alpha)),
                parameter("elu(double)", Tensor::elu, Operations::elu),
                unary(
                        "selu()",
                        Tensor::selu,
                        x -> elu(x, constant(x, SELU_ALPHA)).multiply(SELU_SCALE)),
                unary("silu()", Tensor::silu, x -> x.multiply(sigmoid(x))),
                unary("gelu()", Tensor::gelu, x -> x.multiply(normalCdf(x))),
                new Operation("clamp(double, double)", true, Operations::clamp),
                unary("oneMinus()", Tensor::oneMinus, x -> x.negate().add(1)));
    }

    private static Stream<Operation> arithmetic() {
        return Stream.of(
                        binary("add", Tensor::add, Tensor::add, DerivativeStructure::add),
                        binary("sub", Tensor::sub, Tensor::sub, DerivativeStructure::subtract),
                        binary("mul", Tensor::mul, Tensor::mul, DerivativeStructure::multiply),
                        binary("div", Tensor::div, Tensor::div, DerivativeStructure::divide),
                        binary("pow", Tensor::pow, Tensor::pow, DerivativeStructure::pow),
                        extreme("maximum", Tensor::maximum, Tensor::maximum, (x, y) -> larger(x, y) ? x : y),
                        extreme("minimum", Tensor::minimum, Tensor::minimum, (x, y) -> larger(x, y) ? y : x),
                        Stream.of(new Operation(
                                "maskedBy(Tensor)",
                                true,
                                d -> two(Tensor::maskedBy, DerivativeStructure::multiply, d.broadcasting(ANY, ANY)))),
                        comparison("greater", Tensor::greater, Tensor::greater, sign -> sign > 0),
                        comparison("greaterEqual", Tensor::greaterEqual, Tensor::greaterEqual, sign -> sign >= 0),
                        comparison("less", Tensor::less, Tensor::less, sign -> sign < 0),
                        comparison("lessEqual", Tensor::lessEqual, Tensor::lessEqual, sign -> sign <= 0),
                        comparison("equalTo", Tensor::equalTo, Tensor::equalTo, sign -> sign == 0),
                        comparison("notEqualTo", Tensor::notEqualTo, Tensor::notEqualTo, sign -> sign != 0))
                .flatMap(rows -> rows);
    }

    // ---- kinds of rows ----

    /** Where a function of single elements is smooth. */
    static Domain domain(String signature, Double... arguments) {
        return ANY.where(x -> Domains.holds(signature, List.of(x), arguments));
    }

    /** The overload of a binary operation for a number. */
    @FunctionalInterface
    private interface WithNumber {
        Tensor apply(Tensor x, double y);
    }

    /** Whether a comparison holds, given the sign of x − y. */
    @FunctionalInterface
    private interface Comparison {
        boolean holds(int sign);
    }

    private static Operation unary(
            String signature, UnaryOperator<Tensor> f, UnaryOperator<DerivativeStructure> oracle) {
        return new Operation(
                signature, true, d -> one(f, Scalar.of(oracle)).apply(d.tensor(domain(signature), d.shape())));
    }

    private static Operation step(String signature, UnaryOperator<Tensor> f, DoubleUnaryOperator value) {
        Scalar oracle = Scalar.of((DerivativeStructure x) -> constant(x, value.applyAsDouble(x.getValue())));
        return new Operation(signature, false, d -> one(f, oracle).apply(d.integers(-2, 2, d.shape())));
    }

    /** A function with a number as its parameter. */
    private static Operation parameter(String signature, WithNumber f, BinaryOperator<DerivativeStructure> oracle) {
        return new Operation(signature, true, d -> {
            double number = d.number(ANY);
            return withNumber(f, oracle, d.tensor(domain(signature, number), d.shape()), number);
        });
    }

    private static Stream<Operation> binary(
            String name, BinaryOperator<Tensor> f, WithNumber g, BinaryOperator<DerivativeStructure> oracle) {
        Domain left = ANY.where(x -> Domains.holds(name + "(Tensor)", List.of(x, 1.0)));
        Domain right = ANY.where(y -> Domains.holds(name + "(Tensor)", List.of(1.0, y)));
        return Stream.of(
                new Operation(name + "(Tensor)", true, d -> two(f, oracle, d.broadcasting(left, right))),
                new Operation(name + "(double)", true, d -> {
                    double number = d.number(right);
                    return withNumber(g, oracle, d.tensor(domain(name + "(double)", number), d.shape()), number);
                }));
    }

    /** As binary, with operands that are nowhere nearly equal. */
    private static Stream<Operation> extreme(
            String name, BinaryOperator<Tensor> f, WithNumber g, BinaryOperator<DerivativeStructure> oracle) {
        return Stream.of(
                new Operation(name + "(Tensor)", true, d -> {
                    int[] whole = d.shape();
                    return two(f, oracle, d.distinct(whole, d.repeatable(whole)));
                }),
                new Operation(name + "(double)", true, d -> {
                    double number = d.number(ANY);
                    return withNumber(g, oracle, d.tensor(domain(name + "(double)", number), d.shape()), number);
                }));
    }

    private static Stream<Operation> comparison(
            String name, BinaryOperator<Tensor> f, WithNumber g, Comparison comparison) {
        BinaryOperator<DerivativeStructure> oracle =
                (x, y) -> constant(x, comparison.holds(Double.compare(x.getValue(), y.getValue())) ? 1 : 0);
        return Stream.of(
                new Operation(name + "(Tensor)", false, d -> {
                    int[] whole = d.shape();
                    return two(f, oracle, List.of(d.integers(0, 2, d.repeatable(whole)), d.integers(0, 2, whole)));
                }),
                new Operation(
                        name + "(double)",
                        false,
                        d -> withNumber(g, oracle, d.integers(0, 2, d.shape()), d.between(0, 2))));
    }

    private static Call clamp(Draws d) {
        double low = d.number(new Domain(-2, 0));
        double high = d.number(new Domain(low, 2));
        Scalar oracle = Scalar.of((DerivativeStructure x) ->
                x.getValue() < low ? constant(x, low) : x.getValue() > high ? constant(x, high) : x);
        return one(x -> x.clamp(low, high), oracle)
                .apply(d.tensor(domain("clamp(double, double)", low, high), d.shape()));
    }

    private static Function<Tensor, Call> one(UnaryOperator<Tensor> f, Scalar oracle) {
        return x -> Call.elementwise(List.of(x), in -> f.apply(in.get(0)), oracle);
    }

    static Call two(BinaryOperator<Tensor> f, BinaryOperator<DerivativeStructure> oracle, List<Tensor> inputs) {
        return Call.elementwise(inputs, in -> f.apply(in.get(0), in.get(1)), Scalar.of(oracle));
    }

    private static Call withNumber(WithNumber f, BinaryOperator<DerivativeStructure> oracle, Tensor x, double y) {
        return one(v -> f.apply(v, y), Scalar.of((DerivativeStructure v) -> oracle.apply(v, constant(v, y))))
                .apply(x);
    }

    // ---- functions of numbers ----

    private static DerivativeStructure constant(DerivativeStructure like, double value) {
        return new DerivativeStructure(like.getFreeParameters(), like.getOrder(), value);
    }

    private static boolean larger(DerivativeStructure x, DerivativeStructure y) {
        return x.getValue() > y.getValue();
    }

    private static DerivativeStructure sigmoid(DerivativeStructure x) {
        return x.negate().exp().add(1).reciprocal();
    }

    static DerivativeStructure logSigmoid(DerivativeStructure x) {
        return x.negate().exp().log1p().negate();
    }

    private static DerivativeStructure elu(DerivativeStructure x, DerivativeStructure alpha) {
        return x.getValue() > 0 ? x : x.expm1().multiply(alpha);
    }

    /** Φ with its derivatives φ and −xφ. */
    private static DerivativeStructure normalCdf(DerivativeStructure x) {
        double v = x.getValue();
        double density = Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
        double[] derivatives = {Erf.erfc(-v / Math.sqrt(2)) / 2, density, -v * density};
        return x.compose(Arrays.copyOf(derivatives, x.getOrder() + 1));
    }
}
