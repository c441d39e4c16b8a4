package rewind.autograd.program;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import rewind.autograd.program.Term.Pile;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;

/** Which lines of a user's program called the operations that became terms. */
final class Sites {
    private final Map<Term, String> byTerm = new IdentityHashMap<>();
    private final Map<String, String> byName = new HashMap<>();

    /** Notes an operation; what it gives may be put together from terms that are new as well. */
    void note(Term term, String site) {
        if (term.operands().isEmpty()) {
            return;
        }
        byTerm.putIfAbsent(term, site);
        if (term instanceof Sum || term instanceof Pile) {
            term.operands().forEach(each -> byTerm.putIfAbsent(each, site));
        }
    }

    void note(String name, String site) {
        byName.putIfAbsent(name, site);
    }

    /** The line of a term of an equation: of its last operation that is known, else that of the value which the equation defines. */
    String of(Term term, String defined) {
        String found = of(term);
        return found != null ? found : byName.getOrDefault(defined, "");
    }

    private String of(Term term) {
        String site = term instanceof Symbol ? null : byTerm.get(term);
        if (site != null) {
            return site;
        }
        for (Term operand : term.operands()) {
            String inner = of(operand);
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }
}
