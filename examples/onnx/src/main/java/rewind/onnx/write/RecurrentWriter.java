package rewind.onnx.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.Gates.CellForm;
import rewind.nn.recurrent.Merge;
import rewind.nn.recurrent.Recurrent;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** Writes recurrent layers: as the operators RNN, GRU and LSTM where these do the same, else as a Scan of the cell's step. */
final class RecurrentWriter {
    private static final Map<String, String> ACTIVATIONS = Map.of(
            "identity", "Affine",
            "tanh", "Tanh",
            "sigmoid", "Sigmoid",
            "relu", "Relu",
            "leakyRelu", "LeakyRelu",
            "elu", "Elu",
            "softplus", "Softplus");

    /** What α is for those that have one. */
    private static final Map<String, Double> ALPHAS = Map.of("identity", 1.0, "leakyRelu", 0.3, "elu", 1.0);

    /** The parameters, in all directions, that each input of the operators is made of. */
    private static final Map<String, Set<String>> SOURCES =
            Map.of("W", Set.of("U"), "R", Set.of("V"), "B", Set.of("b", "chh"));

    private static final int FIRST_STATE = 5; // its place among the operator's inputs

    private final LayerWriter writer;
    private final GraphBuilder graph;
    private final BuiltLayer.Applied applied;
    private final Layer layer;
    private final Recurrent<?, ?> recurrent;

    RecurrentWriter(LayerWriter writer, BuiltLayer.Applied applied, Layer layer) {
        this.writer = writer;
        this.graph = writer.graph();
        this.applied = applied;
        this.layer = layer;
        this.recurrent = layer instanceof Bidirectional<?> both ? both.layer() : (Recurrent<?, ?>) layer;
    }

    String write(String x) {
        if (hasOperator()) {
            return operator(x);
        }
        ScanWriter scan = new ScanWriter(writer, applied);
        if (layer instanceof Bidirectional<?> both) {
            String forward = scan.write(both.layer().reversed(false), applied.prefix() + "forward/", x);
            String backward = scan.write(both.layer().reversed(true), applied.prefix() + "backward/", x);
            return merged(both.merge(), forward, backward);
        }
        return scan.write(recurrent, applied.prefix(), x);
    }

    private String merged(Merge merge, String forward, String backward) {
        return switch (merge) {
            case CONCAT -> graph.node("Concat", List.of(forward, backward), Map.of("axis", Attribute.of(-1L)));
            case SUM -> graph.node("Add", forward, backward);
            case MEAN -> graph.node("Mul", graph.node("Add", forward, backward), graph.number(writer.type(), 0.5));
            case PRODUCT -> graph.node("Mul", forward, backward);
        };
    }

    /** Whether there is an operator that does the same; its α are floats, which 0.3 as a double is not. */
    private boolean hasOperator() {
        try {
            WeightLayout layout = WeightLayout.onnx(layer);
            boolean exact =
                    writer.dtype() == DType.FLOAT32 || names().stream().noneMatch(name -> name.equals("leakyRelu"));
            return layout != null && exact;
        } catch (IllegalArgumentException e) { // says what has no counterpart
            return false;
        }
    }

    /** The names of the activations in the operator's order. */
    private List<String> names() {
        CellForm form = recurrent.cellForm();
        List<String> gates = switch (form.kind()) {
            case "gru" -> List.of("z", "hh");
            case "lstm" -> List.of("i", "g", "C");
            default -> List.of("h");
        };
        return gates.stream()
                .map(gate -> form.gates().get(gate).activation().name())
                .toList();
    }

    private String operator(String x) {
        CellForm form = recurrent.cellForm();
        String path = applied.prefix().isEmpty()
                ? ""
                : applied.prefix().substring(0, applied.prefix().length() - 1);
        Map<String, Tensor> weights = WeightLayout.onnx(layer).to(writer.parameters(), path);
        List<String> inputs = new ArrayList<>(List.of(graph.transpose(x, 1, 0, 2)));
        weights.forEach((name, value) -> inputs.add(writer.tensor(applied.prefix() + name, value, sources(name))));
        String op = form.kind().toUpperCase(Locale.ROOT);
        boolean all = recurrent.givesSequences();
        boolean lengths = writer.extras().lengths().isPresent();
        boolean given = writer.extras().states();
        if (lengths || given) {
            if (!weights.containsKey("B")) {
                inputs.add("");
            }
            inputs.add(writer.extras()
                    .lengths()
                    .map(name -> graph.cast(name, ElementType.INT32))
                    .orElse(""));
        }
        List<String> states = form.kind().equals("lstm") ? List.of("h", "C_") : List.of("h");
        if (given) {
            states.forEach(state -> inputs.add(first(state)));
        }
        boolean lasts = !all || lengths || given;
        List<String> outputs = new ArrayList<>(List.of(all ? "Y" : "", lasts ? "Y_h" : ""));
        if (given && states.size() == 2) {
            outputs.add("Y_c");
        }
        while (outputs.get(outputs.size() - 1).isEmpty()) {
            outputs.remove(outputs.size() - 1);
        }
        List<String> names = new ArrayList<>(graph.nodes(op, inputs, outputs, attributes(form)));
        if (lengths) {
            for (int i = 1; i < names.size(); i++) {
                names.set(i, ended(names.get(i), given ? inputs.get(FIRST_STATE - 1 + i) : ""));
            }
        }
        if (given) {
            for (int i = 0; i < states.size(); i++) {
                give(states.get(i), names.get(i + 1));
            }
        }
        if (!all) {
            return last(names.get(1));
        }
        return sequence(lengths ? held(x, names.get(0), names.get(1)) : names.get(0));
    }

    /** The parameters that an input of the operator is made of. */
    private List<String> sources(String input) {
        return writer.parametersOf(applied.prefix()).stream()
                .filter(name -> SOURCES.get(input).contains(name.substring(name.lastIndexOf('/') + 1)))
                .toList();
    }

    /** The last states, of sequences without steps the first ones, which ONNX Runtime does not give. */
    private String ended(String last, String first) {
        String lengths = writer.extras().lengths().orElseThrow();
        String empty = graph.node("Unsqueeze", graph.node("Less", lengths, graph.integer(1)), graph.integers(0, 2));
        return graph.node("Where", empty, first.isEmpty() ? zeros(last) : first, last);
    }

    /** Zeros like a value, whatever that is. */
    private String zeros(String like) {
        return graph.node("Expand", graph.number(writer.type(), 0), graph.node("Shape", like));
    }

    private List<String> paths() {
        String prefix = applied.prefix();
        return layer instanceof Bidirectional ? List.of(prefix + "forward/", prefix + "backward/") : List.of(prefix);
    }

    /** The first states of all directions, (directions, samples, units). */
    private String first(String state) {
        List<String> each = new ArrayList<>();
        for (String path : paths()) {
            String given = writer.extras().first(path + state, writer.type(), recurrent.units());
            each.add(graph.node("Unsqueeze", given, graph.integers(0)));
        }
        return each.size() == 1 ? each.get(0) : graph.node("Concat", each, Map.of("axis", Attribute.of(0L)));
    }

    /** Gives the last states of all directions. */
    private void give(String state, String last) {
        for (int i = 0; i < paths().size(); i++) {
            String own = graph.node("Gather", List.of(last, graph.integer(i)), Map.of("axis", Attribute.of(0L)));
            writer.extras().last(paths().get(i) + state, writer.type(), recurrent.units(), own);
        }
    }

    /** All outputs, where padding has the last real one before it; of a reversed direction that is the first state. */
    private String held(String x, String y, String last) {
        String lengths = writer.extras().lengths().orElseThrow();
        String real = graph.transpose(writer.real(x, 1, lengths), 1, 0); // (steps, samples)
        String mask = graph.node("Unsqueeze", real, graph.integers(1, 3));
        List<String> values = new ArrayList<>();
        for (int i = 0; i < paths().size(); i++) {
            boolean backwards = i == 1 || (paths().size() == 1 && recurrent.isReversed());
            String own = graph.node("Slice", last, graph.integers(i), graph.integers(i + 1L), graph.integers(0));
            values.add(backwards ? initial(i, own) : own);
        }
        String held =
                values.size() == 1 ? values.get(0) : graph.node("Concat", values, Map.of("axis", Attribute.of(0L)));
        return graph.node("Where", mask, y, held);
    }

    /** The first state of a direction (1, samples, units): zeros, or what is given. */
    private String initial(int direction, String like) {
        return writer.extras().states()
                ? graph.node("Unsqueeze", paths().get(direction) + "h", graph.integers(0))
                : zeros(like);
    }

    private Map<String, Attribute> attributes(CellForm form) {
        boolean both = layer instanceof Bidirectional;
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("hidden_size", Attribute.of((long) recurrent.units()));
        attributes.put(
                "direction", Attribute.of(both ? "bidirectional" : recurrent.isReversed() ? "reverse" : "forward"));
        if (form.resetAfter()) {
            attributes.put("linear_before_reset", Attribute.of(1L));
        }
        List<String> functions = new ArrayList<>();
        List<Double> alphas = new ArrayList<>();
        List<Double> betas = new ArrayList<>();
        for (int direction = 0; direction < (both ? 2 : 1); direction++) {
            for (String name : names()) {
                functions.add(ACTIVATIONS.get(name));
                if (ALPHAS.containsKey(name)) {
                    alphas.add(ALPHAS.get(name));
                }
                if (name.equals("identity")) {
                    betas.add(0.0);
                }
            }
        }
        attributes.put("activations", Attribute.ofTexts(functions));
        if (!alphas.isEmpty()) {
            attributes.put("activation_alpha", Attribute.ofNumbers(alphas));
        }
        if (!betas.isEmpty()) {
            attributes.put("activation_beta", Attribute.ofNumbers(betas));
        }
        return attributes;
    }

    /** All outputs, from (steps, directions, samples, units) to (samples, steps, …). */
    private String sequence(String y) {
        if (!(layer instanceof Bidirectional<?> both)) {
            return graph.transpose(graph.node("Squeeze", y, graph.integers(1)), 1, 0, 2);
        }
        if (both.merge() == Merge.CONCAT) {
            return graph.reshape(graph.transpose(y, 2, 0, 1, 3), 0, 0, 2L * recurrent.units());
        }
        return graph.transpose(merged(both.merge(), y, 1), 1, 0, 2);
    }

    /** The last outputs, from (directions, samples, units) to (samples, …). */
    private String last(String y) {
        if (!(layer instanceof Bidirectional<?> both)) {
            return graph.node("Squeeze", y, graph.integers(0));
        }
        if (both.merge() == Merge.CONCAT) {
            return graph.reshape(graph.transpose(y, 1, 0, 2), 0, 2L * recurrent.units());
        }
        return merged(both.merge(), y, 0);
    }

    /** The outputs of both directions, which lie along an axis, as one. */
    private String merged(Merge merge, String y, int axis) {
        String forward = graph.node("Gather", List.of(y, graph.integer(0)), Map.of("axis", Attribute.of((long) axis)));
        String backward = graph.node("Gather", List.of(y, graph.integer(1)), Map.of("axis", Attribute.of((long) axis)));
        return merged(merge, forward, backward);
    }
}
