package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import rewind.autograd.Tensor;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** The listeners of a run: the order in which they hear, and what checkpoints keep of each. */
final class RunListeners {
    private final List<TrainingListener> inOrder;

    /** What others remember of an epoch must be in its checkpoint, so those that write it hear last. */
    RunListeners(List<TrainingListener> given) {
        inOrder = new ArrayList<>(given);
        inOrder.sort(Comparator.comparing(TrainingListener::hearsLast));
    }

    void each(Consumer<TrainingListener> event) {
        inOrder.forEach(event);
    }

    /** What ends all of them when it is closed, whatever they throw: the first exception stays, later ones are suppressed by it. */
    Stream<?> ending() {
        Stream<?> ending = Stream.empty();
        for (TrainingListener listener : inOrder) {
            ending = ending.onClose(listener::ended);
        }
        return ending;
    }

    // ---- checkpoints ----

    /** Sorted, as the order of a listener's own map may differ from run to run. */
    void save(Checkpoint to) {
        eachByKey((key, listener) -> to.put(key, new TreeMap<>(listener.state())));
    }

    /**
     * Lets all of them look at the run and at what was saved of them.
     *
     * @throws IllegalArgumentException if one refuses it
     */
    void check(TrainingRun run, Optional<Checkpoint> earlier) {
        eachByKey((key, listener) -> {
            Map<String, Tensor> state =
                    earlier.isPresent() ? earlier.get().group(key).tensors() : Map.of();
            try {
                listener.check(run, state);
            } catch (IllegalArgumentException e) {
                throw state.isEmpty()
                        ? e
                        : new IllegalArgumentException(earlier.get().origin() + ": " + e.getMessage(), e);
            }
        });
    }

    /** Gives back what was saved of them. */
    void restore(TrainingRun run, Checkpoint from) {
        eachByKey((key, listener) -> {
            Map<String, Tensor> state = from.group(key).tensors();
            if (!state.isEmpty()) {
                listener.restore(run, state);
            }
        });
    }

    /** By their class, numbered where there are several of one. */
    private void eachByKey(BiConsumer<String, TrainingListener> action) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, TrainingListener> byKey = new LinkedHashMap<>();
        for (TrainingListener listener : inOrder) {
            String type = Checkpoint.wherever(listener.getClass().getName());
            byKey.put("listener/" + type + " " + counts.merge(type, 1, Integer::sum), listener);
        }
        byKey.forEach(action);
    }
}
