package rewind.benchmarks.measure;

import java.util.List;
import java.util.Locale;

/** What can be measured. */
public enum Part {
    KERNELS,
    STEPS,
    GROWTH,
    MEMORY,
    /** Beside another revision of this library; says nothing without it, and is not kept. */
    REVISION;

    /** What is measured unless something else is chosen. */
    public static final List<Part> USUAL = List.of(KERNELS, STEPS, GROWTH, MEMORY);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
