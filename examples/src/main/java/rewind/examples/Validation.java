package rewind.examples;

import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/**
 * Keeps the forecasts of the validation part after the epoch whose errors were least; at first those of what the network corrects.
 * Ends the run where they have not become less for a fifth of the epochs, at least ten.
 */
final class Validation implements TrainingListener {
    private static final int LEAST_PATIENCE = 10; // epochs without a gain

    private final Network network;
    private final Tensor values;
    private final int valid;
    private final Tensor base;
    private Tensor forecasts;
    private double least;
    private int epoch;

    /**
     * @param values the rows to train on, (rows, columns)
     * @param valid where the validation part begins
     */
    Validation(Network network, Tensor values, int valid) {
        this.network = network;
        this.values = values;
        this.valid = valid;
        this.base = network.corrections().base(values, valid, values.size(0));
        this.forecasts = base;
        this.least = logarithm(base);
    }

    private double logarithm(Tensor now) {
        return IntStream.range(0, values.size(1))
                .mapToDouble(
                        c -> Errors.of(now, values, c, valid, values.size(0)).logarithm())
                .sum();
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch done) {
        Tensor now = network.corrected(values, valid, base);
        double error = logarithm(now);
        if (error < least) {
            least = error;
            epoch = done.number();
            forecasts = now;
        } else if (done.number() - epoch > Math.max(LEAST_PATIENCE, run.epochs() / 5)) {
            run.stop();
        }
    }

    int epoch() {
        return epoch;
    }

    Tensor forecasts() {
        return forecasts;
    }

    /** Returns the root mean square error one value ahead of the first column. */
    double error() {
        return Errors.of(forecasts, values, 0, valid, values.size(0)).rootMeanSquare(1);
    }
}
