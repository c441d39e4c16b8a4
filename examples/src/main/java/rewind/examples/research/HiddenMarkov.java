package rewind.examples.research;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Axes;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.examples.Charts;

/**
 * A hidden Markov model. The forward recursion gives ln p(x); its gradient by the log-densities ln p(x⟨t⟩ | z⟨t⟩) are the posteriors
 * p(z⟨t⟩ | x), and that by the log-transitions how often each transition is expected: the backward recursion need not be written.
 * Proof: sums over all paths of a short series. Source: Rabiner, Proceedings of the IEEE 77, 1989; Eisner, EMNLP workshop 2016.
 */
final class HiddenMarkov implements Experiment {
    private static final int SHORT = 8;
    private static final int LONG = 150;
    private static final Tensor START = Tensor.of(0.5, 0.3, 0.2).log();
    private static final Tensor MOVE = Tensor.of(
                    new double[][] {{0.95, 0.04, 0.01}, {0.03, 0.94, 0.03}, {0.02, 0.03, 0.95}})
            .log();

    /** ln p(x), of ln p(x⟨t⟩ | z⟨t⟩) in the shape [steps, states]. */
    static Tensor logLikelihood(Tensor move, Tensor scores) {
        Tensor alpha = START.add(scores.select(0, 0));
        for (int t = 1; t < scores.shape().size(0); t++) {
            alpha = alpha.expandDims(1).add(move).logSumExp(Axes.of(0)).add(scores.select(0, t));
        }
        return alpha.logSumExp();
    }

    /** ln N(x⟨t⟩; z, 1) for the states z = 0, 1, 2. */
    private static Tensor scores(double[] x) {
        return Tensor.of(x).expandDims(1).sub(Tensor.of(0, 1, 2)).square().mul(-0.5);
    }

    @Override
    public XYChart run(Findings findings) {
        RandomGenerator rng = new Well19937c(1);
        int[] z = new int[LONG];
        double[] x = new double[LONG];
        for (int t = 0; t < LONG; t++) {
            Tensor odds = t == 0 ? START.exp() : MOVE.select(0, z[t - 1]).exp();
            double u = rng.nextDouble();
            z[t] = u < odds.get(0) ? 0 : u < odds.get(0) + odds.get(1) ? 1 : 2;
            x[t] = z[t] + rng.nextGaussian();
        }
        proveByAllPaths(findings, scores(Arrays.copyOf(x, SHORT)));
        Tensor scores = scores(x);
        Tensor posterior = Grad.gradient(s -> logLikelihood(MOVE, s), scores);
        Tensor found = posterior.argMax(1);
        Tensor alone = scores.argMax(1);
        Tensor truth = Tensor.of(IntStream.of(z).asDoubleStream().toArray());
        double wrong = found.notEqualTo(truth).mean().toDouble();
        findings.proveBelow(
                "states that are wrong, in parts of those without the past",
                wrong / alone.notEqualTo(truth).mean().toDouble(),
                1);
        XYChart chart = Charts.empty(1000, 420, "A hidden Markov model: its posteriors are a gradient", "step", "");
        double[] steps = Charts.numbers(LONG);
        Charts.points(chart, "observations", steps, x, Charts.GREY);
        Charts.line(chart, "state", steps, truth.toArray(), Charts.BLUE, 3);
        Charts.line(
                chart,
                "posterior mean",
                steps,
                posterior.mul(Tensor.of(0, 1, 2)).sum(1).toArray(),
                Charts.RED,
                2);
        return chart;
    }

    /** With ln p(x, z) of all paths, in a tensor with an axis for each step. */
    private static void proveByAllPaths(Findings findings, Tensor scores) {
        Tensor joint = START.add(scores.select(0, 0));
        for (int t = 1; t < SHORT; t++) {
            joint = joint.expandDims(t).add(MOVE).add(scores.select(0, t));
        }
        Tensor all = joint.logSumExp();
        findings.prove("ln p(x)", logLikelihood(MOVE, scores).toDouble(), all.toDouble(), 1e-10);
        double posterior = Grad.gradient(s -> logLikelihood(MOVE, s), scores).get(0, 2);
        double ofPaths = joint.sub(all).exp().select(0, 2).sum().toDouble();
        findings.prove("p(z = 2 at the first step | x)", posterior, ofPaths, 1e-10);
        double moves = Grad.gradient(m -> logLikelihood(m, scores), MOVE).sum().toDouble();
        findings.prove("expected transitions", moves, SHORT - 1, 1e-10);
    }
}
