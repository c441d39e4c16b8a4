package rewind.autograd.algebra;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** Takes parts out of terms: the part of a sum is the sum of the parts, and so on, until a named part or a piece of a pile is found. */
@SuppressWarnings("unchecked") // attributes have the types that operations give them
public final class Selecting {
    /** Functions that give a row for each element of their last operand. */
    private static final Set<String> ROWS = Set.of("gather", "oneHot");

    /** Functions that do the same at all indices of every axis but one. */
    private static final Set<String> ALONG_ONE = Set.of("concat", "slice", "pad");

    /** Functions that do the same at all indices of every axis but some. */
    private static final Set<String> ALONG_SOME =
            Set.of("softmax", "logSoftmax", "cumsum", "flip", "max", "min", "norm", "logSumExp");

    private Selecting() {}

    /** The part at an index of an axis, which disappears. */
    public static Term select(Term x, int axis, int index) {
        Shape part = Shapes.without(x.shape(), axis);
        if (x instanceof Symbol symbol
                && symbol.parts() != null
                && symbol.parts().axis() == axis) {
            return symbol.parts().areSteps()
                    ? new Symbol(symbol.name(), index, part)
                    : new Symbol(symbol.parts().names().get(index), symbol.step(), part);
        }
        if (x instanceof Pile pile && pile.axis() == axis) {
            return pile.pieces().getOrDefault(index, Terms.zero(part));
        }
        if (x.shape().size(axis) == 1) {
            return Terms.view(x, part);
        }
        if (x instanceof Number number) {
            return new Number(number.value(), part);
        }
        if (x instanceof Sum sum) {
            return Terms.sum(selectEach(sum.terms(), x.shape(), axis, index), part);
        }
        if (x instanceof Product product) {
            return Terms.product(product.factor(), selectEach(product.factors(), x.shape(), axis, index), part);
        }
        if (x instanceof OverSteps sum) {
            return Terms.overSteps(select(sum.of(), axis, index), sum.at(), sum.steps());
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
            int inner = axis > pile.axis() ? axis - 1 : axis;
            int outer = pile.axis() > axis ? pile.axis() - 1 : pile.axis();
            return Terms.pile(outer, pile.pieces(), piece -> select(piece, inner, index), part);
        }
        if (x instanceof Matmul product && axis < x.shape().rank() - 2) {
            int fromEnd = x.shape().rank() - axis;
            return Multiplying.matmul(
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

    /** All parts along an axis. */
    public static List<Term> parts(Term x, int axis) {
        return IntStream.range(0, x.shape().size(axis))
                .mapToObj(i -> select(x, axis, i))
                .toList();
    }

    /** Every step-th part along an axis. */
    public static Term slice(Term x, Map<String, Object> attributes, Shape part) {
        int axis = (int) attributes.get("axis");
        int from = (int) attributes.get("from");
        int to = (int) attributes.get("to");
        int step = (int) attributes.get("step");
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
        if (isConcat(x, axis)) {
            Block block = Block.of((Call) x, axis, from);
            if (to <= block.end()) {
                Map<String, Object> within = new HashMap<>(attributes);
                within.put("from", from - block.start());
                within.put("to", to - block.start());
                return slice(block.term(), within, part);
            }
        }
        return x.shape().equals(part) ? x : Terms.call("slice", attributes, List.of(x), false, part);
    }

    private static boolean isConcat(Term x, int axis) {
        return x instanceof Call call
                && call.op().equals("concat")
                && (int) call.attributes().get("axis") == axis;
    }

    /** One of the operands of a concat, and the indices of the whole that it has. */
    private record Block(Term term, int start, int end) {
        /** The one with an index. */
        static Block of(Call concat, int axis, int index) {
            int end = 0;
            for (Term each : concat.operands()) {
                int start = end;
                end += each.shape().size(axis);
                if (index < end) {
                    return new Block(each, start, end);
                }
            }
            throw new AssertionError("no index " + index + " in " + concat.shape());
        }
    }

    /** Whether the parts of a term along an axis are known by themselves: it is put together from them, or they have names. */
    public static boolean fallsApart(Term x, int axis) {
        return isPiled(x, x.shape().rank() - axis)
                || (x instanceof Symbol symbol
                        && symbol.parts() != null
                        && symbol.parts().axis() == axis);
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
        int inner = inner(total.of().shape(), total.axes(), total.shape(), axis);
        return Terms.total(select(total.of(), inner, index), Shapes.remaining(total.axes(), inner), part);
    }

    /** The axis that one is in an operand, of which others are reduced: they are there with one element, or not at all. */
    private static int inner(Shape of, List<Integer> reduced, Shape result, int axis) {
        boolean kept = of.rank() == result.rank();
        return IntStream.range(0, of.rank())
                .filter(i -> kept || !reduced.contains(i))
                .toArray()[axis];
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
        if (isConcat(call, axis)) {
            Block block = Block.of(call, axis, index);
            return select(block.term(), axis, index - block.start());
        }
        int last = call.operands().size() - 1;
        boolean ofIds = ROWS.contains(call.op()) && call.attributes().get("rows") == null;
        if (ofIds && axis < call.operands().get(last).shape().rank()) {
            List<Term> operands = new ArrayList<>(call.operands());
            operands.set(last, select(operands.get(last), axis, index));
            return Terms.call(call.op(), call.attributes(), operands, false, part);
        }
        int inner = through(call, axis);
        if (inner < 0) {
            return selected(call, axis, index, part);
        }
        List<Term> operands =
                call.operands().stream().map(each -> select(each, inner, index)).toList();
        Map<String, Object> attributes = new HashMap<>(call.attributes());
        attributes.computeIfPresent("axis", (key, own) -> (int) own > inner ? (int) own - 1 : own);
        attributes.computeIfPresent("axes", (key, all) -> Shapes.remaining((List<Integer>) all, inner));
        return call.op().equals("slice")
                ? slice(operands.get(0), attributes, part)
                : Terms.call(call.op(), attributes, operands, false, part);
    }

    /** The axis of the operands that one of a function is, which does the same for all its indices; −1 if it does not. */
    private static int through(Call call, int axis) {
        if (ALONG_ONE.contains(call.op())) {
            return (int) call.attributes().get("axis") == axis ? -1 : axis;
        }
        if (!ALONG_SOME.contains(call.op())) {
            return -1;
        }
        List<Integer> axes = (List<Integer>) call.attributes().get("axes");
        int inner = inner(call.operands().get(0).shape(), axes, call.shape(), axis);
        return axes.contains(inner) ? -1 : inner;
    }

    /** A part along an axis counted from the end; the whole where that is missing. */
    public static Term selectAligned(Term term, int fromEnd, int index) {
        int axis = term.shape().rank() - fromEnd;
        return axis < 0 ? term : select(term, axis, term.shape().size(axis) == 1 ? 0 : index);
    }

    /** Whether a term is put together from parts along some axis. */
    public static boolean isPiled(Term term) {
        return hasPile(term)
                && IntStream.rangeClosed(1, term.shape().rank()).anyMatch(fromEnd -> isPiled(term, fromEnd));
    }

    private static boolean hasPile(Term term) {
        boolean found = term instanceof Pile;
        for (Term each : term.operands()) {
            found = found || hasPile(each);
        }
        return found;
    }

    /** Whether a term is put together from parts along an axis, counted from the end. */
    public static boolean isPiled(Term term, int fromEnd) {
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
        if (term instanceof OverSteps sum) {
            return isPiled(sum.of(), fromEnd);
        }
        if (term instanceof View view) {
            int inner = Shapes.same(view.shape(), axis, view.of().shape());
            return isPiled(view.of(), view.of().shape().rank() - inner);
        }
        if (term instanceof Permuted permuted) {
            return isPiled(
                    permuted.of(), permuted.shape().rank() - permuted.order().get(axis));
        }
        if (term instanceof Total total) {
            int inner = inner(total.of().shape(), total.axes(), total.shape(), axis);
            return !total.axes().contains(inner)
                    && isPiled(total.of(), total.of().shape().rank() - inner);
        }
        if (!(term instanceof Call call)) {
            return false;
        }
        if (call.elementwise() || call.op().equals("broadcastTo")) {
            return call.operands().stream().anyMatch(each -> isPiled(each, fromEnd));
        }
        int inner = through(call, axis);
        return inner >= 0
                && call.operands().stream()
                        .anyMatch(each -> isPiled(each, each.shape().rank() - inner));
    }

    /** The axis along which a term is put together from steps of a loop, so that its part at each index is of that step; −1 if there is none. */
    public static int stepAxis(Term term) {
        for (int axis = 0; axis < term.shape().rank(); axis++) {
            int last = term.shape().size(axis) - 1;
            boolean piled = term instanceof Pile pile
                    ? pile.axis() == axis
                    : isPiled(term, term.shape().rank() - axis);
            if (piled
                    && isOfStep(term, axis, 0)
                    && isOfStep(term, axis, Math.min(1, last))
                    && isOfStep(term, axis, last)) {
                return axis;
            }
        }
        return -1;
    }

    /** Whether a part speaks of its step, and besides of no others than those next to it. */
    private static boolean isOfStep(Term term, int axis, int index) {
        boolean[] own = {false};
        boolean[] others = {false};
        select(term, axis, index).forEachSymbol(symbol -> {
            own[0] |= symbol.step() == index;
            others[0] |= symbol.step() != Term.NO_STEP && Math.abs(symbol.step() - index) > 1;
        });
        return own[0] && !others[0];
    }
}
