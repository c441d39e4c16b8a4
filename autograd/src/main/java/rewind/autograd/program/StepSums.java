package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.algebra.Notation;
import rewind.autograd.algebra.Rewriting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Terms;

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
    private record Repeated(Term term, int at, TreeSet<Integer> steps) {}

    /**
     * The sum of terms.
     *
     * @param together writes those of which all others differ in their steps alone, and makes a sum of what is made of each
     */
    <T> T of(List<Term> terms, BiFunction<List<Term>, UnaryOperator<List<Term>>, T> together) {
        List<Repeated> all = repeated(terms);
        return together.apply(all.stream().map(Repeated::term).toList(), spelled -> merged(all, spelled));
    }

    private List<Repeated> repeated(List<Term> terms) {
        List<Repeated> all = new ArrayList<>();
        Map<Integer, List<Repeated>> byLikeness = new HashMap<>();
        for (Term each : terms) {
            OverSteps sum = Terms.sumOverSteps(each);
            Term term = sum == null ? each : single(each, sum);
            int at = base(term);
            if (at == Term.NO_STEP) {
                all.add(new Repeated(term, at, new TreeSet<>()));
                continue;
            }
            Collection<Integer> steps = sum == null ? List.of(at) : moved(sum.steps(), at - sum.at());
            List<Repeated> candidates = byLikeness.computeIfAbsent(likeness(term), key -> new ArrayList<>());
            boolean added = candidates.stream()
                    .anyMatch(other -> Term.areAlike(other.term(), term, at - other.at())
                            && Collections.disjoint(other.steps(), steps)
                            && other.steps().addAll(steps));
            if (!added) {
                Repeated first = new Repeated(term, at, new TreeSet<>(steps));
                candidates.add(first);
                all.add(first);
            }
        }
        return all;
    }

    /** A term at the step at which its sum over steps gives one. */
    private static Term single(Term term, OverSteps sum) {
        return term == sum ? sum.of() : Terms.product(((Product) term).factor(), List.of(sum.of()), term.shape());
    }

    private static List<Integer> moved(List<Integer> steps, int by) {
        return steps.stream().map(step -> step + by).toList();
    }

    /** A term with the terms of sums of which there is one for each skipped step as sums over these. */
    static Term ofSkipped(Term term, Skipped skipped) {
        if (term instanceof Sum sum) {
            List<Term> terms = sum.terms();
            for (List<Integer> steps : skipped.gaps()) {
                terms = terms.size() < steps.size() ? terms : ofSkipped(terms, steps);
            }
            return terms.size() == sum.terms().size() ? term : Terms.sum(terms, sum.shape());
        }
        return term instanceof Pile pile && pile.pieces().get(pile.pieces().firstKey()) instanceof Sum
                ? Terms.pile(pile.axis(), pile.pieces(), piece -> ofSkipped(piece, skipped), pile.shape())
                : term;
    }

    private static List<Term> ofSkipped(List<Term> terms, List<Integer> steps) {
        int start = steps.get(0);
        Map<Integer, List<Term>> byLikeness = new LinkedHashMap<>();
        for (Term term : terms) {
            int step = lastStep(term);
            int key = step < start || step >= start + steps.size() ? 0 : likeness(term);
            byLikeness.computeIfAbsent(key, k -> new ArrayList<>()).add(term);
        }
        List<Term> all = new ArrayList<>();
        byLikeness.forEach((likeness, some) -> {
            Term first = some.get(0).moved(start - lastStep(some.get(0)));
            boolean alike = likeness != 0
                    && some.size() == steps.size()
                    && some.stream().allMatch(each -> Term.areAlike(first, each, lastStep(each) - start));
            if (alike) {
                all.add(Terms.overSteps(first, start, steps));
            } else {
                all.addAll(some);
            }
        });
        return all;
    }

    private static int lastStep(Term term) {
        int[] last = {Term.NO_STEP};
        term.forEachSymbol(symbol -> last[0] = Math.max(last[0], symbol.step()));
        return last[0];
    }

    /** The same of terms that differ in their steps alone. */
    private static int likeness(Term term) {
        int likeness = term instanceof Symbol symbol
                ? symbol.name().hashCode()
                : term.getClass().hashCode();
        for (Term operand : term.operands()) {
            likeness = 31 * likeness + likeness(operand);
        }
        return likeness;
    }

    /** What is written alike is one, too. */
    private List<Term> merged(List<Repeated> all, List<Term> spelled) {
        Map<String, Integer> byText = new HashMap<>();
        List<Repeated> merged = new ArrayList<>();
        List<Term> written = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Repeated each = all.get(i);
            String text = each.at() == Term.NO_STEP ? null : new Writer(TEXT, each.at()).write(spelled.get(i));
            Integer same = text == null ? null : byText.get(text);
            if (same != null && Collections.disjoint(merged.get(same).steps(), each.steps())) {
                merged.get(same).steps().addAll(each.steps());
                continue;
            }
            if (text != null) {
                byText.put(text, merged.size());
            }
            merged.add(each);
            written.add(spelled.get(i));
        }
        return IntStream.range(0, merged.size())
                .mapToObj(i -> once(merged.get(i), written.get(i)))
                .toList();
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

    private Term once(Repeated repeated, Term term) {
        if (repeated.steps().size() < 2) {
            return term;
        }
        TreeSet<Integer> steps = repeated.steps();
        boolean isRange = steps.last() - steps.first() == steps.size() - 1; // of others nothing tells what is 0
        while (isRange && vanishes(repeated, steps.first() - 1)) {
            steps.add(steps.first() - 1);
        }
        while (isRange && vanishes(repeated, steps.last() + 1)) {
            steps.add(steps.last() + 1);
        }
        boolean negative = Terms.isNegative(term);
        Term positive = negative ? Terms.product(-1, List.of(term), term.shape()) : term;
        Term sum = new OverSteps(positive, repeated.at(), List.copyOf(steps), term.shape());
        return negative ? new Product(-1, List.of(sum), term.shape()) : sum;
    }

    /** Whether the term is 0 at a further step of the loop, as something does not exist there. */
    private boolean vanishes(Repeated repeated, int step) {
        Set<Symbol> missing = new LinkedHashSet<>();
        boolean exists = false;
        for (Symbol symbol : Rewriting.ofSteps(repeated.term())) {
            Symbol there = Known.moved(symbol, step - repeated.at());
            boolean gone = known.isMissing(there);
            if (gone) {
                missing.add(there);
            }
            exists |= there.step() == step && (!gone || known.isZero(there.name(), step));
        }
        boolean zero = exists
                && Rewriting.isZero(
                        repeated.term(), symbol -> missing.contains(Known.moved(symbol, step - repeated.at())));
        if (zero) {
            absent.addAll(missing);
        }
        return zero;
    }
}
