package rewind.benchmarks.systems;

import java.util.Map;

/** A system set up for training steps of one {@link Problem}. */
public interface Learner extends Stepping, AutoCloseable {
    /** Returns the name of the system. */
    String name();

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
