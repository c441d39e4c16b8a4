package rewind.autograd.program;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Symbol;

/** The steps that a term speaks of. */
final class StepSymbols {
    /** Functions that are 0 where all their operands are. */
    private static final Set<String> LINEAR =
            Set.of("broadcastTo", "reshape", "select", "slice", "pad", "flip", "concat", "cumsum", "square");

    private StepSymbols() {}

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
