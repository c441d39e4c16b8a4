package rewind.nn.optimize;

/** How the learning rate changes from epoch to epoch. Standard ones are in {@link rewind.nn.Schedules}; a user's own is a lambda. */
@FunctionalInterface
public interface Schedule {
    /**
     * Returns the learning rate of an epoch.
     *
     * @param learningRate the optimizer's, more than 0
     * @param epoch 0 to epochs − 1
     * @param epochs how many there will be, more than 0
     */
    double at(double learningRate, int epoch, int epochs);

    /** Whether training counts updates in place of epochs for {@link #at}; see {@link rewind.nn.Schedules#perUpdate}. */
    default boolean perUpdate() {
        return false;
    }
}
