package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.buffer.Selection;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/** Taking selected elements out, and putting them into zeros: one is the pullback of the other. */
final class Selections {
    private Selections() {}

    /** Takes the selected elements out; the pullback puts dy back to where they were. */
    static Tensor take(String name, Selection where, Shape part, Tensor whole) {
        Shape from = whole.shape();
        Rule rule = y -> new Placed(where, from);
        if (where.start() >= 0) {
            return Op.view(name, whole, where.start(), part, rule);
        }
        Op.Forward kernel = (k, in, out) -> where.takeFrom(in[0], out);
        return Op.compute(name, part, kernel, new Tensor[] {whole}, rule);
    }

    /** Adds every part to zeros at its place; the pullback for a part takes it out of dy again. */
    static Tensor place(String name, Shape whole, List<Selection> places, List<Tensor> parts) {
        Op.Forward kernel = (k, in, out) -> {
            k.fill(0, out.data, out.offset, out.size());
            for (int i = 0; i < in.length; i++) {
                places.get(i).addTo(in[i], out);
            }
        };
        Rule[] rules = new Rule[parts.size()];
        Arrays.setAll(rules, i -> {
            Shape part = parts.get(i).shape();
            return y -> dy -> take(name, places.get(i), part, dy);
        });
        return Op.compute(name, whole, kernel, parts.toArray(new Tensor[0]), rules);
    }

    /** The pullback of taking: the engine adds dy to its place in the cotangent that is being summed, instead of to zeros. */
    record Placed(Selection where, Shape whole) implements View, Contribution {
        @Override
        public int start() {
            return where.start();
        }

        @Override
        public Tensor apply(Tensor dy) {
            return place("place", whole, List.of(where), List.of(dy));
        }

        @Override
        public boolean addTo(Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
            ((Cotangent) sweep.at(operand)).add(where, dy);
            return true;
        }
    }
}
