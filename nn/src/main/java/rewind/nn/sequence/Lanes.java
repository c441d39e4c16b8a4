package rewind.nn.sequence;

import java.util.Arrays;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;
import rewind.nn.data.Vocabulary;
import rewind.nn.layer.Lengths;

/**
 * One long sequence cut into lanes, which are learnt side by side: a batch has the next steps of every lane, and states are carried from batch to
 * batch. Lanes differ by a step at most; where they end, they are padded.
 *
 * <pre>{@code
 * Lanes lanes = new Lanes(32, 64);
 * Training.of(model).stateful(true).shuffle(false).batchSize(lanes.number()).
 *         loss(categoricalCrossEntropy().ofIds(letters.size())).fit(lanes.over(letters, text));
 * }</pre>
 *
 * @param number of lanes, which is the size of batches
 * @param steps of a batch
 */
public record Lanes(int number, int steps) {
    /**
     * Makes one of its numbers.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public Lanes {
        Check.that(
                number > 0 && steps > 0,
                "lanes: numbers of lanes and steps must be positive, got %s and %s",
                number,
                steps);
    }

    /**
     * Returns parts of a text to learn to continue it: x the numbers of tokens, (samples, steps), y those of the tokens after them, (samples,
     * steps, 1).
     *
     * @throws IllegalArgumentException if a token is not known, or there are fewer than one for each lane and one more
     */
    public Dataset over(Vocabulary words, String text) {
        return next(Tensor.of(words.encode(text)));
    }

    /**
     * As {@link #over(Tensor, Tensor)}, to learn what comes next.
     *
     * @param series (steps) or (steps, …)
     */
    public Dataset next(Tensor series) {
        int last = series.rank() == 0 ? 0 : series.size(0) - 1;
        Check.that(last > 0, "lanes: a series must have at least two steps, got the shape %s", series.shape());
        return over(series.slice(0, 0, last), series.slice(0, 1, last + 1));
    }

    /**
     * Returns the parts of a sequence with a target for every step: of batch after batch the samples of all lanes, in their order.
     *
     * @param x (steps, …)
     * @param y (steps, …), or (steps) for one number each, (samples, steps, 1)
     * @throws IllegalArgumentException if there are not as many targets as steps, or not a step for every lane
     */
    public Dataset over(Tensor x, Tensor y) {
        Check.that(
                x.rank() > 0 && y.rank() > 0 && x.size(0) == y.size(0) && x.size(0) >= number,
                "lanes: there must be a target for every step and at least one step for each of the %s lanes, got the shapes %s and %s",
                number,
                x.shape(),
                y.shape());
        int all = x.size(0);
        int longest = (all + number - 1) / number;
        int batches = (longest + steps - 1) / steps;
        int[] lengths = new int[Shape.of(batches, number).size()];
        int[] places = new int[Shape.of(batches, number, steps).size()];
        Arrays.fill(places, all); // where the padding is
        for (int sample = 0; sample < lengths.length; sample++) {
            int lane = sample % number;
            int from = (int) ((long) all * lane / number) + sample / number * steps;
            int to = (int) ((long) all * (lane + 1) / number);
            lengths[sample] = Math.max(0, Math.min(steps, to - from));
            for (int t = 0; t < lengths[sample]; t++) {
                places[sample * steps + t] = from + t;
            }
        }
        Tensor targets = y.rank() == 1 ? y.expandDims(1) : y;
        Dataset parts = new Dataset(parts(x, lengths.length, places), parts(targets, lengths.length, places));
        return parts.lengths(Lengths.of(lengths)).targetsPerStep(true);
    }

    private Tensor parts(Tensor series, int samples, int... places) {
        int[] sizes = series.shape().toArray();
        sizes[0] = 1;
        Tensor padded = Tensor.concat(0, series, Tensor.zeros(series.dtype(), Shape.of(sizes)));
        int[] parts = new int[sizes.length + 1];
        parts[0] = samples;
        parts[1] = steps;
        System.arraycopy(sizes, 1, parts, 2, sizes.length - 1);
        return padded.gather(places).reshape(parts);
    }
}
