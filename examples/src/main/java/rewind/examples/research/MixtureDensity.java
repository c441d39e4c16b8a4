package rewind.examples.research;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.gaussianLikelihood;
import static rewind.nn.Losses.gaussianMixtureLikelihood;
import static rewind.nn.Optimizers.lbfgs;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Parameters;
import rewind.nn.loss.Loss;

/**
 * Where one input has two answers, y = x or y = −x, a network that gives one number learns their mean, 0. One that gives the weights, means and
 * deviations of a mixture learns both. Proof: its loss on new points is that of the density they were drawn from, and the loss of one normal
 * density is that of N(0, x² + σ²), the best there is. Source: Bishop, Mixture Density Networks, 1994.
 */
final class MixtureDensity implements Experiment {
    private static final double DEVIATION = 0.1;
    private static final int COMPONENTS = 2;

    private final RandomGenerator rng = new Well19937c(4);

    private Tensor x(int points) {
        return Tensor.uniform(rng, 0.2, 1, points, 1);
    }

    private Tensor y(Tensor x) {
        return x.mul(x.map(v -> rng.nextBoolean() ? 1 : -1))
                .add(Tensor.randn(rng, x.shape().toArray()).mul(DEVIATION));
    }

    /** −ln[½ N(y; x, σ²) + ½ N(y; −x, σ²)], the mean of all points: nothing can have a smaller expectation. */
    private static double lossOfTruth(Tensor x, Tensor y) {
        Tensor both =
                Tensor.concat(1, y.sub(x), y.add(x)).div(DEVIATION).square().mul(-0.5);
        double constant = Math.log(0.5 / (DEVIATION * Math.sqrt(2 * Math.PI)));
        return -both.logSumExp(Axes.of(1)).mean().toDouble() - constant;
    }

    /** −ln N(y; 0, x² + σ²), the mean of all points: no one normal density can have a smaller expectation. */
    private static double lossOfOneNormal(Tensor x, Tensor y) {
        Tensor variance = x.square().add(DEVIATION * DEVIATION);
        Tensor twice = y.square().div(variance).add(variance.mul(2 * Math.PI).log());
        return twice.mean().toDouble() / 2;
    }

    private static Parameters learnt(Model net, Loss loss, Tensor x, Tensor y) {
        return lbfgs().iterations(120)
                .minimize(p -> loss.of(net.forward(p, x), y), net.parameters())
                .parameters();
    }

    @Override
    public XYChart run(Findings findings) {
        Tensor x = x(400);
        Tensor y = y(x);
        Tensor newX = x(2000);
        Tensor newY = y(newX);
        Model single = Sequential.of(dense(8, "tanh"), dense(2)).build(Shape.of(1), 5);
        Model mixture = Sequential.of(dense(8, "tanh"), dense(3 * COMPONENTS)).build(Shape.of(1), 5);
        Loss ofMixture = gaussianMixtureLikelihood(COMPONENTS);
        Parameters alone = learnt(single, gaussianLikelihood(), x, y);
        Parameters both = learnt(mixture, ofMixture, x, y);
        double found = ofMixture.of(mixture.forward(both, newX), newY).toDouble();
        double one = gaussianLikelihood().of(single.forward(alone, newX), newY).toDouble();
        findings.prove("−ln p(y | x) of new points, by the mixture", found, lossOfTruth(newX, newY), 0.05);
        findings.prove("the same by one normal distribution", one, lossOfOneNormal(newX, newY), 0.05);
        XYChart chart = Charts.empty(
                1000, 460, "Two answers: the means of a mixture, and of one normal distribution", "x", "y");
        chart.getStyler().setXAxisDecimalPattern("0.0");
        double[] places = Tensor.linspace(0.2, 1, 41).toArray();
        Tensor at = Tensor.of(places).reshape(41, 1);
        // columns are scores of the weights, then means, then logarithms of deviations
        Tensor means = mixture.forward(both, at).slice(1, COMPONENTS, 2 * COMPONENTS);
        Charts.points(chart, "points", x.toArray(), y.toArray(), Charts.GREY);
        for (int i = 0; i < COMPONENTS; i++) {
            Charts.line(chart, "mean " + (i + 1), places, means.select(1, i).toArray(), Charts.COLOURS.get(i), 3);
        }
        Charts.dashed(
                chart,
                "one mean",
                places,
                single.forward(alone, at).select(1, 0).toArray(),
                Charts.GREEN,
                2);
        return chart;
    }
}
