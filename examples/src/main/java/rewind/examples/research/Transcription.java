package rewind.examples.research;

import static rewind.nn.Layers.*;
import static rewind.nn.Losses.ctc;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.List;
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
 * Three signals in an order to be found, each as long as it likes; what is told is the order alone. Connectionist temporal classification
 * adds up the probabilities of all alignments. Proof: the sum over every sequence of classes, one by one; and new series are read
 * without error more often than not. Source: Graves, Fernández, Gomez and Schmidhuber, ICML 2006.
 */
final class Transcription implements Experiment {
    private static final int CLASSES = 4;
    private static final int STEPS = 24;
    private static final int UPDATES = 250;

    private final RandomGenerator rng = new Well19937c(7);

    /** What remains of classes without repetitions and blanks. */
    private static List<Integer> collapsed(Tensor classes) {
        List<Integer> labels = new ArrayList<>();
        for (int t = 0; t < classes.size(); t++) {
            if (classes.get(t) != 0 && (t == 0 || classes.get(t) != classes.get(t - 1))) {
                labels.add((int) classes.get(t));
            }
        }
        return labels;
    }

    private void proveByAllAlignments(Findings findings) {
        Tensor p = Tensor.randn(rng, 1, 6, CLASSES).softmax(2);
        double sum = 0;
        for (int each = 0; each < Math.pow(CLASSES, 6); each++) {
            int path = each;
            Tensor classes = Tensor.arange(6).map(t -> (path >> (2 * (int) t)) % CLASSES);
            double odds =
                    p.select(0, 0).mul(classes.oneHot(CLASSES)).sum(1).prod().toDouble();
            sum += collapsed(classes).equals(List.of(1, 3, 2)) ? odds : 0;
        }
        double loss = ctc(0).of(p, Tensor.of(new double[][] {{1, 3, 2}})).toDouble();
        findings.prove("−ln p(labels | x)", loss, -Math.log(sum), 1e-10);
    }

    /** Noisy signals at the levels 1, 2 and 3 with silence between, and which they are. */
    private Tensor[] series(int count) {
        double[][][] x = new double[count][STEPS][1];
        double[][] labels = new double[count][3];
        for (int i = 0; i < count; i++) {
            for (int k = 0, t = 0; k < 3; k++) {
                labels[i][k] = 1 + (k == 0 ? rng.nextInt(3) : (labels[i][k - 1] + rng.nextInt(2)) % 3); // never twice
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
                .start((p, in) -> ctc(0).of(net.forward(p, in.get(0)), in.get(1)), net.parameters());
        for (int i = 0; i < UPDATES; i++) {
            run.step(series(16));
        }
        Tensor[] unseen = series(100);
        Tensor found = net.forward(run.parameters(), unseen[0]);
        int wrong = 0;
        for (int i = 0; i < 100; i++) {
            wrong += collapsed(found.select(0, i).argMax(1)).equals(collapsed(unseen[1].select(0, i))) ? 0 : 1;
        }
        findings.proveBelow("new series with an error, of 100", wrong, 50);
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
