package rewind.examples.research;

import org.knowm.xchart.XYChart;

/** A program of the gallery. */
@FunctionalInterface
public interface Experiment {
    /**
     * Computes, proves what it found, and returns a picture of it.
     *
     * @throws IllegalStateException if a number is another one than it must be
     */
    XYChart run(Findings findings);
}
