package rewind.autograd.picture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.Trace.Recorded;
import rewind.autograd.picture.Graph.Group;
import rewind.autograd.picture.Graph.Look;
import rewind.autograd.picture.Graph.Node;

/**
 * Makes a graph of a trace: a frame per layer, in it one per loop; steps that do the same are one. A value of another step, and one of the
 * forward pass in the sweep, is named where it is used instead of an arrow from afar; so is an input.
 */
final class Sketch {
    private static final String BACKWARD = "backward";
    private static final String FORWARD = "forward";
    private static final int LONGEST = 32;

    private final Trace trace;
    private final Map<String, Shape> inputs;
    private final List<String> names;
    private final boolean hasSweep;
    private final Graph graph = new Graph();
    private final Map<Integer, Recorded> byPosition = new HashMap<>();
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final Map<Place, Node> byPlace = new HashMap<>();
    /** One of each, not of the first step, where much is a constant. */
    private final Map<Place, Recorded> typical = new LinkedHashMap<>();

    private final Map<Node, TreeSet<Integer>> steps = new LinkedHashMap<>();
    private final Map<Node, Integer> times = new LinkedHashMap<>();
    private final Map<Object, Node> references = new HashMap<>();
    private final Map<String, Group> groups = new HashMap<>();
    /** What all that happens at a step of a loop looks like, and which of them are alike. */
    private final Map<Turn, Integer> kinds = new HashMap<>();

    private int unnamed;

    /** What is done at a step of a loop, on the way forward or back. */
    private record Turn(String loop, int step, boolean backward) {}

    /** What the same operation of alike steps has in common. */
    private record Place(String loop, boolean backward, int kind, String call, String op) {}

    private Sketch(Trace trace, Map<String, Shape> inputs) {
        this.trace = trace;
        this.inputs = inputs;
        this.names = List.copyOf(inputs.keySet());
        this.hasSweep = trace.operations().stream().anyMatch(Sketch::isBackward);
    }

    static Graph of(Trace trace, Map<String, Shape> inputs, List<String> results, ToLongFunction<Recorded> flops) {
        Sketch sketch = new Sketch(trace, inputs);
        sketch.compareSteps();
        for (Recorded each : trace.operations()) {
            sketch.add(each, flops.applyAsLong(each));
        }
        sketch.label();
        for (int i = 0; i < results.size(); i++) {
            sketch.addResult(
                    results.get(i), trace.positions().get(i), trace.results().get(i));
        }
        return sketch.graph;
    }

    /** Steps are alike if they do the same operations in the same order on values of the same shapes. */
    private void compareSteps() {
        Map<Turn, StringBuilder> turns = new LinkedHashMap<>();
        for (Recorded each : trace.operations()) {
            if (each.step() >= 0) {
                turns.computeIfAbsent(turn(each), turn -> new StringBuilder())
                        .append(each.op())
                        .append(each.shape())
                        .append(each.name())
                        .append('\n');
            }
        }
        Map<String, Integer> known = new HashMap<>();
        turns.forEach((turn, does) ->
                kinds.put(turn, known.computeIfAbsent(turn.loop() + turn.backward() + does, key -> known.size())));
    }

    private static Turn turn(Recorded each) {
        return new Turn(each.loop(), each.step(), isBackward(each));
    }

    private static boolean isBackward(Recorded each) {
        return each.call().startsWith("d");
    }

    private void add(Recorded each, long flops) {
        byPosition.put(each.position(), each);
        Place place = place(each);
        Node node = byPlace.get(place);
        if (node == null) {
            node = graph.node(
                    group(each),
                    Look.OPERATION,
                    nameOf(each),
                    each.op(),
                    each.shape().toString(),
                    "");
            byPlace.put(place, node);
        }
        nodes.put(each.position(), node);
        node.add(flops);
        if (times.merge(node, 1, Integer::sum) <= 2) {
            typical.put(place, each);
        }
        if (each.step() >= 0) {
            steps.computeIfAbsent(node, key -> new TreeSet<>()).add(each.step() + 1);
        }
        for (int i = 0; i < each.from().size(); i++) {
            int from = each.from().get(i);
            Node operand = from < 0 ? constant(each, each.inputs().get(i)) : value(from, each, node);
            if (operand != null && operand != node) {
                graph.edge(operand, node);
            }
        }
    }

    /** Parts of one value that are taken one by one, as steps of a sequence are, have a place in common. */
    private Place place(Recorded each) {
        if (each.step() >= 0) {
            return new Place(each.loop(), isBackward(each), kinds.get(turn(each)), each.call(), each.op());
        }
        String call = each.op().equals("select")
                ? "part of " + each.from() + " along " + each.attributes().get("axis")
                : each.call();
        return new Place(each.layer(), isBackward(each), -1, call, each.op());
    }

    private static String nameOf(Recorded each) {
        String name = each.name() == null ? "" : each.name();
        return shortened(name.substring(name.lastIndexOf('/') + 1));
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST - 1) + "…";
    }

    private static String label(Recorded each) {
        List<String> more = new ArrayList<>();
        for (int i = 0; i < each.from().size(); i++) {
            if (each.from().get(i) < 0) {
                String number = number(each.inputs().get(i));
                if (number != null) {
                    more.add(number);
                }
            }
        }
        if (each.op().equals("select") && each.step() >= 0) {
            more.add(each.attributes().get("index").toString());
        } else if (each.attributes().containsKey("axes")) {
            more.add(each.attributes().get("axes").toString());
        }
        return each.op() + (more.isEmpty() ? "" : " " + String.join(", ", more));
    }

    /** The number that all elements are; null if there are several. */
    private static String number(Tensor x) {
        double[] numbers = x.size() == 0 ? new double[0] : x.toArray();
        for (double each : numbers) {
            if (Double.doubleToLongBits(each) != Double.doubleToLongBits(numbers[0])) {
                return null;
            }
        }
        double number = numbers.length == 0 ? 0 : numbers[0];
        return number == Math.rint(number) && Math.abs(number) < 1e15 ? Long.toString((long) number) : "" + number;
    }

    private Node constant(Recorded by, Tensor x) {
        if (number(x) != null) {
            return null; // stands in the box
        }
        String shape = x.shape().toString();
        return references.computeIfAbsent(
                List.of(group(by), place(by), shape),
                key -> graph.node(group(by), Look.CONSTANT, "constant", "", shape, "constant " + shape));
    }

    /** Where an operand comes from: an operation, or a name in its stead. */
    private Node value(int from, Recorded by, Node user) {
        if (from < inputs.size()) {
            return input(from, user.within());
        }
        Recorded source = byPosition.get(from);
        boolean otherStep = by.step() >= 0 && source.step() >= 0 && source.step() != by.step();
        if (!otherStep && isBackward(source) == isBackward(by)) {
            return nodes.get(from);
        }
        Node node = nodes.get(from);
        if (node.name().isEmpty()) {
            node.rename("#" + ++unnamed);
        }
        String name = node.name() + (source.step() < 0 ? "" : "⟨t" + offset(by, source) + "⟩");
        return references.computeIfAbsent(
                List.of(user, name),
                key -> graph.node(
                        user.within(),
                        Look.REFERENCE,
                        name,
                        "",
                        source.shape().toString(),
                        name + " " + source.shape() + " of " + source.op()));
    }

    private static String offset(Recorded by, Recorded of) {
        int steps = by.step() < 0 ? 0 : of.step() - by.step();
        return steps == 0 ? "" : (steps < 0 ? "−" : "+") + Math.abs(steps);
    }

    private Node input(int index, Group within) {
        String name = names.get(index);
        String shape = inputs.get(name).toString();
        return references.computeIfAbsent(
                List.of(within, index),
                key -> graph.node(within, Look.INPUT, shortened(name), "", shape, "input " + name + " " + shape));
    }

    private void addResult(String name, int position, Tensor value) {
        String shape = value.shape().toString();
        Node result = graph.node(graph.root(), Look.RESULT, shortened(name), "", shape, "result " + name + " " + shape);
        if (position >= 0) {
            graph.edge(position < inputs.size() ? input(position, graph.root()) : nodes.get(position), result);
        }
    }

    /** The frame of the loop, or of the layer, that an operation is in. */
    private Group group(Recorded each) {
        boolean backward = isBackward(each);
        String layer = each.loop().isEmpty() ? each.layer() : each.loop();
        Group group = graph.root();
        String path = !hasSweep ? "" : backward ? BACKWARD : FORWARD;
        if (hasSweep) {
            group = groups.computeIfAbsent(path, key -> Graph.group(key, graph.root()));
        }
        for (int end = layer.indexOf('/'); !layer.isEmpty(); end = layer.indexOf('/', end + 1)) {
            String title = end < 0 ? layer : layer.substring(0, end);
            Group within = group;
            group = groups.computeIfAbsent(path + "/" + title, key -> Graph.group(title, within));
            if (end < 0) {
                break;
            }
        }
        if (each.step() < 0) {
            return group;
        }
        int kind = kinds.get(turn(each));
        Group within = group;
        return groups.computeIfAbsent(
                path + "/" + layer + " " + kind, key -> Graph.group(title(each.loop(), backward, kind), within));
    }

    private String title(String loop, boolean backward, int kind) {
        TreeSet<Integer> all = kinds.entrySet().stream()
                .filter(entry -> entry.getValue() == kind
                        && entry.getKey().loop().equals(loop)
                        && entry.getKey().backward() == backward)
                .map(entry -> entry.getKey().step() + 1)
                .collect(Collectors.toCollection(TreeSet::new));
        return "t = " + ranges(all, backward);
    }

    /** 1 … 3, 7 or, backwards, 7, 3 … 1. */
    static String ranges(TreeSet<Integer> all, boolean backward) {
        TreeMap<Integer, Integer> ranges = new TreeMap<>();
        for (int each : all) {
            Map.Entry<Integer, Integer> last = ranges.lastEntry();
            if (last != null && last.getValue() == each - 1) {
                ranges.put(last.getKey(), each);
            } else {
                ranges.put(each, each);
            }
        }
        return (backward ? ranges.descendingMap() : ranges)
                .entrySet().stream()
                        .map(range -> range.getKey().equals(range.getValue())
                                ? "" + range.getKey()
                                : backward
                                        ? range.getValue() + " … " + range.getKey()
                                        : range.getKey() + " … " + range.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** What boxes show, also when the pointer is over them. */
    private void label() {
        typical.forEach((place, one) -> {
            Node node = byPlace.get(place);
            node.does(label(one));
            TreeSet<Integer> at = steps.get(node);
            int count = times.get(node);
            String when =
                    at != null ? "\nt = " + ranges(at, place.backward()) : count > 1 ? "\n" + count + " times" : "";
            node.retitle((node.name().isEmpty() ? "" : node.name() + " = ") + one.op() + attributes(one) + " "
                    + one.shape() + when + "\n" + node.flops() + " flops" + "\n" + one.site());
        });
    }

    private static String attributes(Recorded each) {
        String all = each.attributes().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("where"))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? "" : " (" + all + ")";
    }
}
