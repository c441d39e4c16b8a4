package rewind.nn.loss;

import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Metrics of how far outputs are from their targets; the usual ones are in {@link rewind.nn.Metrics}. */
public final class ErrorMetrics {
    private ErrorMetrics() {}

    /** Returns √(Σ(Y − A)²/n) over all outputs of all samples. */
    public static Metric rootMeanSquaredError() {
        return new SummedMetric(
                "rootMeanSquaredError",
                (output, target) -> {
                    Classes.requireSameShape("rootMeanSquaredError", output, target);
                    return new double[] {squaredDistance(output, target), output.size()};
                },
                n -> Math.sqrt(n[0] / n[1]),
                (n, rows, numbers) -> n[0] >= 0 && SummedMetric.isCount(n[1], numbers),
                error -> error >= 0,
                false);
    }

    /** Σ(y − a)², in doubles whatever the dtype, and pairwise. */
    private static double squaredDistance(Tensor output, Tensor target) {
        Tensor difference =
                target.detach().to(DType.FLOAT64).sub(output.detach().to(DType.FLOAT64));
        return difference.square().sum().toDouble();
    }
}
