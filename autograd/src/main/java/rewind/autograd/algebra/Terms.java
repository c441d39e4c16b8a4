package rewind.autograd.algebra;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Number;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Symbol;
import rewind.autograd.algebra.Term.Total;
import rewind.autograd.algebra.Term.View;

/**
 * Makes terms and simplifies on the way: zeros and ones disappear, equal terms are counted, transposes go inside, and what is put together
 * from parts stays apart, so that a product with a stack of gates is one per gate, and one with a sequence a sum over its steps.
 */
public final class Terms {
    private Terms() {}

    public static Term zero(Shape shape) {
        return new Number(0, shape);
    }

    public static boolean isNumber(Term term, double value) {
        return term instanceof Number number && number.value() == value;
    }

    /** Σ of the terms, broadcast to a shape. */
    public static Term sum(List<Term> terms, Shape shape) {
        Map<Term, Double> counted = new LinkedHashMap<>();
        double[] number = {0};
        terms.forEach(term -> count(term, 1, counted, number));
        counted.values().removeIf(factor -> factor == 0);
        List<Term> all = new ArrayList<>();
        counted.forEach((term, factor) -> all.add(product(factor, List.of(term), term.shape())));
        if (number[0] != 0) {
            all.add(0, new Number(number[0], Shape.of()));
        }
        if (all.isEmpty()) {
            return zero(shape);
        }
        if (all.size() == 1) {
            return broadcast(all.get(0), shape);
        }
        Pile pile = allPiled(all, shape);
        return pile != null ? pile : new Sum(wholeFirst(all), shape);
    }

    /** What is repeated, as a bias is, comes last. */
    private static List<Term> wholeFirst(List<Term> terms) {
        int most = terms.stream().mapToInt(term -> term.shape().size()).max().orElse(0);
        List<Term> sorted = new ArrayList<>();
        List<Term> repeated = new ArrayList<>();
        for (Term term : terms) {
            (term instanceof Number || term.shape().size() == most ? sorted : repeated).add(term);
        }
        sorted.addAll(repeated);
        for (Term term : sorted) { // 'b − a' rather than '−a + b'
            if (!isNegative(term)) {
                sorted.remove(term);
                sorted.add(0, term);
                break;
            }
        }
        return List.copyOf(sorted);
    }

    public static boolean isNegative(Term term) {
        return (term instanceof Product product && product.factor() < 0)
                || (term instanceof Number number && number.value() < 0);
    }

    private static void count(Term term, double factor, Map<Term, Double> counted, double[] number) {
        if (term instanceof Number constant) {
            number[0] += factor * constant.value();
        } else if (term instanceof Sum sum) {
            sum.terms().forEach(each -> count(each, factor, counted, number));
        } else if (term instanceof View view
                && Shapes.aligned(view.shape(), view.of().shape())) {
            count(view.of(), factor, counted, number);
        } else if (term instanceof Product product && product.factor() != 1) {
            counted.merge(product(1, product.factors(), product.shape()), factor * product.factor(), Double::sum);
        } else {
            counted.merge(term, factor, Double::sum);
        }
    }

    /** A sum of piles along the same axis is a pile of sums. */
    private static Pile allPiled(List<Term> terms, Shape shape) {
        int axis = terms.get(0) instanceof Pile first ? first.axis() : -1;
        for (Term term : terms) {
            if (!(term instanceof Pile pile
                    && pile.axis() == axis
                    && pile.shape().equals(shape))) {
                return null;
            }
        }
        SortedMap<Integer, List<Term>> pieces = new TreeMap<>();
        for (Term term : terms) {
            ((Pile) term)
                    .pieces()
                    .forEach((i, piece) ->
                            pieces.computeIfAbsent(i, k -> new ArrayList<>()).add(piece));
        }
        SortedMap<Integer, Term> sums = new TreeMap<>();
        pieces.forEach((i, some) -> sums.put(i, sum(some, Shapes.without(shape, axis))));
        return new Pile(axis, sums, shape);
    }

    /** The same, repeated to a shape; what broadcasts anyway stays as it is. */
    public static Term broadcast(Term term, Shape shape) {
        if (term.shape().equals(shape)) {
            return term;
        }
        if (Shapes.alike(term.shape(), shape)) {
            return view(term, shape);
        }
        return term instanceof Number number
                ? new Number(number.value(), shape)
                : new Call("broadcastTo", Map.of(), List.of(term), false, shape);
    }

    /** A number times ⊙ of the factors, broadcast to a shape. */
    public static Term product(double factor, List<Term> factors, Shape shape) {
        List<Term> all = new ArrayList<>();
        double number = factor * flatten(factors, all);
        if (number == 0) {
            return zero(shape);
        }
        if (all.isEmpty()) {
            return new Number(number, shape);
        }
        if (all.size() == 1 && number == 1) {
            return broadcast(all.get(0), shape);
        }
        if (all.size() == 1 && all.get(0) instanceof Sum sum && number == -1) {
            return sum(
                    sum.terms().stream()
                            .map(term -> product(-1, List.of(term), term.shape()))
                            .toList(),
                    shape);
        }
        return new Product(number, List.copyOf(all), shape);
    }

    private static double flatten(List<Term> factors, List<Term> into) {
        double number = 1;
        for (Term factor : factors) {
            if (factor instanceof Number constant) {
                number *= constant.value();
            } else if (factor instanceof Product product) {
                number *= product.factor() * flatten(product.factors(), into);
            } else if (factor instanceof View view
                    && Shapes.aligned(view.shape(), view.of().shape())) {
                number *= flatten(List.of(view.of()), into);
            } else if (factor instanceof Call call && call.op().equals("broadcastTo")) {
                number *= flatten(call.operands(), into); // the other factors, or the shape, repeat it
            } else {
                into.add(factor);
            }
        }
        return number;
    }

    /** Σ of a term over steps; its parts and terms are such sums, and what is the same at all steps is a multiple. */
    public static Term overSteps(Term term, int at, List<Integer> steps) {
        UnaryOperator<Term> each = inner -> overSteps(inner, at, steps);
        if (term instanceof Pile pile) {
            return pile(pile.axis(), pile.pieces(), each, pile.shape());
        }
        if (term instanceof Sum sum) {
            return sum(sum.terms().stream().map(each).toList(), sum.shape());
        }
        if (term instanceof View view && Shapes.aligned(view.shape(), view.of().shape())) {
            return view(each.apply(view.of()), view.shape());
        }
        if (Rewriting.ofSteps(term).isEmpty()) {
            return product(steps.size(), List.of(term), term.shape());
        }
        if (term instanceof Product product && product.factor() != 1) {
            Term rest = each.apply(product(1, product.factors(), product.shape()));
            return product(product.factor(), List.of(rest), product.shape());
        }
        return new OverSteps(term, at, steps, term.shape());
    }

    /** The sum over steps that a term is a multiple of; null if it is none. */
    public static OverSteps sumOverSteps(Term term) {
        Term of = term instanceof Product product && product.factors().size() == 1
                ? product.factors().get(0)
                : term;
        return of instanceof OverSteps sum ? sum : null;
    }

    public static Term call(
            String op, Map<String, Object> attributes, List<Term> operands, boolean elementwise, Shape shape) {
        return new Call(op, attributes, List.copyOf(operands), elementwise, shape);
    }

    /** The same elements in another shape. */
    public static Term view(Term of, Shape shape) {
        if (of.shape().equals(shape)) {
            return of;
        }
        if (of instanceof Number number) {
            return new Number(number.value(), shape);
        }
        if (of instanceof Call call
                && call.op().equals("broadcastTo")
                && call.operands().get(0).shape().size() == 1) {
            return broadcast(view(call.operands().get(0), Shape.of()), shape);
        }
        if (!Shapes.alike(of.shape(), shape)) {
            return call("reshape", Map.of(), List.of(of), false, shape);
        }
        if (of instanceof View view) {
            return view(view.of(), shape);
        }
        if (of instanceof OverSteps sum && !Shapes.aligned(sum.shape(), shape)) {
            return overSteps(view(sum.of(), shape), sum.at(), sum.steps());
        }
        if (of instanceof Symbol symbol
                && symbol.parts() != null
                && of.shape().size(symbol.parts().axis()) == 1) {
            return view(Selecting.select(of, symbol.parts().axis(), 0), shape);
        }
        if (of instanceof Pile pile && of.shape().size(pile.axis()) == 1) {
            return view(Selecting.select(of, pile.axis(), 0), shape);
        }
        if (of instanceof Pile pile) {
            int axis = Shapes.same(of.shape(), pile.axis(), shape);
            return pile(axis, pile.pieces(), piece -> view(piece, Shapes.without(shape, axis)), shape);
        }
        return new View(of, shape);
    }

    public static Term pile(int axis, SortedMap<Integer, Term> pieces, UnaryOperator<Term> each, Shape shape) {
        SortedMap<Integer, Term> changed = new TreeMap<>();
        pieces.forEach((i, piece) -> changed.put(i, each.apply(piece)));
        changed.values().removeIf(piece -> isNumber(piece, 0));
        return changed.isEmpty() ? zero(shape) : new Pile(axis, changed, shape);
    }

    /** Axis i of the result is axis order[i] of the term. */
    public static Term permute(Term of, List<Integer> order) {
        if (IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i)) {
            return of;
        }
        Shape shape = Shape.of(order.stream().mapToInt(of.shape()::size).toArray());
        if (of instanceof Number number) {
            return new Number(number.value(), shape);
        }
        if (Shapes.staysInOrder(of.shape(), order)) {
            return view(of, shape);
        }
        if (of instanceof Permuted inner) {
            return permute(inner.of(), order.stream().map(inner.order()::get).toList());
        }
        if (of instanceof OverSteps sum) {
            return overSteps(permute(sum.of(), order), sum.at(), sum.steps());
        }
        if (of instanceof Matmul product && order.size() == 2) {
            return Multiplying.matmul(product.right(), !product.tb(), product.left(), !product.ta(), shape);
        }
        if (of instanceof Pile pile) {
            int axis = order.indexOf(pile.axis());
            return pile(axis, pile.pieces(), piece -> permute(piece, Shapes.orderWithout(order, axis)), shape);
        }
        return new Permuted(of, List.copyOf(order), shape);
    }

    /** Σ over axes; the shape says whether they disappear. */
    public static Term total(Term of, List<Integer> axes, Shape shape) {
        if (of instanceof Number number) {
            double count =
                    axes.stream().mapToInt(of.shape()::size).asDoubleStream().reduce(1, (a, b) -> a * b);
            return new Number(number.value() * count, shape);
        }
        List<Integer> proper =
                axes.stream().filter(axis -> of.shape().size(axis) != 1).toList();
        if (proper.isEmpty()) {
            return view(of, shape);
        }
        if (of instanceof Product product && product.factor() != 1) {
            Term rest = product(1, product.factors(), of.shape());
            return product(product.factor(), List.of(total(rest, axes, shape)), shape);
        }
        if (of.shape().size(0) == 1) {
            Shape rest = Shapes.without(of.shape(), 0);
            List<Integer> others = Shapes.remaining(proper, 0);
            return view(total(view(of, rest), others, Shapes.reduced(rest, others)), shape);
        }
        for (int axis : proper) {
            if (Selecting.isPiled(of, of.shape().rank() - axis)) {
                return overParts(of, proper, axis, shape);
            }
        }
        if (of instanceof Sum sum && sum.terms().stream().allMatch(term -> Shapes.aligned(term.shape(), of.shape()))) {
            return sum(
                    sum.terms().stream()
                            .map(term -> total(view(term, of.shape()), axes, shape))
                            .toList(),
                    shape);
        }
        if (of instanceof OverSteps sum) {
            return overSteps(total(sum.of(), proper, shape), sum.at(), sum.steps());
        }
        if (of instanceof Pile pile) {
            Shape dropped = of.shape();
            int axis = pile.axis();
            Shape kept = Shapes.reduced(dropped, proper);
            Term all = pile(
                    axis,
                    pile.pieces(),
                    piece -> total(piece, Shapes.remaining(proper, axis), Shapes.without(kept, axis)),
                    kept);
            return view(all, shape);
        }
        return new Total(of, List.copyOf(proper), shape);
    }

    private static Term overParts(Term of, List<Integer> axes, int axis, Shape shape) {
        List<Term> parts = new ArrayList<>();
        Shape rest = Shapes.without(of.shape(), axis);
        List<Integer> others = Shapes.remaining(axes, axis);
        Shape kept = Shapes.reduced(rest, others);
        for (int i = 0; i < of.shape().size(axis); i++) {
            parts.add(total(Selecting.select(of, axis, i), others, kept));
        }
        return view(sum(parts, kept), shape);
    }
}
