package rewind.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import rewind.autograd.require.Check;
import rewind.nn.format.FormatException;
import rewind.onnx.operator.Evaluation;
import rewind.onnx.operator.Operators;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.FileReader;
import rewind.onnx.proto.FunctionBody;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.proto.Unsupported;
import rewind.onnx.proto.ValueInfo;

/** Reads files, and looks whether their graphs can be computed. */
final class Reading {
    private static final long OLDEST = 7;

    private final OnnxFile file;
    private final Map<String, FunctionBody> functions;
    private final Set<String> unknown = new LinkedHashSet<>();
    private final Set<String> quantised = new LinkedHashSet<>();

    private Reading(OnnxFile file) {
        this.file = file;
        this.functions = Evaluation.byName(file.functions());
    }

    static OnnxGraph graph(String name, byte... bytes) throws FormatException {
        try {
            OnnxFile file = FileReader.file(bytes);
            return new OnnxGraph(file.with(new Reading(file).checked()));
        } catch (Unsupported e) {
            throw new FormatException(name + ": " + e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new FormatException(name + ": is no file of ONNX, or damaged: " + e.getMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new FormatException(name + ": is damaged: " + e.getMessage(), e);
        }
    }

    private Graph checked() throws IOException {
        Long opset = file.opsets().get("");
        if (opset != null && opset < OLDEST) {
            throw new Unsupported(Check.text(
                    "the operators must be those of version %s or newer, got version %s; convert the file with onnx.version_converter",
                    OLDEST, opset));
        }
        for (FunctionBody function : file.functions()) {
            look(function.nodes());
        }
        requireNoRecursion();
        look(file.graph());
        if (!quantised.isEmpty()) {
            throw new Unsupported("the network is quantised, which is not read; its operators are " + quantised);
        }
        if (!unknown.isEmpty()) {
            throw new Unsupported("operators that are not known: " + String.join(", ", unknown));
        }
        return sorted(file.graph(), Set.of());
    }

    private void look(Graph graph) {
        look(graph.nodes());
    }

    private void look(List<Node> nodes) {
        for (Node node : nodes) {
            boolean own = functions.containsKey(node.domain() + "." + node.op());
            if (!own && Operators.isQuantised(node)) {
                quantised.add(node.title());
            } else if (!own && !Operators.knows(node)) {
                unknown.add(node.title());
            }
            for (Attribute attribute : node.attributes().values()) {
                if (attribute.value() instanceof Graph within) {
                    look(within);
                }
            }
        }
    }

    /** Functions must not call each other in a circle. */
    private void requireNoRecursion() throws IOException {
        Map<String, Set<String>> calls = new HashMap<>();
        functions.forEach((name, function) -> calls.put(name, called(function.nodes(), new HashSet<>())));
        while (!calls.isEmpty()) {
            Set<String> free = new HashSet<>(calls.keySet());
            free.removeIf(name -> calls.get(name).stream().anyMatch(calls::containsKey));
            if (free.isEmpty()) {
                throw new IOException("functions call each other in a circle: " + calls.keySet());
            }
            calls.keySet().removeAll(free);
        }
    }

    private static Set<String> called(List<Node> nodes, Set<String> to) {
        for (Node node : nodes) {
            to.add(node.domain() + "." + node.op());
            for (Attribute attribute : node.attributes().values()) {
                if (attribute.value() instanceof Graph within) {
                    called(within.nodes(), to);
                }
            }
        }
        return to;
    }

    /**
     * The graph with every node after those whose outputs it gets.
     *
     * @param around the names of values that graphs around it have
     */
    private static Graph sorted(Graph graph, Collection<String> around) throws IOException {
        Set<String> known = new HashSet<>(around);
        Set<String> own = new HashSet<>(graph.initializers().keySet());
        for (ValueInfo input : graph.inputs()) {
            own.add(input.name());
        }
        known.addAll(own);
        Map<String, Integer> makers = makers(graph, own);
        List<List<Integer>> users = new ArrayList<>();
        int[] missing = new int[graph.nodes().size()];
        graph.nodes().forEach(node -> users.add(new ArrayList<>()));
        Set<String> all = new HashSet<>(known);
        all.addAll(makers.keySet());
        for (int i = 0; i < missing.length; i++) {
            for (String name : needs(graph.nodes().get(i), all)) {
                Integer maker = makers.get(name);
                if (maker != null) {
                    users.get(maker).add(i);
                    missing[i]++;
                } else if (!known.contains(name)) {
                    throw new IOException(Check.text(
                            "%s gets the value '%s', which there is not",
                            graph.nodes().get(i).title(), name));
                }
            }
        }
        List<Node> nodes = inOrder(graph, users, missing);
        for (ValueInfo output : graph.outputs()) {
            if (!all.contains(output.name())) {
                throw new IOException(Check.text("there must be a value for the output '%s'", output.name()));
            }
        }
        List<Node> complete = new ArrayList<>();
        for (Node node : nodes) {
            complete.add(withSorted(node, all));
        }
        return new Graph(graph.name(), complete, graph.initializers(), graph.inputs(), graph.outputs());
    }

    private static Map<String, Integer> makers(Graph graph, Set<String> own) throws IOException {
        Map<String, Integer> makers = new HashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            for (String output : graph.nodes().get(i).outputs()) {
                boolean twice = !output.isEmpty() && (own.contains(output) || makers.put(output, i) != null);
                if (twice) {
                    throw new IOException(Check.text(
                            "%s gives the value '%s', which there is already",
                            graph.nodes().get(i).title(), output));
                }
            }
        }
        return makers;
    }

    /** The values that a node gets, and those of this graph that the graphs within it get. */
    private static Set<String> needs(Node node, Set<String> here) {
        Set<String> needs = new LinkedHashSet<>(node.inputs());
        needs.remove("");
        for (Attribute attribute : node.attributes().values()) {
            if (attribute.value() instanceof Graph within) {
                Set<String> own = new HashSet<>(within.initializers().keySet());
                within.inputs().forEach(input -> own.add(input.name()));
                within.nodes().forEach(each -> own.addAll(each.outputs()));
                Set<String> outer = new HashSet<>(here);
                outer.removeAll(own);
                within.nodes()
                        .forEach(each -> needs(each, outer).stream()
                                .filter(outer::contains)
                                .forEach(needs::add));
                within.outputs().stream()
                        .map(ValueInfo::name)
                        .filter(outer::contains)
                        .forEach(needs::add);
            }
        }
        return needs;
    }

    private static List<Node> inOrder(Graph graph, List<List<Integer>> users, int... missing) throws IOException {
        Queue<Integer> ready = new PriorityQueue<>(); // in their order, as far as that is possible
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        while (!ready.isEmpty()) {
            int next = ready.remove();
            nodes.add(graph.nodes().get(next));
            for (int user : users.get(next)) {
                if (--missing[user] == 0) {
                    ready.add(user);
                }
            }
        }
        if (nodes.size() < missing.length) {
            List<String> left = new ArrayList<>();
            for (int i = 0; i < missing.length; i++) {
                if (missing[i] > 0) {
                    left.add(graph.nodes().get(i).title());
                }
            }
            throw new IOException(Check.text("nodes get each other's outputs in a circle: %s", left));
        }
        return nodes;
    }

    private static Node withSorted(Node node, Set<String> around) throws IOException {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        for (Map.Entry<String, Attribute> each : attributes.entrySet()) {
            if (each.getValue().value() instanceof Graph within) {
                each.setValue(Attribute.of(sorted(within, around)));
            }
        }
        return new Node(node.op(), node.domain(), node.name(), node.inputs(), node.outputs(), attributes);
    }
}
