package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** The same elements in other shapes, and the shapes themselves. */
final class Shapes {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Reshape", Operator.of(Shapes::reshape)),
            entry("Flatten", Operator.of(Shapes::flatten)),
            entry("Transpose", Operator.of(Shapes::transpose)),
            entry("Squeeze", Operator.of(Shapes::squeeze)),
            entry("Unsqueeze", Operator.of(Shapes::unsqueeze)),
            entry("Expand", Operator.of(Shapes::expand)),
            entry("Shape", Operator.of(Shapes::shape)),
            entry("Size", Operator.of(call -> Value.integer(call.tensor(0).size()))),
            entry("DepthToSpace", Operator.of(Shapes::depthToSpace)),
            entry("SpaceToDepth", Operator.of(Shapes::spaceToDepth)));

    private Shapes() {}

    /**
     * Returns sizes as a shape.
     *
     * @throws IllegalArgumentException if one is negative, or so many elements do not fit into the heap
     */
    static Shape of(long... sizes) {
        long count = 1;
        for (long size : sizes) {
            Check.that(size >= 0, "sizes must not be negative, got %s", Arrays.toString(sizes));
            count = size == 0 || count == 0
                    ? 0
                    : size > Integer.MAX_VALUE || count > Integer.MAX_VALUE ? Long.MAX_VALUE : count * size;
        }
        long room = Runtime.getRuntime().maxMemory() / (4 * Double.BYTES);
        Check.that(
                count <= Math.min(room, Integer.MAX_VALUE),
                "a tensor of the sizes %s does not fit into the heap; use a larger -Xmx",
                Arrays.toString(sizes));
        return Shape.of(Arrays.stream(sizes).mapToInt(size -> (int) size).toArray());
    }

    /** The axes in their order, with one moved to another place. */
    static int[] moved(int rank, int axis, int to) {
        int[] order = IntStream.range(0, rank).filter(each -> each != axis).toArray();
        int[] moved = new int[rank];
        System.arraycopy(order, 0, moved, 0, to);
        moved[to] = axis;
        System.arraycopy(order, to, moved, to + 1, rank - 1 - to);
        return moved;
    }

    static int[] inverse(int... order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    /** A size of 0 is that of the input, unless zeros are allowed; one of −1 is what the others leave. */
    private static Value reshape(Call call) {
        Tensor x = call.tensor(0);
        long[] sizes = call.needed("shape", 1);
        boolean zeros = call.flag("allowzero", false);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = sizes[i] == 0 && !zeros ? x.size(i) : sizes[i];
        }
        int[] shape = Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
        return call.input(0).with(joinsDirections(x, shape) ? Tensor.concat(-1, x.unstack(2)) : x.reshape(shape));
    }

    /**
     * Whether (steps, samples, 2, units) becomes (steps, samples, 2 · units), as exporters have the outputs of both directions: what they
     * concatenate is seen so in equations, where a shape would hide the steps.
     */
    private static boolean joinsDirections(Tensor x, int... shape) {
        return x.rank() == 4
                && x.size(2) == 2
                && shape.length == 3
                && shape[0] == x.size(0)
                && shape[1] == x.size(1)
                && (shape[2] == -1 || shape[2] == 2 * x.size(3));
    }

    private static Value flatten(Call call) {
        Tensor x = call.tensor(0);
        long axis = call.integer("axis", 1);
        Check.that(axis >= -x.rank() && axis <= x.rank(), "axis %s must be one of the shape %s", axis, x.shape());
        int at = (int) (axis < 0 ? axis + x.rank() : axis);
        int rows = IntStream.range(0, at).map(x::size).reduce(1, (a, b) -> a * b);
        int columns = IntStream.range(at, x.rank()).map(x::size).reduce(1, (a, b) -> a * b);
        return call.input(0).with(x.reshape(rows, columns));
    }

    private static Value transpose(Call call) {
        Tensor x = call.tensor(0);
        long[] order = call.integers("perm");
        int[] reversed = IntStream.range(0, x.rank()).map(i -> x.rank() - 1 - i).toArray();
        return call.input(0).with(x.permute(order == null ? reversed : Call.axes(order, x.rank())));
    }

    private static Value squeeze(Call call) {
        Tensor x = call.tensor(0);
        long[] axes = call.integers("axes", 1);
        return call.input(0)
                .with(axes == null ? x.squeeze() : axes.length == 0 ? x : x.squeeze(Call.axes(axes, x.rank())));
    }

    private static Value unsqueeze(Call call) {
        Tensor x = call.tensor(0);
        long[] given = call.needed("axes", 1);
        int[] axes = Call.axes(given, x.rank() + given.length);
        Arrays.sort(axes);
        for (int axis : axes) {
            x = x.expandDims(axis);
        }
        return call.input(0).with(x);
    }

    /** Broadcasts in both directions: a size of 1 keeps that of the input. */
    private static Value expand(Call call) {
        Tensor x = call.tensor(0);
        long[] sizes = call.input(1).longs();
        int rank = Math.max(sizes.length, x.rank());
        long[] all = new long[rank];
        for (int i = 0; i < rank; i++) {
            int ofShape = i - (rank - sizes.length);
            int ofInput = i - (rank - x.rank());
            long own = ofInput < 0 ? 1 : x.size(ofInput);
            long asked = ofShape < 0 ? 1 : sizes[ofShape];
            all[i] = asked == 1 ? own : asked;
        }
        return call.input(0).with(x.broadcastTo(of(all)));
    }

    private static Value shape(Call call) {
        int[] sizes = call.tensor(0).shape().toArray();
        int rank = sizes.length;
        int start = clamp(call.integer("start", 0), rank);
        int end = clamp(call.integer("end", rank), rank);
        return Value.sizes(Shape.of(Arrays.copyOfRange(sizes, start, Math.max(start, end))));
    }

    private static int clamp(long axis, int rank) {
        return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
    }

    private static Value depthToSpace(Call call) {
        Tensor x = call.tensor(0);
        int b = (int) call.integer("blocksize", 1);
        Check.that(x.rank() == 4 && b > 0 && x.size(1) % (b * b) == 0, "the channels must fall into blocks");
        int n = x.size(0);
        int c = x.size(1) / (b * b);
        int h = x.size(2);
        int w = x.size(3);
        Tensor y = call.text("mode", "DCR").equals("CRD")
                ? x.reshape(n, c, b, b, h, w).permute(0, 1, 4, 2, 5, 3)
                : x.reshape(n, b, b, c, h, w).permute(0, 3, 4, 1, 5, 2);
        return call.input(0).with(y.reshape(n, c, h * b, w * b));
    }

    private static Value spaceToDepth(Call call) {
        Tensor x = call.tensor(0);
        int b = (int) call.integer("blocksize", 1);
        Check.that(
                x.rank() == 4 && b > 0 && x.size(2) % b == 0 && x.size(3) % b == 0, "the space must fall into blocks");
        int n = x.size(0);
        int c = x.size(1);
        int h = x.size(2) / b;
        int w = x.size(3) / b;
        Tensor y = x.reshape(n, c, h, b, w, b).permute(0, 3, 5, 1, 2, 4);
        return call.input(0).with(y.reshape(n, c * b * b, h, w));
    }
}
