package rewind.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Chooses the linear models of a column on its values to train on: of some hundreds of {@link LinearModel} and {@link Smoothing} the ten
 * with the least errors, which are fitted again to all values to train on; the forecast is the mean of theirs. A mean of good ones is
 * about as good as the best, and far less a matter of luck.
 *
 * <p>An error is that of forecasts of later values: five times a candidate is fitted to more of the values, at least half of them, and
 * forecasts the next ones. The candidates are ranked by the root mean square errors 1, 2, … values ahead, by their geometric mean.
 */
final class Candidates {
    private static final int FOLDS = 5;
    private static final int CHOSEN = 10;
    private static final int MANY = 1000; // values, for which it matters little how coefficients are held small
    private static final int RECENT = 5000; // values that are looked at, so that the time does not grow with the series
    private static final double[] DAMPINGS = {0, 0.9, 0.98};

    private final List<Candidate> candidates = new ArrayList<>();
    private final int[] periods;
    private final double[] ridges;

    /**
     * Takes the candidates for so many values to train on.
     *
     * @param periods that a season may have, in values
     */
    Candidates(int train, int... periods) {
        this.periods = periods.clone();
        this.ridges = train < MANY ? new double[] {0, 1, 10} : new double[] {1};
        for (boolean logarithmic : new boolean[] {false, true}) {
            addPlain(logarithmic);
            for (int period : periods) {
                addSeasonal(logarithmic, period);
            }
        }
    }

    private void addPlain(boolean logarithmic) {
        for (int differences = 0; differences <= 1; differences++) {
            for (int order : new int[] {0, 1, 3, 6, 12, 24, 36}) {
                addForms(logarithmic, differences, false, 1, 0, upTo(order));
            }
        }
        for (double damping : DAMPINGS) {
            candidates.add(new Smoothing.Form(logarithmic, damping, 1));
        }
    }

    private void addSeasonal(boolean logarithmic, int period) {
        List<int[]> lags = new ArrayList<>(
                List.of(upTo(0), upTo(1), upTo(3), upTo(6), with(period), with(period - 1, period, period + 1)));
        if (period <= 30) {
            lags.addAll(List.of(upTo(period), upTo(period + 1), upTo(2 * period)));
        }
        for (int[] each : lags) {
            for (int differences = 0; differences <= 1; differences++) {
                if (period <= 60) {
                    addForms(logarithmic, differences, true, period, 0, each);
                }
                for (int waves : IntStream.of(1, 2, period / 2)
                        .distinct()
                        .filter(n -> n <= 6 && 2 * n <= period)
                        .toArray()) {
                    addForms(logarithmic, differences, false, period, waves, each);
                }
            }
        }
        for (double damping : period <= 60 ? new double[] {0, 0.9, 0.98, 1} : new double[0]) {
            candidates.add(new Smoothing.Form(logarithmic, damping, period));
        }
    }

    private void addForms(boolean logarithmic, int differences, boolean seasonal, int period, int waves, int... lags) {
        for (double ridge : lags.length == 0 ? new double[] {0} : ridges) {
            candidates.add(new LinearModel.Form(logarithmic, differences, seasonal, period, waves, lags, ridge));
        }
    }

    private static int[] upTo(int order) {
        return IntStream.rangeClosed(1, order).toArray();
    }

    /** The last three values, and others. */
    private static int[] with(int... lags) {
        return IntStream.concat(IntStream.of(1, 2, 3), Arrays.stream(lags))
                .filter(lag -> lag > 0)
                .distinct()
                .sorted()
                .toArray();
    }

    /**
     * Returns the best of them; persistence, where no other can be fitted.
     *
     * @param end how many of the values there are to train on; the others are not looked at
     * @param ahead how many values ahead to forecast
     */
    Chosen choose(double[] all, int end, int ahead) {
        double[] values = Arrays.copyOfRange(all, Math.max(0, end - RECENT), end);
        int train = values.length;
        if (Arrays.stream(values).distinct().count() == 1) {
            return new Chosen(List.of()); // all are right, and none knows what to do when the value changes
        }
        Map<Candidate, Double> errors = new LinkedHashMap<>();
        for (Candidate candidate : candidates) {
            double error = error(candidate, values, train, ahead);
            if (!Double.isNaN(error) && candidate.fit(values, train) != null) {
                errors.put(candidate, error);
            }
        }
        List<Candidate> best = errors.keySet().stream()
                .sorted(Comparator.comparing(errors::get))
                .limit(CHOSEN)
                .toList();
        return new Chosen(best);
    }

    /** The logarithm of the errors, less that of persistence; NaN where there are too few values, or nothing is wrong with persistence. */
    private double error(Candidate candidate, double[] values, int train, int ahead) {
        Errors errors = new Errors(ahead);
        Errors persistence = new Errors(ahead);
        int first = first(train);
        for (int i = 0; i < FOLDS; i++) {
            int from = first + (train - first) * i / FOLDS;
            int to = first + (train - first) * (i + 1) / FOLDS;
            ColumnForecaster fitted = candidate.fit(values, from);
            if (fitted == null) {
                return Double.NaN;
            }
            if (from < to) {
                errors.add(fitted.forecast(values, from, to, ahead), values, from, train);
                persistence.add(Forecaster.seasonalNaive(1).forecast(values, from, to, ahead), values, from, train);
            }
        }
        return errors.logarithm() - persistence.logarithm();
    }

    /** How many values there are in the first of the parts that candidates are fitted to: two short seasons, if these leave enough. */
    private int first(int train) {
        int seasons = Arrays.stream(periods)
                .filter(period -> period <= 60)
                .map(period -> 2 * period + 4)
                .max()
                .orElse(0);
        return Math.max(train / 2, Math.min(train * 3 / 4, seasons));
    }

    /** The candidates that were chosen, the best first. */
    record Chosen(List<Candidate> candidates) implements Candidate {
        /** Returns the mean of the forecasts of all. */
        @Override
        public ColumnForecaster fit(double[] values, int end) {
            int start = Math.max(0, end - RECENT);
            double[] recent = Arrays.copyOfRange(values, start, end);
            List<ColumnForecaster> fitted = candidates.stream()
                    .map(candidate -> candidate.fit(recent, recent.length))
                    .filter(Objects::nonNull)
                    .toList();
            ColumnForecaster mean = fitted.isEmpty() ? Forecaster.seasonalNaive(1) : mean(fitted);
            return start == 0 ? mean : (all, from, to, ahead) -> later(mean, start, all, from, to, ahead);
        }

        /** What was fitted to values from {@code start} on; of those before it knows nothing, and forecasts that they stay. */
        private static double[][] later(ColumnForecaster fitted, int start, double[] all, int from, int to, int ahead) {
            int first = Math.min(to, Math.max(from, start + 1));
            double[][] before = Forecaster.seasonalNaive(1).forecast(all, from, first, ahead);
            double[][] after = first == to
                    ? new double[0][]
                    : fitted.forecast(Arrays.copyOfRange(all, start, all.length), first - start, to - start, ahead);
            return Stream.concat(Arrays.stream(before), Arrays.stream(after)).toArray(double[][]::new);
        }

        private static ColumnForecaster mean(List<ColumnForecaster> fitted) {
            return (values, from, to, ahead) -> {
                double[][] mean = new double[to - from][ahead];
                for (ColumnForecaster each : fitted) {
                    double[][] forecasts = each.forecast(values, from, to, ahead);
                    for (int i = 0; i < mean.length; i++) {
                        for (int k = 0; k < ahead; k++) {
                            mean[i][k] += forecasts[i][k] / fitted.size();
                        }
                    }
                }
                return mean;
            };
        }

        /** Whether most of them are on the logarithmic scale. */
        @Override
        public boolean logarithmic() {
            return 2 * candidates.stream().filter(Candidate::logarithmic).count() > candidates.size();
        }
    }
}
