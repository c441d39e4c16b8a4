package rewind.nn.distribution;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * The distribution of one of K classes, 0 to K − 1, with probabilities softmax(logits).
 *
 * @param logits (…, K); −∞ for what never comes
 */
public record Categorical(Tensor logits) implements Distribution {
    /**
     * Checks that there is a class.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Categorical {
        Check.that(
                logits.rank() > 0 && logits.size(-1) > 0,
                "categorical: logits must be (…, classes) with a class, got the shape %s",
                logits.shape());
    }

    /** Returns the logarithms of the probabilities, (…, K). */
    public Tensor logProbabilities() {
        return logits.logSoftmax(-1);
    }

    /** Returns ln p of classes (…). */
    @Override
    public Tensor logDensity(Tensor x) {
        return logProbabilities()
                .maskedBy(x.oneHot(logits.size(-1)).to(logits.dtype()))
                .sum(-1);
    }

    /** Draws numbers of classes, constants: the class of the largest logit after noise of Gumbel's distribution, −ln(−ln u). */
    @Override
    public Tensor sample(Source source) {
        Tensor noise = Uniform.unit(source, logits)
                .clamp(logits.dtype().minNormal(), 1 - logits.dtype().epsilon())
                .log()
                .neg()
                .log()
                .neg();
        return logits.add(noise).argMax(-1);
    }

    /** Returns −Σ p ln p; what never comes adds nothing to it, nor to derivatives. */
    public Tensor entropy() {
        Tensor logs = logProbabilities();
        Tensor never = logs.equalTo(Double.NEGATIVE_INFINITY);
        Tensor finite = Tensor.where(never, Tensor.zeros(logs.dtype(), Shape.of()), logs); // else derivatives: 0·∞
        return finite.mul(logs.exp()).sum(-1).neg();
    }

    /** Returns the most probable class, the first of several. */
    public Tensor mode() {
        return logits.argMax(-1);
    }

    // ---- narrowed ----

    /**
     * Returns this one with its logits divided by a temperature: below 1 what is probable gets more so.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Categorical temperature(double temperature) {
        Check.that(
                temperature > 0 && Double.isFinite(temperature),
                "temperature: it must be positive, got %s",
                temperature);
        return new Categorical(logits.div(temperature));
    }

    /**
     * Returns this one with the k most probable classes alone; of equal ones the first.
     *
     * @throws IllegalArgumentException if k is not positive
     */
    public Categorical topK(int k) {
        Check.that(k > 0, "topK: there must be a class, got %s", k);
        return first(probabilities -> k);
    }

    /**
     * Returns this one with the fewest classes alone that together have a probability of p, the most probable first. Source: Holtzman et al.,
     * ICLR 2020.
     *
     * @throws IllegalArgumentException if p is not more than 0 and at most 1
     */
    public Categorical topP(double p) {
        Check.that(p > 0 && p <= 1, "topP: the probability must be more than 0 and at most 1, got %s", p);
        return first(probabilities -> {
            double sum = 0;
            int count = 0;
            while (count < probabilities.length && sum < p) {
                sum += probabilities[count++];
            }
            return count;
        });
    }

    /** Of each row the most probable classes, as many as their probabilities in falling order tell. */
    private Categorical first(ToIntFunction<double[]> count) {
        int classes = logits.size(-1);
        double[] all = logits.detach().softmax(-1).toArray();
        double[] kept = new double[all.length];
        for (int from = 0; from < all.length; from += classes) {
            int row = from;
            int[] order = IntStream.range(row, row + classes)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -all[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            int most = count.applyAsInt(
                    Arrays.stream(order).mapToDouble(i -> all[i]).toArray());
            Arrays.stream(order).limit(most).forEach(i -> kept[i] = 1);
        }
        Tensor mask = Tensor.of(logits.shape(), kept).to(logits.dtype());
        return new Categorical(Tensor.where(mask, logits, Tensor.full(logits.dtype(), Double.NEGATIVE_INFINITY)));
    }
}
