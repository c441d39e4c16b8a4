package rewind.onnx.operator;

import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Elements before and after others along axes. */
final class Padding {
    private Padding() {}

    /** Counts and value are attributes in old versions and inputs in newer ones; negative counts take elements away. */
    static Value pad(Call call) {
        Tensor x = call.tensor(0);
        long[] counts = call.needed("pads", 1);
        int[] axes = call.has(3)
                ? Call.axes(call.input(3).longs(), x.rank())
                : IntStream.range(0, x.rank()).toArray();
        Check.that(counts.length == 2 * axes.length, "there must be two counts per axis of %s", x.shape());
        double value = call.has(2) ? call.input(2).number() : call.number("value", 0);
        long[] before = new long[x.rank()];
        long[] after = new long[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            before[axes[i]] = counts[i];
            after[axes[i]] = counts[i + axes.length];
        }
        return call.input(0).with(padded(x, before, after, call.text("mode", "constant"), value));
    }

    static Tensor padded(Tensor x, long[] before, long[] after, String mode, double value) {
        long[] sizes = new long[x.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = x.size(i) + before[i] + after[i];
        }
        Shape shape = Shapes.of(sizes);
        int[] places = new int[shape.size()];
        Places.each(shape, (flat, index) -> {
            int place = 0;
            for (int i = 0; i < index.length && place >= 0; i++) {
                int from = source(index[i] - before[i], x.size(i), mode);
                place = from < 0 ? -1 : place * x.size(i) + from;
            }
            places[flat] = place < 0 ? x.size() : place;
        });
        Tensor all = Tensor.concat(0, x.reshape(x.size()), Tensor.full(x.dtype(), value, 1));
        return Places.take(all, shape, places);
    }

    /** Where an element comes from; −1 for a constant. */
    private static int source(long at, int size, String mode) {
        if (at >= 0 && at < size) {
            return (int) at;
        }
        Check.that(mode.equals("constant") || size > 0, "there must be elements to be repeated");
        return switch (mode) {
            case "constant" -> -1;
            case "edge" -> at < 0 ? 0 : size - 1;
            case "wrap" -> (int) Math.floorMod(at, (long) size);
            case "reflect" -> {
                long period = Math.max(1, 2L * (size - 1));
                long within = Math.floorMod(at, period);
                yield (int) Math.min(within, period - within);
            }
            default -> throw Check.failure("mode %s must be constant, edge, reflect or wrap", mode);
        };
    }

    static Value cropOrPad(Call call) {
        Tensor x = call.tensor(0);
        long[] sizes = call.input(1).longs();
        long[] given = call.integers("axes");
        int[] axes = given == null ? IntStream.range(0, x.rank()).toArray() : Call.axes(given, x.rank());
        long[] before = new long[x.rank()];
        long[] after = new long[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            long more = sizes[i] - x.size(axes[i]);
            before[axes[i]] = more < 0 ? -(-more / 2) : more / 2;
            after[axes[i]] = more - before[axes[i]];
        }
        return call.input(0).with(padded(x, before, after, "constant", 0));
    }
}
