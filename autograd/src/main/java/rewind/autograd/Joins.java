package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Ternary;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;

/** Tensors put together from several: one after another, or element by element. */
final class Joins {
    private Joins() {}

    /** See {@link Tensor#concat}. */
    static Tensor concat(int axis, Tensor... tensors) {
        Check.that(tensors.length > 0, "concat: there must be at least one tensor");
        Shape first = tensors[0].shape();
        int along = first.axis("concat", axis);
        long total = 0;
        for (Tensor each : tensors) {
            Check.that(
                    each.rank() == first.rank() && each.shape().with(along, 0).equals(first.with(along, 0)),
                    "concat: sizes must be equal on all axes but %s, got %s and %s",
                    axis,
                    first,
                    each.shape());
            total += each.size(along);
        }
        Check.that(total <= Integer.MAX_VALUE, "concat: an axis has at most 2147483647 elements, got %s", total);
        Rule[] rules = new Rule[tensors.length];
        int from = 0;
        for (int i = 0; i < tensors.length; i++) {
            int start = from;
            int end = from + tensors[i].size(along);
            rules[i] = y -> dy -> dy.slice(along, start, end);
            from = end;
        }
        return put("concat", first.with(along, (int) total), along, tensors, rules);
    }

    /** Puts tensors one after another along an axis, as they are read row after row. */
    private static Tensor put(String name, Shape whole, int along, Tensor[] tensors, Rule[] rules) {
        int step = whole.range(along, whole.rank()).size();
        int outer = step == 0 ? 0 : whole.size() / step;
        Forward kernel = (k, in, out) -> {
            Loops.split(outer, step, (first, last) -> {
                int start = out.offset;
                for (Buffer each : in) {
                    int run = outer == 0 ? 0 : each.size() / outer;
                    for (int o = first; o < last; o++) {
                        k.copy(each.data, each.offset + o * run, out.data, start + o * step, run);
                    }
                    start += run;
                }
            });
        };
        return Op.compute(new Computation(name, kernel, Map.of("axis", along)), whole, tensors, rules);
    }

    /** See {@link Tensor#stack}. */
    static Tensor stack(int axis, List<Tensor> tensors) {
        Check.that(!tensors.isEmpty(), "stack: there must be at least one tensor");
        Shape shape = tensors.get(0).shape();
        int rank = shape.rank() + 1;
        Check.that(
                axis >= -rank && axis < rank,
                "stack: axis %s must be an axis of the result of rank %s, from the shape %s",
                axis,
                rank,
                shape);
        int along = axis < 0 ? axis + rank : axis;
        Rule[] rules = new Rule[tensors.size()];
        for (int i = 0; i < rules.length; i++) {
            int index = i;
            Shape each = tensors.get(i).shape();
            Check.that(each.equals(shape), "stack: shapes must be equal, got %s and %s", shape, each);
            rules[i] = y -> dy -> dy.select(along, index);
        }
        Shape whole = shape.inserted(along, rules.length);
        return put("stack", whole, along, tensors.toArray(new Tensor[0]), rules);
    }

    /** See {@link Tensor#where(Tensor, Tensor, Tensor)}. */
    static Tensor where(Tensor condition, Tensor x, Tensor y) {
        Shape shape = Shape.broadcast("where", condition.shape(), Shape.broadcast("where", x.shape(), y.shape()));
        Tensor zero = x.scalar(0);
        return Op.compute(
                new Ternary("where", Kernels::where),
                shape,
                new Tensor[] {condition, x, y},
                null,
                z -> dz -> where(condition, dz, zero),
                z -> dz -> where(condition, zero, dz));
    }

    /** See {@link Tensor#where(Tensor, Function, Function, List)}. */
    static Tensor where(
            Tensor condition,
            Function<List<Tensor>, Tensor> f,
            Function<List<Tensor>, Tensor> g,
            List<Tensor> operands) {
        Check.that(!operands.isEmpty(), "where: branches that are functions need at least one operand");
        Shape shape = condition.shape();
        for (Tensor each : operands) {
            shape = Shape.broadcast("where", shape, each.shape());
        }
        double[] holds = condition.detach().broadcastTo(shape).toArray();
        int[] first = positions(holds, true);
        int[] second = positions(holds, false);
        List<Tensor> parts = new ArrayList<>();
        for (int[] chosen : new int[][] {first, second}) {
            if (chosen.length > 0) {
                parts.add(branch(chosen == first ? f : g, operands, shape, chosen));
            }
        }
        if (parts.isEmpty()) {
            return operands.get(0).broadcastTo(shape); // of no elements
        }
        int[] order = new int[holds.length];
        for (int i = 0; i < first.length; i++) {
            order[first[i]] = i;
        }
        for (int i = 0; i < second.length; i++) {
            order[second[i]] = first.length + i;
        }
        return Joins.concat(0, parts.toArray(new Tensor[0])).gather(order).reshape(shape.toArray());
    }

    /** What a branch makes of the chosen elements of the operands, as a vector. */
    private static Tensor branch(
            Function<List<Tensor>, Tensor> branch, List<Tensor> operands, Shape shape, int... chosen) {
        Shape vector = Shape.of(chosen.length);
        Tensor result = branch.apply(operands.stream()
                .map(each -> each.broadcastTo(shape).reshape(shape.size()).gather(chosen))
                .toList());
        Check.that(
                result != null && result.shape().broadcastsTo(vector),
                "where: a branch must give one number for each of the %s elements that it sees, got %s; what else it"
                        + " depends on belongs among the operands",
                chosen.length,
                result == null ? "null" : "the shape " + result.shape());
        return result.broadcastTo(vector);
    }

    /** Where the condition holds, or where it does not. */
    private static int[] positions(double[] condition, boolean held) {
        int[] positions = new int[condition.length];
        int count = 0;
        for (int i = 0; i < condition.length; i++) {
            if ((condition[i] != 0) == held) {
                positions[count++] = i;
            }
        }
        return Arrays.copyOf(positions, count);
    }
}
