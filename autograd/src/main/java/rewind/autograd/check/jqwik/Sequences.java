package rewind.autograd.check.jqwik;

import java.util.List;
import rewind.autograd.Tensor;

/**
 * A padded batch of sequences. What stands in the padding are numbers as any others, so that one notices if they are used.
 *
 * @param values (samples, steps, features)
 * @param perSample how many steps of every sample are real, 0 to steps
 */
public record Sequences(Tensor values, List<Integer> perSample) {
    /** Copies the list. */
    public Sequences {
        perSample = List.copyOf(perSample);
    }

    /** Returns how many steps of every sample are real. */
    public int[] lengths() {
        return perSample.stream().mapToInt(length -> length).toArray();
    }
}
