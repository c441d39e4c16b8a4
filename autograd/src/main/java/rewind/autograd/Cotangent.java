package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.kernel.Kernels;

/**
 * The sum of what arrives at one node during a sweep. The first contribution is kept by reference; later ones are added in place, if
 * nothing else holds the array, or else into memory of the sum's own. Contributions that are themselves recorded (the sweep is being
 * differentiated) are added by operations instead.
 */
final class Cotangent {
    private final Sweep sweep;
    private final Shape shape;
    private final DType dtype;
    private Tensor sum;
    /** The elements of the sum that have been written so far, where parts of the value arrive one by one; else all of them. */
    private int from;

    private int to;
    /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
    private List<Selection> places;

    private List<Tensor> parts;
    /** Contributions to a weight's gradient that are not yet added, or null. */
    private WaitingProducts waiting;

    Cotangent(Sweep sweep, Node node) {
        this.sweep = sweep;
        this.shape = node.shape;
        this.dtype = node.dtype;
        this.to = shape.size();
    }

    void add(Tensor dx) {
        addWaiting();
        if (sum == null) {
            set(dx);
        } else if (isRecorded(sum) || isRecorded(dx)) {
            complete();
            set(sum.add(dx));
        } else {
            own();
            kernels().add(sum.data, sum.offset, 1, dx.data, dx.offset, 1, sum.data, sum.offset, shape.size());
        }
    }

    /** Adds the contribution of a pullback that writes it in place. */
    void add(Accumulating pullback, Tensor dy) {
        if (WaitingProducts.accepts(pullback, dy)) {
            waiting = waiting == null ? new WaitingProducts() : waiting;
            if (!waiting.fits(dy)) {
                addWaiting();
            }
            waiting.add(pullback, dy);
            if (waiting.areEnough()) {
                addWaiting();
            }
        } else if (sum == null) {
            set(fresh());
            pullback.write(dy, sum);
        } else {
            own();
            pullback.add(dy, sum);
        }
    }

    /** Whether in-place contributions can be added. */
    boolean isConstant() {
        return parts == null && (sum == null || !isRecorded(sum));
    }

    private void addWaiting() {
        if (waiting != null && !waiting.isEmpty()) {
            if (sum == null) {
                set(fresh());
                to = 0;
            }
            own();
            waiting.addTo(sum);
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
        } else if (!extend(where, part)) {
            if (sum == null) {
                set(fresh());
                to = 0;
            }
            own();
            where.addTo(kernels(), part, sum);
        }
    }

    /** Writes a contiguous part next to those written before, where there is nothing to add it to yet. */
    private boolean extend(Selection where, Tensor part) {
        boolean partial = sum == null || to - from < shape.size();
        if (!partial || !(where instanceof Selection.Block block) || !block.contiguous()) {
            return false;
        }
        int start = block.start();
        int end = start + block.part().size();
        if (sum == null) {
            set(fresh());
            from = start;
            to = start;
        }
        if (start != to && end != from) {
            return false;
        }
        kernels().copy(part.data, part.offset, sum.data, sum.offset + start, end - start);
        from = Math.min(from, start);
        to = Math.max(to, end);
        return true;
    }

    /** The sum of everything. */
    Tensor total() {
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
    void release() {
        if (sum.loan != null) {
            sum.loan.release();
        }
    }

    private void set(Tensor next) {
        Loan before = sum == null ? null : sum.loan;
        if (next.loan != null) {
            next.loan.hold();
        }
        sum = next;
        if (before != null) {
            before.release();
        }
    }

    /** Makes the sum complete, in an array that nothing else refers to. */
    private void own() {
        complete();
        if (sum.loan == null || !sum.loan.heldOnce()) {
            Tensor target = fresh();
            kernels().copy(sum.data, sum.offset, target.data, 0, shape.size());
            set(target);
        }
    }

    /** Writes zeros where nothing has arrived. */
    private void complete() {
        kernels().fill(0, sum.data, sum.offset, from);
        kernels().fill(0, sum.data, sum.offset + to, shape.size() - to);
        from = 0;
        to = shape.size();
    }

    private Tensor fresh() {
        Loan loan = sweep.lend(dtype, shape.size());
        return new Tensor(loan.array, 0, shape, dtype, null, loan);
    }

    private static boolean isRecorded(Tensor tensor) {
        return Node.recorded(tensor.node);
    }

    private Kernels<Object> kernels() {
        return dtype.kernels();
    }
}
