package rewind.nn;

import java.util.Optional;
import rewind.autograd.Tensor;

/**
 * How far an output is from its target: one value per sample, averaged over the batch unless {@link #summed}. Standard ones are in
 * {@link Losses}; a user's own is a lambda.
 */
@FunctionalInterface
public interface Loss {
    /**
     * Returns one value per sample.
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
        return perSample(last.apply(scores), target);
    }

    /**
     * Returns what targets must be, if the given ones of a sample, or of one step of it, are not: training and evaluation refuse them with
     * this text, once, before they begin. By default all targets are welcome.
     *
     * @param target along the last axis
     * @return a clause such as "myLoss: targets must not be negative"; empty if there is nothing to say
     */
    default Optional<String> objection(double... target) {
        return Optional.empty();
    }

    /** Returns the values of the samples as the one number that is minimised: their mean. */
    default Tensor reduce(Tensor perSample) {
        return perSample.mean();
    }

    /** Returns the mean, or sum, over the batch, a scalar. The target is taken in the output's element type. */
    default Tensor of(Tensor output, Tensor target) {
        return reduce(perSample(output, target.to(output.dtype())));
    }

    /** Returns this loss summed over the batch, as EpyNN trains. */
    default Loss summed() {
        Loss each = this;
        return new Loss() {
            @Override
            public Tensor perSample(Tensor output, Tensor target) {
                return each.perSample(output, target);
            }

            @Override
            public Tensor perSample(Activation last, Tensor scores, Tensor target) {
                return each.perSample(last, scores, target);
            }

            @Override
            public Optional<String> objection(double... target) {
                return each.objection(target);
            }

            @Override
            public Tensor reduce(Tensor perSample) {
                return perSample.sum();
            }

            @Override
            public String toString() {
                return each + " summed";
            }
        };
    }
}
