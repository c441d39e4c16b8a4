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
 * A Gaussian process whose amplitude, length scale and noise maximise the marginal likelihood, by gradients through a Cholesky factor. Proof:
 * the likelihood is a multivariate normal density, its gradient the closed form ½ tr[(α·αᵀ − K⁻¹)·∂K/∂θ] with α = K⁻¹·y, and the noise that
 * is found is that of the data. Source: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, equations 2.30 and 5.9.
 */
final class GaussianProcess implements Experiment {
    private static final int POINTS = 40;
    private static final double NOISE = 0.2;

    private static Tensor kernel(Tensor theta, Tensor a, Tensor b) {
        Tensor distance = a.expandDims(1).sub(b).div(theta.select(0, 1).exp());
        return distance.square().mul(-0.5).exp().mul(theta.select(0, 0).mul(2).exp());
    }

    /** Of θ = ln [amplitude, length, noise]. */
    private static Tensor covariance(Tensor theta, Tensor x) {
        return kernel(theta, x, x)
                .add(Tensor.eye(x.size()).mul(theta.select(0, 2).mul(2).exp()));
    }

    /** −ln p(y | x). */
    private static Tensor loss(Tensor theta, Tensor x, Tensor y) {
        Tensor factor = covariance(theta, x).cholesky();
        Tensor white = factor.solveTriangular(y.expandDims(1), true);
        double constant = 0.5 * x.size() * Math.log(2 * Math.PI);
        return white.square().sum().mul(0.5).add(factor.diagonal().log().sum()).add(constant);
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
        Tensor inverse = covariance(start, x).inverse();
        Tensor alpha = inverse.matmul(y.expandDims(1));
        Tensor weights = inverse.sub(alpha.matmul(alpha.transpose())).mul(0.5);
        Tensor byHand = kernel(start, x, x).mul(2).mul(weights).sum();
        findings.prove(
                "its derivative by ln amplitude",
                Grad.gradient(t -> loss(t, x, y), start).get(0),
                byHand.toDouble(),
                1e-8);

        Parameters best = lbfgs().minimize(p -> loss(p.get("theta"), x, y), Parameters.of(Map.of("theta", start)))
                .parameters();
        Tensor theta = best.get("theta");
        findings.tell("amplitude %.3f, length %.3f", Math.exp(theta.get(0)), Math.exp(theta.get(1)));
        findings.prove("noise", Math.exp(theta.get(2)), NOISE, 0.05);

        Tensor at = Tensor.linspace(-4, 4, 161);
        Tensor across = kernel(theta, at, x);
        Tensor factor = covariance(theta, x).cholesky();
        Tensor mean = across.matmul(covariance(theta, x).solve(y.expandDims(1))).squeeze(1);
        Tensor explained =
                factor.solveTriangular(across.transpose(), true).square().sum(0);
        Tensor deviation =
                theta.select(0, 0).mul(2).exp().sub(explained).maximum(0).sqrt().mul(2);
        XYChart chart = Charts.empty(1000, 460, "A Gaussian process: mean and two standard deviations", "x", "y");
        Charts.points(chart, "data", x.toArray(), y.toArray(), Charts.GREY);
        Charts.line(chart, "mean", at.toArray(), mean.toArray(), Charts.RED, 3);
        Charts.dashed(chart, "above", at.toArray(), mean.add(deviation).toArray(), Charts.BLUE, 1.5f);
        Charts.dashed(chart, "below", at.toArray(), mean.sub(deviation).toArray(), Charts.BLUE, 1.5f);
        return chart;
    }
}
