package rewind.nn.train.loop;

import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;
import rewind.nn.loss.Loss;

/**
 * The gradient of one batch out of those of several. A loss reduces m samples to c(m)·Σ of their values, with c(m) = 1/m for a mean and 1
 * for a sum; so the gradient over all M samples is c(M)·Σ g/c(m) over the batches with gradients g.
 *
 * @param scaled Σ g/c(m) in doubles, as many floats would lose digits and overflow; or the gradient itself if there is to be one batch
 *     only; null if there is none yet
 * @param batches how many batches there are
 * @param samples M
 */
record GradientSum(Parameters scaled, int batches, long samples) {
    static final GradientSum NONE = new GradientSum(null, 0, 0);

    /** The sum of one batch, which is to stay alone. */
    static GradientSum alone(Parameters gradients, int samples) {
        return new GradientSum(gradients, 1, samples);
    }

    GradientSum plus(Parameters gradients, int more, Loss loss) {
        double c = perSample(loss, more);
        Parameters added = gradients.map((name, g) -> {
            Tensor own = g.to(DType.FLOAT64).div(c);
            return scaled == null ? own : scaled.get(name).add(own);
        });
        return new GradientSum(added, batches + 1, samples + more);
    }

    Parameters total(Loss loss, DType dtype) {
        double c = perSample(loss, Math.toIntExact(samples));
        return scaled.map((name, g) -> g.mul(c).to(dtype));
    }

    private static double perSample(Loss loss, int samples) {
        return loss.reduce(Tensor.ones(DType.FLOAT64, samples)).toDouble() / samples;
    }
}
