package rewind.autograd.memory;

import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.buffer.Selection;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Sum;

/**
 * A sum in memory of a sweep. The first contribution is kept by reference; later ones are added in place, if nothing else holds the
 * array, or else into memory of the sum's own.
 *
 * <p>Rounding errors grow with the number of additions to a sum. Those of many steps therefore are sums of sums: what has been added up
 * so far is put aside from time to time.
 */
public final class InPlaceSum implements Sum<Buffer> {
    /** So many additions to every element are one part of a long sum. */
    private static final int MANY = 256;

    /** So many rows of products that have waited count as one addition: putting the sum aside takes as long as some of them. */
    private static final int ROWS = 16;

    private final Lender lender;
    private final Kernels<Object> kernels;
    private final int[] sizes;
    private final int size;
    private Buffer sum;
    /** Whether the sum's array is one that this object took, so that nobody else has seen it. */
    private boolean own;

    /** The elements of the sum that have been written so far, where parts of the value arrive one by one; else all of them. */
    private int from;

    private int to;
    /** How many elements have been added to the sum since it was put aside. */
    private long additions;
    /** The sum of the parts of a long sum that are complete, or null. */
    private Buffer aside;
    /** Contributions to a weight's gradient that are not yet added, or null. */
    private WaitingProducts waiting;

    /** A sum of nothing yet. */
    public InPlaceSum(Lender lender, Kernels<Object> kernels, int[] sizes, int size) {
        this.lender = lender;
        this.kernels = kernels;
        this.sizes = sizes;
        this.size = size;
        this.to = size;
    }

    /** Whether nothing has arrived. */
    public boolean isEmpty() {
        return sum == null && waiting == null;
    }

    @Override
    public void add(Buffer dx) {
        addWaiting();
        if (sum == null) {
            set(dx);
        } else {
            addPart(0, dx);
        }
    }

    /** Adds to the elements from {@code start} on. */
    public void add(int start, Buffer part) {
        addWaiting();
        addPart(start, part);
    }

    /** Adds to the selected elements. */
    public void add(Selection where, Buffer part) {
        addWaiting();
        if (where.start() >= 0) {
            addPart(where.start(), part);
        } else {
            prepare(part.size());
            addTo(sum, where, part);
        }
    }

    /** Adds what a rule makes of dy, of the given sizes, to the elements from {@code start} on. */
    public void add(int start, int[] partSizes, int partSize, InPlace rule, Buffer held, Buffer dy) {
        addWaiting();
        boolean first = isFirst(start, partSize);
        Buffer target = range(start, partSizes, partSize);
        if (first) {
            rule.write(held, dy, target);
        } else if (!rule.add(held, dy, target)) {
            Buffer dx = lender.lend(kernels, partSizes, partSize);
            rule.write(held, dy, dx);
            Loops.run(Kernels::add, target, dx, target);
        }
    }

    /** Adds xᵀ·dy, later and together with others; dy's matrices are those of the sum, x's are repeated to them. */
    public void addWeightGradient(Buffer x, Buffer dy) {
        waiting = waiting == null ? new WaitingProducts() : waiting;
        if (!waiting.fits(dy)) {
            addWaiting();
        }
        waiting.add(x.lease() instanceof TapeMemory tape && tape.isPassing() ? copy(x) : x, dy);
        if (waiting.areEnough()) {
            addWaiting();
        }
    }

    private Buffer copy(Buffer x) {
        Buffer copy = lender.lend(kernels, x.sizes(), x.size());
        Loops.copy(x, copy, 0);
        return copy;
    }

    @Override
    public Buffer total() {
        addWaiting();
        complete();
        if (aside != null) {
            addAside();
        }
        return sum;
    }

    @Override
    public void release() {
        sum.release();
    }

    private void addPart(int start, Buffer part) {
        boolean first = isFirst(start, part.size());
        Buffer target = range(start, part.sizes(), part.size());
        if (first) {
            Loops.copy(part, target, 0);
        } else {
            Loops.run(Kernels::add, target, part, target);
        }
    }

    private static void addTo(Buffer sum, Selection where, Buffer part) {
        if (sum.script() == null) {
            where.addTo(part, sum);
        } else {
            Buffer[] read = where.by() == null ? new Buffer[] {part, sum} : new Buffer[] {part, sum, where.by()};
            sum.script().perform(() -> where.addTo(part, sum), sum, read);
        }
    }

    private void addWaiting() {
        if (waiting != null && !waiting.isEmpty()) {
            prepare((long) waiting.rows() * size / ROWS);
            waiting.addTo(sum);
        }
    }

    /**
     * Makes the sum ready for a contribution to some elements. Returns whether it is the first there, so that it must be written: if
     * the elements lie next to those written so far.
     */
    private boolean isFirst(int start, int count) {
        if (sum == null) {
            setOwn(lender.lend(kernels, sizes, size));
            from = start;
            to = start;
        }
        boolean partial = to - from < size;
        if (partial && (start == to || start + count == from)) {
            from = Math.min(from, start);
            to = Math.max(to, start + count);
            return true;
        }
        prepare(count);
        return false;
    }

    /** Makes the sum ready for an addition to so many elements. */
    private void prepare(long count) {
        own();
        additions += count;
        if (additions > (long) MANY * size) {
            putAside();
        }
    }

    /** Begins a new part of a long sum. */
    private void putAside() {
        additions = 0;
        if (aside == null) {
            aside = lender.lend(kernels, sizes, size);
            aside.hold();
            Loops.copy(sum, aside, 0);
        } else {
            Loops.run(Kernels::add, aside, sum, aside);
        }
        Loops.fill(0, sum, 0, size);
    }

    private void addAside() {
        Loops.run(Kernels::add, sum, aside, sum);
        aside.release();
        aside = null;
    }

    /** The elements of the sum from {@code start} on. */
    private Buffer range(int start, int[] partSizes, int partSize) {
        return start == 0 && partSize == size && partSizes == sum.sizes() ? sum : sum.part(start, partSizes, partSize);
    }

    /** Makes the sum complete, in an array that nothing else refers to. */
    private void own() {
        if (sum == null) {
            setOwn(lender.lend(kernels, sizes, size));
            to = 0;
        }
        complete();
        if (!own && !sum.isFree()) {
            Buffer target = lender.lend(kernels, sizes, size);
            Loops.copy(sum, target, 0);
            setOwn(target);
        }
    }

    /** Writes zeros where nothing has arrived. */
    private void complete() {
        if (to - from < size) {
            Loops.fill(0, sum, 0, from);
            Loops.fill(0, sum, to, size - to);
            from = 0;
            to = size;
        }
    }

    private void setOwn(Buffer next) {
        set(next);
        own = true;
    }

    private void set(Buffer next) {
        next.hold();
        Buffer before = sum;
        sum = next;
        own = false;
        if (before != null) {
            before.release();
        }
    }
}
