package rewind.autograd.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Trace;
import rewind.autograd.algebra.Multiplying;
import rewind.autograd.algebra.Selecting;
import rewind.autograd.algebra.Shapes;
import rewind.autograd.algebra.Term;
import rewind.autograd.algebra.Term.Number;
import rewind.autograd.algebra.Terms;
import rewind.autograd.buffer.Selection;

/** What operations mean, as terms. */
final class Meaning {
    /** Operations of one operand's numbers as they are, which only differ in how they are differentiated. */
    private static final Set<String> SAME =
            Set.of("detach", "named", "to", "powPullback", "extremePullback", "normPullback", "absPullback");

    private final Map<Uses.Place, Meant> latest = new HashMap<>();

    /** What an operation of a step meant. */
    private record Meant(String op, int step, Map<String, Object> attributes, List<Term> in, Term term) {
        boolean isLike(String other, Map<String, Object> others, List<Term> operands, int by) {
            if (Math.abs(by) != 1 || !op.equals(other) || in.size() != operands.size() || !attributes.equals(others)) {
                return false;
            }
            for (int i = 0; i < in.size(); i++) {
                if (!Term.areAlike(in.get(i), operands.get(i), by)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The meaning of an operation; where the step next to it does the same with its own values, it is the same at another step. */
    Term of(Trace.Recorded each, List<Term> in) {
        if (each.step() == Term.NO_STEP || in.stream().anyMatch(Meaning::fallsIntoSteps)) {
            return found(each, in); // its attributes may choose a step: the same one at several steps of a loop
        }
        Uses.Place place = Uses.Place.of(each);
        Meant before = latest.get(place);
        int by = before == null ? 0 : each.step() - before.step();
        Map<String, Object> attributes = each.attributes();
        Term term = before != null && before.isLike(each.op(), attributes, in, by)
                ? before.term().moved(by)
                : found(each, in);
        latest.put(place, new Meant(each.op(), each.step(), attributes, in, term));
        return term;
    }

    /** Whether a whole sequence is in a term. */
    private static boolean fallsIntoSteps(Term term) {
        return term instanceof Term.Symbol symbol
                ? symbol.parts() != null && symbol.parts().areSteps()
                : term.operands().stream().anyMatch(Meaning::fallsIntoSteps);
    }

    @SuppressWarnings("unchecked") // attributes have the types that operations give them
    private static Term found(Trace.Recorded each, List<Term> in) {
        Shape shape = each.shape();
        Map<String, Object> attributes = each.attributes();
        if (in.isEmpty()) {
            return Terms.call(each.op(), attributes, in, false, shape); // a draw
        }
        Term x = in.get(0);
        if (SAME.contains(each.op())) {
            return x;
        }
        if (attributes.containsKey("root")) {
            return powerOfRoot(attributes, x, shape);
        }
        switch (each.op()) {
            case "add":
                return Terms.sum(in, shape);
            case "sub":
                return Terms.sum(
                        List.of(
                                x,
                                Terms.product(-1, List.of(in.get(1)), in.get(1).shape())),
                        shape);
            case "neg":
                return Terms.product(-1, in, shape);
            case "mul":
            case "maskedBy":
            case "silu":
            case "mish":
            case "gelu": // x ⊙ its gate
                return Terms.product(1, in, shape);
            case "div":
                return in.get(1) instanceof Number number
                        ? Terms.product(1 / number.value(), List.of(x), shape)
                        : Terms.call("div", Map.of(), in, true, shape);
            case "matmul":
                return Multiplying.matmul(
                        x,
                        (boolean) attributes.get("transposedLeft"),
                        in.get(1),
                        (boolean) attributes.get("transposedRight"),
                        shape);
            case "sum":
                return Terms.total(x, (List<Integer>) attributes.get("axes"), shape);
            case "reshape":
                return Terms.view(x, shape);
            case "broadcastTo":
                return Terms.broadcast(x, shape);
            case "permute":
                return Terms.permute(x, (List<Integer>) attributes.get("axes"));
            case "select":
                return Selecting.select(x, (int) attributes.get("axis"), (int) attributes.get("index"));
            case "slice":
                return Selecting.slice(x, attributes, shape);
            case "stack":
                SortedMap<Integer, Term> pieces = new TreeMap<>();
                for (int i = 0; i < in.size(); i++) {
                    pieces.put(i, in.get(i));
                }
                return Terms.pile((int) attributes.get("axis"), pieces, UnaryOperator.identity(), shape);
            case "place":
                return placed(attributes, in, shape);
            case "pow":
                return power(x, in.get(1), shape);
            case "where":
                return x instanceof Number chosen
                        ? Terms.broadcast(in.get(chosen.value() != 0 ? 1 : 2), shape)
                        : Terms.call("where", attributes, in, true, shape);
            case "clamp": // between operands, which say the same as its attributes
                return Terms.call("clamp", Map.of(), in, true, shape);
            case "take":
                return taken(attributes, x, shape);
            case "gather":
                return in.size() == 1
                        ? gathered(x, (List<Integer>) attributes.get("rows"), shape)
                        : Terms.call("gather", attributes, in, false, shape);
            case "scatter":
                return scattered(x, in.get(1), Map.of("of", shape.size(0)), shape);
            default:
                return Terms.call(each.op(), attributes, in, each.isElementwise(), shape);
        }
    }

    /** A power that is computed from the operand of a root, so that it is smooth where the root is not. */
    private static Term powerOfRoot(Map<String, Object> attributes, Term x, Shape shape) {
        Map<String, Object> ofRoot = new HashMap<>(attributes);
        String name = (String) ofRoot.remove("root");
        double power = (double) ofRoot.remove("power");
        Term root = Terms.call(name, ofRoot, List.of(x), ofRoot.isEmpty(), shape);
        return power(root, new Number(power, Shape.of()), shape);
    }

    private static Term power(Term x, Term exponent, Shape shape) {
        return exponent instanceof Number number && number.value() == 2
                ? Terms.call("square", Map.of(), List.of(x), true, shape)
                : Terms.call("pow", Map.of(), List.of(x, exponent), true, shape);
    }

    /** A part taken out of a whole. */
    private static Term taken(Map<String, Object> attributes, Term whole, Shape part) {
        Selection where = (Selection) attributes.get("where");
        if (part.size() == 0) {
            return Terms.zero(part);
        }
        if (where instanceof Selection.Rows rows) {
            return gathered(whole, list(rows.rows()), part);
        }
        if (Shapes.alike(part, whole.shape())) {
            return Terms.view(whole, part);
        }
        Position position = Position.of(where, part, whole.shape());
        int axis = position.axis();
        return position.dropped()
                ? Selecting.select(whole, axis, position.first())
                : Selecting.slice(whole, position.attributes(), part);
    }

    /** Parts in zeros. */
    private static Term placed(Map<String, Object> attributes, List<Term> in, Shape whole) {
        Object where = attributes.get("where");
        List<?> places = where instanceof List<?> list ? list : List.of(where);
        Term joined = joined(places, in, whole);
        if (joined != null) {
            return joined;
        }
        Map<Integer, SortedMap<Integer, List<Term>>> byAxis = new LinkedHashMap<>();
        List<Term> all = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            if (in.get(i).shape().size() == 0) {
                continue;
            }
            if (places.get(i) instanceof Selection.Rows rows) {
                List<Integer> numbers = list(rows.rows());
                Term flat = Terms.view(in.get(i), Shapes.with(whole, 0, numbers.size()));
                Map<String, Object> named = Map.of("rows", numbers, "of", whole.size(0));
                all.add(Terms.call("scatter", named, List.of(flat), false, whole));
                continue;
            }
            if (Shapes.alike(in.get(i).shape(), whole)) {
                all.add(Terms.view(in.get(i), whole));
                continue;
            }
            Position position = Position.of((Selection) places.get(i), in.get(i).shape(), whole);
            SortedMap<Integer, List<Term>> pieces = byAxis.computeIfAbsent(position.axis(), k -> new TreeMap<>());
            for (int k = 0; k < position.count(); k++) {
                Term piece = position.dropped() ? in.get(i) : Selecting.select(in.get(i), position.axis(), k);
                pieces.computeIfAbsent(position.index(k), n -> new ArrayList<>())
                        .add(piece);
            }
        }
        byAxis.forEach((axis, pieces) -> {
            SortedMap<Integer, Term> sums = new TreeMap<>();
            pieces.forEach((index, some) -> sums.put(index, Terms.sum(some, Shapes.without(whole, axis))));
            all.add(Terms.pile(axis, sums, UnaryOperator.identity(), whole));
        });
        return Terms.sum(all, whole);
    }

    /** Blocks that fill a whole one after another, none of which is known part by part; null if they do anything else. */
    private static Term joined(List<?> places, List<Term> in, Shape whole) {
        SortedMap<Integer, Term> blocks = new TreeMap<>();
        int axis = -1;
        for (int i = 0; i < in.size(); i++) {
            Shape part = in.get(i).shape();
            if (part.size() == 0 || places.get(i) instanceof Selection.Rows || Shapes.alike(part, whole)) {
                return null;
            }
            Position position = Position.of((Selection) places.get(i), part, whole);
            boolean isBlock = !position.dropped() && position.step() == 1 && (axis < 0 || axis == position.axis());
            axis = position.axis();
            if (!isBlock || Selecting.fallsApart(in.get(i), axis) || blocks.put(position.first(), in.get(i)) != null) {
                return null;
            }
        }
        int next = 0;
        for (Map.Entry<Integer, Term> block : blocks.entrySet()) {
            if (block.getKey() != next) {
                return null;
            }
            next += block.getValue().shape().size(axis);
        }
        return next == whole.size(axis)
                ? Terms.call("concat", Map.of("axis", axis), List.copyOf(blocks.values()), false, whole)
                : null;
    }

    private static Term gathered(Term whole, List<Integer> rows, Shape part) {
        Shape flat = Shapes.with(whole.shape(), 0, rows.size());
        return Terms.view(Terms.call("gather", Map.of("rows", rows), List.of(whole), false, flat), part);
    }

    /** Rows added to their places; of rows that are put together from steps the sum over these. */
    private static Term scattered(Term parts, Term rows, Map<String, Object> attributes, Shape whole) {
        int axis = Selecting.stepAxis(parts);
        if (axis < 0 || axis >= rows.shape().rank()) {
            return Terms.call("scatter", attributes, List.of(parts, rows), false, whole);
        }
        List<Term> all = new ArrayList<>();
        for (int i = 0; i < rows.shape().size(axis); i++) {
            List<Term> in = List.of(Selecting.select(parts, axis, i), Selecting.select(rows, axis, i));
            all.add(Terms.call("scatter", attributes, in, false, whole));
        }
        return Terms.sum(all, whole);
    }

    private static List<Integer> list(int[] rows) {
        return Arrays.stream(rows).boxed().toList();
    }

    /** Where a part lies along one axis of a whole: one index, whose axis is dropped, or several, every step-th. */
    private record Position(int axis, int first, int step, int count, boolean dropped) {
        int index(int i) {
            return first + i * step;
        }

        /** Those of a slice. */
        Map<String, Object> attributes() {
            return Map.of("axis", axis, "from", first, "to", index(count - 1) + 1, "step", step);
        }

        static Position of(Selection where, Shape part, Shape whole) {
            int start = where instanceof Selection.Block block ? block.first() : where.start();
            for (int axis = 0; axis < whole.rank(); axis++) {
                int stride = stride(whole, axis);
                boolean dropped = part.equals(Shapes.without(whole, axis));
                boolean sliced = part.rank() == whole.rank() && part.equals(Shapes.with(whole, axis, part.size(axis)));
                int first = start / stride;
                if ((dropped || sliced) && start % stride == 0 && first < whole.size(axis)) {
                    int step = sliced && where instanceof Selection.Block block ? block.steps()[axis] / stride : 1;
                    Position position =
                            new Position(axis, first, Math.max(step, 1), dropped ? 1 : part.size(axis), dropped);
                    if (position.isThatOf(where, part, whole)) {
                        return position;
                    }
                }
            }
            throw new AssertionError("no axis of " + whole + " for " + where);
        }

        /** Whether it means the same elements. */
        private boolean isThatOf(Selection where, Shape part, Shape whole) {
            if (where instanceof Selection.Range) {
                return axis == 0 || Shapes.proper(whole).stream().noneMatch(other -> other < axis);
            }
            int[] steps = ((Selection.Block) where).steps();
            for (int i = 0; i < part.rank(); i++) {
                int of = dropped && i >= axis ? i + 1 : i;
                int own = stride(whole, of) * (of == axis ? step : 1);
                if (part.size(i) > 1 && steps[i] != own) {
                    return false;
                }
            }
            return true;
        }

        private static int stride(Shape shape, int axis) {
            int stride = 1;
            for (int i = axis + 1; i < shape.rank(); i++) {
                stride *= shape.size(i);
            }
            return stride;
        }
    }
}
