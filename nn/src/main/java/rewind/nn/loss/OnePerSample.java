package rewind.nn.loss;

import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;

/**
 * Sees to it that a loss gives one value per sample: a mean over the batch would be averaged twice. A mean over another axis is seen by
 * its shape, except where there are as many samples: then one sample fewer shows which of both it is. What has been shown once need not
 * be shown again.
 */
public final class OnePerSample {
    private final Loss loss;
    private boolean shown;

    /** Makes one for a loss, of which nothing is known yet. */
    public OnePerSample(Loss loss) {
        this.loss = loss;
    }

    /** Returns the values of the loss. */
    public Tensor of(Activation last, Tensor scores, Tensor target) {
        return of(scores, target, (part, expected) -> loss.perSample(last, part, expected));
    }

    /** Returns the values of a function of outputs, or scores, and targets. */
    public Tensor of(Tensor scores, Tensor target, BinaryOperator<Tensor> function) {
        Tensor values = require(function.apply(scores, target), scores);
        if (!shown) {
            int samples = scores.size(0);
            boolean ambiguous = IntStream.range(1, scores.rank()).anyMatch(axis -> scores.size(axis) == samples);
            if (ambiguous && samples > 1) {
                Tensor fewer = scores.detach().slice(0, 1, samples);
                require(function.apply(fewer, target.detach().slice(0, 1, samples)), fewer);
            }
            shown = !ambiguous || samples > 1;
        }
        return values;
    }

    /** Requires one value per sample of outputs, or scores. */
    static Tensor require(Tensor values, Tensor output) {
        Check.that(
                values != null && values.shape().equals(Shape.of(output.size(0))),
                "loss: there must be one value per sample, %s of outputs %s, got %s; average over the axes of a sample alone, as in"
                        + " output.sub(target).square()%s: the mean over the batch is taken afterwards",
                Shape.of(output.size(0)),
                output.shape(),
                values == null ? "null" : values.shape(),
                meanOfSample(output.rank()));
        return values;
    }

    private static String meanOfSample(int rank) {
        StringBuilder axes = new StringBuilder();
        for (int axis = 1; axis < rank; axis++) {
            axes.append(axis == 1 ? "" : ", ").append(axis);
        }
        return rank == 1 ? "" : ".mean(" + axes + ")";
    }

    /** Returns of which loss it sees to it. */
    @Override
    public String toString() {
        return "one value per sample of " + loss;
    }
}
