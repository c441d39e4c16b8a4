package rewind.autograd;

import java.util.List;
import java.util.Map;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.Loops;

/** Tensors put together from several equal ones. */
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
}
