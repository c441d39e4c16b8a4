package rewind.autograd.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.algebra.Shapes;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Call;
import rewind.autograd.algebra.Term.Matmul;
import rewind.autograd.algebra.Term.Number;
import rewind.autograd.algebra.Term.OverSteps;
import rewind.autograd.algebra.Term.Permuted;
import rewind.autograd.algebra.Term.Pile;
import rewind.autograd.algebra.Term.Product;
import rewind.autograd.algebra.Term.Sum;
import rewind.autograd.algebra.Term.Total;
import rewind.autograd.algebra.Term.View;
import rewind.autograd.algebra.Terms;

/**
 * Terms as they are spelled: axes of one element and repetitions are left out where the reader of a formula adds them in thought, and
 * written, as reshape and broadcast, where they matter. The shape of what is spelled is the one that its formula has by itself.
 *
 * <p>Such a formula is read like this: elements meet with broadcasting; a sum over axes keeps them, with one element; in products of
 * matrices a vector is a row, but a column where it stands at the right and fits only so, and transposed.
 */
final class Spelling {
    /** Functions that drop the axes over which they go. */
    private static final List<String> REDUCTIONS = List.of("max", "min", "norm", "logSumExp");

    /**
     * A spelled term.
     *
     * @param frame the shape to which its value is to be broadcast: that of the original, but for axes of one element
     */
    private record Spelled(Term term, Shape frame) {
        Shape shape() {
            return term.shape();
        }
    }

    private final StepSums sums;

    /**
     * @param sums finds what repeats over steps, or null
     */
    Spelling(StepSums sums) {
        this.sums = sums;
    }

    /** A term as it is spelled where its shape is given beside it. */
    Term of(Term term, Shape given) {
        Spelled spelled = spell(term);
        boolean clear = Shapes.alike(spelled.shape(), given) || Shapes.aligned(spelled.frame(), term.shape());
        return clear ? spelled.term() : exactly(spelled, term.shape());
    }

    private Spelled spell(Term term) {
        if (term instanceof Number number) {
            return new Spelled(new Number(number.value(), Shape.of()), number.shape());
        }
        if (term instanceof View view) {
            return spell(view.of());
        }
        if (term instanceof Sum sum) {
            return sums == null
                    ? elementwise(sum.terms(), sum.shape(), Sum::new)
                    : sums.of(
                            sum.terms(),
                            (terms, overSteps) ->
                                    elementwise(terms, sum.shape(), (in, shape) -> summed(overSteps.apply(in), shape)));
        }
        if (term instanceof OverSteps sum) {
            Spelled of = spell(sum.of());
            return new Spelled(new OverSteps(of.term(), sum.at(), sum.steps(), of.shape()), of.frame());
        }
        if (term instanceof Product product) {
            return elementwise(
                    product.factors(), product.shape(), (in, shape) -> new Product(product.factor(), in, shape));
        }
        if (term instanceof Matmul product) {
            return matmul(product);
        }
        if (term instanceof Total total) {
            return total(total);
        }
        if (term instanceof Permuted permuted) {
            return whole(new Permuted(exact(permuted.of()), permuted.order(), permuted.shape()));
        }
        if (term instanceof Pile pile) {
            SortedMap<Integer, Term> pieces = new TreeMap<>();
            pile.pieces().forEach((i, piece) -> pieces.put(i, exact(piece, Shapes.without(pile.shape(), pile.axis()))));
            return whole(new Pile(pile.axis(), pieces, pile.shape()));
        }
        return term instanceof Call call ? call(call) : whole(term);
    }

    private static Term summed(List<Term> terms, Shape shape) {
        return terms.size() == 1 ? terms.get(0) : new Sum(terms, shape);
    }

    private static Spelled whole(Term term) {
        return new Spelled(term, term.shape());
    }

    private Spelled call(Call call) {
        if (call.op().equals("broadcastTo")) {
            Term of = call.operands().get(0);
            Spelled spelled = spell(of);
            Term clear = Shapes.aligned(spelled.frame(), of.shape()) ? spelled.term() : exactly(spelled, of.shape());
            return new Spelled(clear, call.shape());
        }
        if (call.elementwise()) {
            return elementwise(
                    call.operands(),
                    call.shape(),
                    (in, shape) -> new Call(call.op(), call.attributes(), in, true, shape));
        }
        List<Term> operands = call.operands().stream().map(this::exact).toList();
        Shape shape = call.shape();
        if (REDUCTIONS.contains(call.op())) {
            List<?> axes = (List<?>) call.attributes().get("axes");
            Shape of = operands.get(0).shape();
            shape = Shape.of(IntStream.range(0, of.rank())
                    .filter(axis -> !axes.contains(axis))
                    .map(of::size)
                    .toArray());
        }
        return whole(new Call(call.op(), call.attributes(), operands, false, shape));
    }

    // ---- shapes ----

    /** A term with exactly its own shape. */
    private Term exact(Term term) {
        return exact(term, term.shape());
    }

    /** A term with exactly a shape to which its own one broadcasts. */
    private Term exact(Term term, Shape shape) {
        Term own = exactly(spell(term), term.shape());
        return own.shape().equals(shape) ? own : exactly(spell(Terms.broadcast(term, shape)), shape);
    }

    private static Term exactly(Spelled spelled, Shape shape) {
        if (spelled.shape().equals(shape)) {
            return spelled.term();
        }
        if (Shapes.alike(spelled.shape(), shape)) {
            return new Call("reshape", Map.of("shape", shape), List.of(spelled.term()), false, shape);
        }
        if (Shapes.aligned(spelled.frame(), shape)) {
            return new Call("broadcast", Map.of("shape", shape), List.of(spelled.term()), false, shape);
        }
        return exactly(whole(exactly(spelled, spelled.frame())), shape);
    }

    /** Makes a term of operands and the shape to which they broadcast. */
    private interface Made {
        Term of(List<Term> operands, Shape shape);
    }

    /** Axes of one element that no operand has more of may be missing in all operands alike. */
    private Spelled elementwise(List<Term> operands, Shape shape, Made made) {
        List<Spelled> spelled = operands.stream().map(this::spell).toList();
        Shape slim = Shapes.squeezed(shape);
        boolean inFull = true;
        boolean inSlim = true;
        for (int i = 0; i < spelled.size(); i++) {
            Shape own = operands.get(i).shape();
            inFull &= Shapes.aligned(spelled.get(i).frame(), own);
            inSlim &= Shapes.aligned(spelled.get(i).frame(), Shapes.squeezed(own, shape));
        }
        Shape common = inFull || inSlim ? null : commonFrame(spelled, shape);
        List<Term> in = new ArrayList<>();
        Shape together = Shape.of();
        for (int i = 0; i < spelled.size(); i++) {
            Spelled each = spelled.get(i);
            Shape own = operands.get(i).shape();
            boolean fits = inFull || inSlim || common != null || Shapes.aligned(each.frame(), own);
            Term term = fits ? each.term() : exactly(each, own);
            in.add(term);
            together = Shapes.broadcast(together, term.shape());
        }
        Shape frame = common != null ? common : inFull || !inSlim ? shape : slim;
        return new Spelled(made.of(List.copyOf(in), together), frame);
    }

    /** What all operands are broadcast to, one-element ones aside, if it is the same, and the whole shape but for axes of one element. */
    private static Shape commonFrame(List<Spelled> operands, Shape whole) {
        Shape common = null;
        for (Spelled each : operands) {
            if (each.frame().size() == 1) {
                continue;
            }
            if (common != null && !Shapes.aligned(common, each.frame())) {
                return null;
            }
            common = common == null || common.rank() < each.frame().rank() ? each.frame() : common;
        }
        return common != null && Shapes.alike(common, whole) ? common : null;
    }

    // ---- products and sums ----

    private Spelled matmul(Matmul product) {
        Side l = side(product.left(), product.ta(), true);
        Side r = side(product.right(), product.tb(), false);
        Shape whole = Shapes.broadcast(
                Shapes.leading(product.left().shape()),
                Shapes.leading(product.right().shape()));
        Shape written = Shapes.broadcast(
                Shapes.leading(l.term().shape()), Shapes.leading(r.term().shape()));
        List<Integer> summed = new ArrayList<>();
        Shape frame = whole;
        for (int axis = 1; axis <= whole.rank(); axis++) { // counted from the end
            if (Shapes.size(product.shape(), axis + 2) != Shapes.size(whole, axis)) {
                summed.add(written.rank() - axis);
                frame = Shapes.with(frame, whole.rank() - axis, 1);
                if (Shapes.size(written, axis) != Shapes.size(whole, axis)) {
                    return matmul(repeated(product, whole)); // what is summed must be there
                }
            }
        }
        Shape matrix = Shape.of(IntStream.concat(
                        l.dropped()
                                ? IntStream.empty()
                                : IntStream.of(product.shape().size(-2)),
                        r.dropped()
                                ? IntStream.empty()
                                : IntStream.of(product.shape().size(-1)))
                .toArray());
        Shape shape = Shapes.joined(written, matrix);
        Term all = new Matmul(l.term(), l.transposed(), r.term(), r.transposed(), shape);
        Term total = summed.isEmpty() ? all : new Total(all, summed, Shapes.reduced(shape, summed));
        return new Spelled(total, Shapes.joined(frame, matrix));
    }

    /** The same with its left operand repeated along all leading axes. */
    private Matmul repeated(Matmul product, Shape leading) {
        Shape left = Shapes.joined(leading, Shapes.matrix(product.left().shape()));
        Call explicit = new Call("broadcast", Map.of("shape", left), List.of(exact(product.left())), false, left);
        return new Matmul(explicit, product.ta(), product.right(), product.tb(), product.shape());
    }

    /** An operand of a product, and whether the axis of its vectors is missing in the result. */
    private record Side(Term term, boolean transposed, boolean dropped) {}

    private Side side(Term operand, boolean transposed, boolean isLeft) {
        Spelled spelled = spell(operand);
        Shape shape = operand.shape();
        boolean isVector = shape.rank() == 2
                && spelled.shape().rank() == 1
                && spelled.shape().size() == shape.size();
        if (isVector) {
            boolean isRow = shape.size(transposed ? -1 : -2) == 1 && (isLeft || shape.size() != 1);
            return isLeft ? new Side(spelled.term(), !isRow, isRow) : new Side(spelled.term(), false, !isRow);
        }
        boolean fits = Shapes.aligned(spelled.frame(), shape)
                && spelled.shape().rank() >= 2
                && Shapes.matrix(spelled.shape()).equals(Shapes.matrix(shape));
        return new Side(fits ? spelled.term() : exactly(spelled, shape), transposed, false);
    }

    private Spelled total(Total total) {
        Spelled of = spell(total.of());
        Shape shape = total.of().shape();
        int missing = shape.rank() - of.shape().rank();
        boolean fits = Shapes.aligned(of.frame(), shape)
                && total.axes().stream()
                        .allMatch(axis -> axis >= missing && of.shape().size(axis - missing) == shape.size(axis));
        Term operand = fits ? of.term() : exactly(of, shape);
        int shift = fits ? missing : 0;
        List<Integer> axes = total.axes().stream().map(axis -> axis - shift).toList();
        boolean all = axes.size() == operand.shape().rank();
        Shape kept = all ? Shape.of() : Shapes.reduced(operand.shape(), axes);
        Shape frame = Shapes.reduced(shape, total.axes());
        return new Spelled(new Total(operand, axes, kept), frame);
    }
}
