package rewind.examples.research;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.gruD;
import static rewind.nn.Optimizers.adam;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.data.Gaps;
import rewind.nn.layer.Layer;

/**
 * The next value of a series, z⟨t+1⟩ = φ z⟨t⟩ + √(1 − φ²) ε⟨t⟩ with ε⟨t⟩ ~ N(0, 1), of which half is missing. Its expectation is φ^d times the
 * value seen last, d steps before it, and the variance 1 − φ^(2d) is the least error. GRU-D, whose memory of a value decays with the time since
 * then, comes near that. Proof: its error beside that; and beside a GRU that is given the values seen last, but not when. Source: Che et al.,
 * Scientific Reports 8, 2018.
 */
final class SeriesWithGaps implements Experiment {
    private static final double MEMORY = 0.9; // φ
    private static final int STEPS = 16;
    private static final int UNITS = 8;

    private final RandomGenerator rng = new Well19937c(8);

    /** Values, NaN where they are missing, and the one after the last. */
    private Dataset series(int count) {
        double[][][] x = new double[count][STEPS][1];
        double[][] next = new double[count][1];
        for (int i = 0; i < count; i++) {
            double z = rng.nextGaussian();
            for (int t = 0; t < STEPS; t++) {
                x[i][t][0] = t > 0 && rng.nextBoolean() ? Double.NaN : z;
                z = MEMORY * z + Math.sqrt(1 - MEMORY * MEMORY) * rng.nextGaussian();
            }
            next[i][0] = z;
        }
        return Dataset.of(x, next);
    }

    private static Model learnt(Layer cell, int features, Dataset data) {
        Model model = Sequential.of(cell, dense(1)).build(Shape.of(STEPS, features), 8);
        Training.of(model).optimizer(adam(0.01)).epochs(25).batchSize(32).fit(data);
        return model;
    }

    @Override
    public XYChart run(Findings findings) {
        Dataset train = series(800).mapX(Gaps::of);
        Dataset unseen = series(2000).mapX(Gaps::of);
        // the value seen last, whether that was at the last step, and the time since it was seen before
        Tensor last = unseen.x().select(1, STEPS - 1);
        Tensor missing = last.select(1, 1).oneMinus();
        Tensor steps = last.select(1, 2).mul(missing).add(1);
        Tensor kept = Tensor.of(MEMORY).pow(steps);
        double least = error(last.select(1, 0).mul(kept).expandDims(1), unseen);
        Tensor variance = kept.square().oneMinus();
        double deviation = variance.norm().toDouble() * Math.sqrt(2) / unseen.size(); // of a mean of ε² times variances
        findings.prove("error of the expectation", least, variance.mean().toDouble(), 3 * deviation);
        Model withGaps = learnt(gruD(UNITS), 3, train);
        Model filled = learnt(gru(UNITS), 1, train.mapX(x -> x.slice(2, 0, 1)));
        double error = error(withGaps.predict(unseen.x()), unseen);
        double ofFilled = error(filled.predict(unseen.x().slice(2, 0, 1)), unseen);
        findings.tell(
                "mean squared error of GRU-D %.4f, of a GRU that sees no gaps %.4f, the least possible %.4f",
                error, ofFilled, least);
        findings.proveBelow("what GRU-D loses, in parts of the least possible error", error / least - 1, 0.1);
        findings.proveBelow("its error in parts of the GRU's", error / ofFilled, 1);
        XYChart chart = Charts.empty(900, 420, "How a memory fades", "steps since a value was seen", "expectation");
        double[] since = Charts.numbers(8);
        Tensor exact = Tensor.of(MEMORY).pow(Tensor.of(since));
        double[] found = Arrays.stream(since)
                .map(d -> withGaps.predict(seenBefore((int) d)).get(0, 0))
                .toArray();
        Charts.dashed(chart, "0.9^d", since, exact.toArray(), Charts.GREY, 2);
        Charts.line(chart, "GRU-D after seeing 1", since, found, Charts.RED, 3);
        return chart;
    }

    /** A series whose value 1 was seen so many steps before the next one, after values near it, as they are in such a series. */
    private static Tensor seenBefore(int steps) {
        return Gaps.of(Tensor.arange(STEPS)
                .reshape(1, STEPS, 1)
                .map(t -> t == STEPS - steps ? 1 : t > STEPS - steps ? Double.NaN : MEMORY));
    }

    private static double error(Tensor predicted, Dataset data) {
        return predicted.sub(data.y()).square().mean().toDouble();
    }
}
