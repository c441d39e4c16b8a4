package rewind.autograd.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Products of matrices to be computed in one call: C_i = op(A_i)·op(B_i), or C_i += op(A_i)·op(B_i) with {@code accumulate}, for i = 0,
 * 1, …; op(A_i) is m × k, op(B_i) k × n, and C_i, m × n, stands at {@code co[i]}. All are row-major and contiguous. Items with the same
 * {@code co} are added up, in the order of i; otherwise no two C_i overlap.
 *
 * @param <A> the array type
 */
public record Matmul<A>(Factors<A> a, Factors<A> b, A c, int[] co, boolean accumulate, int m, int n, int k) {
    /** How a matrix X stands in memory: as op(X), as its transpose, or (B alone) in the order of {@link Kernels#pack}. */
    public enum Layout {
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
    public record Factors<A>(A array, List<A> arrays, int[] at, Layout layout) {
        /** Factors in arrays of their own. */
        public Factors(List<A> arrays, int[] at, Layout layout) {
            this(null, arrays, at, layout);
        }

        /** Factors in one array. */
        public static <A> Factors<A> in(A array, int[] at, Layout layout) {
            return new Factors<>(array, null, at, layout);
        }

        /** The array of the i-th. */
        public A array(int i) {
            return arrays == null ? array : arrays.get(i);
        }

        boolean areTransposed() {
            return layout == Layout.TRANSPOSED;
        }

        boolean arePacked() {
            return layout == Layout.PACKED;
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
                new Factors<>(repeated(a.arrays, count), lefts, Layout.TRANSPOSED),
                new Factors<>(repeated(b.arrays, count), rights, Layout.PLAIN),
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
        return new Matmul<>(a, right, c, co, accumulate, m, n, k);
    }

    /** The number of multiplications. */
    long work() {
        return (long) m * n * k * co.length;
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
