package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Entry;
import rewind.autograd.reverse.Sweep;

/**
 * Which elements of a larger tensor, in which order. Taking them out and putting them into zeros are transposes of each other: one is
 * the pullback of the other, for slices, single indices, padding and rows alike.
 */
sealed interface Selection {
    /** The shape of the larger tensor. */
    Shape whole();

    /** The shape of what is taken out. */
    Shape part();

    /** part = whole[selection]. */
    void takeFrom(Kernels<Object> kernels, Tensor whole, Tensor part);

    /** whole[selection] += part. */
    void addTo(Kernels<Object> kernels, Tensor part, Tensor whole);

    /** A regular grid of elements, see {@link Block}. */
    static Selection grid(Shape whole, int start, int[] steps, Shape part) {
        Block block = new Block(whole, start, steps, part);
        return block.contiguous() ? new Range(whole, start, part) : block;
    }

    /** Takes the selected elements out; the pullback puts dy back to where they were. */
    static Tensor take(String name, Selection selection, Tensor whole) {
        Rule rule = y -> new Placed(selection);
        if (selection instanceof Range range) {
            return Op.view(name, whole, range.start(), range.part(), rule);
        }
        Op.Forward kernel = (k, in, out) -> selection.takeFrom(k, in[0], out);
        return Op.compute(name, selection.part(), kernel, new Tensor[] {whole}, rule);
    }

    /** Adds every part to zeros at its place; the pullback for a part takes it out of dy again. */
    static Tensor place(String name, Shape whole, List<Selection> places, List<Tensor> parts) {
        Op.Forward kernel = (k, in, out) -> {
            k.fill(0, out.data, out.offset, out.size());
            for (int i = 0; i < in.length; i++) {
                places.get(i).addTo(k, in[i], out);
            }
        };
        Rule[] rules = new Rule[parts.size()];
        Arrays.setAll(rules, i -> y -> dy -> take(name, places.get(i), dy));
        return Op.compute(name, whole, kernel, parts.toArray(new Tensor[0]), rules);
    }

    /** The pullback of taking: the engine adds dy to its place in the cotangent that is being summed, instead of to zeros. */
    record Placed(Selection where) implements View, Contribution {
        @Override
        public int start() {
            return where instanceof Range range ? range.start() : -1;
        }

        @Override
        public Tensor apply(Tensor dy) {
            return place("place", where.whole(), List.of(where), List.of(dy));
        }

        @Override
        public boolean addTo(Entry<Tensor> operand, Tensor dy, Sweep<Tensor> sweep) {
            ((Cotangent) sweep.at(operand)).add(where, dy);
            return true;
        }
    }

    /** Elements that lie one after another, so that taking them needs no copy. */
    record Range(Shape whole, int start, Shape part) implements Selection {
        @Override
        public void takeFrom(Kernels<Object> kernels, Tensor from, Tensor to) {
            kernels.copy(from.data, from.offset + start, to.data, to.offset, part.size());
        }

        @Override
        public void addTo(Kernels<Object> kernels, Tensor from, Tensor to) {
            int at = to.offset + start;
            kernels.add(to.data, at, 1, from.data, from.offset, 1, to.data, at, part.size());
        }
    }

    /** A regular grid of elements: the first one's position, and the step along every axis of the part. */
    record Block(Shape whole, int start, int[] steps, Shape part) implements Selection {
        @Override
        public void takeFrom(Kernels<Object> kernels, Tensor from, Tensor to) {
            int[] there = axes(steps);
            int[] here = axes(part.strides());
            int[] all = sizes();
            int each = all[0] == 0 ? 0 : part.size() / all[0];
            Loops.split(all[0], each, (first, last) -> {
                int[] some = all.clone();
                some[0] = last - first;
                int at = from.offset + start + first * there[0];
                kernels.copyStrided(from.data, at, there, to.data, to.offset + first * here[0], here, some);
            });
        }

        @Override
        public void addTo(Kernels<Object> kernels, Tensor from, Tensor to) {
            kernels.addStrided(
                    from.data, from.offset, axes(part.strides()), to.data, to.offset + start, axes(steps), sizes());
        }

        /** Whether the elements lie one after another. */
        private boolean contiguous() {
            int[] strides = part.strides();
            for (int axis = 0; axis < part.rank(); axis++) {
                if (part.size(axis) > 1 && steps[axis] != strides[axis]) {
                    return false;
                }
            }
            return true;
        }

        private int[] sizes() {
            return part.rank() == 0 ? new int[] {1} : part.toArray();
        }

        private static int[] axes(int[] strides) {
            return strides.length == 0 ? new int[] {1} : strides;
        }
    }

    /** Rows along the first axis, any number of times each. */
    record Rows(Shape whole, int[] rows, Shape part) implements Selection {
        @Override
        public void takeFrom(Kernels<Object> kernels, Tensor from, Tensor to) {
            kernels.gatherRows(from.data, from.offset, rows, to.data, to.offset, width());
        }

        @Override
        public void addTo(Kernels<Object> kernels, Tensor from, Tensor to) {
            kernels.scatterAddRows(from.data, from.offset, rows, to.data, to.offset, width());
        }

        private int width() {
            return whole.row().size();
        }
    }
}
