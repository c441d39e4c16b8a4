package rewind.nn.exchange;

import java.util.Map;
import java.util.function.BiFunction;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.attention.MultiHeadAttention;
import rewind.nn.attention.PositionalEmbedding;
import rewind.nn.convolution.Convolution;
import rewind.nn.feedforward.BatchNormalization;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.RmsNormalization;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/**
 * A layer that is given its features in another order than there. What it computes is the same when the rows of its product with the input, or
 * the parameters that each belong to a feature, are in that order.
 */
record ReorderedTensors(LayerTensors layer, FeatureOrder order, Map<String, Integer> axes) implements LayerTensors {
    /**
     * Returns the tensors of a layer by the order of its features.
     *
     * @param layer the layer, or null for one of a user's own
     * @param title what messages call it
     */
    static LayerTensors of(LayerTensors tensors, FeatureOrder order, Layer layer, String title) {
        if (order.isSame()) {
            return tensors;
        }
        Check.that(
                order.doubt() == null,
                "%s: the order in which %s gets its features there must be known, but is left open by %s; say by channelsFirst what"
                        + " flatten gets there",
                tensors.system(),
                title,
                order.doubt());
        Map<String, Integer> axes = axes(layer);
        Check.that(
                axes != null,
                "%s: %s must not follow flatten, which gives features in another order there, with channels first, as its"
                        + " parameters cannot be put into that order; put a dense layer between, or say channelsFirst(false)",
                tensors.system(),
                title);
        return new ReorderedTensors(tensors, order, axes);
    }

    /** The axis of the features in each parameter that has one, counted from the end; null if that is not known. */
    private static Map<String, Integer> axes(Layer layer) {
        if (layer instanceof Dense || layer instanceof MultiHeadAttention || layer instanceof Convolution) {
            return Map.of("U", 2);
        }
        if (RecurrentTensors.has(layer)) {
            return Map.of("U", 2, "forward/U", 2, "backward/U", 2);
        }
        if (layer instanceof LayerNormalization
                || layer instanceof RmsNormalization
                || layer instanceof BatchNormalization) {
            return Map.of("gain", 1, "shift", 1, "mean", 1, "variance", 1);
        }
        return layer instanceof PositionalEmbedding ? Map.of("P", 1) : null;
    }

    private Parameters turned(Parameters parameters, String prefix, BiFunction<Tensor, Integer, Tensor> turn) {
        Parameters turned = parameters;
        for (Map.Entry<String, Integer> each : axes.entrySet()) {
            String name = prefix + each.getKey();
            if (parameters.stored().contains(name)) {
                Tensor value = parameters.get(name);
                int axis = value.rank() - each.getValue();
                Check.that(
                        value.size(axis) == order.places().size(),
                        "%s: %s must see all features that flatten before it gives in another order there, with channels first, got"
                                + " groups of them",
                        system(),
                        layer);
                turned = turned.with(name, turn.apply(value, axis));
            }
        }
        return turned;
    }

    @Override
    public String system() {
        return layer.system();
    }

    @Override
    public Parameters read(ForeignTensors tensors, Parameters model, String prefix) {
        return turned(layer.read(tensors, model, prefix), prefix, order::ours);
    }

    @Override
    public Map<String, Tensor> write(Parameters parameters, String prefix, boolean gradients) {
        return layer.write(turned(parameters, prefix, order::theirs), prefix, gradients);
    }

    @Override
    public boolean mayLack(String name) {
        return layer.mayLack(name);
    }

    @Override
    public String toString() {
        return layer + " after flatten";
    }
}
