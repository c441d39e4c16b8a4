package rewind.onnx.write;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.nn.convolution.Extract;
import rewind.nn.layer.BuiltLayer;
import rewind.onnx.proto.Attribute;

/** Writes the pooling of whole samples, of any number of steps; of padded ones the real steps alone are seen. */
final class PoolingWriter {
    private final LayerWriter writer;
    private final GraphBuilder graph;
    private final int[] axes;
    private final long perStep;

    PoolingWriter(LayerWriter writer, BuiltLayer.Applied applied) {
        this.writer = writer;
        this.graph = writer.graph();
        int rank = applied.input().rank();
        axes = IntStream.range(1, rank).toArray();
        perStep = IntStream.range(1, rank - 1).mapToLong(applied.input()::size).reduce(1, (a, b) -> a * b);
    }

    /** From (samples, steps, …, features) to (samples, features). */
    String write(Extract extract, String x) {
        String lengths = writer.extras().lengths().orElse(null);
        if (lengths == null) {
            return switch (extract) {
                case MAX -> reduced("ReduceMax", x);
                case MIN -> reduced("ReduceMin", x);
                case MEAN -> reduced("ReduceMean", x);
            };
        }
        long[] inner = IntStream.rangeClosed(2, axes.length + 1).asLongStream().toArray();
        String real = graph.node("Unsqueeze", writer.real(x, 1, lengths), graph.integers(inner));
        String count = graph.node("Unsqueeze", lengths, graph.integers(1));
        return switch (extract) {
            case MAX -> greatest("ReduceMax", seen(real, x, Double.NEGATIVE_INFINITY), count);
            case MIN -> greatest("ReduceMin", seen(real, x, Double.POSITIVE_INFINITY), count);
            case MEAN -> {
                String sum = graph.node(
                        "ReduceSum",
                        List.of(
                                seen(real, x, 0),
                                graph.integers(IntStream.of(axes).asLongStream().toArray())),
                        Map.of("keepdims", Attribute.of(0L)));
                String all = graph.node("Mul", count, graph.integer(perStep));
                yield graph.node("Div", sum, graph.cast(graph.node("Max", all, graph.integer(1)), writer.type()));
            }
        };
    }

    private String reduced(String op, String x) {
        return graph.node(op, List.of(x), Map.of("axes", GraphBuilder.axes(axes), "keepdims", Attribute.of(0L)));
    }

    private String seen(String real, String x, double neutral) {
        return graph.node("Where", real, x, graph.number(writer.type(), neutral));
    }

    /** Of samples without steps 0. */
    private String greatest(String op, String seen, String count) {
        String some = graph.node("Greater", count, graph.integer(0));
        return graph.node("Where", some, reduced(op, seen), graph.number(writer.type(), 0));
    }
}
