package rewind.examples.research;

import static rewind.nn.Layers.*;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
import rewind.nn.layer.Pass;

/**
 * Do two bumps of a noisy series have the same sign? A convolution finds bumps and halves the steps; a transformer block compares them across
 * any distance. Series have 12 to 40 steps, those of a batch are padded to the longest. Proof: what is answered for each in a padded batch
 * is what is answered for it alone, without padding; and new series are answered right. Source: Vaswani et al., NIPS 2017.
 */
final class RaggedSeries implements Experiment {
    private static final int FILTERS = 12;

    private final RandomGenerator rng = new Well19937c(9);

    /** Series [steps, 1] with one bump in each half, and whether their signs are different or the same. */
    private Dataset series(int count) {
        List<double[][]> all = new ArrayList<>();
        double[][] same = new double[count][2];
        for (int i = 0; i < count; i++) {
            double[][] x = new double[12 + rng.nextInt(29)][1];
            for (double[] step : x) {
                step[0] = 0.3 * rng.nextGaussian();
            }
            int first = rng.nextInt(x.length / 2 - 3);
            int second = x.length / 2 + rng.nextInt(x.length / 2 - 3);
            double sign = rng.nextBoolean() ? 1 : -1;
            double other = rng.nextBoolean() ? 1 : -1;
            for (int k = 0; k < 3; k++) {
                x[first + k][0] += 1.5 * sign;
                x[second + k][0] += 1.5 * other;
            }
            same[i][sign == other ? 1 : 0] = 1;
            all.add(x);
        }
        return Dataset.ragged(all, Tensor.of(same));
    }

    @Override
    public XYChart run(Findings findings) {
        Dataset train = series(600);
        Dataset test = series(300);
        Model model = Sequential.of(
                        conv1d(FILTERS, 4).stride(2).activation("relu"),
                        residual(layerNormalization(), multiHeadAttention(2)),
                        residual(layerNormalization(), dense(2 * FILTERS, "relu"), dense(FILTERS)),
                        globalMaxPool(),
                        dense(2, "softmax"))
                .build(Shape.of(40, 1), 9);
        Training.of(model)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(0.005))
                .epochs(30)
                .batchSize(32)
                .fit(train);
        Pass pass = Pass.inference().lengths(test.lengths().orElseThrow());
        Tensor padded = model.forward(model.parameters(), test.x(), pass);
        double apart = 0;
        for (int i = 0; i < test.size(); i++) {
            Tensor alone = model.predict(alone(test, i).expandDims(0)).squeeze(0);
            apart = Math.max(apart, alone.sub(padded.select(0, i)).abs().max().toDouble());
        }
        findings.proveBelow("difference between a padded batch and series by themselves", apart, 1e-12);
        Tensor right = padded.argMax(1).equalTo(test.y().argMax(1));
        findings.proveBelow(
                "new series answered wrong, in parts", right.mean().oneMinus().toDouble(), 0.1);
        XYChart chart = Charts.empty(1000, 420, "Do the two bumps have the same sign?", "step", "");
        for (int i = 0; i < 4; i++) {
            double[] x = alone(test, i).add(4.0 * i).toArray(); // one above the other
            String answer = String.format(Locale.ROOT, "p(same) = %.2f", padded.get(i, 1));
            Charts.line(chart, (i + 1) + ": " + answer, Charts.numbers(x.length), x, Charts.COLOURS.get(i), 2.5f);
        }
        return chart;
    }

    /** A series without its padding. */
    private static Tensor alone(Dataset data, int i) {
        int steps = data.lengths().orElseThrow().get(i);
        return data.x().select(0, i).slice(0, 0, steps);
    }
}
