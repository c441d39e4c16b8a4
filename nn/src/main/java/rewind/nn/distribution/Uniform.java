package rewind.nn.distribution;

import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * The uniform distribution on [a, b], for each element of its parameters, which are broadcast.
 *
 * @param low a
 * @param high b, more than a
 */
public record Uniform(Tensor low, Tensor high) implements Distribution {
    /** Returns −ln(b − a) for x in [a, b], else −∞. */
    @Override
    public Tensor logDensity(Tensor x) {
        Tensor inside = x.greaterEqual(low).minimum(x.lessEqual(high));
        Tensor never = Tensor.full(x.dtype(), Double.NEGATIVE_INFINITY);
        return Tensor.where(inside, entropy().neg(), never);
    }

    /** Draws a + (b − a)·u with u from U(0, 1): gradients flow to both. */
    @Override
    public Tensor sample(Source source) {
        Tensor width = high.sub(low);
        return low.add(width.mul(unit(source, width)));
    }

    /** Of U(0, 1), of the shape and type of a tensor. */
    static Tensor unit(Source source, Tensor like) {
        Shape shape = like.shape();
        return source.draw(like, "U(0, 1)", rng -> Tensor.uniform(like.dtype(), rng, 0, 1, shape.toArray()));
    }

    /** Returns ln(b − a). */
    public Tensor entropy() {
        return high.sub(low).log();
    }
}
