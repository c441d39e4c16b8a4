package rewind.onnx.operator;

import java.util.Arrays;
import java.util.function.BinaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Elements by their places, counted row after row, and the operators that are given such. */
final class Places {
    private Places() {}

    /** Hears of every place in a shape. */
    interface Visitor {
        /**
         * Called once per place.
         *
         * @param flat the place, counted row after row
         * @param index the same by axes, valid during the call
         */
        void at(int flat, int... index);
    }

    static void each(Shape shape, Visitor visitor) {
        int[] index = new int[shape.rank()];
        for (int flat = 0; flat < shape.size(); flat++) {
            visitor.at(flat, index);
            for (int axis = index.length - 1; axis >= 0 && ++index[axis] == shape.size(axis); axis--) {
                index[axis] = 0;
            }
        }
    }

    static int stride(Shape shape, int axis) {
        int stride = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            stride *= shape.size(i);
        }
        return stride;
    }

    static int flat(Shape shape, int... index) {
        int flat = 0;
        for (int i = 0; i < index.length; i++) {
            flat = flat * shape.size(i) + index[i];
        }
        return flat;
    }

    /** The elements at some places of x. */
    static Tensor take(Tensor x, Shape shape, int... places) {
        return x.reshape(x.size()).gather(places).reshape(shape.toArray());
    }

    private static int inside(int index, int size) {
        Check.that(index >= -size && index < size, "index %s must lie inside an axis of size %s", index, size);
        return index < 0 ? index + size : index;
    }

    static Value gatherElements(Call call) {
        Tensor x = call.tensor(0);
        Shape shape = call.tensor(1).shape();
        return call.input(0).with(take(x, shape, elements(x.shape(), shape, call)));
    }

    /** The places in a whole of a part whose indices along one axis are given. */
    private static int[] elements(Shape whole, Shape part, Call call) {
        int axis = call.axis("axis", 0, whole.rank());
        int[] indices = call.input(1).ints();
        Check.that(part.rank() == whole.rank(), "ranks must be equal, got %s and %s", part, whole);
        int[] places = new int[indices.length];
        each(part, (flat, index) -> {
            int[] at = index.clone();
            at[axis] = inside(indices[flat], whole.size(axis));
            for (int i = 0; i < at.length; i++) {
                at[i] = inside(at[i], whole.size(i));
            }
            places[flat] = flat(whole, at);
        });
        return places;
    }

    static Value gatherPlaces(Call call) {
        Tensor x = call.tensor(0);
        int batch = (int) call.integer("batch_dims", 0);
        int[] places =
                places(x.shape(), call.tensor(1).shape(), batch, call.input(1).ints());
        int last = call.tensor(1).size(-1);
        int[] head =
                Arrays.copyOf(call.tensor(1).shape().toArray(), call.tensor(1).rank() - 1);
        int[] tail = Arrays.copyOfRange(x.shape().toArray(), batch + last, x.rank());
        int[] sizes = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, sizes, head.length, tail.length);
        return call.input(0).with(take(x, Shape.of(sizes), places));
    }

    /** The places of parts, of which the last axis of the indices gives the first axes. */
    private static int[] places(Shape whole, Shape indices, int batch, int... values) {
        int depth = indices.size(-1);
        Check.that(
                batch >= 0 && depth + batch <= whole.rank() && batch < indices.rank(),
                "indices of the shape %s must lie inside the shape %s",
                indices,
                whole);
        int part = stride(whole, batch + depth - 1);
        int count = depth == 0 ? stride(indices, -1) : values.length / depth;
        int perBatch = count / Math.max(1, count(indices, batch));
        int[] places = new int[count * part];
        for (int i = 0; i < count; i++) {
            int start = batch == 0 ? 0 : i / perBatch;
            for (int k = 0; k < depth; k++) {
                int size = whole.size(batch + k);
                start = start * size + inside(values[i * depth + k], size);
            }
            for (int k = 0; k < part; k++) {
                places[i * part + k] = start * part + k;
            }
        }
        return places;
    }

    private static int count(Shape shape, int axes) {
        int count = 1;
        for (int i = 0; i < axes; i++) {
            count *= shape.size(i);
        }
        return count;
    }

    static Value scatterElements(Call call) {
        Tensor x = call.tensor(0);
        return scatter(call, elements(x.shape(), call.tensor(1).shape(), call));
    }

    static Value scatterPlaces(Call call) {
        return scatter(
                call,
                places(
                        call.tensor(0).shape(),
                        call.tensor(1).shape(),
                        0,
                        call.input(1).ints()));
    }

    /** Elements are replaced by updates, the last one if there are several, or combined with all of them. */
    private static Value scatter(Call call, int... places) {
        Tensor x = call.tensor(0);
        Tensor updates = call.tensor(2).reshape(-1);
        Check.that(updates.size() == places.length, "there must be %s updates, got %s", places.length, updates.size());
        String reduction = call.text("reduction", "none");
        if (reduction.equals("none")) {
            int[] from = new int[x.size()];
            for (int i = 0; i < from.length; i++) {
                from[i] = i;
            }
            for (int i = 0; i < places.length; i++) {
                from[places[i]] = x.size() + i;
            }
            Tensor both = Tensor.concat(0, x.reshape(x.size()), updates);
            return call.input(0).with(take(both, x.shape(), from));
        }
        Tensor y = combined(reduction, x.reshape(x.size()), updates, places);
        return call.input(0).with(y.reshape(x.shape().toArray()));
    }

    /** Updates are applied in turns, in each of which no place occurs twice. */
    private static Tensor combined(String reduction, Tensor x, Tensor updates, int... places) {
        BinaryOperator<Tensor> function = switch (reduction) {
            case "add" -> Tensor::add;
            case "mul" -> Tensor::mul;
            case "max" -> Tensor::maximum;
            case "min" -> Tensor::minimum;
            default -> throw Check.failure("reduction %s must be none, add, mul, max or min", reduction);
        };
        boolean[] done = new boolean[places.length];
        Tensor y = x;
        for (int left = places.length; left > 0; ) {
            int[] from = new int[x.size()];
            Arrays.fill(from, updates.size());
            double[] touched = new double[x.size()];
            for (int i = 0; i < places.length; i++) {
                if (!done[i] && touched[places[i]] == 0) {
                    touched[places[i]] = 1;
                    from[places[i]] = i;
                    done[i] = true;
                    left--;
                }
            }
            Tensor given = Tensor.concat(0, updates, Tensor.zeros(x.dtype(), 1)).gather(from);
            y = Tensor.where(Tensor.of(x.shape(), touched).to(x.dtype()), function.apply(y, given), y);
        }
        return y;
    }
}
