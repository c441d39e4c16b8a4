package rewind.autograd.algebra;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Term.Total;
import rewind.autograd.algebra.Term.View;

/** Puts terms for symbols, and common factors before sums; tells what a term speaks of. */
public final class Rewriting {
    /** Functions that are 0 where all their operands are. */
    private static final Set<String> LINEAR =
            Set.of("broadcastTo", "reshape", "select", "slice", "pad", "flip", "concat", "cumsum", "square");

    private Rewriting() {}

    /** The term with others for some symbols. */
    public static Term replace(Term x, Function<Symbol, Term> others) {
        boolean[] concerned = {false};
        x.forEachSymbol(symbol -> concerned[0] = concerned[0] || others.apply(symbol) != null);
        return concerned[0]
                ? rebuild(x, symbol -> {
                    Term other = others.apply(symbol);
                    return other == null ? symbol : other;
                })
                : x;
    }

    /** The term with other symbols for some, of the same shapes: it is as simple as before. */
    public static Term renamed(Term x, Function<Symbol, Term> others) {
        if (x instanceof Symbol symbol) {
            Term other = others.apply(symbol);
            return other == null ? symbol : other;
        }
        boolean[] concerned = {false};
        x.forEachSymbol(symbol -> concerned[0] = concerned[0] || others.apply(symbol) != null);
        return concerned[0]
                ? x.with(
                        x.operands().stream().map(each -> renamed(each, others)).toList())
                : x;
    }

    /** The term with terms for symbols, simplified again. */
    public static Term rebuild(Term x, Function<Symbol, Term> symbols) {
        UnaryOperator<Term> each = term -> rebuild(term, symbols);
        if (x instanceof Symbol symbol) {
            return symbols.apply(symbol);
        }
        if (x instanceof Call call) {
            return Terms.call(
                    call.op(),
                    call.attributes(),
                    call.operands().stream().map(each).toList(),
                    call.elementwise(),
                    call.shape());
        }
        if (x instanceof Sum sum) {
            return Terms.sum(sum.terms().stream().map(each).toList(), sum.shape());
        }
        if (x instanceof Product product) {
            return Terms.product(
                    product.factor(), product.factors().stream().map(each).toList(), product.shape());
        }
        if (x instanceof Matmul m) {
            return Multiplying.matmul(each.apply(m.left()), m.ta(), each.apply(m.right()), m.tb(), m.shape());
        }
        if (x instanceof Total total) {
            return Terms.total(each.apply(total.of()), total.axes(), total.shape());
        }
        if (x instanceof Pile pile) {
            return Terms.pile(pile.axis(), pile.pieces(), each, pile.shape());
        }
        if (x instanceof OverSteps sum) {
            return Terms.overSteps(each.apply(sum.of()), sum.at(), sum.steps());
        }
        if (x instanceof View view) {
            return Terms.view(each.apply(view.of()), view.shape());
        }
        return x instanceof Permuted permuted ? Terms.permute(each.apply(permuted.of()), permuted.order()) : x;
    }

    /** The term with factors that all terms of a sum have in common before the sum of the rest. */
    public static Term factored(Term x) {
        if (!(x instanceof Product || x instanceof Sum)) {
            return x;
        }
        List<Term> terms = x.operands().stream().map(Rewriting::factored).toList();
        boolean same = areSame(terms, x.operands());
        if (x instanceof Product product) {
            return same ? x : Terms.product(product.factor(), terms, x.shape());
        }
        List<Term> common = factors(terms.get(0));
        for (Term term : terms) {
            common = common.isEmpty() ? common : inBoth(common, factors(term));
        }
        if (common.isEmpty()) {
            return same ? x : Terms.sum(terms, x.shape());
        }
        List<Term> rest = new ArrayList<>();
        for (Term term : terms) {
            List<Term> others = new ArrayList<>(factors(term));
            common.forEach(others::remove);
            double factor = term instanceof Product product ? product.factor() : 1;
            OverSteps sum = Terms.sumOverSteps(term);
            Term all = Terms.product(sum == null ? factor : 1, others, term.shape());
            rest.add(
                    sum == null
                            ? all
                            : Terms.product(
                                    factor, List.of(Terms.overSteps(all, sum.at(), sum.steps())), term.shape()));
        }
        List<Term> all = new ArrayList<>(common);
        all.add(Terms.sum(rest, x.shape()));
        return Terms.product(1, all, x.shape());
    }

    private static boolean areSame(List<Term> terms, Collection<Term> others) {
        Iterator<Term> other = others.iterator();
        return terms.stream().allMatch(term -> term == other.next());
    }

    /** What two products have in common, as often as both have it. */
    private static List<Term> inBoth(List<Term> one, List<Term> other) {
        List<Term> left = new ArrayList<>(other);
        return one.stream().filter(left::remove).toList();
    }

    private static List<Term> factors(Term term) {
        OverSteps sum = Terms.sumOverSteps(term);
        if (sum != null) {
            return factors(sum.of()); // those that are the same at all steps can be common
        }
        return term instanceof Product product ? product.factors() : List.of(term);
    }

    /** The symbols of a term that belong to steps. */
    public static Set<Symbol> ofSteps(Term term) {
        Set<Symbol> found = new LinkedHashSet<>();
        term.forEachSymbol(symbol -> {
            if (symbol.step() != Term.NO_STEP) {
                found.add(symbol);
            }
        });
        return found;
    }

    /** Whether a term is 0 as some symbols are. */
    public static boolean isZero(Term term, Predicate<Symbol> zeros) {
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
    public static Term without(Term term, Predicate<Symbol> gone) {
        return rebuild(term, symbol -> gone.test(symbol) ? Terms.zero(symbol.shape()) : symbol);
    }
}
