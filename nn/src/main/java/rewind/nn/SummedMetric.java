package rewind.nn;

import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;

/**
 * A metric that is a function of sums over the samples, see {@link Metric#ofSums}.
 *
 * @param ofClasses whether it takes targets for classes
 */
record SummedMetric(
        String name, BiFunction<Tensor, Tensor, double[]> sums, ToDoubleFunction<double[]> value, boolean ofClasses)
        implements Metric {
    @Override
    public double of(Tensor output, Tensor target) {
        return value.applyAsDouble(sums.apply(output, target));
    }

    @Override
    public String toString() {
        return name;
    }
}
