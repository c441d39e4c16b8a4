package rewind.benchmarks;

import java.util.Locale;

/** What can be measured. */
enum Part {
    KERNELS,
    STEPS,
    GROWTH,
    MEMORY;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
