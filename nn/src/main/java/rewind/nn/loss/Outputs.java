package rewind.nn.loss;

import java.util.Optional;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** What losses do with outputs and targets alike. */
final class Outputs {
    private Outputs() {}

    static void requireFit(String loss, Tensor output, Tensor target) {
        requireShape(loss, output.rank() >= 1, output, target);
    }

    /** Requires equal shapes, and what else must hold. */
    static void requireShape(String name, boolean condition, Tensor output, Tensor target) {
        Check.that(
                condition && output.shape().equals(target.shape()),
                "%s: the target must have the shape of the output %s, got %s%s",
                name,
                output.shape(),
                target.shape(),
                remedy(output.shape(), target.shape()));
    }

    /** What may be done where one of both has an axis more than the other. */
    private static String remedy(Shape output, Shape target) {
        if (target.rank() == 1 && output.rank() == 2 && output.size(0) == target.size(0)) {
            return output.size(1) == 1
                    ? "; expandDims(1) makes a column of the targets"
                    : "; of numbers of classes oneHot(" + output.size(1) + ") makes targets";
        }
        if (hasSteps(output, target)) {
            return "; there is an output for every step, where sequences(false) of the last recurrent layer gives the last one alone";
        }
        return hasSteps(target, output)
                ? "; there is a target for every step, to which sequences(true) of the last recurrent layer gives an output each"
                : "";
    }

    /** Whether one shape is another with steps. */
    private static boolean hasSteps(Shape one, Shape other) {
        return one.rank() == 3 && other.rank() == 2 && one.size(0) == other.size(0) && one.size(2) == other.size(1);
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
