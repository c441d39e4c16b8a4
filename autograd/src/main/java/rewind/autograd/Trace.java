package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.require.Check;
import rewind.autograd.reverse.Details;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Observer;
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
 *
 * <p>Names are given by {@link Tensor#named} and cost nothing where nobody traces.
 */
public final class Trace {
    private final Tape tape = Tape.forDerivative();
    private final Map<Name, Tensor> shifts;
    private final List<Recorded> operations = new ArrayList<>();
    private final Map<Name, Tensor> named = new LinkedHashMap<>();
    private final Map<String, Integer> occurrences = new LinkedHashMap<>();
    private String loop = "";
    private int step = -1;
    private Tensor result;
    private int size;
    private int position;

    private Trace(Map<Name, Tensor> shifts) {
        this.shifts = shifts;
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
        Trace trace = new Trace(shifts);
        Tape tape = trace.tape;
        tape.recording().observe(trace.new Notes());
        List<Tensor> at = x.stream().map(tape::watch).toList();
        Tensor y = f.apply(at);
        Check.that(y != null, "trace: the function must not return null");
        trace.size = tape.size();
        Entry<Tensor> last = y.places.in(tape.recording());
        trace.position = last == null ? -1 : last.index();
        tape.finish();
        trace.result = tape.recording().withdraw(y);
        return trace;
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

    /** Returns f(x). */
    public Tensor result() {
        return result;
    }

    /** Returns the position of the result on the tape, −1 if it does not depend on the inputs. */
    public int position() {
        return position;
    }

    /** Returns the number of values on the tape, those of the inputs first. */
    public int size() {
        return size;
    }

    /** Returns the operations in the order in which they were recorded. */
    public List<Recorded> operations() {
        return Collections.unmodifiableList(operations);
    }

    /** Returns the named values as constants, in the order in which they were named. */
    public Map<Name, Tensor> named() {
        return Collections.unmodifiableMap(named);
    }

    /** Notes what happens in the recording. */
    private final class Notes implements Observer<Tensor> {
        @Override
        public void performed(Entry<Tensor> entry, Tensor[] operands, Tensor value) {
            if (!entry.isVariable()) {
                List<Tensor> constants =
                        Arrays.stream(operands).map(Tensor::constant).toList();
                entry.keep(
                        new Details<>(constants, value.constant(), CallSite.find(), CallSite.key(), loop, step, null));
                operations.add(new Recorded(entry));
            }
        }

        @Override
        public Tensor named(String name, Tensor value) {
            String path = loop.isEmpty() ? name : loop + "/" + name;
            Name key = new Name(path, step >= 0 ? step : occurrences.merge(name, 1, Integer::sum) - 1);
            named.put(key, value.constant());
            Entry<Tensor> entry = value.places.in(tape.recording());
            if (entry != null && entry.details() != null) {
                entry.keep(entry.details().named(path));
            }
            Tensor shift = shifts.get(key);
            return shift == null ? value : value.add(shift);
        }

        @Override
        public void atStep(String where, int number) {
            loop = where;
            step = number;
        }
    }

    /** Returns of how many operations it is. */
    @Override
    public String toString() {
        return "Trace of " + operations.size() + " operations";
    }

    /**
     * An operation of a trace, with all that is needed to do it again by itself: its operands, its function, and its rules. All
     * tensors here are constants.
     */
    public static final class Recorded {
        private final Entry<Tensor> entry;

        private Recorded(Entry<Tensor> entry) {
            this.entry = entry;
        }

        /** Returns the name of the operation. */
        public String op() {
            return entry.name();
        }

        /** Returns the position on the tape. Those from 0 on are of the inputs of the traced function. */
        public int position() {
            return entry.index();
        }

        /** Returns the operands. */
        public List<Tensor> inputs() {
            return entry.details().operands();
        }

        /** Returns the positions of the operands on the tape, −1 of a constant. */
        public List<Integer> from() {
            List<Integer> positions = new ArrayList<>();
            for (int i = 0; i < entry.arity(); i++) {
                positions.add(entry.operand(i) == null ? -1 : entry.operand(i).index());
            }
            return List.copyOf(positions);
        }

        /** Returns the value. */
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

        /** Returns the loop in which it was called, see {@link Tensor#atStep}; empty if in none. */
        public String loop() {
            return entry.details().loop();
        }

        /** Returns the step of the loop, −1 outside loops. */
        public int step() {
            return entry.details().step();
        }

        /** Returns the value for other operands, of the same shapes, as a constant. */
        public Tensor again(List<Tensor> operands) {
            return entry.operation()
                    .apply(operands.stream().map(Tensor::detach).toArray(Tensor[]::new), entry.space())
                    .detach();
        }

        /**
         * Applies the rule for one operand.
         *
         * @param dy a cotangent of the value's shape
         * @return Jᵀ·dy, of the operand's shape; zeros if there is no rule
         */
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
            return position() + ": " + op() + " " + value().shape();
        }
    }
}
