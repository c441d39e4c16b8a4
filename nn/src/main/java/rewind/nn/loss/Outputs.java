package rewind.nn.loss;

import java.util.Optional;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** What losses do with outputs and targets alike. */
final class Outputs {
    private Outputs() {}

    static void requireFit(String loss, Tensor output, Tensor target) {
        Check.that(
                output.rank() >= 1 && output.shape().equals(target.shape()),
                "%s: the target must have the shape of the output %s, got %s",
                loss,
                output.shape(),
                target.shape());
    }

    /** The mean over all outputs of a sample. */
    static Tensor mean(Tensor values) {
        int[] perSample = IntStream.range(1, values.rank()).toArray();
        return perSample.length == 0 ? values : values.mean(perSample);
    }

    static Optional<String> objectionUnless(boolean condition, String text) {
        return condition ? Optional.empty() : Optional.of(text);
    }
}
