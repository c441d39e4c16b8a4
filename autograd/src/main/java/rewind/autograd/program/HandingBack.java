package rewind.autograd.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Multiplying;
import rewind.autograd.algebra.Rewriting;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Terms;
import rewind.autograd.program.Equation.Line;
import rewind.autograd.require.Check;

/**
 * Keeps apart, in the adjoint of a value that one step leaves to the next, what comes from the next step and what comes from its own: of
 * the state h, D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩ arrives in all, and dh⟨t−1⟩ is what a step hands back to the one before it.
 */
final class HandingBack {
    private final List<Line> lines;
    private final Skipped skipped;
    /** Names of what belongs to the sweep. */
    private final Set<String> sweep = new HashSet<>();

    private final Set<String> taken = new HashSet<>();
    /** The two names of each adjoint that is taken apart. */
    private final Map<String, Names> names = new LinkedHashMap<>();

    /** @param towards where the next step is: at +1, at −1 where the loop goes backwards */
    private record Names(String all, String handed, int towards) {}

    private HandingBack(List<Line> lines, Skipped skipped, Program program) {
        this.lines = lines;
        this.skipped = skipped;
        for (int i = 0; i < program.variables().size(); i++) {
            String name = program.variables().get(i).name();
            taken.add(name);
            if (i >= program.primal()) {
                sweep.add(name);
            }
        }
        taken.addAll(program.resultNames());
        for (Line line : lines) {
            taken.add(line.left().name());
            if (line.adjoint()) {
                sweep.add(line.left().name());
            }
        }
    }

    /**
     * Finds the adjoints that are to be taken apart: those of named values that have something of the next step, and nothing farther. With
     * each goes where the next step is: at +1, at −1 where the loop goes backwards.
     */
    static Map<String, Integer> find(List<Line> lines, Skipped skipped, Program program) {
        return new HandingBack(lines, skipped, program).found();
    }

    /** Where adjoints are taken apart: the lines, and what all that arrives is called now, by the name before. */
    record Apart(List<Line> lines, Map<String, String> names) {}

    /** Takes adjoints apart. */
    static Apart apart(List<Line> lines, Skipped skipped, Map<String, Integer> adjoints, Program program) {
        HandingBack handing = new HandingBack(lines, skipped, program);
        Map<String, String> renamed = new HashMap<>();
        adjoints.forEach((name, towards) -> {
            Names own = handing.named(name, towards);
            handing.names.put(name, own);
            renamed.put(name, own.all());
        });
        return new Apart(handing.apart(), renamed);
    }

    private List<Line> apart() {
        Map<Symbol, Symbol> renamed = new HashMap<>();
        Function<Symbol, Term> now = symbol -> skipped.find(renamed, symbol);
        List<Line> all = new ArrayList<>();
        for (Line line : lines) {
            Names own = names.get(line.left().name());
            if (own == null) {
                all.add(line.with(Rewriting.renamed(line.right(), now)));
                continue;
            }
            Symbol left = line.left();
            List<Term> rest = new ArrayList<>();
            List<Term> later = new ArrayList<>();
            for (Term term : terms(line.right())) {
                (isLater(term, left.step() + own.towards()) ? later : rest).add(Rewriting.renamed(term, now));
            }
            if (!later.isEmpty()) {
                Symbol handed = new Symbol(own.handed(), left.step(), left.shape());
                all.add(new Line(handed, Terms.sum(later, left.shape()), left.step() + own.towards(), true, false));
                rest.add(handed);
            }
            Symbol total = new Symbol(own.all(), left.step(), left.shape());
            all.add(new Line(total, Terms.sum(rest, left.shape()), true, false));
            renamed.put(left, total);
        }
        return all;
    }

    private Map<String, Integer> found() {
        Map<String, Integer> towards = new LinkedHashMap<>();
        Map<String, Integer> computed = new HashMap<>();
        Map<String, Integer> ways = new HashMap<>(); // from a step to the one that is computed before it
        Set<String> others = new HashSet<>();
        for (Line line : lines) {
            Symbol left = line.left();
            String of = left.name().substring(left.name().lastIndexOf('/') + 1);
            boolean isAdjoint = of.startsWith("d") && !of.startsWith("dd"); // nor that of an adjoint
            if (!line.adjoint() || line.result() || left.step() == Term.NO_STEP || !isAdjoint) {
                continue;
            }
            Integer before = computed.put(left.name(), left.step());
            if (before != null) {
                ways.put(left.name(), Integer.signum(before - left.step()));
            }
            for (Term term : terms(line.right())) {
                Set<Integer> steps = steps(term);
                steps.remove(left.step());
                for (int step : steps) {
                    int by = step - left.step();
                    Integer other = towards.putIfAbsent(left.name(), by);
                    boolean alone = isLater(term, step) && Math.abs(by) == 1 && (other == null || other == by);
                    if (!alone) {
                        others.add(left.name());
                    }
                }
            }
        }
        towards.keySet().removeAll(others);
        towards.entrySet().removeIf(each -> !each.getValue().equals(ways.getOrDefault(each.getKey(), 1)));
        return towards;
    }

    /** The steps of what a term has of the sweep. */
    private Set<Integer> steps(Term term) {
        Set<Integer> steps = new HashSet<>();
        term.forEachSymbol(symbol -> {
            if (sweep.contains(symbol.name()) && symbol.step() != Term.NO_STEP) {
                steps.add(symbol.step());
            }
        });
        return steps;
    }

    /** D and dh of dh; dC_ and dC of dC_. */
    private Names named(String adjoint, int towards) {
        int at = adjoint.lastIndexOf('/') + 1;
        String path = adjoint.substring(0, at);
        String shorter = adjoint.substring(0, adjoint.length() - 1);
        if (adjoint.endsWith("_") && taken.add(shorter)) {
            return new Names(adjoint, shorter, towards);
        }
        String all = path + "D";
        if (!taken.add(all)) {
            all = path + "D" + adjoint.substring(at + 1);
            while (!taken.add(all)) {
                all += "'";
            }
        }
        return new Names(all, adjoint, towards);
    }

    private static List<Term> terms(Term term) {
        return term instanceof Sum sum ? sum.terms() : List.of(term);
    }

    /** Whether all that a term has of the sweep belongs to a step. */
    private boolean isLater(Term term, int step) {
        return steps(term).equals(Set.of(step));
    }

    /**
     * The Jacobian of a row of a value with respect to a row of another, from the equations of a sweep between them: these are linear in the
     * cotangent, so that ⊙ x becomes ·diag(x), and products of matrices stay.
     */
    static final class Slope {
        private final Map<Symbol, Term> definitions = new HashMap<>();
        private final String seed;

        /** @param seed the name of the cotangent; others without equations count as 0 */
        Slope(List<Line> lines, String seed) {
            this.seed = seed;
            lines.stream()
                    .filter(Line::adjoint)
                    .forEach(line -> definitions.putIfAbsent(plain(line.left()), line.right()));
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
                    product = Multiplying.matmul(product, false, chain.get(i), false, shape);
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
            term.forEachSymbol(
                    symbol -> found[0] |= symbol.name().equals(seed) || definitions.containsKey(plain(symbol)));
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
}
