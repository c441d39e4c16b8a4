package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Selection;
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
    /** What has arrived in place, or null. */
    private InPlaceSum constant;
    /** What has arrived otherwise: the only constant contribution, or the sum since one was recorded; or null. */
    private Tensor sum;
    /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
    private List<Piece> parts;

    private record Piece(Selection where, Tensor part) {}

    Cotangent(Lender lender, Form form) {
        this.lender = lender;
        this.form = form;
    }

    /** Whether in-place contributions can be added. */
    boolean isConstant() {
        return parts == null && (sum == null || !sum.isRecorded());
    }

    @Override
    public void add(Tensor dx) {
        if (dx.isRecorded() || (sum != null && sum.isRecorded())) {
            addRecorded(dx);
        } else if (constant == null && sum == null) {
            sum = dx;
            sum.buffer.hold();
        } else {
            constant().add(dx.buffer);
        }
    }

    /** Adds the contribution of a rule, of the given shape, to the elements from {@code start} on. */
    void add(int start, Shape part, InPlacePullback rule, Buffer dy) {
        constant().add(start, part.sizes(), part.size(), rule.form(), rule.held().buffer, dy);
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
            parts = new ArrayList<>();
        }
        parts.add(new Piece(selection, part));
    }

    @Override
    public Tensor total() {
        if (parts != null) {
            List<Selection> places = parts.stream().map(Piece::where).toList();
            List<Tensor> all = parts.stream().map(Piece::part).toList();
            parts = null;
            addRecorded(Selections.place("place", Map.of("where", places), form.shape(), places, all));
        }
        return constant == null ? sum : new Tensor(constant.total(), form.shape(), Places.none());
    }

    @Override
    public void release() {
        if (constant != null) {
            constant.release();
        } else {
            sum.buffer.release();
        }
    }

    private void addRecorded(Tensor dx) {
        Tensor next = dx;
        if (constant != null || sum != null) {
            next = (constant == null ? sum : new Tensor(constant.total(), form.shape(), Places.none())).add(dx);
            release();
        }
        constant = null;
        sum = next;
        sum.buffer.hold();
    }

    private InPlaceSum constant() {
        if (constant == null) {
            Shape shape = form.shape();
            constant = new InPlaceSum(lender, form.dtype().kernels(), shape.sizes(), shape.size());
            if (sum != null) {
                constant.add(sum.buffer);
                sum.buffer.release();
                sum = null;
            }
        }
        return constant;
    }
}
