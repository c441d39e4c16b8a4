package rewind.examples.research;

import static rewind.nn.Optimizers.lbfgs;

import java.util.Map;
import org.apache.commons.math3.distribution.MultivariateNormalDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.layer.Parameters;

/**
 * A Gaussian process, y ~ N(0, K) with K⟨x, x′⟩ = a² exp[−(x − x′)² / (2ℓ²)], and σ² more where x is x′. Its θ = ln [a, ℓ, σ] maximises the
 * likelihood p(y | x), by gradients through the Cholesky factor of K. Proof: the likelihood is a multivariate normal density, its gradient the
 * closed form ½ tr[(α·αᵀ − K⁻¹)·∂K/∂θ] with α = K⁻¹·y, and the σ that is found is that of the data. Source: Rasmussen and Williams, Gaussian
 * Processes for Machine Learning, 2006, equations 2.30 and 5.9.
 */
final class GaussianProcess implements Experiment {
    private static final int POINTS = 40;
    private static final double NOISE = 0.2;

    /** (x − x′)² / ℓ². */
    private static Tensor squares(Tensor theta, Tensor x, Tensor other) {
        return x.expandDims(1).sub(other).div(theta.select(0, 1).exp()).square();
    }

    /** a² exp[−(x − x′)² / (2ℓ²)]. */
    private static Tensor kernel(Tensor theta, Tensor x, Tensor other) {
        Tensor amplitude = theta.select(0, 0).exp();
        return squares(theta, x, other).mul(-0.5).exp().mul(amplitude.square());
    }

    /** K. */
    private static Tensor covariance(Tensor theta, Tensor x) {
        Tensor noise = theta.select(0, 2).exp();
        return kernel(theta, x, x).add(Tensor.eye(x.size()).mul(noise.square()));
    }

    /** −ln p(y | x) = ½ ‖L⁻¹·y‖² + Σ ln L⟨i, i⟩ + ½ n ln 2π, where K = L·Lᵀ. */
    private static Tensor loss(Tensor theta, Tensor x, Tensor y) {
        Tensor factor = covariance(theta, x).cholesky();
        Tensor white = factor.solveTriangular(y.expandDims(1), true);
        double constant = 0.5 * x.size() * Math.log(2 * Math.PI);
        return white.square().sum().mul(0.5).add(factor.diagonal().log().sum()).add(constant);
    }

    /** ½ tr[(K⁻¹ − α·αᵀ)·∂K/∂θ] for each θ; the trace of a product of symmetric matrices is the sum of the products of their entries. */
    private static Tensor gradientByHand(Tensor theta, Tensor x, Tensor y) {
        Tensor inverse = covariance(theta, x).inverse();
        Tensor alpha = inverse.matmul(y.expandDims(1));
        Tensor k = kernel(theta, x, x);
        Tensor byAmplitude = k.mul(2);
        Tensor byLength = k.mul(squares(theta, x, x));
        Tensor byNoise = covariance(theta, x).sub(k).mul(2);
        Tensor outer = inverse.sub(alpha.matmul(alpha.transpose())).mul(0.5);
        return Tensor.stack(0, byAmplitude, byLength, byNoise).mul(outer).sum(1, 2);
    }

    @Override
    public XYChart run(Findings findings) {
        RandomGenerator rng = new Well19937c(11);
        Tensor x = Tensor.uniform(rng, -3, 3, POINTS);
        Tensor y = x.mul(2).sin().add(Tensor.randn(rng, POINTS).mul(NOISE));
        Tensor start = Tensor.of(0.1, -0.2, -1);
        double density = new MultivariateNormalDistribution(
                        new double[POINTS], covariance(start, x).toRows())
                .density(y.toArray());
        findings.prove("−ln p(y) at first", loss(start, x, y).toDouble(), -Math.log(density), 1e-8);
        Tensor gradient = Grad.gradient(theta -> loss(theta, x, y), start);
        Tensor apart = gradient.sub(gradientByHand(start, x, y)).abs().max();
        findings.proveBelow("its gradient's difference from the closed form", apart.toDouble(), 1e-8);

        Parameters best = lbfgs().minimize(p -> loss(p.get("theta"), x, y), Parameters.of(Map.of("theta", start)))
                .parameters();
        Tensor theta = best.get("theta");
        findings.tell("amplitude %.3f, length %.3f", Math.exp(theta.get(0)), Math.exp(theta.get(1)));
        double standardError = NOISE / Math.sqrt(2 * POINTS);
        findings.prove("noise", Math.exp(theta.get(2)), NOISE, 2 * standardError);

        Tensor at = Tensor.linspace(-4, 4, 161);
        Tensor across = kernel(theta, at, x);
        Tensor factor = covariance(theta, x).cholesky();
        Tensor mean = across.matmul(covariance(theta, x).solve(y.expandDims(1))).squeeze(1);
        Tensor explained =
                factor.solveTriangular(across.transpose(), true).square().sum(0);
        Tensor variance = theta.select(0, 0).mul(2).exp().sub(explained);
        Tensor band = variance.maximum(0).sqrt().mul(2); // rounding may make a variance of 0 negative
        XYChart chart = Charts.empty(1000, 460, "A Gaussian process: mean and two standard deviations", "x", "y");
        Charts.points(chart, "data", x.toArray(), y.toArray(), Charts.GREY);
        Charts.line(chart, "mean", at.toArray(), mean.toArray(), Charts.RED, 3);
        Charts.dashed(chart, "above", at.toArray(), mean.add(band).toArray(), Charts.BLUE, 1.5f);
        Charts.dashed(chart, "below", at.toArray(), mean.sub(band).toArray(), Charts.BLUE, 1.5f);
        return chart;
    }
}
