package rewind.examples;

import java.util.Arrays;
import rewind.autograd.Tensor;
import rewind.nn.Model;

/**
 * Forecasts by a network, with the parameters that it has at the time.
 *
 * @param values the series
 * @param windows what the network reads and forecasts of it
 */
record Network(double[] values, Windows windows, Model model) implements Forecaster {
    private static final int BATCH = 256;

    @Override
    public double[] forecast(int from, int to) {
        double[] forecasts = new double[to - from];
        for (int start = from; start < to; start += BATCH) {
            int end = Math.min(start + BATCH, to);
            Tensor outputs = model.predict(windows.inputs(values, start, end));
            for (int t = start; t < end; t++) {
                forecasts[t - from] = windows.value(values[t - 1], outputs.get(t - start, 0), 0);
            }
        }
        return forecasts;
    }

    /** Returns forecasts of the values after the end of the series; the network reads its own forecasts as if they had come true. */
    double[] freeRun(int count) {
        int start = values.length;
        int step = model.output().size(0);
        double[] series = Arrays.copyOf(values, start + count + step);
        for (int t = start; t < start + count; t += step) {
            Tensor output = model.predict(windows.inputs(series, t, t + 1));
            for (int k = 0; k < step; k++) {
                series[t + k] = windows.value(series[t - 1], output.get(0, k), k);
            }
        }
        return Arrays.copyOfRange(series, start, start + count);
    }
}
