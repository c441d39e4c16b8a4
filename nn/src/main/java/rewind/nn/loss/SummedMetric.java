package rewind.nn.loss;

import java.util.function.BiFunction;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;

/**
 * A metric that is a function of sums over the samples, see {@link Metric#ofSums}.
 *
 * @param name what histories and progress bars call it
 * @param sums the sums over samples, of outputs and targets
 * @param value the metric, of the sums
 * @param range what sums may be
 * @param possible what values may be besides NaN
 * @param ofClasses whether it takes targets for classes
 */
public record SummedMetric(
        String name,
        BiFunction<Tensor, Tensor, double[]> sums,
        ToDoubleFunction<double[]> value,
        Bounds range,
        DoublePredicate possible,
        boolean ofClasses)
        implements Metric {
    /** What sums may be that were counted before. */
    public interface Bounds {
        /** Anything. */
        Bounds ANY = (sums, rows, numbers) -> true;

        /**
         * Whether sums are possible.
         *
         * @param rows the most rows along the last axis that can have been counted
         * @param numbers the most numbers
         */
        boolean has(double[] sums, double rows, double numbers);
    }

    /** Whether a number is a count up to another. */
    public static boolean isCount(double number, double most) {
        return number >= 0 && number <= most && number == Math.rint(number);
    }

    @Override
    public double of(Tensor output, Tensor target) {
        return value.applyAsDouble(sums.apply(output, target));
    }

    @Override
    public String toString() {
        return name;
    }
}
