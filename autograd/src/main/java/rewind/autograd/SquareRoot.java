package rewind.autograd;

import java.util.function.UnaryOperator;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.reverse.Entry;

/**
 * The pullback of y = √s, for an s that is smooth where it is 0. There y has a kink, but its powers from the second on have not, and
 * their derivatives must not go through that of y: ∂yᵖ/∂x = p yᵖ⁻² ∂(s/2)/∂x.
 *
 * @param x of which y is a function
 * @param root computes y from x
 * @param half the pullback of s/2, for a cotangent of y's number of elements
 * @param pullback of y
 */
record SquareRoot(Tensor x, Forward root, UnaryOperator<Tensor> half, Pullback pullback) implements Pullback {
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
        boolean smooth = p >= 2 && entry != null && pullback(entry) instanceof SquareRoot;
        return smooth ? ((SquareRoot) pullback(entry)).power(name, p, y) : null;
    }

    private static boolean isReshaped(Entry<Tensor> entry) {
        return entry.name().equals("reshape");
    }

    /** The pullback of an operation of one operand, else null. */
    private static UnaryOperator<Tensor> pullback(Entry<Tensor> entry) {
        return entry.arity() == 1 ? entry.pullbacks()[0] : null;
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
                name,
                y.shape(),
                kernel,
                new Tensor[] {x},
                z -> dz -> half.apply(p == 2 ? dz.mul(2) : dz.mul(y.pow(p - 2).mul(p))));
    }
}
