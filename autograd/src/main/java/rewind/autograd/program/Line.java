package rewind.autograd.program;

import java.util.Iterator;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.program.Term.Total;
import rewind.autograd.program.Term.View;

/**
 * An equation: a symbol and what it is.
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
        return left.shape().equals(other.left.shape()) && areAlike(other.right, right, at - other.at);
    }

    /** Whether terms are the same but for the steps of their symbols, those of the second so many later. */
    private static boolean areAlike(Term first, Term second, int later) {
        if (first instanceof Symbol one && second instanceof Symbol other) {
            boolean moved =
                    one.step() == Term.NO_STEP ? other.step() == Term.NO_STEP : other.step() == one.step() + later;
            return moved && one.name().equals(other.name()) && one.shape().equals(other.shape());
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
        return (first instanceof Sum && second instanceof Sum) || (first instanceof View && second instanceof View);
    }
}
