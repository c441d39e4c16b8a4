package rewind.nn.loss;

import java.util.Optional;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Pass;

/**
 * How far an output is from its target: one value per sample, averaged over the batch unless {@link #summed}. Standard ones are in
 * {@link rewind.nn.Losses}; a user's own is a lambda:
 *
 * <pre>{@code
 * Loss quartic = (output, target) -> output.sub(target).square().square().mean(1);
 * Loss twice = (output, target) -> categoricalCrossEntropy().perSample(output, target).mul(2);   // or categoricalCrossEntropy().times(2)
 * }</pre>
 *
 * <p>A probability that rounds to 0 or 1 has no logarithm worth the name. So a model gives a loss the scores before its last activation,
 * too: cross-entropies are computed from those, also inside a lambda, where they are handed the very output that the lambda was. A lambda
 * that itself needs logarithms, or hands on a part of the output, is written {@link #ofScores}.
 *
 * <p>Scores are known where the model ends with a layer whose activation is built in, {@code dense(5, "softmax")} or {@code
 * activation("sigmoid")} say, also within {@link rewind.nn.Sequential}, {@link rewind.nn.Layers#timeDistributed} and under another name; what follows it may
 * only be {@code dropout(0)} and the identity. Behind any other layer, such as {@link rewind.nn.Layers#flatten} or dropout, or where a function of
 * one's own computes the probabilities ({@code x -> x.softmax(-1)}), only those are known: a probability that rounded to 0 counts as
 * {@link rewind.autograd.DType#minNormal}, so that the loss is at most some 87 in FLOAT32 and 708 in FLOAT64, and its gradient vanishes
 * in the rounded activation.
 */
@FunctionalInterface
public interface Loss {
    /**
     * Returns one value per sample. Where a batch happens to have as many samples as another axis of the outputs has elements, training and
     * evaluation call this once more before they begin, with one sample fewer: a mean over the batch would look like one over the outputs. Where
     * outputs and targets have different ranks, they call it with one sample alone, whose value must be the same: subtracted from each
     * other, (batch, 1) and (batch) would be broadcast to (batch, batch).
     *
     * @param output what the model gave, (batch, …)
     * @param target what it should have given, of the same shape
     * @return (batch)
     */
    Tensor perSample(Tensor output, Tensor target);

    /**
     * Returns one value per sample, given the output before the model's last activation: a cross-entropy computes from that what the
     * activation itself would round to 0 or 1.
     *
     * @param scores what came before the activation, (batch, …)
     */
    default Tensor perSample(Activation last, Tensor scores, Tensor target) {
        return LossCall.of(last, scores, output -> perSample(output, target));
    }

    /**
     * As {@link #perSample(Activation, Tensor, Tensor)}, in a pass, which knows lengths, named tensors and outputs, and the place in training.
     * What a loss takes of it alone differs from pass to pass; by default it is nothing.
     */
    default Tensor perSample(Activation last, Tensor scores, Tensor target, Pass pass) {
        return perSample(last, scores, target);
    }

    /**
     * Returns what targets must be, if the given ones of a sample, or of one step of it, are not: training and evaluation refuse them with
     * this text, once, before they begin. By default all targets are welcome; losses of this library that a lambda calls object to those
     * that it hands on, in every call.
     *
     * @param target along the last axis
     * @return a clause such as "myLoss: targets must not be negative"; empty if there is nothing to say
     */
    default Optional<String> objection(double... target) {
        return Optional.empty();
    }

    /** Returns what of a target the output is compared with, which metrics get: all of it, except where it holds weights, too. */
    default Tensor expected(Tensor target) {
        return target;
    }

    /** Returns the values of the samples as the one number that is minimised: their mean. */
    default Tensor reduce(Tensor perSample) {
        return perSample.mean();
    }

    /**
     * Returns the mean, or sum, over the batch, a scalar. The target is taken in the output's element type.
     *
     * @throws IllegalArgumentException if {@link #perSample} does not give one value per sample
     */
    default Tensor of(Tensor output, Tensor target) {
        return reduce(new OnePerSample(this).of(output, target.to(output.dtype()), this::perSample));
    }

    // ---- losses made of others ----

    /**
     * Returns a loss of the scores before the model's last activation. These two are exact for scores of any size:
     *
     * <pre>{@code
     * Loss.ofScores((last, scores, target) -> target.mul(last.log(scores)).sum(-1).neg())         // ln of the last activation
     * Loss.ofScores((last, scores, target) -> binaryCrossEntropy()                                // of the first three columns
     *         .perSample(last, scores.slice(-1, 0, 3), target.slice(-1, 0, 3)))
     * }</pre>
     */
    static Loss ofScores(OfScores function) {
        ScoresLoss loss =
                (last, scores, target) -> LossCall.ofScores(scores, () -> function.perSample(last, scores, target));
        return loss;
    }

    /** A function of the scores before the last activation; where there is an output alone, it is taken for the scores of the identity. */
    @FunctionalInterface
    interface OfScores {
        /** Returns one value per sample, (batch), as {@link Loss#perSample(Activation, Tensor, Tensor)}. */
        Tensor perSample(Activation last, Tensor scores, Tensor target);
    }

    /** Returns this loss summed over the batch, as EpyNN trains. */
    default Loss summed() {
        return DerivedLoss.summed(this);
    }

    /**
     * Returns this loss times a factor.
     *
     * @throws IllegalArgumentException if the factor is not finite
     */
    default Loss times(double factor) {
        return DerivedLoss.times(this, factor);
    }

    /**
     * Returns this loss times a factor that changes in the course of training, see {@link Pass#scheduled}.
     *
     * @param during the factor at a place in training
     * @param inUse the factor where a model is evaluated
     */
    default Loss times(ToDoubleFunction<Pass.TrainingPlace> during, double inUse) {
        return DerivedLoss.scheduled(this, during, inUse);
    }

    /**
     * Returns this loss with a weight for each class, Σ_k w_k Y_k times the loss of the target Y: classes that are rare count as much as
     * frequent ones if their weights are inverse to their frequencies. Weights are not normalised. Targets have the classes along the
     * last axis, as one-hot or probabilities; one column is the probability of class 1 against class 0. Every row along the last axis is
     * taken for a sample; where axes lie between, such as steps, the mean over them is taken afterwards.
     *
     * @param ofClasses the weights, one per class
     * @throws IllegalArgumentException if there are fewer than two, or one is negative or not finite; in training, if targets have
     *     another number of classes, or do not sum to 1
     */
    default Loss weighted(double... ofClasses) {
        return DerivedLoss.weighted(this, ofClasses);
    }

    /**
     * Returns this loss with a weight for each sample, or step, that the data have: the last column of a target is the weight, the others
     * are the target, {@code Tensor.concat(-1, y, weights)}. Metrics see the target alone. Weights are not normalised.
     *
     * @throws IllegalArgumentException in training, if a weight is negative
     */
    default Loss weightedByLastColumn() {
        return DerivedLoss.weightedByLastColumn(this);
    }

    /**
     * Returns this loss of targets that are the number of a class, 0 to K − 1, in place of one-hot: (batch) or a last column (batch, …, 1).
     * Metrics see one-hot targets. It comes last: {@code categoricalCrossEntropy().smoothed(0.1).ofIds(5)}.
     *
     * @param classes K
     * @throws IllegalArgumentException if there are fewer than two; in training, if a target is no class
     */
    default Loss ofIds(int classes) {
        return DerivedLoss.ofIds(this, classes);
    }

    /**
     * Returns this loss of targets that are less sure, (1 − ε)·Y + ε/K with K classes along the last axis; one column is the probability of
     * class 1 of two, and so is every column of a binary cross-entropy, and of any loss where the model's last activation is the sigmoid.
     * Source: Szegedy et al., CVPR 2016, section 7.
     *
     * @param epsilon ε, 0 to 1
     * @throws IllegalArgumentException if ε is out of its range
     */
    default Loss smoothed(double epsilon) {
        return DerivedLoss.smoothed(
                this, epsilon, (last, target) -> last == Activation.SIGMOID ? 2 : Math.max(2, target.size(-1)));
    }
}
