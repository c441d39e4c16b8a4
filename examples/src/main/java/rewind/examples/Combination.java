package rewind.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.Tensor;

/**
 * The weighted mean of forecasters, with weights of its own for every column.
 *
 * @param parts the forecasters
 * @param weights of every part, (columns); those of all parts add up to 1
 */
record Combination(List<Forecaster> parts, List<double[]> weights) implements Forecaster {
    private static final int QUARTERS = 4; // the weights tried are multiples of 1/4
    private static final double DOUBT = 30; // rows that would have shown no gain
    private static final double LEAST_GAIN = 0.2; // in the logarithm of the error, over √rows; less may be luck

    @Override
    public Tensor forecast(Tensor values, int from, int to, int ahead) {
        List<Tensor> forecasts = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            boolean used = Arrays.stream(weights.get(i)).anyMatch(weight -> weight > 0);
            forecasts.add(used ? parts.get(i).forecast(values, from, to, ahead) : Tensor.zeros(1));
        }
        return sum(forecasts, weights);
    }

    private static Tensor sum(List<Tensor> forecasts, List<double[]> weights) {
        Tensor sum = Tensor.zeros(1);
        for (int i = 0; i < forecasts.size(); i++) {
            sum = sum.add(forecasts.get(i).mul(Tensor.of(weights.get(i))));
        }
        return sum;
    }

    /**
     * Returns the weights with the least errors, by {@link Errors#logarithm}, on rows that the forecasters were not fitted to. The first
     * forecaster keeps all the weight of a column unless others make the error less by a fifth over the root of the number of rows; and some of it
     * in any case, the more the fewer rows there are.
     *
     * @param forecasts of every forecaster, from the row {@code from} on, (samples, ahead, columns)
     */
    static List<double[]> weights(List<Tensor> forecasts, Tensor values, int from, int end) {
        int columns = values.size(1);
        List<double[]> weights = new ArrayList<>();
        forecasts.forEach(each -> weights.add(new double[columns]));
        for (int c = 0; c < columns; c++) {
            double[] alone = new double[forecasts.size()];
            alone[0] = 1;
            double[] best = alone;
            double least = error(forecasts, alone, values, c, from, end) - LEAST_GAIN / Math.sqrt(end - from);
            for (double[] each : mixtures(forecasts.size(), QUARTERS)) {
                double error = error(forecasts, each, values, c, from, end);
                if (error < least) {
                    least = error;
                    best = each;
                }
            }
            double trust = (end - from) / (end - from + DOUBT);
            for (int i = 0; i < best.length; i++) {
                weights.get(i)[c] = trust * best[i] + (1 - trust) * alone[i];
            }
        }
        return weights;
    }

    private static double error(
            List<Tensor> forecasts, double[] weights, Tensor values, int column, int from, int end) {
        Tensor mixed = Tensor.zeros(1);
        for (int i = 0; i < weights.length; i++) {
            mixed = mixed.add(forecasts.get(i).mul(weights[i]));
        }
        return Errors.of(mixed, values, column, from, end).logarithm();
    }

    /** All weights of so many parts that are multiples of 1/4 and, with what is missing, add up to 1. */
    private static List<double[]> mixtures(int parts, int quarters) {
        if (parts == 1) {
            return List.of(new double[] {(double) quarters / QUARTERS});
        }
        List<double[]> mixtures = new ArrayList<>();
        for (int first = 0; first <= quarters; first++) {
            for (double[] others : mixtures(parts - 1, quarters - first)) {
                double[] mixture = new double[parts];
                mixture[0] = (double) first / QUARTERS;
                System.arraycopy(others, 0, mixture, 1, others.length);
                mixtures.add(mixture);
            }
        }
        return mixtures;
    }
}
