package rewind.nn.train.loop;

import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;
import rewind.nn.loss.Loss;

/**
 * The gradient of one batch out of those of several. A loss reduces m samples to c(m)·Σ of their values, with c(m) = 1/m for a mean and 1
 * for a sum; so the gradient over all M samples is c(M)·Σ g/c(m) over the batches with gradients g.
 *
 * @param scaled Σ g/c(m) in doubles, as many floats would lose digits and overflow; null if there is none yet
 * @param batches how many batches there are
 * @param samples M
 * @param alone whether it is the gradient itself, of the one batch that there is to be
 */
record GradientSum(Parameters scaled, int batches, long samples, boolean alone) {
    static final GradientSum NONE = new GradientSum(null, 0, 0, false);

    /** The sum of one batch, which is to stay alone. */
    static GradientSum alone(Parameters gradients, int samples) {
        return new GradientSum(gradients, 1, samples, true);
    }

    /** The sum with that of another batch, g/c(m) in doubles. */
    GradientSum plus(Parameters more, int ofSamples) {
        Parameters added = scaled == null ? more : scaled.plus(more);
        return new GradientSum(added, batches + 1, samples + ofSamples, false);
    }

    Parameters total(Loss loss, DType dtype) {
        if (alone) {
            return scaled;
        }
        double c = perSample(loss, Math.toIntExact(samples));
        return scaled.map((name, g) -> g.mul(c).to(dtype));
    }

    /** c(m). */
    static double perSample(Loss loss, int samples) {
        return loss.reduce(Tensor.ones(DType.FLOAT64, samples)).toDouble() / samples;
    }
}
