package rewind.examples;

import static rewind.nn.Layers.dense;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.train.TrainingListener;

/**
 * Forecasts of a base, corrected by a recurrent network with the parameters that it has at the time. It forecasts at most as many rows ahead
 * as it has outputs for.
 *
 * @param corrections what the network reads and means
 */
record Network(Corrections corrections, Model model, Settings settings) implements Forecaster {
    private static final int BATCH = 256;

    /**
     * How a network is built and trained.
     *
     * @param units of the recurrent layer
     * @param window how many rows it reads
     * @param step how many of them at every step
     * @param epochs how often it sees all samples at most
     * @param seed of the first network
     */
    record Settings(
            CellKind cell,
            int units,
            int window,
            int step,
            int epochs,
            int batchSize,
            double learningRate,
            long seed) {}

    /** Returns a network that corrects nothing yet: its last layer is zero. */
    static Network of(Corrections corrections, Settings settings, long seed) {
        Model model = Sequential.of(settings.cell().layer(settings.units()), dense(corrections.outputs()))
                .build(corrections.shape(), seed);
        model.set("dense/U", model.parameters().get("dense/U").mul(0));
        return new Network(corrections, model, settings);
    }

    /** Trains it on rows that the base was fitted to. */
    void train(Tensor rows, int epochs, TrainingListener... listeners) {
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(settings.learningRate()))
                .epochs(epochs)
                .batchSize(settings.batchSize())
                .on(listeners)
                .fit(corrections.samples(rows));
    }

    @Override
    public Tensor forecast(Tensor values, int from, int to, int ahead) {
        Tensor base = corrections.base(values, from, to);
        Tensor forecasts = corrected(values, from, base);
        return forecasts.slice(1, 0, ahead);
    }

    /** Returns forecasts of the base from the row {@code from} on, (samples, ahead, columns), with the corrections. */
    Tensor corrected(Tensor values, int from, Tensor base) {
        List<Tensor> parts = new ArrayList<>();
        for (int start = 0; start < base.size(0); start += BATCH) {
            int end = Math.min(start + BATCH, base.size(0));
            Tensor outputs = model.predict(corrections.inputs(values, from + start, from + end));
            parts.add(corrections.corrected(base.slice(0, start, end), outputs));
        }
        return Tensor.concat(0, parts);
    }
}
