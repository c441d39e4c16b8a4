package rewind.nn.data;

import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Series with missing values as {@link rewind.nn.Layers#gruD} takes them: of every feature the value that was seen last, whether it was seen at this
 * step, and the time since it was seen; and the times between steps, which {@link rewind.nn.Layers#odeRnn} takes.
 *
 * <pre>{@code
 * Dataset data = new Dataset(Gaps.of(x), y);   // NaN is what is missing; a step is the unit of time
 * Dataset irregular = new Dataset(Tensor.concat(2, x, Gaps.intervals(times)), y);
 * }</pre>
 */
public final class Gaps {
    private Gaps() {}

    /**
     * Returns x with gaps, a step being the unit of time.
     *
     * @param x (samples, steps, features), NaN where a value is missing
     * @return (samples, steps, 3·features): values, 1 where seen and 0 elsewhere, times
     * @throws IllegalArgumentException if there are not three axes
     */
    public static Tensor of(Tensor x) {
        Check.that(x.rank() == 3, "gaps: there must be (samples, steps, features), got the shape %s", x.shape());
        return of(x, Tensor.arange(x.size(1)).broadcastTo(x.size(0), x.size(1)));
    }

    /**
     * Returns x with gaps. Before a feature is seen for the first time its value is 0, and the time that since the first step.
     *
     * @param x (samples, steps, features), NaN where a value is missing
     * @param times when the steps were, (samples, steps), not decreasing
     * @throws IllegalArgumentException if shapes do not fit, or times decrease
     */
    public static Tensor of(Tensor x, Tensor times) {
        Check.that(
                x.rank() == 3 && times.shape().equals(Shape.of(x.size(0), x.size(1))),
                "gaps: there must be (samples, steps, features) and a time for every step, got the shapes %s and %s",
                x.shape(),
                times.shape());
        int steps = x.size(1);
        int features = x.size(2);
        double[] values = x.toArray();
        double[] at = times.toArray();
        double[] all = new double[3 * values.length];
        for (int row = 0; row < x.size(0) * steps; row++) {
            boolean first = row % steps == 0;
            double passed = passed(row, steps, at);
            for (int k = 0; k < features; k++) {
                int value = 3 * row * features + k;
                int before = value - 3 * features;
                double seen = values[row * features + k];
                boolean missing = Double.isNaN(seen);
                all[value] = !missing ? seen : first ? 0 : all[before];
                all[value + features] = missing ? 0 : 1;
                // since it was seen before this step, as it tells how old the last value is
                all[value + 2 * features] =
                        first ? 0 : passed + (all[before + features] == 1 ? 0 : all[before + 2 * features]);
            }
        }
        return Tensor.of(Shape.of(x.size(0), steps, 3 * features), all).to(x.dtype());
    }

    /**
     * Returns the time of every step since the step before, 0 at the first one, as a feature: (samples, steps, 1).
     *
     * @param times when the steps were, (samples, steps), not decreasing
     * @throws IllegalArgumentException if there are not two axes, or times decrease
     */
    public static Tensor intervals(Tensor times) {
        Check.that(times.rank() == 2, "gaps: there must be times (samples, steps), got the shape %s", times.shape());
        double[] at = times.toArray();
        double[] since = new double[at.length];
        for (int row = 0; row < since.length; row++) {
            since[row] = passed(row, times.size(1), at);
        }
        return Tensor.of(times.shape(), since).to(times.dtype()).expandDims(2);
    }

    /** How long it is since the step before; 0 at the first step of a sample. */
    private static double passed(int row, int steps, double... at) {
        boolean first = row % steps == 0;
        double passed = first ? 0 : at[row] - at[row - 1];
        Check.that(
                passed >= 0,
                "gaps: times must not decrease, but sample %s, step %s is at %s after %s",
                row / steps,
                row % steps,
                at[row],
                at[Math.max(0, row - 1)]);
        return passed;
    }
}
