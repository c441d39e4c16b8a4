package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.require.Check;

/**
 * The Jacobian of a row of a value with respect to a row of another, from the equations of a sweep between them: these are linear in the
 * cotangent, so that ⊙ x becomes ·diag(x), and products of matrices stay.
 */
final class Slope {
    private final Map<Symbol, Term> definitions = new HashMap<>();
    private final String seed;

    /** @param seed the name of the cotangent; others without equations count as 0 */
    Slope(List<Line> lines, String seed) {
        this.seed = seed;
        lines.stream().filter(Line::adjoint).forEach(line -> definitions.putIfAbsent(plain(line.left()), line.right()));
    }

    private static Symbol plain(Symbol symbol) {
        return new Symbol(symbol.name(), symbol.step(), Shape.of());
    }

    /** The Jacobian, of a shape that says how long the rows are. */
    Term of(Term adjoint, Shape shape) {
        List<Term> terms = new ArrayList<>();
        for (List<Term> chain : chains(adjoint)) {
            Term product = chain.isEmpty() ? new Symbol("I", Term.NO_STEP, shape) : chain.get(0);
            for (int i = 1; i < chain.size(); i++) {
                product = Terms.matmul(product, false, chain.get(i), false, shape);
            }
            terms.add(product);
        }
        return Terms.sum(terms, shape);
    }

    /** Products of matrices, each a list of its factors; their sum is the Jacobian. */
    private List<List<Term>> chains(Term term) {
        if (term instanceof Symbol symbol) {
            if (symbol.name().equals(seed)) {
                return List.of(List.of());
            }
            Term definition = definitions.get(plain(symbol));
            return definition == null ? List.of() : chains(definition);
        }
        List<List<Term>> all = new ArrayList<>();
        if (term instanceof Sum sum) {
            sum.terms().forEach(each -> all.addAll(chains(each)));
        } else if (term instanceof Product product) {
            for (Term linear : product.factors()) {
                if (isOfSweep(linear)) {
                    List<Term> rest = new ArrayList<>(product.factors());
                    rest.remove(linear);
                    Term factor = Terms.product(product.factor(), rest, product.shape());
                    chains(linear).forEach(chain -> all.add(scaled(chain, factor)));
                    return all;
                }
            }
        } else if (term instanceof Matmul product && isOfSweep(product.left()) && !product.ta()) {
            Term matrix = product.tb() ? Terms.permute(product.right(), List.of(1, 0)) : product.right();
            for (List<Term> chain : chains(product.left())) {
                List<Term> longer = new ArrayList<>(chain);
                longer.add(matrix);
                all.add(longer);
            }
        } else {
            Check.that(
                    !isOfSweep(term),
                    "equations: there is no formula of the Jacobian, as the sweep has more than products with matrices and"
                            + " with elements");
        }
        return all;
    }

    private boolean isOfSweep(Term term) {
        boolean[] found = {false};
        term.forEachSymbol(symbol -> found[0] |= symbol.name().equals(seed) || definitions.containsKey(plain(symbol)));
        return found[0];
    }

    /** A product with a diagonal matrix at its end; two of them are one. */
    private static List<Term> scaled(List<Term> chain, Term factor) {
        List<Term> scaled = new ArrayList<>(chain);
        Term all = factor;
        if (!chain.isEmpty()
                && chain.get(chain.size() - 1) instanceof Call last
                && last.op().equals("diag")) {
            scaled.remove(scaled.size() - 1);
            all = Terms.product(1, List.of(last.operands().get(0), factor), factor.shape());
        }
        int length = all.shape().size(-1);
        scaled.add(Terms.call("diag", Map.of(), List.of(all), false, Shape.of(length, length)));
        return scaled;
    }
}
