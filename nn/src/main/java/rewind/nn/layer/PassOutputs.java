package rewind.nn.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** What a pass gives besides the output of the model: outputs by name, and losses that layers add. */
public final class PassOutputs {
    private final Map<String, Named> named = new LinkedHashMap<>();
    private Tensor loss; // null: none was added

    /**
     * An output besides that of the model.
     *
     * @param last the activation that makes it of the scores
     * @param scores what came before the activation
     */
    public record Named(Activation last, Tensor scores) {
        /** Returns the output. */
        public Tensor output() {
            return last.apply(scores);
        }
    }

    /** Takes an output of a layer by the name in the model. */
    void put(String name, Named output) {
        Check.that(!named.containsKey(name), "output: there must be one of each name, but %s comes twice", name);
        named.put(name, output);
    }

    /**
     * Adds a loss of every sample to that of the output, as a penalty on what a layer gives is one.
     *
     * @param perSample (batch)
     * @throws IllegalArgumentException if it has other axes, or not as many samples as those before
     */
    public void addLoss(Tensor perSample) {
        Check.that(
                perSample.rank() == 1 && (loss == null || loss.shape().equals(perSample.shape())),
                "addLoss: there must be one loss for every sample, %s, got the shape %s",
                loss == null ? "(batch)" : loss.shape(),
                perSample.shape());
        loss = loss == null ? perSample : loss.add(perSample);
    }

    /** Replaces the sum of the losses that were added, or null for none; returns the one before. For who adds to it what is computed again. */
    public Tensor exchangeLoss(Tensor other) {
        Tensor before = loss;
        loss = other;
        return before;
    }

    /** The outputs of some samples. */
    PassOutputs part(int from, int to) {
        PassOutputs part = new PassOutputs();
        named.forEach((name, each) ->
                part.put(name, new Named(each.last(), each.scores().detach().slice(0, from, to))));
        return part;
    }

    /** Returns the sum of the losses that were added, (batch), if there was one. */
    public Optional<Tensor> loss() {
        return Optional.ofNullable(loss);
    }

    /** Returns the outputs by name. */
    public Map<String, Named> named() {
        return Collections.unmodifiableMap(named);
    }

    /** Returns names and shapes. */
    @Override
    public String toString() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        named.forEach((name, each) -> shapes.put(name, each.scores().shape()));
        return "outputs " + shapes + (loss == null ? "" : ", an added loss");
    }
}
