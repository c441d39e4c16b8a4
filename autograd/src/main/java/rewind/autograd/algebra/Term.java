package rewind.autograd.algebra;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;

/** An expression of tensors, as it is written down. Immutable; made by {@link Terms}, which simplifies. */
public sealed interface Term {
    /** The step of what belongs to no step of a loop. */
    int NO_STEP = -1;

    Shape shape();

    /** What it is made of. */
    default Collection<Term> operands() {
        return List.of();
    }

    /** The same some steps later. */
    default Term moved(int by) {
        List<Term> moved = new ArrayList<>();
        boolean same = true;
        for (Term each : operands()) {
            Term other = each.moved(by);
            same &= other == each;
            moved.add(other);
        }
        return same ? this : with(moved);
    }

    /** The same of other operands, of the same shapes. */
    default Term with(List<Term> others) {
        return this;
    }

    /** Calls a function for every symbol in it, from left to right. */
    default void forEachSymbol(Consumer<Symbol> function) {
        for (Term each : operands()) {
            each.forEachSymbol(function);
        }
    }

    /** Whether terms are the same but for the steps of their symbols, those of the second so many later. */
    static boolean areAlike(Term first, Term second, int later) {
        if (first instanceof Symbol one && second instanceof Symbol other) {
            boolean moved =
                    one.step() == Term.NO_STEP ? other.step() == Term.NO_STEP : other.step() == one.step() + later;
            return moved && one.name().equals(other.name()) && one.shape().equals(other.shape());
        }
        if (first instanceof OverSteps) {
            return first.equals(second);
        }
        if (!first.shape().equals(second.shape())
                || first.operands().size() != second.operands().size()
                || !doTheSame(first, second)) {
            return false;
        }
        Iterator<? extends Term> others = second.operands().iterator();
        for (Term operand : first.operands()) {
            if (!areAlike(operand, others.next(), later)) {
                return false;
            }
        }
        return true;
    }

    /** Whether terms are the same but for their operands. */
    private static boolean doTheSame(Term first, Term second) {
        if (first instanceof Number one && second instanceof Number other) {
            return Double.compare(one.value(), other.value()) == 0;
        }
        if (first instanceof Call one && second instanceof Call other) {
            return one.op().equals(other.op()) && one.attributes().equals(other.attributes());
        }
        if (first instanceof Product one && second instanceof Product other) {
            return one.factor() == other.factor();
        }
        if (first instanceof Matmul one && second instanceof Matmul other) {
            return one.ta() == other.ta() && one.tb() == other.tb();
        }
        if (first instanceof Total one && second instanceof Total other) {
            return one.axes().equals(other.axes());
        }
        if (first instanceof Pile one && second instanceof Pile other) {
            return one.axis() == other.axis()
                    && one.pieces().keySet().equals(other.pieces().keySet());
        }
        if (first instanceof Permuted one && second instanceof Permuted other) {
            return one.order().equals(other.order());
        }
        return (first instanceof Sum && second instanceof Sum) || (first instanceof View && second instanceof View);
    }

    /** How a value falls into parts that have names of their own: the steps of a sequence, or the blocks of stacked parameters. */
    record Parts(int axis, List<String> names) {
        public static Parts steps(int axis) {
            return new Parts(axis, List.of());
        }

        public boolean areSteps() {
            return names.isEmpty();
        }

        /** The same of another value, whose parts are named after these. */
        public Parts of(UnaryOperator<String> other) {
            return new Parts(axis, names.stream().map(other).toList());
        }
    }

    /** A value with a name, at a step of a loop. */
    record Symbol(String name, int step, Shape shape, Parts parts) implements Term {
        @Override
        public int hashCode() {
            return 31 * name.hashCode() + step; // what differs
        }

        public Symbol(String name, int step, Shape shape) {
            this(name, step, shape, null);
        }

        @Override
        public void forEachSymbol(Consumer<Symbol> function) {
            function.accept(this);
        }

        @Override
        public Symbol moved(int by) {
            return step == NO_STEP ? this : new Symbol(name, step + by, shape, parts);
        }
    }

    /** The same number in every element. */
    record Number(double value, Shape shape) implements Term {}

    /** A function that has no notation of its own here; elementwise, it broadcasts its operands. */
    record Call(String op, Map<String, Object> attributes, List<Term> operands, boolean elementwise, Shape shape)
            implements Term {
        @Override
        public Term with(List<Term> others) {
            return new Call(op, attributes, List.copyOf(others), elementwise, shape);
        }
    }

    /** x + y + …, with broadcasting. */
    record Sum(List<Term> terms, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return terms;
        }

        @Override
        public Term with(List<Term> others) {
            return new Sum(List.copyOf(others), shape);
        }
    }

    /** A number times x ⊙ y ⊙ …, with broadcasting. */
    record Product(double factor, List<Term> factors, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return factors;
        }

        @Override
        public Term with(List<Term> others) {
            return new Product(factor, List.copyOf(others), shape);
        }
    }

    /** x·y of the last two axes, each transposed where told; leading axes broadcast, and are summed where the shape lacks them. */
    record Matmul(Term left, boolean ta, Term right, boolean tb, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return List.of(left, right);
        }

        @Override
        public Term with(List<Term> others) {
            return new Matmul(others.get(0), ta, others.get(1), tb, shape);
        }
    }

    /** Σ over axes of the operand; the shape says whether they disappear. */
    record Total(Term of, List<Integer> axes, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return List.of(of);
        }

        @Override
        public Term with(List<Term> others) {
            return new Total(others.get(0), axes, shape);
        }
    }

    /** Parts along an axis, zeros where there is none. */
    record Pile(int axis, SortedMap<Integer, Term> pieces, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return pieces.values();
        }

        @Override
        public Term with(List<Term> others) {
            Iterator<Term> next = others.iterator();
            SortedMap<Integer, Term> changed = new TreeMap<>();
            pieces.keySet().forEach(index -> changed.put(index, next.next()));
            return new Pile(axis, changed, shape);
        }
    }

    /** The same with more or fewer axes of one element. */
    record View(Term of, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return List.of(of);
        }

        @Override
        public Term with(List<Term> others) {
            return new View(others.get(0), shape);
        }
    }

    /** The axes in another order. */
    record Permuted(Term of, List<Integer> order, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return List.of(of);
        }

        @Override
        public Term with(List<Term> others) {
            return new Permuted(others.get(0), order, shape);
        }
    }

    /**
     * Σ of the same term over steps.
     *
     * @param of the term at one of them
     * @param at that step
     * @param steps all of them in their order
     */
    record OverSteps(Term of, int at, List<Integer> steps, Shape shape) implements Term {
        @Override
        public Collection<Term> operands() {
            return List.of(of);
        }

        @Override
        public Term moved(int by) {
            return this; // its steps are all that there are
        }

        @Override
        public Term with(List<Term> others) {
            return new OverSteps(others.get(0), at, steps, shape);
        }

        public int first() {
            return steps.get(0);
        }

        public int last() {
            return steps.get(steps.size() - 1);
        }

        /** Whether no step is left out between the first and the last. */
        public boolean isRange() {
            return last() - first() == steps.size() - 1;
        }
    }
}
