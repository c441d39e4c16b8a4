package rewind.nn.loss;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Pass;

/**
 * Sees to it that a loss gives one value per sample: a mean over the batch would be averaged twice. A mean over another axis is seen by
 * its shape, except where there are as many samples: then one sample fewer shows which of both it is. Outputs and targets of different
 * ranks may have been broadcast, each sample against all others, which shows in a sample alone. What has been shown once need not be
 * shown again.
 */
public final class OnePerSample {
    private final Loss loss;
    private boolean shown;

    /** Makes one for a loss, of which nothing is known yet. */
    public OnePerSample(Loss loss) {
        this.loss = loss;
    }

    /** The values of samples, of which a pass is a part. */
    private interface OfPart {
        Tensor of(Tensor scores, Tensor target, UnaryOperator<Pass> part);
    }

    /** Returns the values of the loss in a pass. */
    public Tensor of(Activation last, Tensor scores, Tensor target, Pass pass) {
        return checked(
                scores, target, (some, expected, part) -> loss.perSample(last, some, expected, part.apply(pass)));
    }

    /** Returns the values of a function of outputs, or scores, and targets. */
    public Tensor of(Tensor scores, Tensor target, BinaryOperator<Tensor> function) {
        return checked(scores, target, (some, expected, part) -> function.apply(some, expected));
    }

    private Tensor checked(Tensor scores, Tensor target, OfPart function) {
        Tensor values = require(function.of(scores, target, UnaryOperator.identity()), scores);
        if (!shown) {
            int samples = scores.size(0);
            boolean ambiguous = IntStream.range(1, scores.rank()).anyMatch(axis -> scores.size(axis) == samples);
            if (ambiguous && samples > 1) {
                Tensor fewer = scores.detach().slice(0, 1, samples);
                require(function.of(fewer, target.detach().slice(0, 1, samples), pass -> pass.part(1, samples)), fewer);
            }
            boolean broadcast = target.rank() > 0 && target.rank() != scores.rank();
            if (broadcast && samples > 1) {
                requireApart(values, scores, target, function);
            }
            shown = broadcast ? samples > 1 && differ(scores) && differ(target) : !ambiguous || samples > 1;
        }
        return values;
    }

    /** Requires that the first sample has the same value alone as among the others. */
    private static void requireApart(Tensor values, Tensor scores, Tensor target, OfPart function) {
        double among = values.detach().slice(0, 0, 1).sum().toDouble();
        double alone = function.of(
                        scores.detach().slice(0, 0, 1), target.detach().slice(0, 0, 1), pass -> pass.part(0, 1))
                .sum()
                .toDouble();
        double rounding = Math.sqrt(values.dtype().epsilon()) * Math.max(Math.abs(among), Math.abs(alone));
        Check.that(
                !(Math.abs(among - alone) > rounding + values.dtype().epsilon()), // NaN is for training to refuse
                "loss: a sample must have the same value alone as in its batch where outputs %s and targets %s have different ranks,"
                        + " got %s and %s: they are broadcast, each sample against all others; give both the same shape, as"
                        + " target.expandDims(1) or target.reshape(…) do; a loss that ranks samples against each other on purpose"
                        + " takes data whose targets have as many axes as outputs, dataset.mapY(y -> y.expandDims(1))",
                scores.shape(),
                target.shape(),
                alone,
                among);
    }

    /** Whether there are samples that differ: broadcasting of those that are the same does not show. */
    private static boolean differ(Tensor samples) {
        double[] flat = samples.detach().toArray();
        int each = flat.length / samples.size(0);
        return IntStream.range(each, flat.length).anyMatch(i -> flat[i] != flat[i - each]);
    }

    /** Requires one value per sample of outputs, or scores. */
    static Tensor require(Tensor values, Tensor output) {
        Check.that(
                values != null && values.shape().equals(Shape.of(output.size(0))),
                "loss: there must be one value per sample, %s of outputs %s, got %s; average over the axes of a sample alone, as in"
                        + " output.sub(target).square()%s: the mean over the batch is taken afterwards",
                Shape.of(output.size(0)),
                output.shape(),
                values == null ? "null" : values.rank() == 0 ? "one number for all of them" : values.shape(),
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
