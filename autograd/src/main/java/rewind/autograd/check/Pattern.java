package rewind.autograd.check;

import static rewind.autograd.check.Jacobian.index;
import static rewind.autograd.check.Jacobian.stride;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.DType;
import rewind.autograd.Shape;

/**
 * The usual mistakes, recognised by what they make of a right Jacobian.
 *
 * @param wrong the Jacobian with a mistake
 * @param right the right one
 * @param sizes what else has axes by whose sizes one may have multiplied or divided, by name
 * @param precision up to which part of the largest entry two Jacobians are the same
 */
record Pattern(Jacobian wrong, Jacobian right, Map<String, Shape> sizes, double precision) {
    /** What differences of the dtype can tell. */
    static double precision(DType dtype) {
        return 10 * Math.sqrt(dtype.epsilon()) * (dtype == DType.FLOAT64 ? 10 : 2);
    }

    /** Describes the mistake, if it is one of the usual ones. */
    Optional<String> find() {
        if (right.largest() == 0 || wrong.isNear(right, precision)) {
            return Optional.empty();
        }
        if (wrong.largest() == 0) {
            return Optional.of("a dropped term: nothing arrives");
        }
        return Stream.<Supplier<Optional<String>>>of(
                        this::sign,
                        this::factor,
                        this::transpose,
                        this::sum,
                        this::dropped,
                        this::shifted,
                        this::signOfSome)
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> sign() {
        return when(right.with((i, j) -> -right.rows()[i][j]), "a sign error");
    }

    private Optional<String> signOfSome() {
        double allowed = precision * Math.max(right.largest(), wrong.largest());
        Jacobian.Entries turned = (i, j) ->
                Math.abs(wrong.rows()[i][j] - right.rows()[i][j]) <= allowed ? right.rows()[i][j] : -right.rows()[i][j];
        return when(right.with(turned), "a sign error, in the entries that differ");
    }

    /** c from the least-squares fit of wrong = c · right. */
    private Optional<String> factor() {
        double products = 0;
        double squares = 0;
        int significant = 0;
        for (int i = 0; i < right.rows().length; i++) {
            for (int j = 0; j < right.rows()[i].length; j++) {
                products += wrong.rows()[i][j] * right.rows()[i][j];
                squares += right.rows()[i][j] * right.rows()[i][j];
                significant += Math.abs(right.rows()[i][j]) > 1e-3 * right.largest() ? 1 : 0;
            }
        }
        double c = products / squares;
        Optional<String> named = named(c);
        boolean telling =
                Math.abs(c - 1) > precision && (significant > 1 || named.isPresent() || isWhole(c) || isWhole(1 / c));
        return telling
                ? when(
                        right.with((i, j) -> c * right.rows()[i][j]),
                        "a factor of " + number(c)
                                + named.map(of -> " (" + of + " has that size)").orElse(""))
                : Optional.empty();
    }

    private static boolean isWhole(double c) {
        return Math.abs(c - Math.rint(c)) < 1e-6 && Math.rint(c) != 0;
    }

    private static String number(double c) {
        return isWhole(c)
                ? String.valueOf(Math.round(c))
                : isWhole(1 / c) ? "1/" + Math.round(1 / c) : String.valueOf((float) c);
    }

    /** What has an axis of the size c or 1/c. */
    private Optional<String> named(double c) {
        double size = Math.abs(c) >= 1 ? c : 1 / c;
        return sizes.entrySet().stream()
                .flatMap(each -> IntStream.range(0, each.getValue().rank())
                        .filter(axis -> Math.abs(size - each.getValue().size(axis)) < 1e-6 && size > 1.5)
                        .mapToObj(axis -> "axis " + axis + " of " + each.getKey() + " " + each.getValue()))
                .findFirst();
    }

    private Optional<String> transpose() {
        Optional<String> ofInput = isSquare(right.input())
                ? when(
                        right.with((i, j) -> right.rows()[i][transposed(right.input(), j)]),
                        "a missing transpose: the derivative is that of the transposed argument")
                : Optional.empty();
        return ofInput.or(() -> isSquare(right.result())
                ? when(
                        right.with((i, j) -> right.rows()[transposed(right.result(), i)][j]),
                        "a missing transpose: of what arrives")
                : Optional.empty());
    }

    static boolean isSquare(Shape shape) {
        return shape.rank() >= 2 && shape.size(-1) == shape.size(-2) && shape.size(-1) > 1;
    }

    private static int transposed(Shape shape, int position) {
        int n = shape.size(-1);
        int within = position % (n * n);
        return position - within + within % n * n + within / n;
    }

    /** Of an input that was repeated along an axis of the result only one copy counts. */
    private Optional<String> sum() {
        Shape result = right.result();
        return IntStream.range(0, result.rank())
                .filter(axis -> result.size(axis) > 1 && repeated(axis))
                .boxed()
                .flatMap(axis -> IntStream.range(0, result.size(axis))
                        .mapToObj(k -> when(
                                right.with((i, j) -> index(result, i, axis) == k ? right.rows()[i][j] : 0),
                                String.format(
                                        Locale.ROOT,
                                        "a missing sum over the broadcast axis %d of the result %s: only index %d"
                                                + " arrives",
                                        axis,
                                        result,
                                        k))))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private boolean repeated(int axis) {
        int own = axis - right.result().rank() + right.input().rank();
        return own < 0 || right.input().size(own) == 1;
    }

    private Optional<String> dropped() {
        Shape input = right.input();
        return IntStream.range(0, input.rank())
                .filter(axis -> input.size(axis) > 1)
                .boxed()
                .flatMap(axis -> IntStream.range(0, input.size(axis))
                        .mapToObj(k -> when(
                                right.with((i, j) -> index(input, j, axis) == k ? 0 : right.rows()[i][j]),
                                String.format(Locale.ROOT, "a dropped step: index %d of axis %d is missing", k, axis))))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> shifted() {
        Shape input = right.input();
        return IntStream.range(0, input.rank())
                .filter(axis -> input.size(axis) > 2)
                .boxed()
                .flatMap(axis -> IntStream.of(1, -1)
                        .mapToObj(by -> when(shiftedBy(axis, by), "off by one step along axis " + axis)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The entries of the next or previous index; the last or first one, which has no such, is as it is. */
    private Jacobian shiftedBy(int axis, int by) {
        Shape input = right.input();
        int stride = stride(input, axis);
        IntUnaryOperator neighbour = j -> index(input, j, axis) + by;
        return right.with((i, j) -> neighbour.applyAsInt(j) < 0 || neighbour.applyAsInt(j) >= input.size(axis)
                ? wrong.rows()[i][j]
                : right.rows()[i][j + by * stride]);
    }

    private Optional<String> when(Jacobian mistaken, String text) {
        return wrong.isNear(mistaken, precision) ? Optional.of(text) : Optional.empty();
    }
}
