package rewind.autograd.kernel;

import java.util.Arrays;
import java.util.function.IntFunction;
import rewind.autograd.threads.Workers;

/**
 * The matrix products with the Vector API: {@link F64VectorThin thin ones} without copies, all others, and single rows of which many meet
 * the same matrix, in {@link F64VectorBlocks tiles}. Large ones are divided among threads, by items or by ranges of rows or columns.
 *
 * <p>The results are those of the plain loops, bit for bit.
 */
interface F64VectorMatmul extends F64Matmul {
    /** Factors B that occur several times in a call are copied once if they have no more elements than this. */
    int MOST_COPIED = 1 << 20;

    @Override
    default boolean packs(int m, int n, int k, boolean tb) {
        return n >= F64Format.GROUP && (tb || !F64Matmul.isThin(m, n, false));
    }

    @Override
    default int packedLength(int n, int k) {
        return F64VectorPacking.padded(n) * k;
    }

    @Override
    default void pack(double[] b, int bo, boolean tb, double[] packed, int po, int n, int k) {
        F64VectorPacking.pack(b, bo, tb, packed, po, n, k, k);
    }

    @Override
    default void matmul(Matmul<double[]> products) {
        product(products, length -> F64Scratch.get().whole(length)).run();
    }

    @Override
    default Runnable shortSums(Matmul<double[]> products, IntFunction<double[]> room) {
        Matmul.Factors<double[]> a = products.a();
        Matmul.Factors<double[]> b = products.b();
        if (b.arePacked()) {
            return divided(products);
        }
        if (F64Matmul.isThin(products.m(), products.n(), b.areTransposed())) {
            Matmul.RowStack<double[]> rows = products.n() < F64Format.GROUP ? null : Matmul.RowStack.of(products);
            return rows == null
                    ? thin(products)
                    : divided(rows.products(), new F64VectorBlocks(rows.products(), rows.apart()));
        }
        Matmul.Groups sums = Matmul.Groups.of(products.co());
        if (a.areTransposed() && sums.meet(a)) {
            return sums(products, sums);
        }
        Matmul.Groups factors = b.at().length == 1 ? null : Matmul.Groups.of(b.at());
        boolean repeated =
                factors != null && (factors.count < b.at().length || Matmul.Groups.of(a.at()).count < a.at().length);
        if (repeated && (long) factors.count * packedLength(products.n(), products.k()) <= MOST_COPIED) {
            return copied(products, factors, room);
        }
        return divided(products);
    }

    /** Copies every B once, where a B or an A occurs several times. */
    private Runnable copied(Matmul<double[]> products, Matmul.Groups factors, IntFunction<double[]> room) {
        Matmul.Factors<double[]> b = products.b();
        int n = products.n();
        int k = products.k();
        int length = packedLength(n, k);
        double[] packed = room.apply(factors.count * length);
        int[] po = new int[b.at().length];
        for (int g = 0; g < factors.count; g++) {
            for (int x = factors.start(g); x < factors.end(g); x++) {
                po[factors.items[x]] = g * length;
            }
        }
        Runnable divided = divided(products.with(Matmul.Factors.in(packed, po, Matmul.Storage.PACKED)));
        return () -> {
            for (int g = 0; g < factors.count; g++) {
                int first = factors.items[factors.start(g)];
                double[] array = b.array(first);
                int at = b.at()[first];
                F64VectorPacking.pack(array, at, b.areTransposed(), packed, g * length, n, k, products.stride());
            }
            divided.run();
        };
    }

    /** Sums of equally many items, one sum after another, which have the same A one by one. */
    private Runnable sums(Matmul<double[]> products, Matmul.Groups sums) {
        F64VectorBlocks.Region[] regions = new F64VectorBlocks.Region[workers().threadsFor(products.work())];
        Cut cut = new Cut(regions.length, sums.count, products.m(), products.n());
        F64VectorBlocks blocks = new F64VectorBlocks(products);
        for (int part = 0; part < regions.length; part++) {
            regions[part] = cut.region(blocks, sums.items, 0, sums.items.length, part);
        }
        return all(regions);
    }

    private Runnable thin(Matmul<double[]> products) {
        int[] co = products.co();
        double[] c = products.c();
        Matmul.Groups groups = Matmul.Groups.of(co);
        Workers.Task some = (from, to) -> {
            for (int x = groups.start(from); x < groups.start(to); x++) {
                int i = groups.items[x];
                if (!products.accumulate() && (x == 0 || co[groups.items[x - 1]] != co[i])) {
                    Arrays.fill(c, co[i], co[i] + products.m() * products.n(), 0.0);
                }
                F64VectorThin.add(products, i);
            }
        };
        return () -> workers().split(groups.count, 1, products.work(), some);
    }

    /** Divides the groups of products that share a factor or a C among the threads, and if they are few, each group too. */
    private Runnable divided(Matmul<double[]> products) {
        return divided(products, new F64VectorBlocks(products));
    }

    private Runnable divided(Matmul<double[]> products, F64VectorBlocks blocks) {
        Matmul.Groups destinations = Matmul.Groups.of(products.co());
        boolean shared = blocks.mayShare(destinations);
        Matmul.Groups groups = shared ? Matmul.Groups.of(products.a().at()) : destinations;
        int threads = workers().threadsFor(products.work());
        int parts = groups.count % threads == 0 || groups.count >= 4 * threads ? 1 : threads;
        F64VectorBlocks.Region[] regions = new F64VectorBlocks.Region[groups.count * parts];
        for (int x = 0; x < regions.length; x++) {
            int first = groups.start(x / parts);
            int last = groups.end(x / parts);
            Cut cut = new Cut(parts, shared ? last - first : 1, products.m(), products.n());
            regions[x] = cut.region(blocks, groups.items, first, last, x % parts);
        }
        return all(regions);
    }

    private Runnable all(F64VectorBlocks.Region... regions) {
        Workers.Task some = (from, to) -> {
            for (int x = from; x < to; x++) {
                regions[x].compute();
            }
        };
        return () -> workers().run(regions.length, some);
    }

    /**
     * How the elements of several C of m rows and n columns are divided into parts of about the same size: by the C, so that nothing
     * is copied twice; or by columns, so that each part reads its columns of B only; or by rows, if that is more even.
     */
    record Cut(int parts, int sharing, int m, int n) {
        private static final int ROWS = F64VectorPacking.ROWS;

        /** Columns are divided if the largest part is no larger than the others by more than an eighth or so. */
        private static final double EVEN = 0.9;

        /** A part of the sums of the items from {@code first} to before {@code last}. */
        F64VectorBlocks.Region region(F64VectorBlocks blocks, int[] items, int first, int last, int part) {
            if (sharing % parts == 0) {
                int each = (last - first) / parts;
                return blocks.region(
                        items, first + part * each, first + (part + 1) * each, sharing / parts, 0, m, 0, n);
            }
            if (byColumns()) {
                return blocks.region(items, first, last, sharing, 0, m, column(part), column(part + 1));
            }
            return blocks.region(items, first, last, sharing, row(part), row(part + 1), 0, n);
        }

        private boolean byColumns() {
            int columns = 0;
            int rows = 0;
            for (int part = 0; part < parts; part++) {
                columns = Math.max(columns, column(part + 1) - column(part));
                rows = Math.max(rows, row(part + 1) - row(part));
            }
            double evenColumns = (double) n / (columns * parts);
            double evenRows = (double) m / (rows * parts);
            return (n >= m && evenColumns >= EVEN) || evenColumns > evenRows;
        }

        private int column(int part) {
            return F64VectorPacking.boundary((int) ((long) n * part / parts), n);
        }

        private int row(int part) {
            int tiles = (m + ROWS - 1) / ROWS;
            return Math.min(m, (int) ((long) tiles * part / parts) * ROWS);
        }
    }
}
