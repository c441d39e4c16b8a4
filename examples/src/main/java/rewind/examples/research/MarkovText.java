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
 * A character model whose one table of characters serves as input and, transposed, as output, learns a Markov chain in which the next character
 * depends on two before it. Proof: its loss on new text is the chain's own −ln p, below whose expectation, the entropy, no model can go; and text
 * that it writes has the chain's transitions. Source: Press and Wolf, EACL 2017; Shannon, Bell System Technical Journal 27, 1948.
 */
final class MarkovText implements Experiment {
    private static final int CHARS = 4; // characters there are
    private static final int STEPS = 40;
    private static final int UPDATES = 600;

    private final RandomGenerator rng = new Well19937c(10);
    /** p(next | before last, last). */
    private final Tensor chain = Tensor.randn(rng, CHARS, CHARS, CHARS).mul(1.5).softmax(2);

    /** How many of p⟨1⟩, p⟨1⟩ + p⟨2⟩, … are less than a uniform number. */
    private int drawn(Tensor p) {
        return (int) p.cumsum(0).less(rng.nextDouble()).sum().toDouble();
    }

    /** Texts, and the same a character later. */
    private Tensor[] batch(int count) {
        double[] text = new double[count * (STEPS + 1)];
        for (int t = 2; t < text.length; t++) {
            text[t] = drawn(chain.select(0, (int) text[t - 2]).select(0, (int) text[t - 1]));
        }
        Tensor all = Tensor.of(text).reshape(count, STEPS + 1);
        return new Tensor[] {all.slice(1, 0, STEPS), all.slice(1, 1, STEPS + 1).expandDims(2)};
    }

    /** Each three characters in a row, as the digits of one number. */
    private static Tensor triples(Tensor texts) {
        int n = texts.shape().size(1);
        Tensor pairs = texts.slice(1, 0, n - 2).mul(CHARS).add(texts.slice(1, 1, n - 1));
        return pairs.mul(CHARS).add(texts.slice(1, 2, n));
    }

    @Override
    public XYChart run(Findings findings) {
        Model model = Sequential.of(
                        embedding(CHARS, 16), gru(16).sequences(true), tiedDense("embedding/E"), activation("softmax"))
                .build(Shape.of(STEPS), 10);
        Loss loss = categoricalCrossEntropy().ofIds(CHARS);
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
        Tensor informed = model.predict(unseen[0]).slice(1, 1, STEPS); // two characters were seen
        double found = loss.of(informed, unseen[1].slice(1, 1, STEPS)).toDouble();
        Tensor texts = Tensor.concat(1, unseen[0], unseen[1].select(1, STEPS - 1));
        double entropy =
                -chain.log().reshape(chain.size()).gather(triples(texts)).mean().toDouble();
        findings.prove("−ln p of a character", found, entropy, 0.03);
        findings.proveBelow("total variation of a text it writes", variation(written(model, 20_000)), 0.05);
        XYChart chart = Charts.empty(1000, 420, "A character model reaches the entropy of a chain", "update", "−ln p");
        Charts.line(chart, "loss of a batch", Charts.numbers(UPDATES), losses, Charts.BLUE, 1.5f);
        Charts.dashed(chart, "entropy", new double[] {1, UPDATES}, new double[] {entropy, entropy}, Charts.GREY, 2);
        return chart;
    }

    /** Text that the model writes, character by character. */
    private Tensor written(Model model, int length) {
        Decoding writing = Decoding.of(model).atMost(length).after(new int[] {0});
        return writing.sample(rng).get(0).ids().expandDims(0);
    }

    /** ½ Σ_c |p(c | a, b) in the text − p(c | a, b) in the chain|, the mean over the pairs ab of the text. */
    private double variation(Tensor text) {
        Tensor counts = triples(text).squeeze(0).oneHot(chain.size()).sum(0).reshape(CHARS, CHARS, CHARS);
        Tensor expected = counts.sum(2).expandDims(2).mul(chain);
        return counts.sub(expected).abs().sum().div(counts.sum()).toDouble() / 2;
    }
}
