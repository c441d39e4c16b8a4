package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Part;
import rewind.autograd.TensorOperation.Taken;
import rewind.autograd.buffer.Selection;

/** Taking selected elements out, and putting them into zeros: one is the pullback of the other. */
final class Selections {
    private Selections() {}

    /** Takes the selected elements out; the pullback puts dy back to where they were. */
    static Tensor take(String name, Map<String, Object> attributes, Selection where, Shape part, Tensor whole) {
        Shape from = whole.shape();
        Rule rule = y -> new Placed(where, from);
        return where.start() >= 0
                ? Op.view(new Part(name, where.start(), attributes), whole, part, rule)
                : Op.compute(new Taken(name, where, attributes), part, new Tensor[] {whole}, rule);
    }

    /** All elements in another order, or some of them repeated; a view where the memory stays the same. */
    static Tensor rearrange(
            String name, Map<String, Object> attributes, Selection order, Shape shape, Tensor x, Rule rule) {
        return order.start() >= 0
                ? Op.view(new Part(name, order.start(), attributes), x, shape, rule)
                : Op.compute(new Taken(name, order, attributes), shape, new Tensor[] {x}, rule);
    }

    /** The same elements in another shape, of the same size. */
    static Tensor reshape(Tensor x, Shape shape) {
        Shape before = x.shape();
        return shape.equals(before)
                ? x
                : Op.view(new Part("reshape", 0, Map.of()), x, shape, y -> dy -> reshape(dy, before));
    }

    /** Adds every part to zeros at its place; the pullback for a part takes it out of dy again. */
    static Tensor place(
            String name, Map<String, Object> attributes, Shape whole, List<Selection> places, List<Tensor> parts) {
        Forward kernel = (k, in, out) -> {
            k.fill(0, out.data, out.offset, out.size());
            for (int i = 0; i < in.length; i++) {
                places.get(i).addTo(in[i], out);
            }
        };
        Rule[] rules = new Rule[parts.size()];
        Arrays.setAll(rules, i -> {
            Shape part = parts.get(i).shape();
            return y -> dy -> take(name, Map.of("where", places.get(i)), places.get(i), part, dy);
        });
        return Op.compute(new Computation(name, kernel, attributes), whole, parts.toArray(new Tensor[0]), rules);
    }

    /** The pullback of taking: a sweep adds dy to its place in the cotangent that is being summed, instead of to zeros. */
    record Placed(Selection where, Shape whole) implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return place("place", Map.of("where", where), whole, List.of(where), List.of(dy));
        }
    }
}
