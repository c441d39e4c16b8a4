package rewind.examples;

import java.util.Arrays;

/**
 * Exponential smoothing of a column on its scale: level l, slope b and a season s, all moved by the error e = z − (l + φb + s) of the
 * forecast of the next value: l += φb + αe, b = φb + βe, s += γe. The forecast k values ahead is l + (φ + … + φᵏ)b + s. The
 * weights are those of a grid with the least squared errors on the values to train on.
 *
 * <p>Holt-Winters with a damped slope: Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing, Springer 2008, chapter 2.
 *
 * @param scale on which it is additive
 * @param form what is smoothed
 * @param alpha of the level
 * @param beta of the slope
 * @param gamma of the season
 */
record Smoothing(Scale scale, Form form, double alpha, double beta, double gamma) implements ColumnForecaster {
    private static final double[] ALPHA = {0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1};
    private static final double[] BETA = {0.005, 0.02, 0.08, 0.2};
    private static final double[] GAMMA = {0.01, 0.05, 0.15, 0.4};

    /**
     * What is smoothed.
     *
     * @param logarithmic whether on the logarithmic scale
     * @param damping φ, 0 for no slope
     * @param period of the season, 1 for none
     */
    record Form(boolean logarithmic, double damping, int period) implements Candidate {
        @Override
        public ColumnForecaster fit(double[] values, int end) {
            double low = Arrays.stream(values, 0, end).min().orElse(0);
            if ((logarithmic && !(low > 0)) || end < Math.max(6, period > 1 ? 2 * period + 2 : 0)) {
                return null;
            }
            Scale scale = logarithmic ? Scale.Logarithm.fitted(Arrays.copyOf(values, end)) : new Scale.Own();
            double[] z = scale.of(Arrays.copyOf(values, end));
            Smoothing best = null;
            double least = Double.POSITIVE_INFINITY;
            for (double alpha : ALPHA) {
                for (double beta : damping > 0 ? BETA : new double[] {0}) {
                    for (double gamma : period > 1 ? GAMMA : new double[] {0}) {
                        Smoothing smoothing =
                                new Smoothing(scale, this, alpha, Math.min(beta, alpha), gamma * (1 - alpha));
                        double error = smoothing.squaredError(z);
                        if (error < least) {
                            least = error;
                            best = smoothing;
                        }
                    }
                }
            }
            return best;
        }

        @Override
        public String toString() {
            return (logarithmic ? "log, " : "") + "exponential smoothing"
                    + (damping > 0 ? ", slope damped by " + damping : "")
                    + (period > 1 ? ", season of " + period : "");
        }
    }

    private double squaredError(double[] z) {
        State state = new State(z);
        double sum = 0;
        for (int t = 0; t < z.length; t++) {
            double error = z[t] - state.ahead(t, 1);
            state.move(t, error);
            sum += t < form.period() ? 0 : error * error;
        }
        return sum;
    }

    @Override
    public double[][] forecast(double[] values, int from, int to, int ahead) {
        double[] z = scale.of(Arrays.copyOf(values, to - 1));
        State state = new State(z);
        double[][] forecasts = new double[to - from][ahead];
        for (int t = 0; t < to; t++) {
            for (int k = 0; k < ahead && t >= from; k++) {
                forecasts[t - from][k] = scale.invert(state.ahead(t, k + 1));
            }
            if (t < z.length) {
                state.move(t, z[t] - state.ahead(t, 1));
            }
        }
        return forecasts;
    }

    /** Level, slope and season; at first those of the first two periods. */
    private final class State {
        private double level;
        private double slope;
        private final double[] season = new double[form.period()];

        State(double[] z) {
            int period = form.period();
            if (period == 1) {
                level = z[0];
                return;
            }
            double first = Arrays.stream(z, 0, period).average().orElseThrow();
            double second = Arrays.stream(z, period, 2 * period).average().orElseThrow();
            double rise = (second - first) / period;
            for (int i = 0; i < period; i++) {
                double middle = i - (period - 1) / 2.0;
                season[i] = (z[i] - first + z[i + period] - second) / 2 - rise * middle;
            }
            level = first - rise * (period + 1) / 2.0;
            slope = form.damping() > 0 ? rise : 0;
        }

        double ahead(int t, int k) {
            double sum = level + season[(t + k - 1) % season.length];
            double damping = 1;
            for (int i = 0; i < k && slope != 0; i++) {
                damping *= form.damping();
                sum += damping * slope;
            }
            return sum;
        }

        void move(int t, double error) {
            level += form.damping() * slope + alpha * error;
            slope = form.damping() * slope + beta * error;
            season[t % season.length] += gamma * error;
        }
    }
}
