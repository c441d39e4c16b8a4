package rewind.autograd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorRecording.TensorSpace;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.text.CallSite;

/**
 * A look into one evaluation of a function: its operations in their order, and the values that carry names.
 *
 * <pre>{@code
 * Function<List<Tensor>, Tensor> f = in -> in.get(0).square().named("squares").sum();
 * Trace trace = Trace.of(f, List.of(x));
 * trace.operations().get(0).op();                                  // square
 * Tensor ones = Trace.adjoints(f, List.of(x), dy).get(new Trace.Name("squares", 0));
 * }</pre>
 */
public final class Trace {
    private final Tape tape = Tape.forDerivative();
    private final Map<Name, Tensor> shifts;
    private final boolean complete;
    private final List<Recorded> operations = new ArrayList<>();
    private final Map<Name, Tensor> named = new LinkedHashMap<>();
    private final Map<String, Integer> occurrences = new LinkedHashMap<>();
    private List<Tensor> results;
    private List<Integer> positions;
    private int size;

    private Trace(Map<Name, Tensor> shifts, boolean complete) {
        this.shifts = shifts;
        this.complete = complete;
    }

    /**
     * A value's name.
     *
     * @param name what {@link Tensor#named} was given, in a loop with a name after that and a slash: {@code lstm/f_}
     * @param step the step of the loop; outside loops how often the name occurred before
     */
    public record Name(String name, int step) {
        @Override
        public String toString() {
            return name + " at step " + step;
        }
    }

    /** Evaluates f at x and returns what happened. Its operations are the same as in a plain evaluation. */
    public static Trace of(Function<List<Tensor>, Tensor> f, List<Tensor> x) {
        return shifted(f, x, Map.of());
    }

    /**
     * Evaluates f at x with tensors added to some of its named values; the result lies on the tapes of x and of those tensors. So
     * derivatives with respect to a named value are those with respect to a shift of zeros.
     */
    public static Trace shifted(Function<List<Tensor>, Tensor> f, List<Tensor> x, Map<Name, Tensor> shifts) {
        return new Trace(shifts, false).over(in -> Collections.singletonList(f.apply(in)), x);
    }

    /**
     * Evaluates a function of several results, for a reader who wants to do the same with other numbers: results without derivative
     * (comparisons, indices, detached values) are operations as well. Of the operations' operands and values it keeps constants alone.
     *
     * @throws IllegalArgumentException if f reads numbers, as {@link Tensor#toArray} does, so that what it does may depend on them
     */
    public static Trace complete(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x) {
        return new Trace(Map.of(), true).over(f, x);
    }

    private Trace over(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x) {
        tape.recording().observe(new Telling());
        List<Tensor> at = x.stream().map(tape::watch).toList();
        List<Tensor> y = f.apply(at);
        Check.that(y != null && y.stream().noneMatch(Objects::isNull), "trace: the function must not return null");
        size = tape.size();
        positions = y.stream()
                .map(each -> each.places.in(tape.recording()))
                .map(last -> last == null ? -1 : last.index())
                .toList();
        tape.finish();
        results = y.stream().map(tape.recording()::withdraw).toList();
        named.replaceAll((name, value) -> tape.recording().withdraw(value));
        return this;
    }

    /**
     * Returns the adjoints of all named values: ∂⟨dy, f⟩/∂v for each of them, of its shape, in the order of the names.
     *
     * @param dy a cotangent of f(x)'s shape
     */
    public static Map<Name, Tensor> adjoints(Function<List<Tensor>, Tensor> f, List<Tensor> x, Tensor dy) {
        Tape tape = Tape.forDerivative();
        Map<Name, Tensor> shifts = new LinkedHashMap<>();
        of(f, x).named()
                .forEach((name, value) -> shifts.put(name, tape.watch(Tensor.zeros(value.dtype(), value.shape()))));
        Gradients gradients = tape.backward(shifted(f, x, shifts).result(), dy);
        Map<Name, Tensor> adjoints = new LinkedHashMap<>();
        shifts.forEach((name, shift) -> adjoints.put(name, gradients.of(shift)));
        tape.finish();
        return adjoints;
    }

    /** Returns f(x), the first result if there are several. */
    public Tensor result() {
        return results.get(0);
    }

    /** Returns f(x). */
    public List<Tensor> results() {
        return results;
    }

    /** Returns the position of {@link #result} on the tape, −1 if it does not depend on the inputs. */
    public int position() {
        return positions.get(0);
    }

    /** Returns the positions of the results on the tape, −1 for those that do not depend on the inputs. */
    public List<Integer> positions() {
        return positions;
    }

    /** Returns the number of values on the tape, those of the inputs first. */
    public int size() {
        return size;
    }

    /** Returns the operations in the order in which they were recorded. */
    public List<Recorded> operations() {
        return Collections.unmodifiableList(operations);
    }

    /** Returns the named values, in the order in which they were named; they lie on the tapes of x. */
    public Map<Name, Tensor> named() {
        return Collections.unmodifiableMap(named);
    }

    /** Is told what happens in the recording. */
    private final class Telling extends Located {
        /** In complete traces: of which adjoint. */
        private String place = "";

        @Override
        public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
            if (entry.isVariable()) {
                return;
            }
            List<Tensor> constants = new ArrayList<>();
            for (int i = 0; i < operands.length; i++) {
                constants.add(complete && entry.operand(i) != null ? null : operands[i].constant());
            }
            String call = complete ? place + "." + next() : CallSite.key();
            entry.keep(here(constants, complete ? null : value.constant(), site(entry.name(), call), call));
            operations.add(new Recorded(entry));
            added(entry);
        }

        @Override
        public boolean seesConstants() {
            return complete;
        }

        @Override
        public void read(String by, Entry<Tensor> entry) {
            Check.that(
                    !complete,
                    "trace: the function reads numbers (%s, %s), so that with others it may do something else; use tensor"
                            + " operations such as where, or read them outside and pass them as an input",
                    by,
                    CallSite.find());
        }

        @Override
        public Tensor named(String name, Tensor value) {
            String path = loop().isEmpty() ? name : loop() + "/" + name;
            if (complete && path.equals(nameOf(value.places.in(tape.recording())))) {
                return value;
            }
            Name key = new Name(path, step() >= 0 ? step() : occurrences.merge(name, 1, Integer::sum) - 1);
            if (named.containsKey(key)) {
                return value; // the first value of a step that is called so is the one
            }
            named.put(key, value);
            Tensor own = complete ? withoutName(value) : value;
            Entry<Tensor> entry = own.places.in(tape.recording());
            if (entry != null && entry.details() != null) {
                entry.keep(moved(entry.details(), entry.details().call(), path));
            }
            if (complete) {
                turned(name);
            }
            Tensor shift = shifts.get(key);
            return shift == null ? own : own.add(shift);
        }

        /** The same, at an entry of its own where its entry is an input or has a name already. */
        private Tensor withoutName(Tensor value) {
            Entry<Tensor> entry = value.places.in(tape.recording());
            boolean free =
                    entry == null || (entry.details() != null && entry.details().name() == null);
            return free ? value : Op.view(new Part("named", 0, Map::of), value, value.shape(), y -> dy -> dy);
        }

        @Override
        public void atStep(String where, int number) {
            super.atStep(where, number);
            place = "";
        }

        @Override
        public void sweeps(Tensor dy, Details<Tensor> operation) {
            super.sweeps(dy, operation);
            place = operation == null ? "" : "d" + operation.call();
            Entry<Tensor> entry = dy == null ? null : dy.places.in(tape.recording());
            Details<Tensor> details = entry == null ? null : entry.details();
            if (details != null && details.call().contains(".") && details.name() == null) {
                entry.keep(moved(details, place, null)); // what adds nothing is the adjoint of several values
            }
        }
    }

    /** Returns of how many operations it is. */
    @Override
    public String toString() {
        return "Trace of " + operations.size() + " operations";
    }

    /** An operation of a trace, with all that is needed to do it again by itself; all tensors here are constants. */
    public static final class Recorded {
        private final Entry<Tensor> entry;
        private final List<Integer> from;

        private Recorded(Entry<Tensor> entry) {
            this.entry = entry;
            this.from = IntStream.range(0, entry.arity())
                    .mapToObj(i ->
                            entry.operand(i) == null ? -1 : entry.operand(i).index())
                    .toList();
        }

        /** Returns the name of the operation. */
        public String op() {
            return entry.name();
        }

        /** Returns what besides the operands determines the value (axes, indices, a rate), by name, in alphabetical order. */
        public Map<String, Object> attributes() {
            return new TreeMap<>(entry.operation().attributes());
        }

        /** Returns what the value was named, with the loop before it, as {@code lstm/f_}; null if it has no name. */
        public String name() {
            return entry.details().name();
        }

        /** Returns whether each element of the value is a function of those of the operands at the same place, after broadcasting. */
        public boolean isElementwise() {
            return entry.operation() instanceof TensorOperation operation && operation.isElementwise();
        }

        /** Returns how many bytes an element of the value takes. */
        public int bytesPerElement() {
            return TensorSpace.of(entry).dtype() == DType.FLOAT64 ? Double.BYTES : Float.BYTES;
        }

        /** Returns the shape of the value. */
        public Shape shape() {
            return TensorSpace.of(entry).shape();
        }

        /** Returns the position on the tape. Those from 0 on are of the inputs of the traced function. */
        public int position() {
            return entry.index();
        }

        /** Returns the operands; in a {@link Trace#complete complete} trace those that are constants, null for the others. */
        public List<Tensor> inputs() {
            return entry.details().operands();
        }

        /** Returns the positions of the operands on the tape, −1 of a constant. */
        public List<Integer> from() {
            return from;
        }

        /** Returns the value; null in a {@link Trace#complete complete} trace. */
        public Tensor value() {
            return entry.details().value();
        }

        /** Returns the line that called the operation; if that is in a layer of this project, also the line that called the layer. */
        public String site() {
            return entry.details().site();
        }

        /** Returns what tells this place in the code from others; the turns of a loop, or of a recursion to the same depth, have it in common. */
        public String call() {
            return entry.details().call();
        }

        /** Returns the layer in which it was called, as {@code lstm} or {@code lstm/forward}, see {@link Tensor#inLayer}; empty if in none. */
        public String layer() {
            return entry.details().layer();
        }

        /** Returns the loop in which it was called, see {@link Tensor#atStep}; empty if in none. */
        public String loop() {
            return entry.details().loop();
        }

        /** Returns the step of the loop, −1 outside loops. */
        public int step() {
            return entry.details().step();
        }

        /** Returns the value for other operands, of the same shapes, as a constant; in a replay if that is where values beside it lie. */
        public Tensor again(List<Tensor> operands, Tensor... beside) {
            return TensorRecording.again(entry, operands, beside);
        }

        /** Applies the rule for one operand to a cotangent of the value's shape: Jᵀ·dy, of the operand's shape; zeros if there is none. */
        public Tensor pullBack(int input, Tensor dy) {
            UnaryOperator<Tensor> pullback = entry.pullbacks()[input];
            Tensor operand = inputs().get(input);
            return pullback == null
                    ? Tensor.zeros(operand.dtype(), operand.shape())
                    : pullback.apply(dy).sumTo(operand.shape()).detach();
        }

        /** Returns the position, the operation and the shape of its value. */
        @Override
        public String toString() {
            return position() + ": " + op() + " " + shape();
        }
    }
}
