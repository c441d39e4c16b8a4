package rewind.autograd.program;

import java.util.List;
import java.util.Set;
import rewind.autograd.algebra.Notation;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Symbol;

/**
 * An equation that holds for one or more steps of a loop, or outside loops, then perhaps with sums over steps.
 *
 * @param line that of a step in the middle
 * @param first the first step, counted from 1; 0 where there are none
 * @param last the last step
 * @param descending whether the last step is the first to be computed
 * @param vanishing what it speaks of that does not exist at the first or the last step, and is 0: h⟨0⟩
 * @param missing these, and what else does not exist there and does not matter beside them
 */
record Equation(Line line, int first, int last, boolean descending, List<String> vanishing, Set<Symbol> missing) {
    boolean isOfSteps() {
        return line.at() != Term.NO_STEP;
    }

    /** Whether it holds at a step, counted from 0; one of no steps holds. */
    boolean isAt(int step) {
        return !isOfSteps() || (first <= step + 1 && step < last);
    }

    /** As a line of Unicode. */
    String text() {
        Notation notation = new Notation.Text();
        return left(notation) + (isDrawn() ? " ~ " : " = ") + right(notation);
    }

    String left(Notation notation) {
        return writer(notation).write(line.left());
    }

    String right(Notation notation) {
        return writer(notation).write(line.right());
    }

    /** Whether the right side is a distribution. */
    boolean isDrawn() {
        return line.right() instanceof Term.Call call && call.op().equals("draw");
    }

    Writer writer(Notation notation) {
        return new Writer(notation, line.at(), first, last);
    }

    /** For which steps it holds, in which order: t = 1 … 5, h⟨0⟩ = 0. */
    String range() {
        if (first == 0) {
            return "";
        }
        String steps = descending ? last + " … " + first : first + " … " + last;
        String range = "t = " + (first == last ? first : steps);
        return vanishing.isEmpty() ? range : range + ", " + String.join(" = ", vanishing) + " = 0";
    }

    /**
     * What one step, or what is outside steps, says: a symbol and what it is.
     *
     * @param at the step at which it holds; that of the symbol, but for what a step hands back to the one before it
     * @param adjoint whether it belongs to the sweep
     * @param result whether it is a result of the program
     */
    record Line(Term.Symbol left, Term right, int at, boolean adjoint, boolean result) {
        Line(Term.Symbol left, Term right, boolean adjoint, boolean result) {
            this(left, right, left.step(), adjoint, result);
        }

        Line with(Term other) {
            return new Line(left, other, at, adjoint, result);
        }

        /** Whether it says what a step hands back. */
        boolean isHandedBack() {
            return at != left.step();
        }

        /** Whether it says the same as another line, but for the step at which that holds. */
        boolean isLike(Line other) {
            return left.shape().equals(other.left.shape()) && Term.areAlike(other.right, right, at - other.at);
        }
    }
}
