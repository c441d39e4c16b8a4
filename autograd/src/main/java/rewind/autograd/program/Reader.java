package rewind.autograd.program;

import java.nio.DoubleBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Symbol;

/** Reads the entries of a program as equations: one for every value that has a name, or is used more than once. */
final class Reader {
    /** What takes parts of a value: several such uses are none of the whole. */
    private static final Set<String> PARTS =
            Set.of("select", "slice", "reshape", "permute", "broadcastTo", "place", "take", "pad");

    /** What is written with a sign between or after its operands. */
    private static final Set<String> SHORT = Set.of(
            "add",
            "sub",
            "neg",
            "mul",
            "maskedBy",
            "div",
            "square",
            "select",
            "slice",
            "reshape",
            "permute",
            "broadcastTo",
            "take",
            "named",
            "detach",
            "to");

    private static final int LONG = 10;

    private final Program program;
    private final Map<Integer, Term> values = new HashMap<>();
    private final Map<Integer, Integer> uses = new HashMap<>();
    /** Sums that are terms of one other sum alone. */
    private final Map<Integer, Trace.Recorded> innerSums = new HashMap<>();

    private final Map<Integer, Integer> weights = new HashMap<>();
    private final Set<Integer> ofSweep = new HashSet<>();
    private final Set<String> taken = new HashSet<>();
    /** Names of inputs and results, and the position of the value that may have them; −1 for none. */
    private final Map<String, Integer> reserved = new HashMap<>();

    private long loops;
    /** The places of operations whose values get a name, as they are used more than once. */
    private final Set<String> shared = new HashSet<>();

    private int names;
    private int sweepNames;
    private final Map<String, String> unnamed = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final Map<Numbers, String> constants = new LinkedHashMap<>();

    private Reader(Program program) {
        this.program = program;
    }

    static Reader of(Program program) {
        Reader reader = new Reader(program);
        reader.read();
        return reader;
    }

    List<Line> lines() {
        return lines;
    }

    /** The tensors that the function took from outside, by the names that they got. */
    Map<String, Tensor> constants() {
        Map<String, Tensor> byName = new LinkedHashMap<>();
        constants.forEach((numbers, name) ->
                byName.put(name, Tensor.of(numbers.shape(), numbers.values().array())));
        return byName;
    }

    /** How the results fall into steps, null for those that do not. */
    static List<Term.Parts> partsOfResults(Program program) {
        Reader reader = of(program);
        List<Term.Parts> parts = new ArrayList<>();
        for (int position : program.trace().positions()) {
            Term value = reader.values.get(position);
            int axis = value instanceof Term.Pile pile ? stepAxis(pile) : -1;
            parts.add(axis < 0 ? null : Term.Parts.steps(axis));
        }
        return parts;
    }

    private void read() {
        Trace trace = program.trace();
        for (int i = 0; i < program.variables().size(); i++) {
            Program.Variable input = program.variables().get(i);
            values.put(i, new Symbol(input.name(), Term.NO_STEP, input.shape(), input.parts()));
            reserved.put(input.name(), -1);
            if (input.parts() != null) {
                input.parts().names().forEach(part -> reserved.put(part, -1));
            }
            if (i >= program.primal()) {
                ofSweep.add(i);
            }
        }
        for (int i = 0; i < program.resultNames().size(); i++) {
            reserved.put(program.resultNames().get(i), trace.positions().get(i));
        }
        loops = trace.operations().stream()
                .map(Trace.Recorded::loop)
                .filter(loop -> !loop.isEmpty())
                .distinct()
                .count();
        Set<Integer> needed = needed(trace);
        findShared(trace, needed);
        for (Trace.Recorded each : trace.operations()) {
            if (needed.contains(each.position())) {
                read(each);
            }
        }
        for (int i = 0; i < program.resultNames().size(); i++) {
            int position = trace.positions().get(i);
            Term value = position < 0 ? constant(trace.results().get(i)) : values.get(position);
            result(program.resultNames().get(i), value, partsOfResult(i), position < 0 || ofSweep.contains(position));
        }
        lines.sort(Comparator.comparing(Line::adjoint)); // results of the function before its sweep
    }

    /** A gradient falls into the parts of the input that it belongs to. */
    private Term.Parts partsOfResult(int i) {
        int others = program.resultNames().size() - program.primal(); // results of the function itself
        boolean gradients = program.primal() < program.variables().size() && others >= 0 && i >= others;
        return gradients ? program.variables().get(i - others).parts() : null;
    }

    private Set<Integer> needed(Trace trace) {
        Set<Integer> needed = new HashSet<>(trace.positions());
        Set<Integer> terms = new HashSet<>();
        List<Trace.Recorded> all = trace.operations();
        for (int i = all.size() - 1; i >= 0; i--) {
            Trace.Recorded each = all.get(i);
            if (!needed.contains(each.position())) {
                continue;
            }
            boolean once = uses.getOrDefault(each.position(), 0) == 1
                    && !trace.positions().contains(each.position());
            if (each.op().equals("add") && each.name() == null && once && terms.contains(each.position())) {
                innerSums.put(each.position(), each);
            }
            for (int from : each.from()) {
                needed.add(from);
                uses.merge(from, PARTS.contains(each.op()) ? 0 : 1, Integer::sum);
                if (each.op().equals("add")) {
                    terms.add(from);
                }
            }
        }
        return needed;
    }

    private void read(Trace.Recorded each) {
        List<Integer> from = each.from();
        if (from.stream().anyMatch(ofSweep::contains)) {
            ofSweep.add(each.position());
        }
        if (innerSums.containsKey(each.position())) {
            return; // its terms are those of the sum around it
        }
        Term term = Meaning.of(each, operands(each));
        boolean sweep = ofSweep.contains(each.position());
        String name = each.name();
        if (name == null && shared.contains(place(each)) && !isPiled(term)) {
            name = unnamed.computeIfAbsent(place(each), key -> nextName(sweep));
        }
        if (name != null && !(term instanceof Number) && !isPiled(term)) {
            Symbol symbol = symbol(name, each.step(), each.shape(), each.position());
            lines.add(new Line(symbol, term, sweep, false));
            term = symbol;
        }
        values.put(each.position(), term);
    }

    private record Operand(Trace.Recorded of, int index, int from) {
        static List<Operand> all(Trace.Recorded of) {
            List<Integer> from = of.from();
            return IntStream.range(0, from.size())
                    .mapToObj(i -> new Operand(of, i, from.get(i)))
                    .toList();
        }
    }

    /** The operands of an operation; of a sum the terms of those inside it, so that one of T terms is not taken apart T times. */
    private List<Term> operands(Trace.Recorded each) {
        Deque<Operand> open = new ArrayDeque<>();
        Operand.all(each).forEach(open::push);
        Deque<Term> terms = new ArrayDeque<>();
        while (!open.isEmpty()) {
            Operand last = open.pop();
            if (innerSums.containsKey(last.from())) {
                Operand.all(innerSums.get(last.from())).forEach(open::push);
            } else {
                terms.push(last.from() < 0 ? constant(last.of().inputs().get(last.index())) : values.get(last.from()));
            }
        }
        return List.copyOf(terms);
    }

    /** A name that no other value of the step has; the loop stands before it where there are several. */
    private Symbol symbol(String path, int step, Shape shape, int position) {
        String name = loops > 1 ? path : path.substring(path.lastIndexOf('/') + 1);
        while (reserved.getOrDefault(name, position) != position || !taken.add(name + " " + step)) {
            name += "'";
        }
        return new Symbol(name, step, shape);
    }

    private String nextName(boolean sweep) {
        return (sweep ? "w" : "v") + (sweep ? ++sweepNames : ++names);
    }

    /** What the same operation of all steps has in common. */
    private static String place(Trace.Recorded each) {
        return each.loop() + (each.step() < 0 ? "" : " at a step") + " " + each.call();
    }

    /** Finds what is long and used more than once, at one step at least: all steps name it. */
    private void findShared(Trace trace, Set<Integer> needed) {
        for (Trace.Recorded each : trace.operations()) {
            if (needed.contains(each.position())) {
                int weight = weight(each, each.from());
                int times = uses.getOrDefault(each.position(), 0);
                boolean isShared = times > 1 && weight > 1 && times + weight > 4 && !PARTS.contains(each.op());
                if (isShared && each.name() == null) {
                    shared.add(place(each));
                }
                weights.put(each.position(), isShared || each.name() != null ? 1 : weight);
            }
        }
    }

    /** How long a value is when it is written down: what has names counts one, a product of matrices or a function more than fits. */
    private int weight(Trace.Recorded each, List<Integer> from) {
        if (!SHORT.contains(each.op())) {
            return LONG;
        }
        int weight = 0;
        for (int i = 0; i < from.size(); i++) {
            int own = from.get(i) < 0
                    ? Math.min(each.inputs().get(i).size() - 1, 1)
                    : weights.getOrDefault(from.get(i), 1);
            weight = Math.min(LONG, weight + own);
        }
        return weight;
    }

    private static boolean isPiled(Term term) {
        for (int axis = 1; axis <= term.shape().rank(); axis++) {
            if (Selecting.isPiled(term, axis)) {
                return true;
            }
        }
        return false;
    }

    private void result(String name, Term value, Term.Parts parts, boolean sweep) {
        if (parts != null && !(value instanceof Symbol)) {
            for (int i = 0; i < value.shape().size(parts.axis()); i++) {
                Term part = Selecting.select(value, parts.axis(), i);
                Symbol symbol = parts.areSteps()
                        ? new Symbol(name, i, part.shape())
                        : new Symbol(Program.adjointOf(parts.names().get(i)), Term.NO_STEP, part.shape());
                lines.add(new Line(symbol, part, sweep, true));
            }
        } else if (value instanceof Term.Pile pile && pile.axis() == stepAxis(pile)) {
            for (int i = 0; i < value.shape().size(pile.axis()); i++) {
                Term part = Selecting.select(value, pile.axis(), i);
                lines.add(new Line(new Symbol(name, i, part.shape()), part, sweep, true));
            }
        } else if (!(value instanceof Symbol same && same.name().equals(name) && same.step() == Term.NO_STEP)) {
            lines.add(new Line(new Symbol(name, Term.NO_STEP, value.shape()), value, sweep, true));
        }
    }

    /** The axis of a result that counts the steps of a loop, if it is put together from them. */
    private static int stepAxis(Term.Pile pile) {
        boolean steps = pile.pieces().entrySet().stream()
                .allMatch(entry -> entry.getValue() instanceof Symbol symbol && symbol.step() == entry.getKey());
        return steps ? pile.axis() : -1;
    }

    private record Numbers(Shape shape, DoubleBuffer values) {}

    /** A number, where all elements are the same, or a name. */
    private Term constant(Tensor x) {
        double[] numbers = x.toArray();
        boolean same = numbers.length > 0;
        for (double number : numbers) {
            same &= Double.doubleToLongBits(number) == Double.doubleToLongBits(numbers[0]);
        }
        if (same) {
            return new Number(numbers[0], x.shape());
        }
        Numbers key = new Numbers(x.shape(), DoubleBuffer.wrap(numbers));
        String name = constants.computeIfAbsent(key, k -> "c" + (constants.size() + 1));
        return new Symbol(name, Term.NO_STEP, x.shape());
    }
}
