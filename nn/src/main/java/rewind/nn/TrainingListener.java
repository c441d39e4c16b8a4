package rewind.nn;

/** Follows a training run. Every method does nothing unless overridden. */
public interface TrainingListener {
    /** Called before the first epoch. */
    default void started(int epochs, int batchesPerEpoch) {}

    /**
     * Called after every batch.
     *
     * @param loss the mean loss of the batch before the update
     */
    default void batchDone(int epoch, int batch, double loss) {}

    /** Called after every epoch. */
    default void epochDone(History.Epoch epoch) {}

    /** Called at the end, also when training failed. */
    default void ended() {}
}
