package rewind.autograd.program;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.program.Term.Call;
import rewind.autograd.program.Term.Matmul;
import rewind.autograd.program.Term.Number;
import rewind.autograd.program.Term.Permuted;
import rewind.autograd.program.Term.Pile;
import rewind.autograd.program.Term.Product;
import rewind.autograd.program.Term.Sum;
import rewind.autograd.program.Term.Symbol;
import rewind.autograd.program.Term.Total;
import rewind.autograd.program.Term.View;

/** Takes parts out of terms: the part of a sum is the sum of the parts, and so on, until a named part or a piece of a pile is found. */
final class Selecting {
    private Selecting() {}

    /** The part at an index of an axis, which disappears. */
    static Term select(Term x, int axis, int index) {
        Shape part = Shapes.without(x.shape(), axis);
        if (x.shape().size(axis) == 1) {
            return Terms.view(x, part);
        }
        if (x instanceof Number number) {
            return new Number(number.value(), part);
        }
        if (x instanceof Symbol symbol
                && symbol.parts() != null
                && symbol.parts().axis() == axis) {
            return symbol.parts().areSteps()
                    ? new Symbol(symbol.name(), index, part)
                    : new Symbol(symbol.parts().names().get(index), symbol.step(), part);
        }
        if (x instanceof Sum sum) {
            return Terms.sum(selectEach(sum.terms(), x.shape(), axis, index), part);
        }
        if (x instanceof Product product) {
            return Terms.product(product.factor(), selectEach(product.factors(), x.shape(), axis, index), part);
        }
        if (x instanceof View view) {
            return Terms.view(
                    select(view.of(), Shapes.same(x.shape(), axis, view.of().shape()), index), part);
        }
        if (x instanceof Permuted permuted) {
            return Terms.permute(
                    select(permuted.of(), permuted.order().get(axis), index),
                    Shapes.orderWithout(permuted.order(), axis));
        }
        if (x instanceof Pile pile) {
            if (pile.axis() == axis) {
                return pile.pieces().getOrDefault(index, Terms.zero(part));
            }
            int inner = axis > pile.axis() ? axis - 1 : axis;
            int outer = pile.axis() > axis ? pile.axis() - 1 : pile.axis();
            return Terms.pile(outer, pile.pieces(), piece -> select(piece, inner, index), part);
        }
        if (x instanceof Matmul product && axis < x.shape().rank() - 2) {
            int fromEnd = x.shape().rank() - axis;
            return Terms.matmul(
                    selectAligned(product.left(), fromEnd, index),
                    product.ta(),
                    selectAligned(product.right(), fromEnd, index),
                    product.tb(),
                    part);
        }
        if (x instanceof Total total) {
            return selectOf(total, axis, index, part);
        }
        return x instanceof Call call ? selectOf(call, axis, index, part) : selected(x, axis, index, part);
    }

    /** Every step-th part along an axis. */
    static Term slice(Term x, int axis, int from, int to, int step, Shape part) {
        if (x instanceof Number number) {
            return new Number(number.value(), part);
        }
        if (isPiled(x, x.shape().rank() - axis)) {
            SortedMap<Integer, Term> pieces = new TreeMap<>();
            for (int i = from; i < to; i += step) {
                pieces.put((i - from) / step, select(x, axis, i));
            }
            return Terms.pile(axis, pieces, UnaryOperator.identity(), part);
        }
        return x.shape().equals(part)
                ? x
                : Terms.call(
                        "slice", Map.of("axis", axis, "from", from, "to", to, "step", step), List.of(x), false, part);
    }

    private static Term selected(Term x, int axis, int index, Shape part) {
        return Terms.call("select", Map.of("axis", axis, "index", index), List.of(x), false, part);
    }

    private static List<Term> selectEach(List<Term> operands, Shape whole, int axis, int index) {
        int fromEnd = whole.rank() - axis;
        return operands.stream()
                .map(each -> selectAligned(each, fromEnd, index))
                .toList();
    }

    private static Term selectOf(Total total, int axis, int index, Shape part) {
        Shape of = total.of().shape();
        boolean kept = of.rank() == total.shape().rank();
        List<Integer> left = IntStream.range(0, of.rank())
                .filter(i -> kept || !total.axes().contains(i))
                .boxed()
                .toList();
        int inner = left.get(axis);
        return Terms.total(select(total.of(), inner, index), Shapes.remaining(total.axes(), inner), part);
    }

    private static Term selectOf(Call call, int axis, int index, Shape part) {
        Term first = call.operands().get(0);
        if (call.elementwise()) {
            List<Term> operands = selectEach(call.operands(), call.shape(), axis, index);
            return Terms.call(call.op(), call.attributes(), operands, true, part);
        }
        if (call.op().equals("broadcastTo")) {
            return Terms.broadcast(selectAligned(first, call.shape().rank() - axis, index), part);
        }
        if (call.op().equals("slice") && (int) call.attributes().get("axis") == axis) {
            int from = (int) call.attributes().get("from");
            return select(first, axis, from + index * (int) call.attributes().get("step"));
        }
        return selected(call, axis, index, part);
    }

    /** A part along an axis counted from the end; the whole where that is missing. */
    static Term selectAligned(Term term, int fromEnd, int index) {
        int axis = term.shape().rank() - fromEnd;
        return axis < 0 ? term : select(term, axis, term.shape().size(axis) == 1 ? 0 : index);
    }

    /** Whether a term is put together from parts along an axis, counted from the end. */
    static boolean isPiled(Term term, int fromEnd) {
        int axis = term.shape().rank() - fromEnd;
        if (axis < 0 || term.shape().size(axis) == 1) {
            return false;
        }
        if (term instanceof Pile pile) {
            return pile.axis() == axis
                    || pile.pieces().values().stream()
                            .anyMatch(piece -> isPiled(piece, axis > pile.axis() ? fromEnd : fromEnd - 1));
        }
        if (term instanceof Sum sum) {
            return sum.terms().stream().anyMatch(each -> isPiled(each, fromEnd));
        }
        if (term instanceof Product product) {
            return product.factors().stream().anyMatch(each -> isPiled(each, fromEnd));
        }
        if (term instanceof View view) {
            int inner = Shapes.same(view.shape(), axis, view.of().shape());
            return isPiled(view.of(), view.of().shape().rank() - inner);
        }
        if (term instanceof Permuted permuted) {
            return isPiled(
                    permuted.of(), permuted.shape().rank() - permuted.order().get(axis));
        }
        return term instanceof Call call
                && call.elementwise()
                && call.operands().stream().anyMatch(each -> isPiled(each, fromEnd));
    }
}
