package rewind.autograd.kernel;

import static rewind.autograd.kernel.F64Format.GROUP;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import rewind.autograd.threads.Workers;

/**
 * The matrix product in plain loops: four rows of op(B) at a time are copied, and their multiples added to every row of
 * C.
 *
 * <p>HotSpot turns the innermost loop into vector code only because all its arrays start at 0; hence the copies, which
 * the gain pays for several times.
 *
 * <p>The order of additions is that of the vector kernels. To an element of C the products are added one after another, each by a
 * fused multiply-add. {@link #isThin Thin} products are scalar products if the rows of a factor lie so, with a group of running sums
 * for all machines, or, if they are computed as transposed, sums of their own that are added to C.
 */
interface F64Matmul extends Kernels<double[]> {
    /** Rows of C that are gone through together: they stay in the second-level cache. */
    int BLOCK_ROWS = 64;

    /** Below these numbers of columns, or of rows if B is transposed, the copies do not pay. */
    int NARROW = 8;

    int FEW_TO_COPY = 4;

    /** So few rows are thin, and more of them if B is transposed. */
    int THIN = 3;

    int THIN_TRANSPOSED = 6;

    /** Halves of long sums have a multiple of so many terms, as the blocks of packed factors. */
    int PART = 512;

    /** Sums of more terms than this are computed in halves, which are added: this takes no time beside so many products. */
    int LONG = 4 * PART;

    /** The threads that large products are divided among. */
    default Workers workers() {
        return Workers.shared();
    }

    /** A transposed B is better copied once. */
    @Override
    default boolean packs(int m, int n, int k, boolean tb) {
        return tb && n >= GROUP;
    }

    @Override
    default int packedLength(int n, int k) {
        return n * k;
    }

    /** Writes op(B) as if it were not transposed. */
    @Override
    default void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        for (int p = 0; p < k; p++) {
            copyRow(b, bo, tb, p, packed, po + p * n, n, k);
        }
    }

    @Override
    default Runnable product(Matmul<double[]> products) {
        return product(products, double[]::new);
    }

    /**
     * The products, in the given way to get memory. Long sums are computed in halves, so that their roundings grow with the logarithm of the
     * number of terms.
     */
    default Runnable product(Matmul<double[]> products, IntFunction<double[]> room) {
        int items = products.co().length;
        Matmul.Groups sums = isLong(products, items) ? Matmul.Groups.of(products.co()) : null;
        int terms = sums == null ? items : sums.largest();
        return isLong(products, terms) ? halves(products, sums, terms, room) : shortSums(products, room);
    }

    private Runnable halves(Matmul<double[]> products, Matmul.Groups sums, int terms, IntFunction<double[]> room) {
        int size = products.m() * products.n();
        double[] others = new double[sums.count * size];
        List<Runnable> halves = new ArrayList<>();
        if (products.accumulate()) {
            halves.add(product(products.into(others, sums), room));
        } else if (terms > 1) {
            halves.add(product(products.items(sums, true), room));
            halves.add(product(products.into(others, sums).items(sums, false), room));
        } else {
            int half = (products.k() / 2 + PART - 1) / PART * PART;
            Matmul<double[]> rest = products.terms(half, products.k() - half, packedLength(products.n(), half));
            halves.add(product(products.terms(0, half, 0), room));
            halves.add(product(rest.into(others, sums), room));
        }
        return () -> {
            halves.forEach(Runnable::run);
            for (int g = 0; g < sums.count; g++) {
                int at = products.co()[sums.items[sums.start(g)]];
                add(products.c(), at, 1, others, g * size, 1, products.c(), at, size);
            }
        };
    }

    private boolean isLong(Matmul<double[]> products, int items) {
        return (long) products.k() * items > (long) LONG * runningSums(products);
    }

    /** How many sums the terms of a product are divided among anyway. */
    private static int runningSums(Matmul<double[]> products) {
        return areScalarProducts(products) ? GROUP : 1;
    }

    /** Whether there are so few rows or columns that copying factors does not pay with vectors. */
    static boolean isThin(int m, int n, boolean tb) {
        return n < GROUP || m <= (tb ? THIN_TRANSPOSED : THIN);
    }

    /** Whether thin products are computed as the transposed ones. */
    static boolean areTransposed(int m, int n) {
        return n < GROUP && m > n;
    }

    /** Whether products are thin, and computed with groups of running sums. */
    static boolean areScalarProducts(Matmul<double[]> products) {
        boolean tb = products.b().areTransposed();
        return !products.b().arePacked()
                && isThin(products.m(), products.n(), tb)
                && (areTransposed(products.m(), products.n()) ? !products.a().areTransposed() : tb);
    }

    /** Sums that are not long. */
    default Runnable shortSums(Matmul<double[]> products, IntFunction<double[]> room) {
        Matmul.Groups groups = Matmul.Groups.of(products.co());
        long work = products.work();
        if (groups.count >= workers().threadsFor(work)) {
            Workers.Task some =
                    (from, to) -> addItems(products, groups, groups.start(from), groups.start(to), 0, products.m());
            return () -> workers().split(groups.count, 1, work, some);
        }
        Workers.Task rows = (from, to) -> addItems(products, groups, 0, products.co().length, from, to);
        return () -> workers().split(products.m(), 1, work, rows);
    }

    /** Rows from … to − 1 of the products that are items {@code first} … last − 1 of the groups. */
    private static void addItems(
            Matmul<double[]> products, Matmul.Groups groups, int first, int last, int from, int to) {
        int[] co = products.co();
        int n = products.n();
        boolean scalar = areScalarProducts(products);
        boolean apart = !products.b().arePacked() && areTransposed(products.m(), n) && n > 1;
        boolean narrow = scalar || apart || n < NARROW || (products.b().areTransposed() && products.m() < FEW_TO_COPY);
        for (int x = first; x < last; x++) {
            int i = groups.items[x];
            if (!products.accumulate() && (x == 0 || co[groups.items[x - 1]] != co[i])) {
                Arrays.fill(products.c(), co[i] + from * n, co[i] + to * n, 0.0);
            }
            Item item = Item.of(products, i);
            if (narrow) {
                item.addElements(from, to, scalar, apart);
            } else {
                for (int row = from; row < to; row += BLOCK_ROWS) {
                    item.addBlock(row, Math.min(BLOCK_ROWS, to - row));
                }
            }
        }
    }

    /** One product. Element (i, p) of op(A) stands at ao + i·ai + p·ap; op(B) has k rows and n columns. */
    record Item(
            double[] a,
            int ao,
            int ai,
            int ap,
            double[] b,
            int bo,
            boolean tb,
            double[] c,
            int co,
            int n,
            int k,
            int stride) {
        static Item of(Matmul<double[]> products, int i) {
            Matmul.Factors<double[]> a = products.a();
            Matmul.Factors<double[]> b = products.b();
            boolean ta = a.areTransposed();
            return new Item(
                    a.array(i),
                    a.at()[i],
                    ta ? 1 : products.stride(),
                    ta ? products.m() : 1,
                    b.array(i),
                    b.at()[i],
                    b.areTransposed(),
                    products.c(),
                    products.co()[i],
                    products.n(),
                    products.k(),
                    products.stride());
        }

        /** One element after another; sums that are apart begin with 0. */
        void addElements(int from, int to, boolean scalar, boolean apart) {
            int bj = tb ? stride : 1;
            int bp = tb ? 1 : n;
            double[] sums = scalar ? new double[GROUP] : null;
            for (int i = from; i < to; i++) {
                for (int j = 0; j < n; j++) {
                    int place = co + i * n + j;
                    int left = ao + i * ai;
                    int right = bo + j * bj;
                    double before = apart ? 0.0 : c[place];
                    double sum = scalar
                            ? before + scalarProduct(a, left, ap, b, right, bp, k, sums)
                            : addProducts(before, a, left, ap, b, right, bp, k);
                    c[place] = apart ? c[place] + sum : sum;
                }
            }
        }

        private static double addProducts(double sum, double[] a, int ao, int ap, double[] b, int bo, int bp, int k) {
            for (int p = 0; p < k; p++) {
                sum = Math.fma(a[ao + p * ap], b[bo + p * bp], sum);
            }
            return sum;
        }

        private static double scalarProduct(
                double[] a, int ao, int ap, double[] b, int bo, int bp, int k, double[] sums) {
            int whole = k - k % GROUP;
            for (int g = 0; g < GROUP; g += 4) {
                fourProducts(a, ao + g * ap, ap, b, bo + g * bp, bp, whole, sums, g);
            }
            double sum = addProducts(0.0, a, ao + whole * ap, ap, b, bo + whole * bp, bp, k - whole);
            for (int g = 0; g < GROUP; g++) {
                sum += sums[g];
            }
            return sum;
        }

        /** Four of the sums of a group at a time, which are independent of each other and so keep the multiplier busy. */
        private static void fourProducts(
                double[] a, int ao, int ap, double[] b, int bo, int bp, int k, double[] sums, int at) {
            double s0 = 0.0;
            double s1 = 0.0;
            double s2 = 0.0;
            double s3 = 0.0;
            for (int p = 0; p < k; p += GROUP) {
                int left = ao + p * ap;
                int right = bo + p * bp;
                s0 = Math.fma(a[left], b[right], s0);
                s1 = Math.fma(a[left + ap], b[right + bp], s1);
                s2 = Math.fma(a[left + 2 * ap], b[right + 2 * bp], s2);
                s3 = Math.fma(a[left + 3 * ap], b[right + 3 * bp], s3);
            }
            sums[at] = s0;
            sums[at + 1] = s1;
            sums[at + 2] = s2;
            sums[at + 3] = s3;
        }

        void addBlock(int from, int rows) {
            double[] b0 = new double[n];
            double[] b1 = new double[n];
            double[] b2 = new double[n];
            double[] b3 = new double[n];
            double[] sum = new double[n];
            int p = 0;
            for (; p <= k - 4; p += 4) {
                copyRow(b, bo, tb, p, b0, 0, n, stride);
                copyRow(b, bo, tb, p + 1, b1, 0, n, stride);
                copyRow(b, bo, tb, p + 2, b2, 0, n, stride);
                copyRow(b, bo, tb, p + 3, b3, 0, n, stride);
                for (int i = from; i < from + rows; i++) {
                    int at = ao + i * ai + p * ap;
                    System.arraycopy(c, co + i * n, sum, 0, n);
                    addMultiples(a[at], b0, a[at + ap], b1, a[at + 2 * ap], b2, a[at + 3 * ap], b3, sum, n);
                    System.arraycopy(sum, 0, c, co + i * n, n);
                }
            }
            for (; p < k; p++) {
                copyRow(b, bo, tb, p, b0, 0, n, stride);
                for (int i = from; i < from + rows; i++) {
                    System.arraycopy(c, co + i * n, sum, 0, n);
                    addMultiple(a[ao + i * ai + p * ap], b0, sum, n);
                    System.arraycopy(sum, 0, c, co + i * n, n);
                }
            }
        }

        private static void addMultiples(
                double a0,
                double[] b0,
                double a1,
                double[] b1,
                double a2,
                double[] b2,
                double a3,
                double[] b3,
                double[] sum,
                int n) {
            for (int j = 0; j < n; j++) {
                sum[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], sum[j]))));
            }
        }

        private static void addMultiple(double factor, double[] row, double[] sum, int n) {
            for (int j = 0; j < n; j++) {
                sum[j] = Math.fma(factor, row[j], sum[j]);
            }
        }
    }

    /** Row p of op(B). */
    private static void copyRow(double[] b, int bo, boolean tb, int p, double[] row, int at, int n, int stride) {
        if (tb) {
            for (int j = 0; j < n; j++) {
                row[at + j] = b[bo + j * stride + p];
            }
        } else {
            System.arraycopy(b, bo + p * n, row, at, n);
        }
    }
}
