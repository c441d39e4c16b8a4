package rewind.autograd;

import java.util.function.UnaryOperator;
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
record SquareRoot(Tensor x, Op.Forward root, UnaryOperator<Tensor> half, Pullback pullback) implements Pullback {
    @Override
    public Tensor apply(Tensor dy) {
        return pullback.apply(dy);
    }

    /** Returns yᵖ for y this root, or one reshaped; null if y is none, or its power has a kink as well. */
    static Tensor power(String name, Tensor y, double p) {
        SquareRoot root = p >= 2 && y.isRecorded() ? of(y.places.iterator().next()) : null;
        return root == null ? null : root.power(name, p, y);
    }

    private static SquareRoot of(Entry<Tensor> place) {
        Entry<Tensor> entry = place;
        while (entry.arity() == 1 && entry.pullbacks()[0] instanceof Reshaped) {
            entry = entry.operand(0);
        }
        return entry.arity() == 1 && entry.pullbacks()[0] instanceof SquareRoot root ? root : null;
    }

    private Tensor power(String name, double p, Tensor y) {
        Op.Forward kernel = (k, in, out) -> {
            root.run(k, in, out);
            if (p == 2) {
                k.square(out.data, out.offset, out.data, out.offset, out.size());
            } else {
                Object exponent = k.allocate(1);
                k.set(exponent, 0, p);
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
