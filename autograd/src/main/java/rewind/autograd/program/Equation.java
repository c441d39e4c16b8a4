package rewind.autograd.program;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Permuted;
import rewind.autograd.program.Term.Pile;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.program.Term.Total;
import rewind.autograd.program.Term.View;

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
            return left.shape().equals(other.left.shape()) && areAlike(other.right, right, at - other.at);
        }

        /** Whether terms are the same but for the steps of their symbols, those of the second so many later. */
        static boolean areAlike(Term first, Term second, int later) {
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
            if (first instanceof Pile one && second instanceof Pile other) {
                return one.axis() == other.axis()
                        && one.pieces().keySet().equals(other.pieces().keySet());
            }
            if (first instanceof Permuted one && second instanceof Permuted other) {
                return one.order().equals(other.order());
            }
            return (first instanceof Sum && second instanceof Sum) || (first instanceof View && second instanceof View);
        }
    }
}
