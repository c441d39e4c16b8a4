package rewind.examples.research;

import static rewind.nn.Layers.*;
import static rewind.nn.Losses.ctc;
import static rewind.nn.Optimizers.adam;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.optimize.DescentRun;

/**
 * Three signals in an order to be found, each as long as it likes; what is told is the order alone. Connectionist temporal classification:
 * p(labels | x) = Σ Π p⟨t⟩(class⟨t⟩) over all sequences of classes that are the labels once repetitions and then blanks are left out. Proof:
 * that sum over every sequence, one by one; and new series are read without error far more often than by chance. Source: Graves, Fernández,
 * Gomez and Schmidhuber, ICML 2006.
 */
final class Transcription implements Experiment {
    private static final int BLANK = 0;
    private static final int CLASSES = 4;
    private static final int STEPS = 24;
    private static final int UPDATES = 250;

    private final RandomGenerator rng = new Well19937c(7);

    /** What remains of classes without repetitions, and then without blanks. */
    private static List<Integer> collapsed(Tensor classes) {
        return IntStream.range(0, classes.size())
                .filter(t -> classes.get(t) != BLANK && (t == 0 || classes.get(t) != classes.get(t - 1)))
                .mapToObj(t -> (int) classes.get(t))
                .toList();
    }

    private void proveByAllAlignments(Findings findings) {
        int steps = 6;
        Tensor p = Tensor.randn(rng, 1, steps, CLASSES).softmax(2);
        double sum = 0;
        for (int i = 0; i < Math.pow(CLASSES, steps); i++) {
            int number = i; // its digits are the classes
            Tensor classes = Tensor.arange(steps).map(t -> number / (int) Math.pow(CLASSES, t) % CLASSES);
            Tensor each = p.select(0, 0).mul(classes.oneHot(CLASSES)).sum(1);
            sum += collapsed(classes).equals(List.of(1, 3, 2)) ? each.prod().toDouble() : 0;
        }
        double loss = ctc(BLANK).of(p, Tensor.of(new double[][] {{1, 3, 2}})).toDouble();
        findings.prove("−ln p(labels | x)", loss, -Math.log(sum), 1e-10);
    }

    /** Noisy signals at the levels 1, 2 and 3, each for 2 to 4 steps, then silence for 1 to 3, never one twice in a row. */
    private Tensor[] series(int count) {
        double[][][] x = new double[count][STEPS][1];
        double[][] labels = new double[count][3];
        for (int i = 0; i < count; i++) {
            for (int k = 0, t = 0; k < 3; k++) {
                labels[i][k] = 1 + (k == 0 ? rng.nextInt(3) : (labels[i][k - 1] + rng.nextInt(2)) % 3);
                int silence = 1 + rng.nextInt(3);
                for (int n = silence + 2 + rng.nextInt(3); n > 0; n--, t++) {
                    x[i][t][0] = (n > silence ? labels[i][k] : 0) + 0.2 * rng.nextGaussian();
                }
            }
        }
        return new Tensor[] {Tensor.of(x), Tensor.of(labels)};
    }

    @Override
    public XYChart run(Findings findings) {
        proveByAllAlignments(findings);
        Model net = Sequential.of(gru(16).sequences(true), dense(CLASSES, "softmax"))
                .build(Shape.of(STEPS, 1), 7);
        DescentRun run = adam(0.02)
                .updates(UPDATES)
                .clipNorm(1)
                .start((p, in) -> ctc(BLANK).of(net.forward(p, in.get(0)), in.get(1)), net.parameters());
        for (int i = 0; i < UPDATES; i++) {
            run.step(series(16));
        }
        Tensor[] unseen = series(100);
        Tensor found = net.forward(run.parameters(), unseen[0]); // [series, steps, classes]
        long wrong = IntStream.range(0, 100)
                .filter(i -> !collapsed(found.select(0, i).argMax(1)).equals(collapsed(unseen[1].select(0, i))))
                .count();
        findings.proveBelow("new series with an error, of 100 (of 12 orders, 92 by chance)", wrong, 20);
        XYChart chart = Charts.empty(1000, 420, "What a network answers that was told the order alone", "step", "");
        double[] steps = Charts.numbers(STEPS);
        Charts.dashed(chart, "signal / 3", steps, unseen[0].select(0, 0).div(3).toArray(), Charts.GREY, 2);
        for (int k = 1; k < CLASSES; k++) {
            double[] p = found.select(0, 0).select(1, k).toArray();
            Charts.line(chart, "p(" + k + ")", steps, p, Charts.COLOURS.get(k - 1), 2.5f);
        }
        return chart;
    }
}
