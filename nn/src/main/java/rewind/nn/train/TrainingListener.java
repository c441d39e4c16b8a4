package rewind.nn.train;

import java.util.Map;
import rewind.autograd.Tensor;

/**
 * Follows a training run, and may steer it. Every method does nothing unless overridden. Ready-made ones are in {@link rewind.nn.Listeners}.
 *
 * <p>A listener that remembers something belongs to one run at a time: it forgets in {@link #started}. What it must not forget when a run
 * is continued from a checkpoint, it gives in {@link #state} and takes back in {@link #restore}.
 */
public interface TrainingListener {
    /**
     * Called first of all, before anything is changed, to refuse a run that this listener cannot follow: because its folder belongs to
     * another run, say. The position of the run is known, but the model still has the parameters that it had before.
     *
     * @param state what {@link #restore} will get; empty if there is nothing
     * @throws IllegalArgumentException if the run must not start
     */
    default void check(TrainingRun run, Map<String, Tensor> state) {}

    /** Called at the beginning; a run that is continued already has a {@link TrainingRun#history history}. */
    default void started(TrainingRun run) {}

    /** Called after every batch. */
    default void batchDone(TrainingRun run) {}

    /** Called after every epoch. */
    default void epochDone(TrainingRun run, History.Epoch epoch) {}

    /** Called after the last epoch, unless training failed or was interrupted. */
    default void completed(TrainingRun run) {}

    /**
     * Called when the thread that trains was interrupted, between two batches, instead of {@link #completed}: the last moment to write
     * down what a later run can be continued from. The thread's flag is set, so that reading or writing through a channel fails.
     */
    default void interrupted(TrainingRun run) {}

    /** Called at the end of all, also when training failed or was interrupted. */
    default void ended() {}

    /**
     * Whether this listener hears of everything after those that do not ask for it: one that writes {@link TrainingRun#checkpoint
     * checkpoints} must, as others remember something of the same batch or epoch.
     */
    default boolean hearsLast() {
        return false;
    }

    /** Returns what a checkpoint must hold of this listener, by names of its own; a number as a scalar. */
    default Map<String, Tensor> state() {
        return Map.of();
    }

    /** Takes back what {@link #state} gave, after {@link #started}; only called when a run is continued. */
    default void restore(TrainingRun run, Map<String, Tensor> state) {}
}
