package rewind.autograd.program;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.program.Term.Total;
import rewind.autograd.program.Term.View;

/** The steps that a term speaks of. */
final class StepSymbols {
    /** Functions that are 0 where all their operands are. */
    private static final Set<String> LINEAR =
            Set.of("broadcastTo", "reshape", "select", "slice", "pad", "flip", "concat", "cumsum", "square");

    private StepSymbols() {}

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
        return (first instanceof Sum && second instanceof Sum) || (first instanceof View && second instanceof View);
    }

    /** The symbols of a term that belong to steps. */
    static Set<Symbol> of(Term term) {
        Set<Symbol> found = new LinkedHashSet<>();
        term.forEachSymbol(symbol -> {
            if (symbol.step() != Term.NO_STEP) {
                found.add(symbol);
            }
        });
        return found;
    }

    /** Whether a term is 0 as some symbols are. */
    static boolean isZero(Term term, Predicate<Symbol> zeros) {
        if (term instanceof Symbol symbol) {
            return zeros.test(symbol);
        }
        if (term instanceof Product || term instanceof Matmul) {
            return term.operands().stream().anyMatch(each -> isZero(each, zeros));
        }
        boolean linear = !(term instanceof Call call) || LINEAR.contains(call.op());
        return linear && !term.operands().isEmpty() && term.operands().stream().allMatch(each -> isZero(each, zeros));
    }

    /** The term with zeros for some symbols. */
    static Term without(Term term, Predicate<Symbol> gone) {
        return Rewriting.rebuild(term, symbol -> gone.test(symbol) ? Terms.zero(symbol.shape()) : symbol);
    }
}
