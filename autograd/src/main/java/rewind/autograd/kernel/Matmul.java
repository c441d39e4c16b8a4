package rewind.autograd.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Products of matrices to be computed in one call: C_i = op(A_i)·op(B_i), or C_i += op(A_i)·op(B_i) with {@code accumulate}, for i = 0,
 * 1, …; op(A_i) is m × k, op(B_i) k × n, and C_i, m × n, stands at {@code co[i]}. All are row-major and contiguous. Items with the same
 * {@code co} are added up, in the order of i; otherwise no two C_i overlap.
 *
 * @param <A> the array type
 * @param stride how far apart the rows of A, and of a transposed B, are: the inner dimension of the matrices, of which k are a part
 */
public record Matmul<A>(
        Factors<A> a, Factors<A> b, A c, int[] co, boolean accumulate, int m, int n, int k, int stride) {
    /** Products of whole matrices. */
    public Matmul(Factors<A> a, Factors<A> b, A c, int[] co, boolean accumulate, int m, int n, int k) {
        this(a, b, c, co, accumulate, m, n, k, k);
    }

    /** How a matrix X stands in memory: as op(X), as its transpose, or (B alone) in the order of {@link Kernels#pack}. */
    public enum Storage {
        PLAIN,
        TRANSPOSED,
        PACKED
    }

    /**
     * The factors on one side: the i-th stands at {@code at[i]} of {@code array(i)}. They lie in one array, but for {@link #sums}.
     *
     * @param array that of all, or null if they lie in several
     * @param arrays that of each, or null if there is one
     */
    public record Factors<A>(A array, List<A> arrays, int[] at, Storage storage) {
        /** Factors in arrays of their own. */
        public Factors(List<A> arrays, int[] at, Storage storage) {
            this(null, arrays, at, storage);
        }

        /** Factors in one array. */
        public static <A> Factors<A> in(A array, int[] at, Storage storage) {
            return new Factors<>(array, null, at, storage);
        }

        /** The array of the i-th. */
        public A array(int i) {
            return arrays == null ? array : arrays.get(i);
        }

        /** Some of the factors, each {@code further} than it stood. */
        private Factors<A> of(int[] items, int further) {
            int[] places = Arrays.stream(items).map(i -> at[i] + further).toArray();
            List<A> own = arrays == null
                    ? null
                    : Arrays.stream(items).mapToObj(arrays::get).toList();
            return new Factors<>(array, own, places, storage);
        }

        /** Whether they stand as they are, in one array. */
        private boolean arePlain() {
            return storage == Storage.PLAIN && arrays == null;
        }

        boolean areTransposed() {
            return storage == Storage.TRANSPOSED;
        }

        boolean arePacked() {
            return storage == Storage.PACKED;
        }
    }

    /**
     * C_g += Σ_i A_iᵀ·B_ig for g = 0, …, count − 1: products with the same left factor, whose inner dimension is cut into pieces that
     * lie in different arrays. B_i0, B_i1, … stand one after another from where b tells, C_0, C_1, … from {@code co}.
     */
    public static <A> Matmul<A> sums(Factors<A> a, Factors<A> b, int count, A c, int co, int m, int n, int k) {
        int terms = a.at.length;
        int[] lefts = new int[count * terms];
        int[] rights = new int[lefts.length];
        int[] destinations = new int[lefts.length];
        for (int i = 0; i < lefts.length; i++) {
            int g = i / terms;
            lefts[i] = a.at[i % terms];
            rights[i] = b.at[i % terms] + g * k * n;
            destinations[i] = co + g * m * n;
        }
        return new Matmul<>(
                new Factors<>(repeated(a.arrays, count), lefts, Storage.TRANSPOSED),
                new Factors<>(repeated(b.arrays, count), rights, Storage.PLAIN),
                c,
                destinations,
                true,
                m,
                n,
                k);
    }

    private static <A> List<A> repeated(List<A> arrays, int count) {
        List<A> all = new ArrayList<>(count * arrays.size());
        for (int g = 0; g < count; g++) {
            all.addAll(arrays);
        }
        return all;
    }

    /** The same products with the same right factors elsewhere. */
    Matmul<A> with(Factors<A> right) {
        return new Matmul<>(a, right, c, co, accumulate, m, n, k, stride);
    }

    /** The same sums, of which there are several, one after another in an array of their own. */
    Matmul<A> into(A sums, Groups groups) {
        int[] places = new int[co.length];
        for (int g = 0; g < groups.count; g++) {
            for (int x = groups.start(g); x < groups.end(g); x++) {
                places[groups.items[x]] = g * m * n;
            }
        }
        return new Matmul<>(a, b, sums, places, false, m, n, k, stride);
    }

    /** The first items of every sum, or the others: of sums of several items about half of them. */
    Matmul<A> items(Groups sums, boolean first) {
        int[] chosen = new int[co.length];
        int count = 0;
        for (int g = 0; g < sums.count; g++) {
            int middle = (sums.start(g) + sums.end(g) + 1) / 2;
            for (int x = first ? sums.start(g) : middle; x < (first ? middle : sums.end(g)); x++) {
                chosen[count++] = sums.items[x];
            }
        }
        int[] items = Arrays.copyOf(chosen, count);
        int[] places = Arrays.stream(items).map(i -> co[i]).toArray();
        return new Matmul<>(a.of(items, 0), b.of(items, 0), c, places, accumulate, m, n, k, stride);
    }

    /**
     * The same sums of a part of the products.
     *
     * @param p where that begins in the inner dimension
     * @param packed where it begins in packed factors
     */
    Matmul<A> terms(int p, int count, int packed) {
        int[] items = IntStream.range(0, co.length).toArray();
        int right = b.arePacked() ? packed : b.areTransposed() ? p : p * n;
        return new Matmul<>(
                a.of(items, a.areTransposed() ? p * m : p), b.of(items, right), c, co, accumulate, m, n, count, stride);
    }

    /** The number of multiplications. */
    long work() {
        return (long) m * n * k * co.length;
    }

    /**
     * Products of single rows as products of matrices that consist of them, C with its rows so far {@code apart}. The terms of every element
     * and their order stay the same.
     */
    record RowStack<A>(Matmul<A> products, int apart) {
        /** So many rows of A must meet each B. */
        private static final int FEWEST = 8;

        /** Returns null unless rows of A that lie one after another, and not in several arrays, meet every B, each for a C of its own. */
        static <A> RowStack<A> of(Matmul<A> rows) {
            if (rows.m != 1 || rows.accumulate || rows.stride != rows.k || !rows.a.arePlain() || !rows.b.arePlain()) {
                return null;
            }
            Groups factors = Groups.of(rows.b.at);
            int count = rows.co.length / Math.max(factors.count, 1);
            if (count < FEWEST || count * factors.count < rows.co.length) {
                return null;
            }
            int apart = rows.co[factors.items[1]] - rows.co[factors.items[0]];
            int[] firsts = new int[factors.count];
            boolean regular = apart >= rows.n;
            for (int x = 0; x < rows.co.length && regular; x++) {
                int i = factors.items[x];
                int first = factors.items[x - x % count];
                firsts[x / count] = first;
                regular = factors.start(x / count) == x - x % count
                        && rows.b.at[i] == rows.b.at[first]
                        && rows.a.at[i] == rows.a.at[first] + x % count * rows.k
                        && rows.co[i] == rows.co[first] + x % count * apart;
            }
            return regular
                    ? new RowStack<>(
                            new Matmul<>(
                                    rows.a.of(firsts, 0),
                                    rows.b.of(firsts, 0),
                                    rows.c,
                                    Arrays.stream(firsts).map(i -> rows.co[i]).toArray(),
                                    false,
                                    count,
                                    rows.n,
                                    rows.k),
                            apart)
                    : null;
        }
    }

    /** The items of a call that computes several products, those with the same matrix together, in their order. */
    static final class Groups {
        /** The items, group after group. */
        final int[] items;

        /** Group g consists of {@code items[starts[g]]} to before {@code items[starts[g + 1]]}. */
        private final int[] starts;

        final int count;

        /** Those of a call that computes one product. */
        private static final Groups ONE = new Groups(new int[1]);

        /** Groups items by where a matrix of theirs begins. */
        static Groups of(int... offsets) {
            return offsets.length == 1 ? ONE : new Groups(offsets);
        }

        private Groups(int[] offsets) {
            items = inOrder(offsets);
            starts = new int[offsets.length + 1];
            int groups = 0;
            for (int x = 0; x < offsets.length; x++) {
                if (x == 0 || offsets[items[x]] != offsets[items[x - 1]]) {
                    starts[groups++] = x;
                }
            }
            starts[groups] = offsets.length;
            count = groups;
        }

        /** The items by where their matrices begin, equal ones in their order. */
        private static int[] inOrder(int[] offsets) {
            int[] items = new int[offsets.length];
            boolean sorted = true;
            for (int i = 0; i < items.length; i++) {
                items[i] = i;
                sorted &= i == 0 || offsets[i] >= offsets[i - 1];
            }
            if (!sorted) {
                long[] keys = new long[offsets.length];
                for (int i = 0; i < keys.length; i++) {
                    keys[i] = ((long) offsets[i] << 32) + i;
                }
                Arrays.sort(keys);
                for (int x = 0; x < keys.length; x++) {
                    items[x] = (int) keys[x];
                }
            }
            return items;
        }

        int start(int group) {
            return starts[group];
        }

        int end(int group) {
            return starts[group + 1];
        }

        /** The number of items in the largest group. */
        int largest() {
            int largest = 0;
            for (int g = 0; g < count; g++) {
                largest = Math.max(largest, end(g) - start(g));
            }
            return largest;
        }

        /** Whether all groups have equally many items, and these have the same factors one by one. */
        boolean meet(Factors<?> factors) {
            int each = items.length / Math.max(count, 1);
            boolean same = count > 0;
            for (int x = 0; x < items.length; x++) {
                int first = items[x % each];
                same &= starts[x / each] + x % each == x
                        && factors.at[items[x]] == factors.at[first]
                        && factors.array(items[x]) == factors.array(first);
            }
            return same;
        }
    }
}
