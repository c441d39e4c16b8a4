package rewind.onnx.write;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.Node;
import rewind.onnx.proto.ValueInfo;

/** Puts a graph together: nodes in their order, and the tensors that they need. Those of graphs within stand in the outermost one. */
final class GraphBuilder {
    /** Tensors up to this size are looked for among those that are there. */
    private static final int SMALL = 64;

    private final List<Node> nodes = new ArrayList<>();
    /** What Transpose made, also of another type since. */
    private final Set<String> turned = new HashSet<>();

    private final Map<String, NamedTensor> tensors;
    private final Map<Content, String> known;
    private final Set<String> taken;
    private final Set<String> fixed;
    private final Set<String> frozen;

    GraphBuilder() {
        this(new LinkedHashMap<>(), new HashMap<>(), new HashSet<>(), new TreeSet<>(), new TreeSet<>());
    }

    private GraphBuilder(
            Map<String, NamedTensor> tensors,
            Map<Content, String> known,
            Set<String> taken,
            Set<String> fixed,
            Set<String> frozen) {
        this.tensors = tensors;
        this.known = known;
        this.taken = taken;
        this.fixed = fixed;
        this.frozen = frozen;
    }

    private record Content(ElementType type, Shape shape, List<Long> bits) {}

    /** A graph within. */
    GraphBuilder within() {
        return new GraphBuilder(tensors, known, taken, fixed, frozen);
    }

    Graph graph(String name, List<ValueInfo> inputs, List<ValueInfo> outputs, boolean within) {
        return new Graph(name, List.copyOf(nodes), within ? Map.of() : used(), inputs, outputs);
    }

    /** The tensors that nodes get; some operands are numbers that are written otherwise. */
    private Map<String, NamedTensor> used() {
        Set<String> names = new HashSet<>();
        collect(nodes, names);
        Map<String, NamedTensor> used = new LinkedHashMap<>(tensors);
        used.keySet().retainAll(names);
        return Collections.unmodifiableMap(used);
    }

    private static void collect(List<Node> nodes, Set<String> names) {
        for (Node node : nodes) {
            names.addAll(node.inputs());
            for (Attribute attribute : node.attributes().values()) {
                if (attribute.value() instanceof Graph body) {
                    collect(body.nodes(), names);
                }
            }
        }
    }

    /** A name that nothing has yet: the given one, or that with a number. */
    String name(String wanted) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** Adds a node with one output; returns its name. */
    String node(String op, List<String> inputs, Map<String, Attribute> attributes) {
        return nodes(op, inputs, List.of(op.toLowerCase(Locale.ROOT)), attributes)
                .get(0);
    }

    String node(String op, String... inputs) {
        return node(op, Arrays.asList(inputs), Map.of());
    }

    /**
     * Adds a node.
     *
     * @param outputs the names wanted, empty for one left out
     * @return the names of the outputs
     */
    List<String> nodes(String op, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {
        List<String> names =
                outputs.stream().map(each -> each.isEmpty() ? each : name(each)).toList();
        String title =
                names.stream().filter(each -> !each.isEmpty()).findFirst().orElse(op);
        add(new Node(op, "", title + "/" + op, inputs, names, new TreeMap<>(attributes)));
        return names;
    }

    /** Adds a node whose output has exactly a name that has been reserved by {@link #name}. */
    void named(String name, String op, String... inputs) {
        add(new Node(op, "", name + "/" + op, Arrays.asList(inputs), List.of(name), Map.of()));
    }

    /** Adds a tensor under a name that it has already; returns the name. */
    String tensor(String name, Tensor value) {
        String own = name(name);
        ElementType type = ElementType.of(value.dtype());
        tensors.put(own, new NamedTensor(own, type, value.detach()));
        return own;
    }

    /** Returns the name of a constant, which is added unless one with the same elements is there. */
    String constant(ElementType type, Tensor value) {
        if (value.size() > SMALL) {
            return add(type, value);
        }
        List<Long> bits = Arrays.stream(value.toArray())
                .mapToObj(Double::doubleToRawLongBits)
                .toList();
        Content content = new Content(type, value.shape(), bits);
        String name = known.get(content);
        if (name == null) {
            name = add(type, value);
            known.put(content, name);
        }
        return name;
    }

    private String add(ElementType type, Tensor value) {
        String name = name("constant");
        tensors.put(name, new NamedTensor(name, type, value.detach()));
        if (type.isReal() && value.rank() > 0) {
            fixed.add(name);
        }
        return name;
    }

    /** Says that a tensor is no parameter. */
    void fix(String name) {
        fixed.add(name);
    }

    /** Says that a tensor is a parameter that training leaves alone. */
    void freeze(String name) {
        frozen.add(name);
    }

    /** The numbers with a point, in tensors with axes, that are no parameters; of those that nodes get. */
    Set<String> fixed() {
        return kept(fixed);
    }

    /** The parameters that training leaves alone. */
    Set<String> frozen() {
        return kept(frozen);
    }

    private Set<String> kept(Set<String> names) {
        Set<String> kept = new TreeSet<>(names);
        kept.retainAll(used().keySet());
        return kept;
    }

    /** A vector of whole numbers. */
    String integers(long... values) {
        double[] numbers = Arrays.stream(values).asDoubleStream().toArray();
        return constant(ElementType.INT64, Tensor.of(Shape.of(values.length), numbers));
    }

    /** A whole number without axes. */
    String integer(long value) {
        return constant(ElementType.INT64, Tensor.of((double) value));
    }

    /** A number without axes. */
    String number(ElementType type, double value) {
        return constant(type, Tensor.of(value).to(type.dtype()));
    }

    // ---- often needed ----

    String cast(String x, ElementType type) {
        return node("Cast", List.of(x), Map.of("to", Attribute.of((long) type.code())));
    }

    /**
     * What is turned, as a factor of a product: ONNX Runtime makes both one operation of its own if nothing is between, which it has for floats
     * alone. The greatest of one value is that value, which it does not see.
     */
    String factor(String x, ElementType type) {
        return type == ElementType.DOUBLE && turned.contains(x) ? node("Max", x) : x;
    }

    private void add(Node node) {
        nodes.add(node);
        boolean keeps =
                node.op().equals("Cast") && turned.contains(node.inputs().get(0));
        if (keeps || node.op().equals("Transpose")) {
            turned.addAll(node.outputs());
        }
    }

    String transpose(String x, int... order) {
        return node("Transpose", List.of(x), Map.of("perm", axes(order)));
    }

    String reshape(String x, long... sizes) {
        return node("Reshape", x, integers(sizes));
    }

    /** Axes as an attribute. */
    static Attribute axes(int... values) {
        return Attribute.ofIntegers(
                Arrays.stream(values).mapToObj(value -> (long) value).toList());
    }
}
