package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import rewind.autograd.check.jqwik.Domains;

/**
 * Random arguments for operations, decided by a seed. Numbers are drawn with all their bits, away from the points where a function
 * has a kink. Every third tensor is a part of a larger one, so that it does not start at the beginning of its array.
 */
class Draws {
    private static final int RANK = 3;
    private static final int SIZE = 4;

    /** Three axes of so many elements are work enough to be divided among threads. */
    private static final int LARGE = 28;

    private final SplittableRandom rng;
    private final DType dtype;
    private final boolean large;

    Draws(int seed, String salt) {
        this(seed, salt, DType.FLOAT64);
    }

    /** The same numbers for every dtype, rounded to it. */
    Draws(int seed, String salt, DType dtype) {
        this(seed, salt, dtype, false);
    }

    private Draws(int seed, String salt, DType dtype, boolean large) {
        this.rng = new SplittableRandom(31L * seed + salt.hashCode());
        this.dtype = dtype;
        this.large = large;
    }

    /** Tensors of so many elements that loops over them are divided among threads. */
    static Draws large(int seed, String salt, DType dtype) {
        return new Draws(seed, salt, dtype, true);
    }

    /** An interval, or what is left of it. */
    record Domain(double low, double high, DoublePredicate contains) {
        Domain(double low, double high) {
            this(low, high, x -> true);
        }

        Domain where(DoublePredicate also) {
            return new Domain(low, high, contains.and(also));
        }
    }

    int between(int from, int to) {
        return rng.nextInt(from, to + 1);
    }

    boolean flag() {
        return rng.nextBoolean();
    }

    double number(Domain domain) {
        double value;
        do {
            value = rng.nextDouble(domain.low(), domain.high());
        } while (!domain.contains().test(value));
        return dtype == DType.FLOAT32 ? (float) value : value;
    }

    // ---- shapes ----

    /** Mostly 2 to 4, often 1, sometimes 0; large ones are never small. */
    int size() {
        if (large) {
            return between(LARGE - 6, LARGE);
        }
        int kind = between(0, 15);
        return kind == 0 ? 0 : kind < 5 ? 1 : between(2, SIZE);
    }

    int[] shape() {
        return shape(0);
    }

    /** More axes are more likely: that is where operations go wrong. */
    int[] shape(int leastRank) {
        int rank = large ? RANK : Math.max(between(leastRank, RANK), between(leastRank, RANK));
        return IntStream.generate(this::size).limit(rank).toArray();
    }

    /** The axes before those of matrices; of large ones few, as the products of all are computed. */
    int[] batch() {
        return large ? new int[] {between(10, 12)} : shape();
    }

    /** The length of a vector that is multiplied by another, element by element of both. */
    int length() {
        return large ? between(5 * LARGE, 6 * LARGE) : size();
    }

    /** A shape with elements. */
    int[] filledShape(int leastRank) {
        return Arrays.stream(shape(leastRank)).map(size -> Math.max(1, size)).toArray();
    }

    /** A shape that broadcasts to the given one. */
    int[] repeatable(int... whole) {
        int from = between(0, 2) == 0 ? between(0, whole.length) : 0;
        return Arrays.stream(whole, from, whole.length)
                .map(size -> between(0, 3) == 0 ? 1 : size)
                .toArray();
    }

    /** An axis, counted from either end. */
    int axis(int rank) {
        return between(-rank, rank - 1);
    }

    /** Some different axes, in any order and counted from either end; none, meaning all, is as likely as any other choice. */
    int[] axes(int rank) {
        int[] some = Arrays.copyOf(permutation(rank), rank == 0 ? 0 : between(0, rank));
        return Arrays.stream(some).map(axis -> flag() ? axis : axis - rank).toArray();
    }

    int[] permutation(int length) {
        int[] order = IntStream.range(0, length).toArray();
        for (int i = length - 1; i > 0; i--) {
            int other = between(0, i);
            int moved = order[i];
            order[i] = order[other];
            order[other] = moved;
        }
        return order;
    }

    // ---- tensors ----

    Tensor tensor(Domain domain, int... sizes) {
        return tensor(
                sizes,
                IntStream.range(0, Shape.of(sizes).size())
                        .mapToDouble(i -> number(domain))
                        .toArray());
    }

    /** Whole numbers, small ones, so that many are equal. */
    Tensor integers(int from, int to, int... sizes) {
        return tensor(
                sizes,
                IntStream.range(0, Shape.of(sizes).size())
                        .mapToDouble(i -> between(from, to))
                        .toArray());
    }

    /** Tensors of the given shapes in which no two elements are nearly equal. */
    List<Tensor> distinct(int[]... shapes) {
        int count =
                Arrays.stream(shapes).mapToInt(sizes -> Shape.of(sizes).size()).sum();
        int[] ranks = permutation(count);
        List<Tensor> tensors = new ArrayList<>();
        int next = 0;
        for (int[] sizes : shapes) {
            double[] values = new double[Shape.of(sizes).size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Domains.GAP * (2 * (ranks[next++] - count / 2) + rng.nextDouble());
            }
            tensors.add(tensor(sizes, values));
        }
        return tensors;
    }

    /** Tensors of shapes that broadcast against each other, one per domain. */
    List<Tensor> broadcasting(Domain... domains) {
        int[] whole = shape();
        int complete = between(0, domains.length - 1);
        return IntStream.range(0, domains.length)
                .mapToObj(i -> tensor(domains[i], i == complete ? whole : repeatable(whole)))
                .toList();
    }

    private Tensor tensor(int[] sizes, double[] values) {
        if (between(0, 2) > 0) {
            return Tensor.of(Shape.of(sizes), values).to(dtype);
        }
        double[] twice = Arrays.copyOf(new double[] {Double.NaN}, 1 + values.length);
        Arrays.fill(twice, Double.NaN);
        System.arraycopy(values, 0, twice, 1, values.length);
        return Tensor.of(twice).to(dtype).slice(0, 1, twice.length).reshape(sizes);
    }
}
