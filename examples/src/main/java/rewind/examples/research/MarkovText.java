package rewind.examples.research;

import static rewind.nn.Layers.*;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Schedules.cosine;

import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.knowm.xchart.XYChart;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.examples.Charts;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.loss.Loss;
import rewind.nn.optimize.DescentRun;
import rewind.nn.sequence.Decoding;

/**
 * A character model whose one table of characters serves as input and, transposed, as output, learns texts of a Markov chain in which the
 * next character depends on two before it. Proof: its loss on new text is the entropy of the chain, below which none can be; and text that
 * it writes has the chain's transitions. Source: Press and Wolf, EACL 2017; Shannon, Bell System Technical Journal 27, 1948.
 */
final class MarkovText implements Experiment {
    private static final int K = 4; // characters

    private static final int STEPS = 40;
    private static final int UPDATES = 600;

    private final RandomGenerator rng = new Well19937c(10);
    /** p(next | before last, last). */
    private final Tensor odds = Tensor.randn(rng, K, K, K).mul(1.5).softmax(2);

    private int drawn(Tensor p) {
        return (int) p.cumsum(0).less(rng.nextDouble()).sum().toDouble();
    }

    /** Texts, and the same a character later. */
    private Tensor[] batch(int count) {
        double[] text = new double[count * (STEPS + 1)];
        for (int t = 2; t < text.length; t++) {
            text[t] = drawn(odds.select(0, (int) text[t - 2]).select(0, (int) text[t - 1]));
        }
        Tensor all = Tensor.of(text).reshape(count, STEPS + 1);
        return new Tensor[] {all.slice(1, 0, STEPS), all.slice(1, 1, STEPS + 1).expandDims(2)};
    }

    /** Each character with the two before it, as one number. */
    private static Tensor triples(Tensor texts) {
        Tensor windows = texts.windows(1, new int[] {3}, new int[] {1}, new int[] {1});
        return windows.mul(Tensor.of(K * K, K, 1)).sum(2);
    }

    @Override
    public XYChart run(Findings findings) {
        Model model = Sequential.of(
                        embedding(K, 16), gru(16).sequences(true), tiedDense("embedding/E"), activation("softmax"))
                .build(Shape.of(STEPS), 10);
        Loss loss = categoricalCrossEntropy().ofIds(K);
        DescentRun run = adam(0.01)
                .updates(UPDATES)
                .schedule(cosine())
                .start((p, in) -> loss.of(model.forward(p, in.get(0)), in.get(1)), model.parameters());
        double[] losses = new double[UPDATES];
        for (int i = 0; i < UPDATES; i++) {
            losses[i] = run.step(batch(16));
        }
        model.set(run.parameters());
        Tensor[] unseen = batch(200);
        Tensor known = model.predict(unseen[0]).slice(1, 1, STEPS); // the first character does not tell two
        double found = loss.of(known, unseen[1].slice(1, 1, STEPS)).toDouble();
        Tensor texts = Tensor.concat(1, unseen[0], unseen[1].select(1, STEPS - 1));
        Tensor surprise = odds.log().reshape(K * K * K).gather(triples(texts));
        double entropy = -surprise.mean().toDouble();
        findings.prove("−ln p of a character", found, entropy, 0.03);
        findings.proveBelow("characters too many in a text it writes", excess(written(model, 20_000)), 0.05);
        XYChart chart =
                Charts.empty(1000, 420, "A character model reaches the entropy of its source", "update", "−ln p");
        Charts.line(chart, "loss of a batch", Charts.numbers(UPDATES), losses, Charts.BLUE, 1.5f);
        Charts.dashed(chart, "entropy", new double[] {1, UPDATES}, new double[] {entropy, entropy}, Charts.GREY, 2);
        return chart;
    }

    /** Text that the model writes, character by character. */
    private Tensor written(Model model, int length) {
        Decoding writing = Decoding.of(model).atMost(length).after(new int[] {0});
        return writing.sample(rng).get(0).ids().expandDims(0);
    }

    /** How many characters there are more after two than the source has there, in parts of all. */
    private double excess(Tensor text) {
        Tensor counts = triples(text).squeeze(0).oneHot(K * K * K).sum(0).reshape(K, K, K);
        Tensor more = counts.sub(counts.sum(2).expandDims(2).mul(odds)).relu();
        return more.sum().div(counts.sum()).toDouble();
    }
}
