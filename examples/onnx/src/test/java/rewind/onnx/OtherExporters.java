package rewind.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.Recurrent;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/**
 * A stack of recurrent layers with an embedding and a head, as PyTorch's two exporters and tf2onnx write it: with a batch of any size,
 * which they ask for by arithmetic on shapes, and first states of zeros. Beside it the weights under the names of PyTorch.
 */
final class OtherExporters {
    /** Who writes. */
    enum Style {
        /** PyTorch by TorchScript, operator set 17. */
        TORCH_SCRIPT,
        /** PyTorch by torch.export, operator set 18. */
        TORCH_EXPORT,
        /** Keras by tf2onnx, operator set 13. */
        TF2ONNX
    }

    static final int IDS = 6;
    private static final int STEPS = 4;

    private final Style style;
    private final Random random;
    private final String op;
    private final int layers;
    private final int directions;
    private final int units;
    private final boolean ids;
    private final boolean sequences;
    private final boolean fixed;
    private final Graphs graph = new Graphs();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final List<Layer> same = new ArrayList<>();
    private int features;
    private int count;

    OtherExporters(Style style, long seed) {
        this.style = style;
        random = new Random(seed);
        op = List.of("RNN", "GRU", "LSTM").get(random.nextInt(3));
        layers = 1 + random.nextInt(2);
        directions = 1 + random.nextInt(2);
        units = 1 + random.nextInt(3);
        features = 1 + random.nextInt(3);
        ids = random.nextBoolean();
        sequences = random.nextBoolean();
        fixed = random.nextBoolean();
        graph.opset(style == Style.TORCH_SCRIPT ? 17 : style == Style.TORCH_EXPORT ? 18 : 13);
        write();
    }

    OnnxGraph read() {
        return graph.read();
    }

    /** The weights by the names of PyTorch. */
    Map<String, Tensor> weights() {
        return weights;
    }

    /** The same layers here. */
    List<Layer> layers() {
        return same;
    }

    Shape sample() {
        return ids
                ? Shape.of(STEPS)
                : Shape.of(STEPS, weights.get("rnn.weight_ih_l0").size(1));
    }

    Tensor batch(int samples) {
        int width = ids ? 1 : sample().size(1);
        double[] numbers = IntStream.range(0, samples * STEPS * width)
                .mapToDouble(i -> ids ? random.nextInt(IDS) : random.nextGaussian())
                .toArray();
        Tensor all = Tensor.of(Shape.of(samples, STEPS, width), numbers);
        return ids ? all.squeeze(2) : all;
    }

    // ---- nodes ----

    private String node(String op, String in, Object... attributes) {
        return nodes(op, in, 1, attributes);
    }

    /** Adds a node; returns the name of its last output. */
    private String nodes(String op, String in, int outputs, Object... attributes) {
        Map<String, Attribute> all = new LinkedHashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            all.put(
                    (String) attributes[i],
                    value instanceof long[] numbers
                            ? Attribute.ofIntegers(
                                    Arrays.stream(numbers).boxed().toList())
                            : value instanceof String text ? Attribute.of(text) : Attribute.of((long) (Integer) value));
        }
        String name = op.toLowerCase(Locale.ROOT) + "_" + ++count;
        List<String> out = new ArrayList<>();
        for (int i = 1; i < outputs; i++) {
            out.add(name + "_" + i);
        }
        out.add(name);
        graph.node(op, Graphs.names(in), out, all);
        return name;
    }

    private static long[] of(long... numbers) {
        return numbers;
    }

    private String integers(long... values) {
        String name = "const_" + ++count;
        double[] numbers = Arrays.stream(values).asDoubleStream().toArray();
        graph.tensor(name, ElementType.INT64, Tensor.of(Shape.of(values.length), numbers));
        return name;
    }

    private String integer(long value) {
        String name = "const_" + ++count;
        graph.tensor(name, ElementType.INT64, Tensor.of((double) value));
        return name;
    }

    private String number(double value) {
        String name = "const_" + ++count;
        graph.tensor(name, ElementType.DOUBLE, Tensor.of(value));
        return name;
    }

    private Tensor drawn(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        Tensor value = Tensor.of(shape, random.doubles(shape.size(), -0.8, 0.8).toArray());
        weights.put(name, value);
        return value;
    }

    // ---- the network ----

    private void write() {
        graph.input("x", ids ? ElementType.INT64 : ElementType.DOUBLE, ids ? of(-1, STEPS) : of(-1, STEPS, features));
        String y = "x";
        if (ids) {
            same.add(Layers.embedding(IDS, features));
            graph.tensor("embedding.weight", ElementType.DOUBLE, drawn("embedding.weight", IDS, features));
            String index = style == Style.TF2ONNX ? node("Cast", "x", "to", 6) : "x";
            y = node("Gather", "embedding.weight " + index);
        }
        String states = style == Style.TF2ONNX ? null : fixed ? zerosOfOne() : zeros(y, layers * directions, 0);
        y = node("Transpose", y, "perm", of(1, 0, 2));
        for (int k = 0; k < layers; k++) {
            y = recurrent(y, k, states);
        }
        y = node("Transpose", y, "perm", of(1, 0, 2));
        if (!sequences) {
            y = last(y);
        }
        dense(y);
    }

    /** Zeros for one sample, that are repeated for all. */
    private String zerosOfOne() {
        graph.tensor("onnx::Slice_7", ElementType.DOUBLE, Tensor.zeros(layers * directions, 1, units));
        String size = node("Unsqueeze", node("Gather", node("Shape", "x") + " " + integer(0)) + " " + integers(0));
        return node(
                "Expand", "onnx::Slice_7 " + node("Concat", integers(1) + " " + size + " " + integers(1), "axis", 0));
    }

    /** Zeros (layers, samples, units) for a value whose samples lie along an axis. */
    private String zeros(String x, int first, int axis) {
        switch (style) {
            case TORCH_SCRIPT -> {
                String size = node("Gather", node("Shape", x) + " " + integer(axis), "axis", 0);
                String sizes = node(
                        "Concat",
                        integers(first) + " " + node("Unsqueeze", size + " " + integers(0)) + " " + integers(units),
                        "axis",
                        0);
                return node("Cast", node("ConstantOfShape", sizes), "to", 11);
            }
            case TORCH_EXPORT -> {
                String size = node("Shape", x, "start", axis, "end", axis + 1);
                String sizes = node("Concat", integers(first) + " " + size + " " + integers(units), "axis", 0);
                return node("Expand", number(0) + " " + sizes);
            }
            default -> {
                String shape = node("Cast", node("Shape", x), "to", 6);
                String size =
                        node("Slice", shape + " " + integers(axis) + " " + integers(axis + 1) + " " + integers(0));
                String product = node(
                        "Mul", node("Squeeze", size + " " + integers(0)) + " " + node("Cast", integer(1), "to", 6));
                String sizes = node(
                        "Concat",
                        node("Unsqueeze", product + " " + integers(0)) + " " + node("Cast", integers(units), "to", 6),
                        "axis",
                        0);
                String zeros = node("Expand", number(0) + " " + node("Cast", sizes, "to", 7));
                String one = node("Unsqueeze", zeros + " " + integers(0));
                return first == 1 ? one : node("Concat", one + " " + one, "axis", 0);
            }
        }
    }

    private String recurrent(String x, int k, String states) {
        boolean last = k == layers - 1;
        Recurrent<?, ?> layer = switch (op) {
            case "RNN" -> Layers.rnn(units);
            case "GRU" -> Layers.gru(units).resetAfter(true);
            default -> Layers.lstm(units);
        };
        Recurrent<?, ?> one = layer.sequences(!last || sequences);
        same.add(directions == 2 ? one.bidirectional() : one);
        List<Tensor> w = new ArrayList<>();
        List<Tensor> r = new ArrayList<>();
        List<Tensor> b = new ArrayList<>();
        int gates = Map.of("RNN", 1, "GRU", 3, "LSTM", 4).get(op);
        for (int d = 0; d < directions; d++) {
            String end = "_l" + k + (d == 0 ? "" : "_reverse");
            w.add(ordered(drawn("rnn.weight_ih" + end, gates * units, features)));
            r.add(ordered(drawn("rnn.weight_hh" + end, gates * units, units)));
            Tensor ih = ordered(drawn("rnn.bias_ih" + end, gates * units));
            b.add(Tensor.concat(0, ih, ordered(drawn("rnn.bias_hh" + end, gates * units))));
        }
        String name = "onnx::" + op + "_" + ++count;
        graph.tensor(name + "W", ElementType.DOUBLE, Tensor.stack(0, w));
        graph.tensor(name + "R", ElementType.DOUBLE, Tensor.stack(0, r));
        graph.tensor(name + "B", ElementType.DOUBLE, Tensor.stack(0, b));
        String first = states == null ? zeros(x, directions, 1) : slice(states, k);
        String in =
                x + " " + name + "W " + name + "R " + name + "B - " + first + (op.equals("LSTM") ? " " + first : "");
        Object[] attributes = {
            "hidden_size", units, "direction", directions == 2 ? "bidirectional" : "forward", "linear_before_reset", 1
        };
        features = directions * units;
        String name2 = nodes(op, in, 2, op.equals("GRU") ? attributes : Arrays.copyOf(attributes, 4));
        String y = name2 + "_1";
        if (directions == 1) {
            return node("Squeeze", y + " " + integers(1));
        }
        return node("Reshape", node("Transpose", y, "perm", of(0, 2, 1, 3)) + " " + integers(0, 0, -1));
    }

    private String slice(String states, int k) {
        String in = states + " " + integers((long) k * directions) + " " + integers((k + 1L) * directions);
        return layers == 1 ? states : node("Slice", in + " " + integers(0));
    }

    /** The gates of rows in the order of ONNX. */
    private Tensor ordered(Tensor rows) {
        int[] order = op.equals("LSTM") ? new int[] {0, 3, 1, 2} : op.equals("GRU") ? new int[] {1, 0, 2} : new int[1];
        List<Tensor> parts = new ArrayList<>();
        for (int gate : order) {
            parts.add(rows.slice(0, gate * units, (gate + 1) * units));
        }
        return Tensor.concat(0, parts);
    }

    /** The last output of each direction. */
    private String last(String y) {
        String end = style == Style.TF2ONNX
                ? node(
                        "Squeeze",
                        node("Slice", y + " " + integers(-1) + " " + integers(Integer.MAX_VALUE) + " " + integers(1))
                                + " " + integers(1))
                : node("Gather", y + " " + integer(-1), "axis", 1);
        if (directions == 1) {
            return end;
        }
        String ahead = node("Slice", end + " " + integers(0) + " " + integers(units) + " " + integers(1));
        String start = node("Gather", y + " " + integer(0), "axis", 1);
        String back = node("Slice", start + " " + integers(units) + " " + integers(2L * units) + " " + integers(-1));
        return node("Concat", ahead + " " + back, "axis", 1);
    }

    private void dense(String x) {
        same.add(Layers.dense(2));
        Tensor weight = drawn("head.weight", 2, features);
        graph.tensor("head.bias", ElementType.DOUBLE, drawn("head.bias", 2));
        String y;
        if (sequences || style == Style.TF2ONNX) {
            graph.tensor("onnx::MatMul_1", ElementType.DOUBLE, weight.permute(1, 0));
            y = node("Add", "head.bias " + node("MatMul", x + " onnx::MatMul_1"));
        } else {
            graph.tensor("head.weight", ElementType.DOUBLE, weight);
            y = node("Gemm", x + " head.weight head.bias", "transB", 1);
        }
        graph.node("Identity", y, "y").output("y", ElementType.DOUBLE);
    }
}
