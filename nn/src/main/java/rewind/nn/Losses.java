package rewind.nn;

import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/**
 * The usual losses, for static import. Y is the target, A the output, n the number of outputs per sample. All throw {@link
 * IllegalArgumentException} if the target does not have the shape of the output.
 */
public final class Losses {
    private Losses() {}

    /** Mean squared error, Σ(Y − A)²/n per sample. */
    public static Loss meanSquaredError() {
        return meanOf("meanSquaredError", (output, target) -> target.sub(output).square());
    }

    /** The mean over the outputs of a sample of a function of each. */
    private static Loss meanOf(String name, BinaryOperator<Tensor> each) {
        return (output, target) -> {
            Check.that(
                    output.rank() >= 1 && output.shape().equals(target.shape()),
                    "%s: the target must have the shape of the output %s, got %s",
                    name,
                    output.shape(),
                    target.shape());
            Tensor values = each.apply(output, target);
            return values.rank() == 1
                    ? values
                    : values.mean(IntStream.range(1, values.rank()).toArray());
        };
    }
}
