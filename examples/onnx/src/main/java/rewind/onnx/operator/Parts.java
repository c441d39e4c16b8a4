package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Parts of values, and values put together from parts. */
final class Parts {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("Concat", Operator.of(Parts::concat)),
            entry("Split", Parts::split),
            entry("Slice", Operator.of(Parts::slice)),
            entry("Gather", Operator.of(Parts::gather)),
            entry("GatherElements", Operator.of(Places::gatherElements)),
            entry("GatherND", Operator.of(Places::gatherPlaces)),
            entry("ScatterElements", Operator.of(Places::scatterElements)),
            entry("ScatterND", Operator.of(Places::scatterPlaces)),
            entry("Compress", Operator.of(Parts::compress)),
            entry("Tile", Operator.of(Parts::tile)),
            entry("Pad", Operator.of(Padding::pad)),
            entry("CenterCropPad", Operator.of(Padding::cropOrPad)),
            entry("ReverseSequence", Operator.of(Parts::reverseSequence)),
            entry("Trilu", Operator.of(Parts::triangle)),
            entry("TopK", Parts::topK));

    private Parts() {}

    private static Value concat(Call call) {
        List<Tensor> all = call.inputs().stream().map(Value::tensor).toList();
        return call.input(0).with(Tensor.concat(call.axis("axis", 1, all.get(0).rank()), all));
    }

    /** Sizes are given, or all equal but the last, which may be smaller. */
    private static List<Value> split(Call call) {
        Tensor x = call.tensor(0);
        int axis = call.axis("axis", 0, x.rank());
        long[] sizes = call.integers("split", 1);
        int count = (int) call.integer("num_outputs", call.node().outputs().size());
        if (sizes == null) {
            int size = (x.size(axis) + count - 1) / count;
            sizes = new long[count];
            for (int i = 0; i < count; i++) {
                sizes[i] = Math.max(0, Math.min(size, x.size(axis) - (long) i * size));
            }
        }
        int[] parts = Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
        return Call.values(x.split(axis, parts), call.input(0));
    }

    /** Starts, ends, axes and steps are attributes in old versions and inputs in newer ones. */
    private static Value slice(Call call) {
        Tensor x = call.tensor(0);
        long[] starts = call.needed("starts", 1);
        long[] ends = call.needed("ends", 2);
        long[] given = call.integers("axes", 3);
        int[] axes = given == null ? IntStream.range(0, starts.length).toArray() : Call.axes(given, x.rank());
        long[] steps = call.has(4) ? call.input(4).longs() : null;
        for (int i = 0; i < axes.length; i++) {
            x = slice(x, axes[i], starts[i], ends[i], steps == null ? 1 : steps[i]);
        }
        return call.input(0).with(x);
    }

    private static Tensor slice(Tensor x, int axis, long start, long end, long step) {
        Check.that(step != 0, "steps must not be 0");
        int size = x.size(axis);
        long from = Math.max(step < 0 ? -1 : 0, Math.min(step < 0 ? size - 1 : size, start < 0 ? start + size : start));
        long to = Math.max(step < 0 ? -1 : 0, Math.min(size, end < 0 ? end + size : end));
        int wide = (int) Math.max(-size - 1L, Math.min(size + 1L, step));
        if (step > 0) {
            return x.slice(axis, (int) from, (int) Math.max(from, to), Math.max(1, wide));
        }
        Tensor flipped =
                x.slice(axis, (int) Math.min(to + 1, from + 1), (int) from + 1).flip(axis);
        return flipped.slice(axis, 0, flipped.size(axis), Math.max(1, -wide));
    }

    private static Value gather(Call call) {
        Tensor x = call.tensor(0);
        int axis = call.axis("axis", 0, x.rank());
        Tensor rows = call.tensor(1);
        if (rows.rank() == 0 && !rows.isRecorded()) {
            return call.input(0)
                    .with(x.select(axis, Math.toIntExact(call.input(1).integer())));
        }
        Tensor parts = x.permute(front(axis, x.rank())).gather(rows);
        int[] order = new int[parts.rank()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i < axis ? rows.rank() + i : i < axis + rows.rank() ? i - axis : i;
        }
        return call.input(0).with(parts.permute(order));
    }

    /** The axes in their order, with one before all others. */
    private static int[] front(int axis, int rank) {
        return Shapes.moved(rank, axis, 0);
    }

    private static Value compress(Call call) {
        boolean flat = !call.hasAttribute("axis");
        Tensor x = flat ? call.tensor(0).reshape(-1) : call.tensor(0);
        int axis = flat ? 0 : call.axis("axis", 0, x.rank());
        long[] chosen = call.input(1).longs();
        int[] rows =
                IntStream.range(0, chosen.length).filter(i -> chosen[i] != 0).toArray();
        int[] order = front(axis, x.rank());
        return call.input(0).with(x.permute(order).gather(rows).permute(Shapes.inverse(order)));
    }

    private static Value tile(Call call) {
        Tensor x = call.tensor(0);
        int[] repeats = call.input(1).ints();
        Check.that(repeats.length == x.rank(), "there must be one count per axis of the shape %s", x.shape());
        long[] whole = new long[x.rank()];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (long) repeats[i] * x.size(i);
        }
        Shapes.of(whole);
        for (int axis = 0; axis < repeats.length; axis++) {
            int[] between = x.expandDims(axis).shape().toArray();
            between[axis] = repeats[axis];
            int[] sizes = x.shape().toArray();
            sizes[axis] *= repeats[axis];
            x = x.expandDims(axis).broadcastTo(between).reshape(sizes);
        }
        return call.input(0).with(x);
    }

    private static Value reverseSequence(Call call) {
        Tensor x = call.tensor(0);
        int batch = call.axis("batch_axis", 1, x.rank());
        int time = call.axis("time_axis", 0, x.rank());
        int[] lengths = call.input(1).ints();
        int[] places = new int[x.size()];
        Places.each(x.shape(), (flat, index) -> {
            int length = lengths[index[batch]];
            int step = index[time];
            int from = step < length ? length - 1 - step : step;
            places[flat] = flat + (from - step) * Places.stride(x.shape(), time);
        });
        return call.input(0).with(Places.take(x, x.shape(), places));
    }

    private static Value triangle(Call call) {
        Tensor x = call.tensor(0);
        boolean upper = call.flag("upper", true);
        long k = call.has(1) ? call.input(1).integer() : 0;
        int rows = x.size(-2);
        int columns = x.size(-1);
        double[] kept = new double[rows * columns];
        for (int i = 0; i < kept.length; i++) {
            long above = (long) (i % columns) - i / columns;
            kept[i] = (upper ? above >= k : above <= k) ? 1 : 0;
        }
        Tensor mask = Tensor.of(Shape.of(rows, columns), kept).to(x.dtype());
        return call.input(0).with(x.maskedBy(mask));
    }

    /** The largest or smallest elements along an axis, and where they are. */
    private static List<Value> topK(Call call) {
        Tensor x = call.tensor(0);
        int axis = call.axis("axis", -1, x.rank());
        long k = call.has(1) ? call.input(1).integer() : call.integer("k", 0);
        Check.that(k >= 0 && k <= x.size(axis), "k must be at most %s, got %s", x.size(axis), k);
        int sign = call.flag("largest", true) ? -1 : 1;
        int[] sizes = x.shape().toArray();
        sizes[axis] = (int) k;
        Shape shape = Shape.of(sizes);
        double[] values = x.toArray();
        int stride = Places.stride(x.shape(), axis);
        int[] places = new int[shape.size()];
        double[] indices = new double[shape.size()];
        Places.each(shape, (flat, index) -> {
            if (index[axis] == 0) {
                int start = Places.flat(x.shape(), index);
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, x.size(axis)).boxed().toList());
                order.sort((a, b) -> sign * Double.compare(values[start + a * stride], values[start + b * stride]));
                int step = Places.stride(shape, axis);
                for (int i = 0; i < k; i++) {
                    places[flat + i * step] = start + order.get(i) * stride;
                    indices[flat + i * step] = order.get(i);
                }
            }
        });
        return List.of(
                call.input(0).with(Places.take(x, shape, places)),
                Value.integers().with(Tensor.of(shape, indices)));
    }
}
