package rewind.benchmarks.systems;

/** What does one step after another. */
@FunctionalInterface
public interface Stepping {
    /** Does one step. */
    void step();

    /** Does some steps. */
    default void steps(int count) {
        for (int step = 0; step < count; step++) {
            step();
        }
    }

    /** Returns the processor time, in nanoseconds, that it has taken in another JVM than this one. */
    default long processorTimeElsewhere() {
        return 0;
    }
}
