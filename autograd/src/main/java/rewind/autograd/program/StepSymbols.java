package rewind.autograd.program;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import rewind.autograd.program.Term.Symbol;

/** The steps that a term speaks of. */
final class StepSymbols {
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

    /** The last one, or {@link Term#NO_STEP}. */
    static int last(Term term) {
        int[] last = {Term.NO_STEP};
        term.forEachSymbol(symbol -> last[0] = Math.max(last[0], symbol.step()));
        return last[0];
    }

    /** The term with zeros for some symbols. */
    static Term without(Term term, Predicate<Symbol> gone) {
        return Rewriting.rebuild(term, symbol -> gone.test(symbol) ? Terms.zero(symbol.shape()) : symbol);
    }
}
