package rewind.autograd;

import java.util.function.ToDoubleFunction;

/** Derivatives by central differences, with the step ε^(1/3)·max(1, |x|): their error is near 1e-10 for functions of size 1. */
final class Differences {
    private Differences() {}

    /** ∂f/∂x. */
    static Tensor gradient(ToDoubleFunction<Tensor> f, Tensor x) {
        return gradient(f, x, DType.FLOAT64.epsilon());
    }

    private static Tensor gradient(ToDoubleFunction<Tensor> f, Tensor x, double epsilon) {
        double[] values = x.toArray();
        double[] slopes = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            double step = Math.cbrt(epsilon) * Math.max(1, Math.abs(value));
            values[i] = value + step;
            double above = f.applyAsDouble(Tensor.of(x.shape(), values));
            values[i] = value - step;
            double below = f.applyAsDouble(Tensor.of(x.shape(), values));
            values[i] = value;
            slopes[i] = (above - below) / ((value + step) - (value - step));
        }
        return Tensor.of(x.shape(), slopes);
    }

    /** The derivative of f, whose values have the precision ε, at x in the direction v. */
    static double along(ToDoubleFunction<Tensor> f, Tensor x, Tensor v, double epsilon) {
        return gradient(t -> f.applyAsDouble(x.add(v.mul(t))), Tensor.of(0.0), epsilon)
                .toDouble();
    }
}
