package rewind.nn.distribution;

import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * The normal distribution of vectors, N(μ, L·Lᵀ), by the Cholesky factor of its covariance.
 *
 * @param mean μ, (…, n)
 * @param factor L, (…, n, n), lower triangular with positive numbers on the diagonal; what stands above the diagonal is not looked at
 */
public record MultivariateNormal(Tensor mean, Tensor factor) implements Distribution {
    private static final double LOG_TWO_PI = StrictMath.log(2 * Math.PI);

    /**
     * Checks the shapes.
     *
     * @throws IllegalArgumentException if the factor is not square, or not of the size of the mean
     */
    public MultivariateNormal {
        Check.that(
                mean.rank() >= 1
                        && factor.rank() >= 2
                        && factor.size(-1) == mean.size(-1)
                        && factor.size(-2) == mean.size(-1),
                "multivariate normal: the mean must be (…, n) and the factor (…, n, n), got the shapes %s and %s",
                mean.shape(),
                factor.shape());
    }

    @Override
    public int axes() {
        return 1;
    }

    private int size() {
        return mean.size(-1);
    }

    /** (…), Σ ln L_ii. */
    private Tensor logDeterminant() {
        return factor.diagonal().log().sum(-1);
    }

    /** Returns −|L⁻¹(x − μ)|²/2 − Σ ln L_ii − n·ln(2π)/2, (…) for values (…, n). */
    @Override
    public Tensor logDensity(Tensor x) {
        Tensor standard = factor.solveTriangular(x.sub(mean).expandDims(-1), true);
        return standard.square().sum(-1, -2).mul(-0.5).sub(logDeterminant()).sub(0.5 * size() * LOG_TWO_PI);
    }

    /** Draws μ + L·e with e from N(0, 1): gradients flow to both. */
    @Override
    public Tensor sample(Source source) {
        Tensor column = Normal.standard(source, mean.add(factor.sum(-1))).expandDims(-1);
        return mean.add(factor.lower().matmul(column).squeeze(-1));
    }

    /** Returns Σ ln L_ii + n·ln(2πe)/2. */
    public Tensor entropy() {
        return logDeterminant()
                .add(0.5 * size() * (1 + LOG_TWO_PI))
                .add(mean.mul(0).sum(-1));
    }

    /**
     * Returns the Kullback-Leibler divergence of another one from this, ∫ p ln(p/q): (|L'⁻¹L|² − n + |L'⁻¹(μ − μ')|²)/2 + ln det L' − ln det L.
     *
     * @throws IllegalArgumentException if it is of vectors of another size
     */
    public Tensor divergence(MultivariateNormal other) {
        Check.that(
                size() == other.size(),
                "divergence: both must be of vectors of one size, got %s and %s",
                size(),
                other.size());
        Tensor spread = other.factor.solveTriangular(factor.lower(), true);
        Tensor distance = other.factor.solveTriangular(mean.sub(other.mean).expandDims(-1), true);
        return spread.square()
                .sum(-1, -2)
                .sub(size())
                .add(distance.square().sum(-1, -2))
                .mul(0.5)
                .add(other.logDeterminant())
                .sub(logDeterminant());
    }
}
