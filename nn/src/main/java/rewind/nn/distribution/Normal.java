package rewind.nn.distribution;

import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * The normal distribution, N(μ, σ²), for each element of its parameters, which are broadcast.
 *
 * @param mean μ
 * @param deviation σ, more than 0
 */
public record Normal(Tensor mean, Tensor deviation) implements Distribution {
    private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * Math.PI);

    /** Returns −((x − μ)/σ)²/2 − ln σ − ln(2π)/2. */
    @Override
    public Tensor logDensity(Tensor x) {
        return x.sub(mean)
                .div(deviation)
                .square()
                .mul(-0.5)
                .sub(deviation.log())
                .sub(HALF_LOG_TWO_PI);
    }

    /** Draws μ + σ·e with e from N(0, 1): gradients flow to both. */
    @Override
    public Tensor sample(Source source) {
        return mean.add(deviation.mul(standard(source, mean.add(deviation))));
    }

    /** Of N(0, 1), of the shape and type of a tensor. */
    static Tensor standard(Source source, Tensor like) {
        Shape shape = like.shape();
        return source.draw(like, "N(0, 1)", rng -> Tensor.randn(like.dtype(), rng, shape.toArray()));
    }

    /** Returns ln σ + ln(2πe)/2. */
    public Tensor entropy() {
        return deviation.log().add(0.5 + HALF_LOG_TWO_PI).add(mean.mul(0));
    }

    /** Returns the Kullback-Leibler divergence of another one from this, ∫ p ln(p/q): ((σ/σ')² − 1)/2 − ln(σ/σ') + ((μ − μ')/σ')²/2. */
    public Tensor divergence(Normal other) {
        Tensor ratio = deviation.div(other.deviation);
        Tensor distance = mean.sub(other.mean).div(other.deviation);
        return ratio.square().sub(1).add(distance.square()).mul(0.5).sub(ratio.log());
    }
}
