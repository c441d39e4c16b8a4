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
 * A hidden Markov model. The forward recursion α⟨t⟩(j) = Σ_i α⟨t−1⟩(i) p(j | i) p(x⟨t⟩ | j), in logarithms, gives ln p(x). Its gradient by ln
 * p(x⟨t⟩ | z⟨t⟩) are the posteriors p(z⟨t⟩ | x), and that by ln p(j | i) how often each transition is expected: no backward recursion is written.
 * Proof: sums over all paths of a short series; and the states told wrong are as many as the posteriors expect. Source: Rabiner, Proceedings of
 * the IEEE 77, 1989; Eisner, EMNLP workshop 2016.
 */
final class HiddenMarkov implements Experiment {
    private static final int SHORT = 8;
    private static final int LONG = 150;
    private static final Tensor START = Tensor.of(0.5, 0.3, 0.2).log(); // ln p(z⟨1⟩)
    /** ln p(j | i), in row i. */
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
            Tensor p = t == 0 ? START.exp() : MOVE.select(0, z[t - 1]).exp();
            double u = rng.nextDouble();
            z[t] = u < p.get(0) ? 0 : u < p.get(0) + p.get(1) ? 1 : 2;
            x[t] = z[t] + rng.nextGaussian();
        }
        proveByAllPaths(findings, scores(Arrays.copyOf(x, SHORT)));
        Tensor scores = scores(x);
        Tensor posterior = Grad.gradient(s -> logLikelihood(MOVE, s), scores);
        Tensor truth = Tensor.of(IntStream.of(z).asDoubleStream().toArray());
        double wrong = posterior.argMax(1).notEqualTo(truth).mean().toDouble();
        double expected = posterior.max(1).oneMinus().mean().toDouble();
        double deviation = Math.sqrt(expected * (1 - expected) / LONG);
        findings.prove("states told wrong, in parts", wrong, expected, 2 * deviation);
        double alone = scores.argMax(1).notEqualTo(truth).mean().toDouble();
        findings.tell("by each observation alone: %.3f", alone);
        XYChart chart = Charts.empty(1000, 420, "A hidden Markov model: its posteriors are a gradient", "step", "");
        double[] steps = Charts.numbers(LONG);
        Charts.points(chart, "observations", steps, x, Charts.GREY);
        Charts.line(chart, "state", steps, truth.toArray(), Charts.BLUE, 3);
        Tensor mean = posterior.mul(Tensor.of(0, 1, 2)).sum(1);
        Charts.line(chart, "posterior mean", steps, mean.toArray(), Charts.RED, 2);
        return chart;
    }

    /** By ln p(x, z) of all paths z, in a tensor [states, states, …] with an axis for each step. */
    private static void proveByAllPaths(Findings findings, Tensor scores) {
        Tensor joint = START.add(scores.select(0, 0));
        for (int t = 1; t < SHORT; t++) {
            joint = joint.expandDims(t).add(MOVE).add(scores.select(0, t));
        }
        Tensor all = joint.logSumExp();
        findings.prove("ln p(x)", logLikelihood(MOVE, scores).toDouble(), all.toDouble(), 1e-10);
        Tensor paths = joint.sub(all).exp();
        Tensor posterior = Grad.gradient(s -> logLikelihood(MOVE, s), scores);
        Tensor moves = Grad.gradient(m -> logLikelihood(m, scores), MOVE);
        Tensor apart = posterior.sub(marginals(paths, 1)).abs().max();
        findings.proveBelow("posteriors, largest difference", apart.toDouble(), 1e-10);
        Tensor movesApart = moves.sub(marginals(paths, 2).sum(0)).abs().max();
        findings.proveBelow("expected transitions, largest difference", movesApart.toDouble(), 1e-10);
    }

    /** p of the states at so many steps in a row, from each step on: the sums over all other steps. */
    private static Tensor marginals(Tensor paths, int count) {
        return Tensor.stack(
                0,
                IntStream.rangeClosed(0, SHORT - count)
                        .mapToObj(from -> {
                            IntStream others = IntStream.range(0, SHORT).filter(t -> t < from || t >= from + count);
                            return paths.sum(others.toArray());
                        })
                        .toList());
    }
}
