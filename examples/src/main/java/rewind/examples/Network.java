package rewind.examples;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tensor;
import rewind.nn.Model;

/**
 * Forecasts by a network, with the parameters that it has at the time. Beyond the rows that it forecasts at once it reads its own
 * forecasts as if they had come true.
 *
 * @param values the series, (rows, columns)
 * @param changes what the network reads and forecasts of it
 */
record Network(Tensor values, Changes changes, Model model) implements Forecaster {
    private static final int BATCH = 256;

    @Override
    public Tensor forecast(int from, int to, int ahead) {
        List<Tensor> parts = new ArrayList<>();
        for (int start = from; start < to; start += BATCH) {
            parts.add(batch(start, Math.min(start + BATCH, to), ahead));
        }
        return Tensor.concat(0, parts);
    }

    private Tensor batch(int from, int to, int ahead) {
        int window = changes.window();
        List<Tensor> before = new ArrayList<>();
        for (int t = from; t < to; t++) {
            before.add(values.slice(0, t - window, t));
        }
        Tensor known = Tensor.stack(0, before); // (samples, rows, columns)
        while (known.size(1) < window + ahead) {
            Tensor read = known.slice(1, known.size(1) - window, known.size(1));
            Tensor next = changes.rows(read, model.predict(changes.inputs(read)));
            known = Tensor.concat(1, known, next);
        }
        return known.slice(1, window, window + ahead);
    }

    /** Returns forecasts of the rows after the end of the series, (count, columns). */
    Tensor freeRun(int count) {
        int end = values.size(0);
        return forecast(end, end + 1, count).select(0, 0);
    }
}
