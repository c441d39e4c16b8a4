package rewind.autograd;

import java.util.function.UnaryOperator;

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
        Node node = y.node;
        while (node != null && node.pullbacks.length == 1 && node.pullbacks[0] instanceof Reshaped) {
            node = node.inputs[0];
        }
        boolean smooth =
                p >= 2 && node != null && node.pullbacks.length == 1 && node.pullbacks[0] instanceof SquareRoot;
        return smooth ? ((SquareRoot) node.pullbacks[0]).power(name, p, y) : null;
    }

    private Tensor power(String name, double p, Tensor y) {
        Op.Forward kernel = (k, in, out) -> {
            root.run(k, in, out);
            if (p == 2) {
                k.square(out.data, out.offset, out.data, out.offset, out.size());
            } else {
                Tensor exponent = out.scalar(p);
                k.pow(out.data, out.offset, 1, exponent.data, 0, 0, out.data, out.offset, out.size());
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
