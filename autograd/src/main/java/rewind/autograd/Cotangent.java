package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.kernel.Kernels;

/**
 * The sum of what arrives at one node during a sweep. The first contribution is kept by reference; the second makes a sum in
 * memory of its own, into which later ones are added in place. Contributions that are themselves recorded (the sweep is being
 * differentiated) are added by operations instead.
 */
final class Cotangent {
    private final Shape shape;
    private final DType dtype;
    private Tensor sum;
    private boolean owned;
    /** Recorded contributions to parts of the value: put together once, so that T parts cost T and not T². */
    private List<Selection> places;

    private List<Tensor> parts;

    Cotangent(Node node) {
        this.shape = node.shape;
        this.dtype = node.dtype;
    }

    void add(Tensor dx) {
        if (sum == null) {
            sum = dx;
        } else if (Node.recorded(sum.node) || Node.recorded(dx.node)) {
            sum = sum.add(dx);
            owned = false;
        } else {
            Tensor target = owned ? sum : fresh();
            kernels().add(sum.data, sum.offset, 1, dx.data, dx.offset, 1, target.data, 0, shape.size());
            sum = target;
            owned = true;
        }
    }

    /** Adds a contribution to some elements only. */
    void add(Selection where, Tensor part) {
        if (Node.recorded(part.node) || (sum != null && Node.recorded(sum.node))) {
            if (parts == null) {
                places = new ArrayList<>();
                parts = new ArrayList<>();
            }
            places.add(where);
            parts.add(part);
        } else {
            own();
            where.addTo(kernels(), part, sum);
        }
    }

    Tensor total() {
        if (parts != null) {
            Tensor placed = Selection.place("place", shape, places, parts);
            sum = sum == null ? placed : sum.add(placed);
        }
        return sum;
    }

    private void own() {
        if (!owned) {
            Tensor target = fresh();
            if (sum == null) {
                kernels().fill(0, target.data, 0, shape.size());
            } else {
                kernels().copy(sum.data, sum.offset, target.data, 0, shape.size());
            }
            sum = target;
            owned = true;
        }
    }

    private Tensor fresh() {
        return new Tensor(kernels().allocate(shape.size()), 0, shape, dtype, null);
    }

    private Kernels<Object> kernels() {
        return dtype.kernels();
    }
}
