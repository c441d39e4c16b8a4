package rewind.nn;

import rewind.autograd.require.Check;
import rewind.nn.optimize.Schedule;

/**
 * The usual schedules, for static import. In their formulas lr is the optimizer's learning rate, x the epoch from 0, and c the length
 * of a cycle in epochs.
 */
public final class Schedules {
    private Schedules() {}

    /** The same rate always, lr. */
    public static Schedule steady() {
        return new Steady();
    }

    /**
     * Exponential decay, lr·exp(−kx).
     *
     * @param decay k; 0 means 5 / epochs, which ends near lr/148
     * @throws IllegalArgumentException if k is negative or not finite
     */
    public static Schedule exponential(double decay) {
        return exponential(decay, 0, 0);
    }

    /**
     * Exponential decay in cycles, lr·(1 − d)^(x div c)·exp(−k·(x mod c)): each cycle starts again, lower by d. Source: EpyNN,
     * {@code exp_decay}.
     *
     * @param decay k; 0 means 5/c
     * @param descent d, 0 to less than 1
     * @param cycle c; 0 means all epochs
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Schedule exponential(double decay, double descent, int cycle) {
        return new Exponential(decay, descent, cycle);
    }

    /**
     * Decay with the reciprocal of the epoch, lr/(1 + 100kx). Source: EpyNN, {@code lin_decay}.
     *
     * @param decay k; 0 means 5 / epochs
     * @throws IllegalArgumentException if k is negative or not finite
     */
    public static Schedule linear(double decay) {
        return new Linear(decay);
    }

    /** As {@link #cosine(double, int)}, down to 0 in one cycle. */
    public static Schedule cosine() {
        return cosine(0);
    }

    /**
     * As {@link #cosine(double, int)}, in one cycle.
     *
     * @throws IllegalArgumentException if the minimum is negative or not finite
     */
    public static Schedule cosine(double minimum) {
        return cosine(minimum, 0);
    }

    /**
     * Half a wave of the cosine, min + (lr − min)·(1 + cos(π·(x mod c)/c))/2, from lr towards the minimum; then, if there is another
     * cycle, a warm restart from lr. Source: Loshchilov and Hutter, ICLR 2017, equation 5, with T_mult = 1.
     *
     * @param minimum the rate, not a fraction, that epoch c would have; at most lr
     * @param cycle c; 0 means all epochs
     * @throws IllegalArgumentException if a number is negative or not finite; when used, if lr is less than the minimum
     */
    public static Schedule cosine(double minimum, int cycle) {
        return new Cosine(minimum, cycle);
    }

    /**
     * A linear ramp, lr·(x + 1)/(n + 1) for x &lt; n, then another schedule as if training began at epoch n. Source: Goyal et al.,
     * arXiv:1706.02677, 2017, section 2.2.
     *
     * @param epochs n, how many epochs have less than the full rate; 0 or more
     * @param then the schedule of the other epochs
     * @throws IllegalArgumentException if n is negative, or the other schedule is {@link #perUpdate}
     */
    public static Schedule warmUp(int epochs, Schedule then) {
        return new WarmUp(epochs, then);
    }

    /**
     * Another schedule, taken from update to update: wherever that says epoch, an update is meant, also in the lengths of its cycles and
     * ramps. {@code perUpdate(warmUp(500, cosine()))} warms up over 500 updates and reaches 0 at the end of training.
     */
    public static Schedule perUpdate(Schedule schedule) {
        return new PerUpdate(schedule);
    }

    private record PerUpdate(Schedule schedule) implements Schedule {
        @Override
        public double at(double learningRate, int update, int updates) {
            requireTime("perUpdate", "update", update, updates);
            return schedule.at(learningRate, update, updates);
        }

        @Override
        public boolean perUpdate() {
            return true;
        }
    }

    private record Steady() implements Schedule {
        @Override
        public double at(double learningRate, int epoch, int epochs) {
            return learningRate;
        }
    }

    private record Exponential(double decay, double descent, int cycle) implements Schedule {
        Exponential {
            requireNotNegative("exponential", "decay", decay);
            Check.that(
                    descent >= 0 && descent < 1,
                    "exponential: the descent must be at least 0 and less than 1, got %s",
                    descent);
            requireNotNegative("exponential", "cycle", cycle);
        }

        @Override
        public double at(double learningRate, int epoch, int epochs) {
            requireEpoch("exponential", epoch, epochs);
            int c = cycle == 0 ? epochs : cycle;
            double k = decay == 0 ? 5.0 / c : decay;
            return learningRate * StrictMath.pow(1 - descent, epoch / c) * StrictMath.exp(-k * (epoch % c));
        }
    }

    private record Linear(double decay) implements Schedule {
        Linear {
            requireNotNegative("linear", "decay", decay);
        }

        @Override
        public double at(double learningRate, int epoch, int epochs) {
            requireEpoch("linear", epoch, epochs);
            double k = decay == 0 ? 5.0 / epochs : decay;
            return learningRate / (1 + 100 * k * epoch);
        }
    }

    private record Cosine(double minimum, int cycle) implements Schedule {
        Cosine {
            requireNotNegative("cosine", "minimum", minimum);
            requireNotNegative("cosine", "cycle", cycle);
        }

        @Override
        public double at(double learningRate, int epoch, int epochs) {
            requireEpoch("cosine", epoch, epochs);
            Check.that(
                    learningRate >= minimum,
                    "cosine: the learning rate must be at least the minimum %s, got %s",
                    minimum,
                    learningRate);
            int c = cycle == 0 ? epochs : cycle;
            return minimum + (learningRate - minimum) * (1 + StrictMath.cos(Math.PI * (epoch % c) / c)) / 2;
        }
    }

    private record WarmUp(int epochs, Schedule then) implements Schedule {
        WarmUp {
            requireNotNegative("warmUp", "number of epochs", epochs);
            Check.that(
                    !then.perUpdate(), "warmUp: the schedule to go on with counts updates; put perUpdate around all");
        }

        @Override
        public double at(double learningRate, int epoch, int all) {
            requireEpoch("warmUp", epoch, all);
            return epoch < epochs
                    ? learningRate * (epoch + 1) / (epochs + 1)
                    : then.at(learningRate, epoch - epochs, all - epochs);
        }
    }

    private static void requireNotNegative(String schedule, String what, Number value) {
        double number = value.doubleValue();
        Check.that(
                number >= 0 && Double.isFinite(number),
                "%s: the %s must be finite and not negative, got %s",
                schedule,
                what,
                value);
    }

    private static void requireEpoch(String schedule, int epoch, int epochs) {
        requireTime(schedule, "epoch", epoch, epochs);
    }

    private static void requireTime(String schedule, String what, int time, int all) {
        Check.that(
                time >= 0 && time < all,
                "%s: the %s must be at least 0 and less than %s, got %s",
                schedule,
                what,
                all,
                time);
    }
}
