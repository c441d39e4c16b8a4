package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rewind.autograd.Shape;
import rewind.autograd.program.Term.OverSteps;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;

/** Writes the terms of a sum that repeat over steps once. */
final class StepSums {
    private static final Notation TEXT = new Notation.Text();

    private final Known known;
    /** What its sums speak of that does not exist, and is 0. */
    private final Set<Symbol> absent = new LinkedHashSet<>();

    StepSums(Known known) {
        this.known = known;
    }

    Set<Symbol> missing() {
        return absent;
    }

    /** Terms that differ in their steps alone, and of which there are several at no step. */
    private record Repeated(Term original, Term spelled, int at, TreeSet<Integer> steps) {}

    /**
     * The sum of terms.
     *
     * @param terms as they were made
     * @param spelled the same as they are written
     */
    Term of(List<Term> terms, List<Term> spelled, Shape shape) {
        List<Repeated> all = new ArrayList<>();
        Map<String, Repeated> byText = new HashMap<>();
        for (int i = 0; i < terms.size(); i++) {
            Term each = spelled.get(i);
            int at = base(each);
            if (at == Term.NO_STEP) {
                all.add(new Repeated(terms.get(i), each, at, new TreeSet<>()));
                continue;
            }
            String text = new Writer(TEXT, at).write(each);
            Repeated same = byText.get(text);
            if (same == null || !same.steps().add(at)) {
                same = new Repeated(terms.get(i), each, at, new TreeSet<>(List.of(at)));
                byText.put(text, same);
                all.add(same);
            }
        }
        List<Term> sums = all.stream().map(this::once).toList();
        return sums.size() == 1 ? sums.get(0) : new Sum(sums, shape);
    }

    /** The step of what a term has of the sweep, or else its last one. */
    private int base(Term term) {
        int[] last = {Term.NO_STEP, Term.NO_STEP};
        term.forEachSymbol(symbol -> {
            int kind = known.isOfSweep(symbol.name()) ? 0 : 1;
            last[kind] = Math.max(last[kind], symbol.step());
        });
        return last[0] != Term.NO_STEP ? last[0] : last[1];
    }

    private Term once(Repeated repeated) {
        if (repeated.steps().size() < 2) {
            return repeated.spelled();
        }
        while (vanishes(repeated, repeated.steps().first() - 1)) {
            repeated.steps().add(repeated.steps().first() - 1);
        }
        while (vanishes(repeated, repeated.steps().last() + 1)) {
            repeated.steps().add(repeated.steps().last() + 1);
        }
        Term term = repeated.spelled();
        boolean negative = Terms.isNegative(term);
        Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
        Term sum = new OverSteps(positive, repeated.at(), List.copyOf(repeated.steps()), term.shape());
        return negative ? new Product(-1, List.of(sum), term.shape()) : sum;
    }

    /** Whether the term is 0 at a further step of the loop, as something does not exist there. */
    private boolean vanishes(Repeated repeated, int step) {
        Set<Symbol> missing = new LinkedHashSet<>();
        boolean exists = false;
        for (Symbol symbol : Rewriting.ofSteps(repeated.original())) {
            Symbol there = Known.moved(symbol, step - repeated.at());
            boolean gone = known.isMissing(there);
            if (gone) {
                missing.add(there);
            }
            exists |= there.step() == step && (!gone || known.isZero(there.name(), step));
        }
        boolean zero = exists
                && Rewriting.isZero(
                        repeated.original(), symbol -> missing.contains(Known.moved(symbol, step - repeated.at())));
        if (zero) {
            absent.addAll(missing);
        }
        return zero;
    }
}
