package rewind.nn.exchange;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rewind.autograd.Shape;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.attention.AdditiveAttention;
import rewind.nn.attention.PositionalEmbedding;
import rewind.nn.attention.PositionalEncoding;
import rewind.nn.convolution.Convolution;
import rewind.nn.convolution.GlobalPooling;
import rewind.nn.convolution.Pooling;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.BatchNormalization;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Flatten;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.Residual;
import rewind.nn.feedforward.RmsNormalization;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Samples;
import rewind.nn.layer.Wrapping;

/**
 * In which order PyTorch has the features of what each layer of a model is given. Its convolutions and poolings take and give samples with
 * channels first, (channels, …sizes), so that flatten gives these in another order than here; all other layers have features last, as here.
 */
final class PytorchOrders {
    /** The features are the last axis there too. */
    private static final int LAST = -1;

    /** No layer says yet where the features are: it is as the model is given it. */
    private static final int GIVEN = -2;

    /** The layers leave open where the features are. */
    private static final int OPEN = -3;

    private final Optional<Boolean> channelsFirst;
    private final Map<String, FeatureOrder> orders = new HashMap<>();

    private PytorchOrders(Optional<Boolean> channelsFirst) {
        this.channelsFirst = channelsFirst;
    }

    /**
     * Returns the orders by the beginnings of the layers' parameters.
     *
     * @param channelsFirst whether flatten gets channels first; empty if the layers tell
     */
    static Map<String, FeatureOrder> of(Model model, Optional<Boolean> channelsFirst) {
        Deque<Part> open = new ArrayDeque<>();
        for (BuiltLayer.Applied applied : model.applied()) { // each after those that it consists of
            Deque<Part> within = new ArrayDeque<>();
            while (!open.isEmpty() && open.getLast().isWithin(applied)) {
                within.addFirst(open.removeLast());
            }
            open.addLast(new Part(applied, List.copyOf(within)));
        }
        PytorchOrders walk = new PytorchOrders(channelsFirst);
        Arranged place = new Arranged(GIVEN, FeatureOrder.SAME);
        for (Part part : open) {
            place = walk.through(part, place);
        }
        return walk.orders;
    }

    /** A layer and those that it applied, in their order. */
    private record Part(BuiltLayer.Applied applied, List<Part> within) {
        boolean isWithin(BuiltLayer.Applied other) {
            String prefix = applied.prefix();
            return prefix.length() > other.prefix().length() && prefix.startsWith(other.prefix());
        }
    }

    /**
     * How a sample lies there.
     *
     * @param axis of the features; or {@link #LAST}, {@link #GIVEN}, {@link #OPEN}
     * @param features their order
     */
    private record Arranged(int axis, FeatureOrder features) {
        Arranged at(int other) {
            return new Arranged(other, features);
        }

        Arranged doubtful(Part part) {
            return new Arranged(axis, FeatureOrder.doubtful(part.applied().name()));
        }

        boolean isAsHere() {
            return (axis == LAST || axis == GIVEN) && features.isSame();
        }

        /** That of one step of several. */
        Arranged ofStep() {
            return axis >= 0 ? at(axis == 0 ? OPEN : axis - 1) : this;
        }

        /** That of several steps. */
        Arranged ofSteps() {
            return axis >= 0 ? at(axis + 1) : this;
        }
    }

    private Arranged through(Part part, Arranged in) {
        return through(
                part.applied().layer(),
                part,
                in,
                part.applied().input(),
                part.applied().output());
    }

    private Arranged through(Layer layer, Part part, Arranged in, Shape input, Shape output) {
        if (layer instanceof Wrapping wrapping) {
            return through(wrapping.layer(), part, in, input, output);
        }
        if (layer instanceof TimeDistributed every) {
            return through(every.layer(), part, in.ofStep(), Samples.shape(input), Samples.shape(output))
                    .ofSteps();
        }
        if (layer instanceof Residual residual) {
            return around(residual, part, in, input, output);
        }
        if (layer instanceof Sequential) {
            Arranged place = in;
            for (Part each : part.within()) {
                place = through(each, place);
            }
            return place;
        }
        orders.merge(
                part.applied().prefix(),
                in.features(),
                (one, other) -> one.equals(other) ? one : FeatureOrder.doubtful("its several uses"));
        return part.within().isEmpty() ? after(layer, part, in, input, output) : ofOwn(part, in);
    }

    /** A sum of what lies in two ways is left open. */
    private Arranged around(Residual residual, Part part, Arranged in, Shape input, Shape output) {
        Map<String, FeatureOrder> before = Map.copyOf(orders);
        Arranged out = through(residual.layer(), part, in, input, output);
        if (!out.features().equals(in.features())) {
            orders.clear();
            orders.putAll(before);
            return through(residual.layer(), part, in.doubtful(part), input, output)
                    .doubtful(part);
        }
        return out.axis() == in.axis() || in.axis() == GIVEN ? out : in.at(OPEN);
    }

    /** Layers that a layer of one's own applies may get its input, or what others of them give. */
    private Arranged ofOwn(Part part, Arranged in) {
        boolean asHere = in.isAsHere();
        for (Part each : part.within()) {
            asHere &= through(each, asHere ? in : in.at(OPEN).doubtful(part)).isAsHere();
        }
        return asHere ? in : in.at(OPEN).doubtful(part);
    }

    private Arranged after(Layer layer, Part part, Arranged in, Shape input, Shape output) {
        if (layer instanceof Dropout || layer instanceof ActivationLayer) {
            return in;
        }
        if (layer instanceof Flatten) {
            return flattened(in, input);
        }
        if (layer instanceof Convolution || layer instanceof Pooling) {
            return new Arranged(0, layer instanceof Pooling ? in.features() : FeatureOrder.SAME);
        }
        if (layer instanceof GlobalPooling || layer instanceof AdditiveAttention) {
            return in.at(LAST);
        }
        if (layer instanceof BatchNormalization) { // takes channels first, and nothing else
            return input.rank() < 2 || in.axis() == 0 ? in : in.at(OPEN);
        }
        if (layer instanceof LayerNormalization
                || layer instanceof RmsNormalization
                || layer instanceof PositionalEmbedding
                || layer instanceof PositionalEncoding) {
            return in.at(in.axis() >= 0 ? OPEN : in.axis());
        }
        if (layer instanceof Formed || in.isAsHere()) {
            return new Arranged(LAST, FeatureOrder.SAME);
        }
        return input.equals(output) && in.features().isSame()
                ? in.at(OPEN)
                : in.at(OPEN).doubtful(part);
    }

    private Arranged flattened(Arranged in, Shape sample) {
        if (sample.rank() < 2) {
            return in;
        }
        boolean oneWay = sample.size(-1) <= 1 || sample.size() <= sample.size(-1);
        int axis = channelsFirst.map(first -> first ? 0 : LAST).orElse(oneWay ? LAST : in.axis());
        FeatureOrder order = axis == OPEN
                ? FeatureOrder.doubtful("the layers between a convolution and flatten")
                : in.features().flattened(sample, axis < 0 ? sample.rank() - 1 : axis);
        return new Arranged(LAST, order);
    }
}
