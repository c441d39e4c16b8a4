package rewind.nn;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

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

    /** Takes back what {@link #tensors} gave; what kind of state a layer has is seen from a pass of zeros. */
    void restore(Model model, Map<String, Tensor> tensors) {
        if (tensors.isEmpty()) {
            return;
        }
        samples = tensors.values().iterator().next().size(0);
        Pass zeros = Pass.inference();
        model.scores(model.parameters(), Tensor.zeros(model.dtype(), batch(model.input())), zeros);
        states = new LinkedHashMap<>();
        zeros.lastStates().forEach((layer, state) -> {
            Deque<Tensor> given = new ArrayDeque<>();
            for (int i = 0; tensors.containsKey(layer + "/" + i); i++) {
                given.add(tensors.get(layer + "/" + i));
            }
            states.put(layer, States.map(state, zero -> given.remove()));
        });
    }

    private Shape batch(Shape sample) {
        int[] sizes = new int[sample.rank() + 1];
        sizes[0] = samples;
        System.arraycopy(sample.toArray(), 0, sizes, 1, sample.rank());
        return Shape.of(sizes);
    }
}
