package rewind.examples.research;

import static rewind.nn.Layers.*;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.cosine;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Sequential;
import rewind.nn.distribution.*;
import rewind.nn.layer.*;
import rewind.nn.optimize.*;

/**
 * A variational autoencoder of series: a GRU reads x and gives q(z | x), and x = z·W + b + noise is what it was made of. Proof: as this is linear,
 * ln p(x) is known, that of new series is that of the density they were drawn from, and the evidence bound lies just below it. Source: Kingma and
 * Welling, ICLR 2014.
 */
final class SeriesAutoencoder implements Experiment {
    private static final int STEPS = 8;
    private static final int LATENT = 2; // of each a mean and a deviation, 4 numbers
    private static final int UPDATES = 400;
    private static final double NOISE = 0.5;
    private static final Normal PRIOR = new Normal(Tensor.of(0), Tensor.of(1));

    private final RandomGenerator rng = new Well19937c(13);
    private final Layer encoder = Sequential.of(gru(16), dense(4));

    /** A wave of any amplitude and phase, in noise. */
    private Tensor series(int count) {
        return Tensor.randn(rng, count, LATENT)
                .matmul(waves())
                .add(Tensor.randn(rng, count, STEPS).mul(NOISE));
    }

    private static Tensor waves() {
        Tensor angle = Tensor.arange(STEPS).mul(2 * Math.PI / STEPS);
        return Tensor.stack(0, angle.cos(), angle.sin());
    }

    private Normal posterior(Scope scope, Tensor x) {
        Tensor code = scope.apply("encoder", encoder, x.expandDims(2));
        return new Normal(code.slice(1, 0, LATENT), code.slice(1, LATENT, 4).exp());
    }

    private static Normal decoded(Scope scope, Tensor z) {
        Tensor mean = z.matmul(scope.parameter("W", LATENT, STEPS)).add(scope.bias("b", STEPS));
        return new Normal(mean, scope.bias("logNoise", 1).exp());
    }

    /** E_q ln p(x | z) − KL(q || p(z)), of one z = μ + σ ⊙ e for each series. */
    private Tensor bound(Scope scope, Tensor x, Tensor e) {
        Normal q = posterior(scope, x);
        Tensor z = q.mean().add(q.deviation().mul(e));
        return decoded(scope, z).logDensity(x).sum(1).sub(q.divergence(PRIOR).sum(1));
    }

    /** x is normal, with the covariance WᵀW + σ²I. */
    private static Tensor logDensity(Tensor W, Tensor b, Tensor variance, Tensor x) {
        Tensor covariance = W.transpose().matmul(W).add(Tensor.eye(STEPS).mul(variance));
        return new MultivariateNormal(b, covariance.cholesky()).logDensity(x);
    }

    private Tensor loss(Parameters p, List<Tensor> in) {
        return bound(Scope.of(p), in.get(0), in.get(1)).mean().neg();
    }

    private static double mean(Tensor each) {
        return each.mean().toDouble();
    }

    @Override
    public XYChart run(Findings findings) {
        Scope drawing = Scope.drawing(rng);
        double first = mean(bound(drawing, series(2), Tensor.zeros(2, LATENT)));
        Descent descent = adam(0.02).updates(UPDATES).schedule(cosine());
        DescentRun run = descent.start(this::loss, drawing.parameters());
        double[] bounds = Tensor.full(first, UPDATES).toArray();
        for (int i = 1; i < UPDATES; i++) {
            bounds[i] = -run.step(series(32), Tensor.randn(rng, 32, LATENT));
        }
        Scope scope = Scope.of(run.parameters());
        Tensor unseen = series(20_000);
        Tensor variance = scope.bias("logNoise", 1).mul(2).exp();
        Tensor exact = logDensity(scope.parameter("W", LATENT, STEPS), scope.bias("b", STEPS), variance, unseen);
        double truth = mean(logDensity(waves(), Tensor.zeros(1, STEPS), Tensor.of(NOISE * NOISE), unseen));
        double bound = mean(bound(scope, unseen, Tensor.randn(rng, 20_000, LATENT)));
        findings.prove("ln p(x) of new series", mean(exact), truth, 0.05);
        findings.prove("the evidence bound, which lies below", bound, mean(exact) - 0.03, 0.03);
        XYChart chart = Charts.empty(1000, 420, "The evidence bound nears the likelihood", "update", "nats");
        Charts.line(chart, "bound of a batch", Charts.numbers(UPDATES), bounds, Charts.BLUE, 1.5f);
        Charts.dashed(chart, "ln p(x)", new double[] {1, UPDATES}, new double[] {truth, truth}, Charts.GREY, 2);
        return chart;
    }
}
