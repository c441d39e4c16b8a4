package rewind.autograd.check.jqwik;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * What properties of differentiable functions are tried with.
 *
 * <pre>{@code
 * @Property
 * void myLayerIsRight(@ForAll("inputs") Tensor x) {
 *     GradientCheck.of(MyLayer::apply).at(x).verify();
 * }
 *
 * @Provide
 * Arbitrary<Tensor> inputs() {
 *     return tensors(shapes().ranks(2, 3)).awayFrom(0);
 * }
 * }</pre>
 *
 * <p>Numbers are drawn with all their bits. They shrink to numbers of three digits, which read well, and not to 0 and 1, where a wrong
 * derivative often cannot be told from a right one; different numbers stay different.
 */
public final class Generators {
    /** The condition number of matrices, unless another one is given. */
    private static final double CONDITION = 10;

    private Generators() {}

    /** Returns shapes of 0 to 3 axes of 1 to 4 elements. */
    public static ShapeArbitrary shapes() {
        return new ShapeArbitrary();
    }

    /**
     * Returns lists of shapes that broadcast against each other; at least one of them has the shape of the result.
     *
     * @param count how many, at least 1
     * @param results the shape of the result
     */
    public static Arbitrary<List<Shape>> broadcastable(int count, Arbitrary<Shape> results) {
        require(count >= 1, "broadcastable: there must be at least one shape, got %s", count);
        return results.flatMap(whole -> {
            Arbitrary<Integer> complete = Arbitraries.integers().between(0, count - 1);
            Arbitrary<List<Shape>> repeated = repeatable(whole).list().ofSize(count);
            return complete.flatMap(k -> repeated.map(parts -> with(parts, k, whole)));
        });
    }

    /** Returns pairs of shapes that broadcast against each other, of {@link #shapes()}. */
    public static Arbitrary<List<Shape>> broadcastablePairs() {
        return broadcastable(2, shapes());
    }

    /** Shapes that broadcast to the whole: some sizes are 1, some axes are missing. */
    private static Arbitrary<Shape> repeatable(Shape whole) {
        int rank = whole.rank();
        Arbitrary<Integer> missing = Arbitraries.integers().between(0, rank);
        Arbitrary<List<Boolean>> ones =
                Arbitraries.of(false, false, true).list().ofSize(rank);
        return missing.flatMap(from -> ones.map(one -> {
            int[] sizes = whole.toArray();
            for (int axis = 0; axis < rank; axis++) {
                sizes[axis] = one.get(axis) ? 1 : sizes[axis];
            }
            return Shape.of(Arrays.copyOfRange(sizes, from, rank));
        }));
    }

    private static List<Shape> with(List<Shape> shapes, int position, Shape shape) {
        Shape[] changed = shapes.toArray(new Shape[0]);
        changed[position] = shape;
        return List.of(changed);
    }

    /**
     * Returns numbers between two bounds, evenly distributed.
     *
     * @throws IllegalArgumentException unless low &lt; high, both finite
     */
    public static Arbitrary<Double> numbers(double low, double high) {
        return tensors(Shape.of()).between(low, high).map(Tensor::toDouble);
    }

    /** Returns tensors of {@link #shapes()} with numbers between −2 and 2. */
    public static TensorArbitrary tensors() {
        return tensors(shapes());
    }

    /** Returns tensors of these shapes with numbers between −2 and 2. */
    public static TensorArbitrary tensors(Arbitrary<Shape> shapes) {
        return new TensorArbitrary(shapes);
    }

    /** Returns tensors of one shape with numbers between −2 and 2. */
    public static TensorArbitrary tensors(Shape shape) {
        return tensors(Arbitraries.just(shape));
    }

    /** Returns square matrices of n rows whose condition number is at most 10. */
    public static Arbitrary<Tensor> wellConditioned(int n) {
        return wellConditioned(n, CONDITION);
    }

    /**
     * Returns square matrices of n rows with singular values between 1/√κ and √κ, so that products with them, and solutions, lose few
     * digits.
     *
     * @param condition κ, the condition number that is not exceeded, greater than 1
     */
    public static Arbitrary<Tensor> wellConditioned(int n, double condition) {
        require(n >= 1, "wellConditioned: there must be at least one row, got %s", n);
        require(
                condition > 1 && Double.isFinite(condition),
                "wellConditioned: the condition number must be finite and greater than 1, got %s",
                condition);
        return Arbitraries.fromGenerator(random -> new Simplifying<>(
                Matrices.wellConditioned(random, n, condition),
                1,
                x -> Digits.few(x).stream().filter(few -> Matrices.condition(few) <= condition)));
    }

    /**
     * Returns padded batches of sequences with their lengths; lengths shrink to the number of steps.
     *
     * @param mostSamples samples of a batch, at least 1
     * @param mostSteps steps, at least 1
     * @param features elements of a step
     */
    public static Arbitrary<Sequences> sequences(int mostSamples, int mostSteps, int features) {
        require(
                mostSamples >= 1 && mostSteps >= 1 && features >= 1,
                "sequences: samples, steps and features must be at least 1, got %s, %s and %s",
                mostSamples,
                mostSteps,
                features);
        Arbitrary<Integer> samples = Arbitraries.integers().between(1, mostSamples);
        Arbitrary<Integer> steps = Arbitraries.integers().between(1, mostSteps);
        return steps.flatMap(s -> samples.flatMap(m -> tensors(Shape.of(m, s, features))
                .flatMap(values -> Arbitraries.integers()
                        .between(0, s)
                        .shrinkTowards(s)
                        .list()
                        .ofSize(m)
                        .map(lengths -> new Sequences(values, lengths)))));
    }

    /** Returns random programs of at most 12 operations on at most 3 inputs. */
    public static ProgramArbitrary programs() {
        return new ProgramArbitrary();
    }

    /** A number between two bounds. */
    static double between(Random random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    static void require(boolean condition, String text, Object... details) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, text, details));
        }
    }
}
