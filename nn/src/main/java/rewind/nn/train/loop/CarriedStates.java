package rewind.nn.train.loop;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.layer.States;
import rewind.nn.train.Trainable;

/** The states that recurrent layers hand on from batch to batch, if they do. */
final class CarriedStates {
    private final boolean on;
    private Map<String, Object> states = Map.of();
    private int samples;

    CarriedStates(boolean on) {
        this.on = on;
    }

    /** The pass with every layer starting where the one before ended. */
    Pass into(Pass pass) {
        Pass started = pass;
        for (Map.Entry<String, Object> state : states.entrySet()) {
            started = started.from(state.getKey(), state.getValue());
        }
        return started;
    }

    void requireSize(Dataset batch) {
        Check.that(
                states.isEmpty() || batch.size() == samples,
                "training: stateful training needs batches of one size, got %s samples after %s; choose a batch size that divides the"
                        + " number of samples",
                batch.size(),
                samples);
    }

    void after(Pass pass, Dataset batch) {
        if (on) {
            states = new LinkedHashMap<>();
            samples = batch.size();
            pass.lastStates().forEach((layer, state) -> states.put(layer, States.map(state, Tensor::detach)));
        }
    }

    void reset() {
        states = Map.of();
    }

    /** All tensors, by layer and number. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        states.forEach((layer, state) -> {
            int[] number = new int[1];
            States.map(state, tensor -> {
                tensors.put(layer + "/" + number[0]++, tensor);
                return tensor;
            });
        });
        return tensors;
    }

    /**
     * Takes back what {@link #tensors} gave; what kind of state a layer has is seen from a pass of zeros.
     *
     * @param most how many samples a batch may have
     */
    void restore(Trainable model, SavedTensors saved, int most) {
        if (!on) {
            saved.requireNames(Set.of());
            return;
        }
        samples = samples(saved, most);
        Pass zeros = Pass.inference();
        model.scores(
                model.parameters(),
                Tensor.zeros(model.dtype(), Shape.of(Samples.batch(samples, model.input()))),
                zeros);
        states = new LinkedHashMap<>(zeros.lastStates());
        saved.requireNames(tensors().keySet());
        states.replaceAll((layer, state) -> {
            int[] number = new int[1];
            return States.map(state, zero -> saved.like(layer + "/" + number[0]++, zero));
        });
    }

    private static int samples(SavedTensors saved, int most) {
        for (String first : saved.names()) {
            Shape shape = saved.get(first).shape();
            saved.that(
                    shape.rank() > 0 && shape.size(0) > 0 && shape.size(0) <= most,
                    first,
                    "must be of 1 to %s samples, got the shape %s",
                    most,
                    shape);
            return shape.size(0);
        }
        return 1;
    }
}
