package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Selection;
import rewind.autograd.memory.InPlace;
import rewind.autograd.memory.InPlaceSum;
import rewind.autograd.memory.Lender;
import rewind.autograd.reverse.Places;
import rewind.autograd.reverse.Sum;

/**
 * The sum of what arrives at one entry: in place as long as it is constant. Contributions that are themselves recorded (the sweep is
 * being differentiated) are added by operations instead.
 */
final class Cotangent implements Sum<Tensor> {
    private final Lender lender;
    private final Form form;
    /** What has arrived, or null. */
    private InPlaceSum constant;
    /** A constant contribution while it is the only one, or null. */
    private Tensor first;
    /** What has arrived if some of it is recorded; then there is no constant sum. */
    private Tensor recorded;
    /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
    private List<Selection> where;

    private List<Tensor> parts;

    Cotangent(Lender lender, Form form) {
        this.lender = lender;
        this.form = form;
    }

    /** Whether in-place contributions can be added. */
    boolean isConstant() {
        return recorded == null && parts == null;
    }

    @Override
    public void add(Tensor dx) {
        if (recorded != null || dx.isRecorded()) {
            addRecorded(dx);
        } else if (constant == null && first == null) {
            first = dx;
            dx.buffer.hold();
        } else {
            constant().add(dx.buffer);
        }
    }

    /** Adds the contribution of a rule, of the given shape, to the elements from {@code start} on. */
    void add(int start, Shape part, InPlace rule, Buffer dy) {
        constant().add(start, part.sizes(), part.size(), rule, dy);
    }

    /** Adds xᵀ·dy to a weight's gradient, later. */
    void addProduct(Buffer x, Buffer dy) {
        constant().addProduct(x, dy);
    }

    /** Adds a contribution to some elements only. */
    void add(Selection selection, Tensor part) {
        if (isConstant() && !part.isRecorded()) {
            constant().add(selection, part.buffer);
            return;
        }
        if (parts == null) {
            where = new ArrayList<>();
            parts = new ArrayList<>();
        }
        where.add(selection);
        parts.add(part);
    }

    @Override
    public Tensor total() {
        if (parts != null) {
            Tensor placed = Selections.place("place", form.shape(), where, parts);
            addRecorded(placed);
            parts = null;
        }
        return sum();
    }

    @Override
    public void release() {
        if (constant != null) {
            constant.release();
            constant = null;
        } else if (first != null) {
            first.buffer.release();
            first = null;
        }
    }

    private void addRecorded(Tensor dx) {
        Tensor before = sum();
        recorded = before == null ? dx : before.add(dx);
        release();
    }

    private InPlaceSum constant() {
        if (constant == null) {
            Shape shape = form.shape();
            constant = new InPlaceSum(lender, form.dtype().kernels(), shape.sizes(), shape.size());
            if (first != null) {
                constant.add(first.buffer);
                first.buffer.release();
                first = null;
            }
        }
        return constant;
    }

    private Tensor sum() {
        if (constant != null) {
            return new Tensor(constant.total(), form.shape(), form.dtype(), Places.none());
        }
        return first != null ? first : recorded;
    }
}
