package rewind.benchmarks;

import java.util.Map;

/** A system set up for training steps of one {@link Problem}. */
interface Learner extends AutoCloseable {
    /** Returns the name of the system. */
    String name();

    /** Does one training step. */
    void step();

    /** Does some training steps. */
    default void steps(int count) {
        for (int step = 0; step < count; step++) {
            step();
        }
    }

    /** Returns the processor time, in nanoseconds, that the system has taken in another JVM than this one. */
    default long processorTimeElsewhere() {
        return 0;
    }

    /** Does one training step and returns its results. */
    Outcome outcome();

    @Override
    void close();

    /**
     * The results of a training step.
     *
     * @param outputs all outputs (m, T, u), row-major
     * @param gradients the gradients by PyTorch's names and in its layout
     */
    record Outcome(double[] outputs, Map<String, double[]> gradients) {}
}
