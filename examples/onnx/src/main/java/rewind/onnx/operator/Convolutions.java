package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Convolutions and pooling, over any number of axes: of X (samples, channels, …). */
final class Convolutions {
    static final Map<String, Operator> ALL = Map.of(
            "Conv", Operator.of(Convolutions::convolution),
            "MaxPool", Convolutions::maxPool,
            "AveragePool", Operator.of(Convolutions::averagePool),
            "GlobalMaxPool",
                    Operator.of(call -> call.input(0).with(call.tensor(0).max(space(call)))),
            "GlobalAveragePool",
                    Operator.of(call -> call.input(0).with(call.tensor(0).mean(space(call)))));

    private Convolutions() {}

    /** All axes but those of samples and channels, kept. */
    private static Axes space(Call call) {
        return Axes.keep(IntStream.range(2, call.tensor(0).rank()).toArray());
    }

    /** The elements that every window sees: (windows, elements of a window, samples, channels). */
    private static Tensor seen(Tensor x, WindowGrid grid, double padding) {
        int samples = x.size(0);
        int channels = x.size(1);
        Tensor flat = x.reshape(samples, channels, grid.elements());
        Tensor all = Tensor.concat(2, flat, Tensor.full(x.dtype(), padding, samples, channels, 1));
        return all.permute(2, 0, 1).gather(grid.places()).reshape(grid.windows(), grid.windowSize(), samples, channels);
    }

    /** From (windows, samples, channels) to (samples, channels, …). */
    private static Tensor arranged(Tensor y, WindowGrid grid) {
        return y.permute(1, 2, 0).reshape(grid.output(y.size(1), y.size(2)));
    }

    private static Value convolution(Call call) {
        Tensor x = call.tensor(0);
        Tensor w = call.tensor(1);
        Check.that(
                x.rank() >= 3 && w.rank() == x.rank(),
                "X and W must have as many axes, got %s and %s",
                x.shape(),
                w.shape());
        int groups = (int) call.integer("group", 1);
        int channels = w.size(1);
        Check.that(
                groups > 0 && x.size(1) == groups * channels && w.size(0) % groups == 0,
                "channels must fall into %s groups, got %s and %s",
                groups,
                x.shape(),
                w.shape());
        WindowGrid grid = WindowGrid.of(call, x.shape(), sizes(w));
        Tensor seen = seen(x, grid, 0);
        int outputs = w.size(0) / groups;
        List<Tensor> parts = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            Tensor own = seen.slice(3, g * channels, (g + 1) * channels)
                    .permute(0, 2, 3, 1) // (windows, samples, channels, elements)
                    .reshape(grid.windows() * x.size(0), channels * grid.windowSize());
            Tensor weights = w.slice(0, g * outputs, (g + 1) * outputs).reshape(outputs, channels * grid.windowSize());
            parts.add(own.matmul(weights.transpose()).reshape(grid.windows(), x.size(0), outputs));
        }
        Tensor y = Tensor.concat(2, parts);
        Tensor shifted = call.has(2) ? y.add(call.tensor(2)) : y;
        return call.input(0).with(arranged(shifted, grid));
    }

    private static long[] sizes(Tensor w) {
        return IntStream.range(2, w.rank()).mapToLong(w::size).toArray();
    }

    private static List<Value> maxPool(Call call) {
        Tensor x = call.tensor(0);
        WindowGrid grid = WindowGrid.of(call, x.shape(), call.integers("kernel_shape"));
        Tensor seen = seen(x, grid, Double.NEGATIVE_INFINITY);
        Value y = call.input(0).with(arranged(seen.max(1), grid));
        if (!call.asks(1)) {
            return List.of(y);
        }
        Check.that(call.integer("storage_order", 0) == 0, "indices must count row after row");
        double[] which = seen.detach().argMax(1).toArray(); // (windows, samples, channels)
        int perWindow = x.size(0) * x.size(1);
        double[] indices = new double[which.length];
        for (int i = 0; i < indices.length; i++) {
            int window = i / perWindow;
            int place = grid.places()[window * grid.windowSize() + (int) which[i]];
            indices[i] = (double) (i % perWindow) * grid.elements() + place;
        }
        Tensor places = Tensor.of(Shape.of(grid.windows(), x.size(0), x.size(1)), indices);
        return List.of(y, Value.integers().with(arranged(places, grid)));
    }

    private static Value averagePool(Call call) {
        Tensor x = call.tensor(0);
        WindowGrid grid = WindowGrid.of(call, x.shape(), call.integers("kernel_shape"));
        Tensor counts = Tensor.of(Shape.of(grid.windows(), 1, 1), grid.counts(call.flag("count_include_pad", false)))
                .to(x.dtype());
        return call.input(0).with(arranged(seen(x, grid, 0).sum(1).div(counts), grid));
    }
}
