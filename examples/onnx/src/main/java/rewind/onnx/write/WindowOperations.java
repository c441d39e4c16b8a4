package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** Windows that slide along axes, and their sum: the graph's operators gather, and multiply by what tells which element is where. */
final class WindowOperations {
    static final Map<String, Function<Operation, String>> ALL =
            Map.of("windows", WindowOperations::windows, "overlapAdd", WindowOperations::overlapAdd);

    /** Of the matrix that tells where the elements of windows go. */
    private static final long MOST_ELEMENTS = 1 << 24;

    private WindowOperations() {}

    /** Along one axis after the other: from (…, size, …) to (…, count, window, …); then counts come before windows. */
    private static String windows(Operation o) {
        int axis = o.integer("axis");
        int[] sizes = o.integers("sizes");
        int axes = sizes.length;
        String x = o.input(0);
        for (int i = 0; i < axes; i++) {
            Size[] all = o.sizes();
            Check.that(
                    all[axis + i].isFixed(),
                    "onnx: windows must not slide along an axis that depends on the number of samples");
            int count = (int) all[axis + i].rest();
            double[] places = new double[count * sizes[i]];
            for (int k = 0; k < places.length; k++) {
                places[k] = (double) (k / sizes[i]) * o.integers("strides")[i]
                        + (double) (k % sizes[i]) * o.integers("dilations")[i];
            }
            Tensor indices = Tensor.of(Shape.of(count, sizes[i]), places);
            String at = o.graph().constant(ElementType.INT64, indices);
            x = o.node("Gather", List.of(x, at), Map.of("axis", Attribute.of((long) axis + 2L * i)));
        }
        int[] order = IntStream.range(0, o.rank()).toArray();
        for (int i = 0; i < axes; i++) {
            order[axis + i] = axis + 2 * i;
            order[axis + axes + i] = axis + 2 * i + 1;
        }
        return axes == 1 ? x : o.graph().transpose(x, order);
    }

    private static String overlapAdd(Operation o) {
        int axis = o.integer("axis");
        int[] whole = o.integers("of");
        int axes = whole.length;
        Shape part = o.shape(0);
        int[] ofWindows = Arrays.copyOfRange(part.toArray(), axis, axis + 2 * axes);
        int[] rest = IntStream.range(0, part.rank())
                .filter(i -> i < axis || i >= axis + 2 * axes)
                .toArray();
        int[] order = IntStream.concat(Arrays.stream(rest), IntStream.range(axis, axis + 2 * axes))
                .toArray();
        Size[] sizes = o.sizes();
        List<Size> flat = new ArrayList<>();
        List<Size> wide = new ArrayList<>();
        for (int i : rest) {
            Size size = sizes[i < axis ? i : i - axes];
            flat.add(size);
            wide.add(size);
        }
        Tensor places = places(whole, ofWindows, o);
        flat.add(new Size(0, places.size(0)));
        Arrays.stream(whole).forEach(size -> wide.add(new Size(0, size)));
        String rows = o.node("Reshape", o.graph().transpose(o.input(0), order), o.vector(flat.toArray(new Size[0])));
        String sums = o.node(
                "MatMul", rows, o.graph().constant(o.type(), places.to(o.type().dtype())));
        int[] back = new int[sizes.length];
        for (int i = 0; i < back.length; i++) {
            boolean along = i >= axis && i < axis + axes;
            back[i] = along ? rest.length + i - axis : i < axis ? i : i - axes;
        }
        return o.graph().transpose(o.node("Reshape", sums, o.vector(wide.toArray(new Size[0]))), back);
    }

    /** 1 where an element of a window, a row, goes to an element of the whole, a column. */
    private static Tensor places(int[] whole, int[] ofWindows, Operation o) {
        int axes = whole.length;
        Shape all = Shape.of(ofWindows);
        Shape to = Shape.of(whole);
        Check.that(
                (long) all.size() * to.size() <= MOST_ELEMENTS,
                "onnx: a gradient of windows %s of %s is too large",
                all,
                to);
        double[] ones = new double[all.size() * to.size()];
        for (int row = 0; row < all.size(); row++) {
            int[] index = index(ofWindows, row);
            int column = 0;
            for (int i = 0; i < axes; i++) {
                int place = index[i] * o.integers("strides")[i] + index[axes + i] * o.integers("dilations")[i];
                column = column * whole[i] + place;
            }
            ones[row * to.size() + column] = 1;
        }
        return Tensor.of(Shape.of(all.size(), to.size()), ones);
    }

    private static int[] index(int[] sizes, int flat) {
        int[] index = new int[sizes.length];
        int rest = flat;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            index[axis] = rest % sizes[axis];
            rest /= sizes[axis];
        }
        return index;
    }
}
