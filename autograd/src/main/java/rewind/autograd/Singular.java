package rewind.autograd;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.reverse.Entry;

/** What rules do at points where a derivative does not exist, or would be lost in an infinity. */
final class Singular {
    /** Beyond this a gate is 0 or 1 to the last digit. */
    private static final double FAR = 1000;

    private Singular() {}

    /**
     * Marks points at which a rule gives a derivative by convention, 0 or the mean of several slopes, although there is none. There is no second
     * derivative either, and the rule's own would be a number without meaning: it is NaN instead, for these elements alone. A rule that
     * gives the derivative of one branch needs nothing of the kind: all its derivatives are those of that branch.
     *
     * <p>Returns dx, with NaN for its derivative by an operand at the marked elements. Its derivative by dy stays what it is.
     *
     * @param name of the pullback
     * @param dx linear in dy
     * @param marked not 0 at a kink, of a shape that broadcasts to that of dx; asked for only when second derivatives are taken
     * @param rows the axes of dx whose elements have a kink in common, or null if every element stands for itself
     * @param operand on which dx depends
     */
    static Tensor kink(String name, Tensor dx, Tensor dy, Supplier<Tensor> marked, Axes rows, Tensor operand) {
        if (!operand.isRecorded() || dx.size() == 0) {
            return dx;
        }
        boolean given = !dy.isRecorded();
        Forward copy = (k, in, out) -> k.copy(in[0].data, in[0].offset, out.data, out.offset, out.size());
        return Op.compute(
                name,
                dx.shape(),
                copy,
                new Tensor[] {dx, operand},
                z -> dz -> dz,
                z -> dz -> undefined(given ? dy.notEqualTo(0) : dy.scalar(1), marked, rows, dz));
    }

    /**
     * NaN at kinks that matter, else 0: those where something arrives, and where the cotangent of the first sweep is not 0 for good. If it
     * changes with x, whether there is a derivative depends on how.
     */
    private static Tensor undefined(Tensor needed, Supplier<Tensor> marked, Axes rows, Tensor dz) {
        Tensor kink = marked.get();
        Tensor arrives = dz.notEqualTo(0).mul(kink).mul(needed);
        Tensor matters = rows == null ? arrives : arrives.max(rows).mul(kink);
        return Joins.where(matters, dz.scalar(Double.NaN), Tensor.zeros(dz.dtype(), dz.shape()));
    }

    /** Returns x ⊙ gate(x) for a gate that is 0 or 1 to the last digit for |x| &ge; {@value #FAR}, so that it has limits at ±∞. In the pullback of the gate a far factor stands for infinite ones: ∞·0 would be NaN. */
    static Tensor gated(String name, Tensor x, Tensor gate) {
        return Op.compute(
                name,
                x.shape(),
                (k, in, out) -> Loops.run(Kernels::masked, in[1], in[0], out),
                new Tensor[] {x, gate},
                y -> dy -> dy.maskedBy(gate),
                y -> dy -> dy.mul(near(x)));
    }

    /** Returns x, or the nearest number at which gates do not change any more. */
    static Tensor near(Tensor x) {
        return x.clamp(-FAR, FAR);
    }

    /**
     * The pullback of y = √s, for an s that is smooth where it is 0. There y has a kink, but its powers from the second on have not, and
     * their derivatives must not go through that of y: ∂yᵖ/∂x = p yᵖ⁻² ∂(s/2)/∂x.
     *
     * @param x of which y is a function
     * @param root computes y from x
     * @param half the pullback of s/2, for a cotangent of y's number of elements
     * @param pullback of y
     */
    record Root(Tensor x, Forward root, UnaryOperator<Tensor> half, Pullback pullback) implements Pullback {
        @Override
        public Tensor apply(Tensor dy) {
            return pullback.apply(dy);
        }

        /** Returns yᵖ for y this root, or one reshaped; null if y is none, or its power has a kink as well. */
        static Tensor power(String name, Tensor y, double p) {
            Entry<Tensor> entry = y.places.isNone() ? null : y.places.iterator().next();
            while (entry != null && isReshaped(entry)) {
                entry = entry.operand(0);
            }
            boolean smooth = p >= 2 && entry != null && pullback(entry) instanceof Root;
            return smooth ? ((Root) pullback(entry)).power(name, p, y) : null;
        }

        private static boolean isReshaped(Entry<Tensor> entry) {
            return entry.name().equals("reshape");
        }

        /** The pullback of an operation of one operand, else null. */
        private static UnaryOperator<Tensor> pullback(Entry<Tensor> entry) {
            return entry.arity() == 1 ? entry.pullbacks()[0] : null;
        }

        /** It is a power of a root, of this operand: which ones. */
        private Map<String, Object> attributes(double p) {
            Map<String, Object> attributes = new HashMap<>();
            if (root instanceof TensorOperation operation) {
                attributes.putAll(operation.attributes());
                attributes.put("root", operation.name());
            }
            attributes.put("power", p);
            return attributes;
        }

        private Tensor power(String name, double p, Tensor y) {
            Forward kernel = (k, in, out) -> {
                root.run(k, in, out);
                if (p == 2) {
                    k.square(out.data, out.offset, out.data, out.offset, out.size());
                } else {
                    Object exponent = k.allocate(1);
                    k.fill(p, exponent, 0, 1);
                    k.pow(out.data, out.offset, 1, exponent, 0, 0, out.data, out.offset, out.size());
                }
            };
            return Op.compute(
                    new Computation(name, kernel, attributes(p)),
                    y.shape(),
                    new Tensor[] {x},
                    z -> dz ->
                            half.apply(p == 2 ? dz.mul(2) : dz.mul(y.pow(p - 2).mul(p))));
        }
    }
}
