package rewind.autograd.program;

import java.nio.DoubleBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.program.Equation.Line;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Symbol;

/** Reads the entries of a program as equations: one for every value that has a name, or is used more than once. */
final class Reader {
    private static final int EARLY = 3;

    private final Program program;
    /** By position. */
    private final Term[] values;

    private final BitSet ofSweep = new BitSet();
    /** The steps at which there is a value of a name. */
    private final Map<String, BitSet> taken = new HashMap<>();

    private final Map<String, String> shortened = new HashMap<>();
    /** Names of inputs and results, and the position of the value that may have them; −1 for none. */
    private final Map<String, Integer> reserved = new HashMap<>();

    private final Meaning meaning = new Meaning();
    private long loops;
    private Uses uses;

    private int names;
    private int sweepNames;
    private final Map<Uses.Place, String> unnamed = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final Page.Sites sites = new Page.Sites();
    private final List<Result> results = new ArrayList<>();
    /** What traces call the values whose adjoints have equations, by the names of these. */
    private final Map<String, String> adjoints = new LinkedHashMap<>();

    private final Set<Symbol> zeros = new HashSet<>();
    private final Map<Numbers, String> constants = new LinkedHashMap<>();

    private Reader(Program program) {
        this.program = program;
        this.values = new Term[program.trace().size()];
    }

    static Reader of(Program program) {
        Reader reader = new Reader(program);
        reader.read();
        return reader;
    }

    List<Line> lines() {
        return lines;
    }

    List<Result> results() {
        return results;
    }

    /** The names of values that had none. */
    Set<String> unnamed() {
        return Set.copyOf(unnamed.values());
    }

    Map<String, String> adjoints() {
        return adjoints;
    }

    /** Named values of steps that are 0. */
    Set<Symbol> zeros() {
        return zeros;
    }

    /** The lines that made the terms. */
    Page.Sites sites() {
        return sites;
    }

    /** The tensors that the function took from outside, by the names that they got. */
    Map<String, Tensor> constants() {
        Map<String, Tensor> byName = new LinkedHashMap<>();
        constants.forEach((numbers, name) -> byName.put(
                name, Tensor.of(numbers.shape(), numbers.values().array()).to(numbers.dtype())));
        return byName;
    }

    /** How the cotangents of the results fall into steps or blocks, null for those that do not. */
    static List<Term.Parts> partsOfCotangents(Program program) {
        Reader reader = of(program);
        List<Term.Parts> parts = new ArrayList<>();
        for (int i = 0; i < program.resultNames().size(); i++) {
            Term.Parts own = reader.partsOfResult(i);
            if (own != null) {
                parts.add(own.of(part -> Naming.adjointOf(Naming.adjointOf(part))));
                continue;
            }
            int position = program.trace().positions().get(i);
            int axis = position < 0 ? -1 : Selecting.stepAxis(reader.values[position]);
            parts.add(axis < 0 ? null : Term.Parts.steps(axis));
        }
        return parts;
    }

    private void read() {
        Trace trace = program.trace();
        for (int i = 0; i < program.variables().size(); i++) {
            Program.Input input = program.variables().get(i);
            values[i] = new Symbol(input.name(), Term.NO_STEP, input.shape(), input.parts());
            reserved.put(input.name(), -1);
            if (input.parts() != null) {
                input.parts().names().forEach(part -> reserved.put(part, -1));
            }
            if (i >= program.primal()) {
                ofSweep.set(i);
                values[i] = Naming.isTangent(program) ? values[i] : inSteps(values[i], input.parts());
            }
        }
        for (int i = 0; i < program.resultNames().size(); i++) {
            reserved.put(program.resultNames().get(i), trace.positions().get(i));
        }
        Set<String> all = new HashSet<>();
        trace.operations().forEach(each -> all.add(each.loop()));
        all.remove("");
        loops = all.size();
        uses = new Uses(trace, ofSweep);
        Map<Integer, String> made = new HashMap<>(); // where the results are
        trace.positions().forEach(position -> made.put(position, ""));
        for (Trace.Recorded each : trace.operations()) {
            made.computeIfPresent(each.position(), (position, none) -> each.site());
            if (uses.isNeeded(each)) {
                read(each);
            }
        }
        for (int i = 0; i < program.resultNames().size(); i++) {
            int position = trace.positions().get(i);
            Term value = position < 0 ? constant(trace.results().get(i)) : values[position];
            int before = lines.size();
            result(program.resultNames().get(i), value, partsOfResult(i), position < 0 || ofSweep.get(position));
            String site = made.getOrDefault(position, "");
            lines.subList(before, lines.size())
                    .forEach(line -> sites.note(line.left().name(), site));
        }
        lines.sort(Comparator.comparing(Line::adjoint)); // results of the function before its sweep
    }

    /** A gradient falls into the parts of the input that it belongs to. */
    private Term.Parts partsOfResult(int i) {
        int others = program.resultNames().size() - program.primal(); // results of the function itself
        boolean sweep = program.primal() < program.variables().size() && !Naming.isTangent(program);
        boolean gradients = sweep && others >= 0 && i >= others;
        return gradients ? program.variables().get(i - others).parts() : null;
    }

    private void read(Trace.Recorded each) {
        if (Uses.isOf(ofSweep, each)) {
            ofSweep.set(each.position());
        }
        if (uses.innerSum(each.position()) != null) {
            return; // its terms are those of the sum around it
        }
        Term term = meaning.of(each, operands(each));
        if (each.step() < EARLY) { // equations of steps are written as those of the first, or the second
            sites.note(term, each.site());
        }
        boolean sweep = ofSweep.get(each.position());
        String name = each.name();
        boolean isPiled = Selecting.isPiled(term);
        int steps = isPiled && each.step() == Term.NO_STEP && !isOfSymbols(term) ? Selecting.stepAxis(term) : -1;
        if (name == null && uses.isShared(each) && (!isPiled || steps >= 0)) {
            name = unnamed.computeIfAbsent(uses.place(each), key -> nextName(sweep));
        }
        if (each.name() != null && each.step() != Term.NO_STEP && Terms.isNumber(term, 0)) {
            zeros.add(new Symbol(shortened(each.name()), each.step(), each.shape()));
        }
        if (name != null && steps >= 0) {
            SortedMap<Integer, Term> pieces = new TreeMap<>();
            for (int i = 0; i < each.shape().size(steps); i++) {
                pieces.put(i, named(name, i, Selecting.select(term, steps, i), each));
            }
            term = new Term.Pile(steps, pieces, each.shape());
        } else if (name != null && !isPiled) {
            term = named(name, each.step(), term, each);
        }
        values[each.position()] = term;
    }

    /** The symbol of a value, of which there is an equation now; a number stays as it is. */
    private Term named(String name, int step, Term term, Trace.Recorded of) {
        if (term instanceof Number) {
            return term;
        }
        Symbol symbol = symbol(name, step, term.shape(), of.position());
        boolean sweep = ofSweep.get(of.position());
        lines.add(new Line(symbol, term, sweep, false));
        sites.note(symbol.name(), of.site());
        if (sweep && of.name() != null) {
            int at = name.lastIndexOf('/') + 1;
            adjoints.put(symbol.name(), name.substring(0, at) + name.substring(at + 1));
        }
        return symbol;
    }

    /** Whether a term is nothing but values that are put together. */
    private static boolean isOfSymbols(Term term) {
        return term instanceof Term.Pile && term.operands().stream().allMatch(Symbol.class::isInstance);
    }

    /** A value that falls into steps as it is put together from them. */
    private static Term inSteps(Term value, Term.Parts parts) {
        if (parts == null || !parts.areSteps()) {
            return value;
        }
        SortedMap<Integer, Term> pieces = new TreeMap<>();
        for (int i = 0; i < value.shape().size(parts.axis()); i++) {
            pieces.put(i, Selecting.select(value, parts.axis(), i));
        }
        return new Term.Pile(parts.axis(), pieces, value.shape());
    }

    private record Operand(Trace.Recorded of, int index, int from) {
        static void push(Trace.Recorded of, Deque<Operand> to) {
            for (int i = 0; i < of.from().size(); i++) {
                to.push(new Operand(of, i, of.from().get(i)));
            }
        }
    }

    /** The operands of an operation; of a sum the terms of those inside it, so that one of T terms is not taken apart T times. */
    private List<Term> operands(Trace.Recorded each) {
        Deque<Operand> open = new ArrayDeque<>();
        Operand.push(each, open);
        Deque<Term> terms = new ArrayDeque<>();
        while (!open.isEmpty()) {
            Operand last = open.pop();
            Trace.Recorded inner = uses.innerSum(last.from());
            if (inner != null) {
                Operand.push(inner, open);
            } else {
                terms.push(last.from() < 0 ? constant(last.of().inputs().get(last.index())) : values[last.from()]);
            }
        }
        return List.copyOf(terms);
    }

    /** A name that no other value of the step has; the loop stands before it where there are several. */
    private Symbol symbol(String path, int step, Shape shape, int position) {
        String name = shortened(path);
        while (reserved.getOrDefault(name, position) != position
                || stepsOf(name).get(step + 1)) {
            name += "'";
        }
        stepsOf(name).set(step + 1);
        return new Symbol(name, step, shape);
    }

    private BitSet stepsOf(String name) {
        return taken.computeIfAbsent(name, key -> new BitSet());
    }

    /** What equations call a named value. */
    private String shortened(String path) {
        return shortened.computeIfAbsent(path, this::shorten);
    }

    private String shorten(String path) {
        int at = path.lastIndexOf('/') + 1;
        String name = path.substring(at);
        String own = Naming.isTangent(program) && name.startsWith("dd") ? "v" + name.substring(2) : name;
        return loops > 1 ? path.substring(0, at) + own : own;
    }

    private String nextName(boolean sweep) {
        return (sweep ? "w" : "v") + (sweep ? ++sweepNames : ++names);
    }

    private void result(String name, Term value, Term.Parts parts, boolean sweep) {
        Term.Parts own = null;
        if (parts != null && !(value instanceof Symbol)) {
            own = parts.of(Naming::adjointOf);
            for (int i = 0; i < value.shape().size(parts.axis()); i++) {
                Term part = Selecting.select(value, parts.axis(), i);
                Symbol symbol = parts.areSteps()
                        ? new Symbol(name, i, part.shape())
                        : new Symbol(Naming.adjointOf(parts.names().get(i)), Term.NO_STEP, part.shape());
                lines.add(new Line(symbol, part, sweep, true));
            }
        } else if (Selecting.stepAxis(value) >= 0) {
            own = Term.Parts.steps(Selecting.stepAxis(value));
            for (int i = 0; i < value.shape().size(own.axis()); i++) {
                Term part = Selecting.select(value, own.axis(), i);
                lines.add(new Line(new Symbol(name, i, part.shape()), part, sweep, true));
            }
        } else if (value instanceof Symbol same && same.name().equals(name) && same.step() == Term.NO_STEP) {
            lines.replaceAll(
                    line -> line.left().equals(same) ? new Line(same, line.right(), line.adjoint(), true) : line);
        } else {
            lines.add(new Line(new Symbol(name, Term.NO_STEP, value.shape()), value, sweep, true));
        }
        results.add(new Result(name, own));
    }

    /** A result of the program, and how it falls into parts that have equations of their own; null if it does not. */
    record Result(String name, Term.Parts parts) {}

    private record Numbers(Shape shape, DType dtype, DoubleBuffer values) {}

    /** A number, where all elements are the same, or a name. */
    private Term constant(Tensor x) {
        double[] numbers = x.toArray();
        if (numbers.length == 0) {
            return Terms.zero(x.shape());
        }
        boolean same = true;
        for (double number : numbers) {
            same &= Double.doubleToLongBits(number) == Double.doubleToLongBits(numbers[0]);
        }
        if (same) { // 0.1, of which type it is
            double value =
                    x.dtype() == DType.FLOAT32 ? Double.parseDouble(Float.toString((float) numbers[0])) : numbers[0];
            return new Number(value, x.shape());
        }
        Numbers key = new Numbers(x.shape(), x.dtype(), DoubleBuffer.wrap(numbers));
        String name = constants.computeIfAbsent(key, k -> "c" + (constants.size() + 1));
        return new Symbol(name, Term.NO_STEP, x.shape());
    }
}
