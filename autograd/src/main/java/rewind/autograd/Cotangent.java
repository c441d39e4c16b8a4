package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Sum;

/**
 * The sum of what arrives at one node during a sweep. The first contribution is kept by reference; later ones are added in place, if
 * nothing else holds the array, or else into memory of the sum's own. Contributions that are themselves recorded (the sweep is being
 * differentiated) are added by operations instead.
 */
final class Cotangent implements Sum<Tensor> {
    private final Lender lender;
    private final Shape shape;
    private final DType dtype;
    private Tensor sum;
    /** Whether the sum's array is one that this object took, so that nobody else has seen it. */
    private boolean own;

    /** The elements of the sum that have been written so far, where parts of the value arrive one by one; else all of them. */
    private int from;

    private int to;
    /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
    private List<Selection> places;

    private List<Tensor> parts;
    /** Contributions to a weight's gradient that are not yet added, or null. */
    private WaitingProducts waiting;

    Cotangent(Lender lender, Form form) {
        this.lender = lender;
        this.shape = form.shape();
        this.dtype = form.dtype();
        this.to = shape.size();
    }

    /** Whether in-place contributions can be added. */
    boolean isConstant() {
        return parts == null && (sum == null || !isRecorded(sum));
    }

    @Override
    public void add(Tensor dx) {
        addWaiting();
        if (sum == null) {
            set(dx);
        } else if (isRecorded(sum) || isRecorded(dx)) {
            complete();
            set(sum.add(dx));
        } else {
            add(0, dx);
        }
    }

    /** Adds a contribution to the elements from {@code start} on; neither it nor the sum is recorded. */
    void add(int start, Tensor part) {
        addWaiting();
        boolean first = isFirst(start, part.size());
        Tensor target = range(start, part.shape());
        if (first) {
            kernels().copy(part.data, part.offset, target.data, target.offset, part.size());
        } else {
            Loops.run(Kernels::add, target, part, target);
        }
    }

    /** Adds the contribution of a pullback, which has the given shape, to the elements from {@code start} on. */
    void add(int start, Shape part, Accumulating pullback, Tensor dy) {
        addWaiting();
        boolean first = isFirst(start, part.size());
        Tensor target = range(start, part);
        if (first) {
            pullback.write(dy, target);
        } else {
            pullback.add(dy, target);
        }
    }

    /** Adds a product that {@link WaitingProducts} accepts. */
    void addLater(MatrixProduct product, Tensor dy) {
        waiting = waiting == null ? new WaitingProducts() : waiting;
        if (!waiting.fits(dy)) {
            addWaiting();
        }
        waiting.add(product, dy);
        if (waiting.areEnough()) {
            addWaiting();
        }
    }

    /** Adds a contribution to some elements only. */
    void add(Selection where, Tensor part) {
        addWaiting();
        if (isRecorded(part) || !isConstant()) {
            if (parts == null) {
                places = new ArrayList<>();
                parts = new ArrayList<>();
            }
            places.add(where);
            parts.add(part);
        } else if (where instanceof Selection.Range range) {
            add(range.start(), part);
        } else {
            own();
            where.addTo(kernels(), part, sum);
        }
    }

    /** The sum of everything. */
    @Override
    public Tensor total() {
        addWaiting();
        if (sum != null) {
            complete();
        }
        if (parts != null) {
            Tensor placed = Selection.place("place", shape, places, parts);
            set(sum == null ? placed : sum.add(placed));
        }
        return sum;
    }

    /** Ends the sum's life. */
    @Override
    public void release() {
        if (sum.loan != null) {
            sum.loan.release();
        }
    }

    private void addWaiting() {
        if (waiting != null && !waiting.isEmpty()) {
            own();
            waiting.addTo(sum);
        }
    }

    /**
     * Makes the sum ready for a contribution to some elements. Returns whether it is the first there, so that it must be written: if
     * the elements lie next to those written so far.
     */
    private boolean isFirst(int start, int size) {
        if (sum == null) {
            setOwn(fresh());
            from = start;
            to = start;
        }
        boolean partial = to - from < shape.size();
        if (partial && (start == to || start + size == from)) {
            from = Math.min(from, start);
            to = Math.max(to, start + size);
            return true;
        }
        own();
        return false;
    }

    /** The elements of the sum from {@code start} on. */
    private Tensor range(int start, Shape part) {
        boolean whole = start == 0 && part.equals(sum.shape());
        return whole ? sum : new Tensor(sum.data, sum.offset + start, part, dtype, Places.none());
    }

    /** Makes the sum complete, in an array that nothing else refers to. */
    private void own() {
        if (sum == null) {
            setOwn(fresh());
            to = 0;
        }
        complete();
        if (!own && (sum.loan == null || !sum.loan.isFree())) {
            Tensor target = fresh();
            kernels().copy(sum.data, sum.offset, target.data, 0, shape.size());
            setOwn(target);
        }
    }

    /** Writes zeros where nothing has arrived. */
    private void complete() {
        kernels().fill(0, sum.data, sum.offset, from);
        kernels().fill(0, sum.data, sum.offset + to, shape.size() - to);
        from = 0;
        to = shape.size();
    }

    private void setOwn(Tensor next) {
        set(next);
        own = true;
    }

    private void set(Tensor next) {
        Loan before = sum == null ? null : sum.loan;
        if (next.loan != null) {
            next.loan.hold();
        }
        sum = next;
        own = false;
        if (before != null) {
            before.release();
        }
    }

    private Tensor fresh() {
        Loan loan = lender.lend(dtype, shape.size());
        return new Tensor(loan.array, 0, shape, dtype, Places.none(), loan);
    }

    private static boolean isRecorded(Tensor tensor) {
        return tensor.isRecorded();
    }

    private Kernels<Object> kernels() {
        return dtype.kernels();
    }
}
