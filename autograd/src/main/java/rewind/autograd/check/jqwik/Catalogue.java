package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Domain.ANY;
import static rewind.autograd.check.jqwik.Domain.APART;
import static rewind.autograd.check.jqwik.Domain.APART_FROM_NUMBERS;
import static rewind.autograd.check.jqwik.Domain.APART_FROM_POLES;
import static rewind.autograd.check.jqwik.Domain.APART_FROM_THREE;
import static rewind.autograd.check.jqwik.Domain.BETWEEN_WHOLE;
import static rewind.autograd.check.jqwik.Domain.DISTINCT;
import static rewind.autograd.check.jqwik.Domain.DIVISIBLE;
import static rewind.autograd.check.jqwik.Domain.FILLED;
import static rewind.autograd.check.jqwik.Domain.INSIDE;
import static rewind.autograd.check.jqwik.Domain.INVERTIBLE;
import static rewind.autograd.check.jqwik.Domain.NEAR_WHOLE;
import static rewind.autograd.check.jqwik.Domain.NONZERO;
import static rewind.autograd.check.jqwik.Domain.OFF_AXES;
import static rewind.autograd.check.jqwik.Domain.POSITIVE;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Kind.Arguments;
import rewind.autograd.check.jqwik.Step.Operand;

/**
 * The operations that programs are made of: all public ones but those whose derivative differences cannot tell ({@code detach}, and
 * {@code to}, which rounds) and those that take a function.
 */
final class Catalogue {
    static final List<Kind> ALL = Stream.of(
                    elementwise(), arithmetic(), reductions(), products(), ShapingKinds.all(), IndexingKinds.all())
            .flatMap(kinds -> kinds)
            .toList();

    private Catalogue() {}

    private static Stream<Kind> elementwise() {
        return Stream.of(
                        of(
                                ANY,
                                Catalogue::one,
                                "neg()",
                                "square()",
                                "exp()",
                                "expm1()",
                                "sin()",
                                "cos()",
                                "tanh()",
                                "sigmoid()",
                                "logSigmoid()",
                                "softplus()",
                                "sinh()",
                                "cosh()",
                                "atan()",
                                "normalCdf()",
                                "normalPdf()",
                                "erf()",
                                "erfc()",
                                "mish()",
                                "silu()",
                                "gelu()",
                                "oneMinus()"),
                        of(NONZERO, Catalogue::one, "abs()", "sign()", "relu()", "selu()"),
                        of(NONZERO, Catalogue::withNumber, "leakyRelu(double)", "elu(double)"),
                        of(POSITIVE, Catalogue::one, "sqrt()", "log()", "log2()", "log10()", "lgamma()", "digamma()"),
                        of(POSITIVE, d -> Optional.of(arguments(d.any(), d.between(0, 2))), "polygamma(int)"),
                        of(INSIDE, Catalogue::one, "asin()", "acos()"),
                        of(APART_FROM_POLES, Catalogue::one, "tan()"),
                        of(BETWEEN_WHOLE, Catalogue::one, "floor()", "ceil()"),
                        of(NEAR_WHOLE, Catalogue::one, "round()"),
                        of(APART_FROM_THREE, Catalogue::one, "hardSigmoid()"),
                        of(INVERTIBLE, Catalogue::one, "reciprocal()"),
                        of(Domain.above(-0.9), Catalogue::one, "log1p()"),
                        of(APART_FROM_NUMBERS, Catalogue::withRange, "clamp(double, double)"))
                .flatMap(kinds -> kinds);
    }

    private static Stream<Kind> arithmetic() {
        return Stream.of(
                        of(
                                ANY,
                                Catalogue::two,
                                "add(Tensor)",
                                "sub(Tensor)",
                                "mul(Tensor)",
                                "maskedBy(Tensor)",
                                "logAddExp(Tensor)",
                                "binaryCrossEntropy(Tensor)"),
                        of(ANY, Catalogue::withNumber, "add(double)", "sub(double)", "mul(double)", "div(double)"),
                        of(DIVISIBLE, Catalogue::two, "div(Tensor)"),
                        of(OFF_AXES, Catalogue::two, "atan2(Tensor)"),
                        of(POSITIVE, Catalogue::two, "pow(Tensor)"),
                        of(POSITIVE, Catalogue::withNumber, "pow(double)"),
                        of(
                                APART,
                                Catalogue::two,
                                "maximum(Tensor)",
                                "minimum(Tensor)",
                                "greater(Tensor)",
                                "greaterEqual(Tensor)",
                                "less(Tensor)",
                                "lessEqual(Tensor)",
                                "equalTo(Tensor)",
                                "notEqualTo(Tensor)"),
                        of(
                                APART_FROM_NUMBERS,
                                Catalogue::withNumber,
                                "maximum(double)",
                                "minimum(double)",
                                "greater(double)",
                                "greaterEqual(double)",
                                "less(double)",
                                "lessEqual(double)",
                                "equalTo(double)",
                                "notEqualTo(double)"),
                        of(NONZERO, Catalogue::three, "where(Tensor, Tensor, Tensor)"))
                .flatMap(kinds -> kinds);
    }

    private static Stream<Kind> reductions() {
        return Stream.of(
                        of(ANY, Catalogue::over, "sum(Axes)"),
                        of(ANY, Catalogue::along, "sum(int...)", "softmax(int...)", "logSoftmax(int...)"),
                        of(FILLED, Catalogue::over, "mean(Axes)", "variance(Axes)", "logSumExp(Axes)"),
                        of(FILLED, Catalogue::along, "mean(int...)", "variance(int...)", "logSumExp(int...)"),
                        of(DISTINCT, Catalogue::over, "max(Axes)", "min(Axes)"),
                        of(DISTINCT, Catalogue::along, "max(int...)", "min(int...)"),
                        of(NONZERO, Catalogue::over, "norm(Axes)"),
                        of(NONZERO, Catalogue::along, "norm(int...)"),
                        of(DISTINCT, Catalogue::over, "std(Axes)"),
                        of(DISTINCT, Catalogue::along, "std(int...)"),
                        of(ANY, Catalogue::alongOne, "cumsum(int)", "cumprod(int)"),
                        of(ANY, Catalogue::over, "prod(Axes)"),
                        of(ANY, Catalogue::along, "prod(int...)"),
                        of(DISTINCT, Catalogue::alongOne, "argMax(int)"),
                        of(ANY, Catalogue::sumTo, "sumTo(Shape)"))
                .flatMap(kinds -> kinds);
    }

    private static Stream<Kind> products() {
        return Stream.of(
                        of(ANY, Catalogue::factors, "matmul(Tensor)"),
                        of(
                                ANY,
                                d -> d.one(x -> x.rank() == 1)
                                        .flatMap(x -> d.one(like(d.tensor(x))).map(y -> arguments(x, y))),
                                "dot(Tensor)"),
                        of(
                                ANY,
                                d -> d.one(x -> x.rank() == 1)
                                        .flatMap(x -> d.one(y -> y.rank() == 1).map(y -> arguments(x, y))),
                                "outer(Tensor)"),
                        of(
                                ANY,
                                d -> d.one(x -> x.rank() >= 1 && x.size(-1) >= 1)
                                        .flatMap(x -> d.one(like(d.tensor(x))).map(y -> arguments(x, y))),
                                "softmaxCrossEntropy(Tensor)"))
                .flatMap(kinds -> kinds);
    }

    // ---- arguments ----

    static Stream<Kind> of(Domain domain, Kind.Draw draw, String... signatures) {
        return Stream.of(signatures).map(signature -> new Kind(signature, domain, draw));
    }

    static Arguments arguments(Object... values) {
        return new Arguments(-1, values);
    }

    static Predicate<Tensor> like(Tensor x) {
        return y -> y.shape().equals(x.shape());
    }

    private static Optional<Arguments> one(Wiring d) {
        return Optional.of(arguments(d.any()));
    }

    private static Optional<Arguments> withNumber(Wiring d) {
        return Optional.of(arguments(d.any(), d.number()));
    }

    private static Optional<Arguments> withRange(Wiring d) {
        double low = d.number();
        return Optional.of(arguments(d.any(), low, low + Math.abs(d.number())));
    }

    private static Optional<Arguments> two(Wiring d) {
        Operand x = d.any();
        return broadcasting(d, x).map(y -> d.flag() ? arguments(x, y) : arguments(y, x));
    }

    private static Optional<Arguments> three(Wiring d) {
        Operand x = d.any();
        return broadcasting(d, x)
                .flatMap(y -> d.one(z -> fits(z, d.tensor(x)) && fits(z, d.tensor(y)))
                        .map(z -> d.flag() ? arguments(x, y, z) : arguments(z, x, y)));
    }

    private static Optional<Operand> broadcasting(Wiring d, Operand x) {
        return d.one(y -> fits(y, d.tensor(x)));
    }

    private static boolean fits(Tensor x, Tensor y) {
        return Domain.broadcast(x.shape(), y.shape());
    }

    private static Optional<Arguments> over(Wiring d) {
        Operand x = d.any();
        return Optional.of(arguments(x, d.over(d.tensor(x).rank())));
    }

    private static Optional<Arguments> along(Wiring d) {
        Operand x = d.any();
        return Optional.of(arguments(x, d.axes(d.tensor(x).rank())));
    }

    private static Optional<Arguments> alongOne(Wiring d) {
        return d.one(x -> x.rank() >= 1)
                .map(x -> arguments(x, d.axis(d.tensor(x).rank())));
    }

    /** To the shape with some axes summed: of size 1, or missing. */
    private static Optional<Arguments> sumTo(Wiring d) {
        Operand x = d.any();
        int[] sizes = d.tensor(x).shape().toArray();
        int missing = d.between(0, sizes.length);
        int[] part = Arrays.stream(sizes, missing, sizes.length)
                .map(size -> d.flag() ? 1 : size)
                .toArray();
        return Optional.of(arguments(x, Shape.of(part)));
    }

    private static Optional<Arguments> factors(Wiring d) {
        return d.one(x -> x.rank() >= 2)
                .flatMap(x -> d.one(y -> multiply(d.tensor(x), y)).map(y -> arguments(x, y)));
    }

    private static boolean multiply(Tensor x, Tensor y) {
        return y.rank() >= 2 && x.size(-1) == y.size(-2) && Domain.broadcast(leading(x), leading(y));
    }

    private static Shape leading(Tensor x) {
        return Shape.of(Arrays.copyOf(x.shape().toArray(), x.rank() - 2));
    }
}
