package rewind.nn.train.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import rewind.nn.data.DataSource;
import rewind.nn.layer.Options;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingListener;

/** All that decides a run: {@link rewind.nn.Training} sets it, each option in a copy, and the loop reads it. */
public final class TrainingOptions extends Options<TrainingOptions> {
    public final Trainable model;
    public Loss loss;
    public Map<String, Loss> namedLosses = Map.of();
    public Optimizer optimizer;
    public Schedule schedule;
    public Map<String, Schedule> layerSchedules = Map.of();
    public Map<String, Double> layerRates = Map.of();
    public List<Metric> metrics = List.of();
    public int epochs = 10;
    public int batchSize = 32;
    public int accumulated = 1;
    public double normLimit = Double.POSITIVE_INFINITY;
    public double valueLimit = Double.POSITIVE_INFINITY;
    public boolean shuffled = true;
    public boolean stateful;
    public boolean compiled = true;
    public long seed;
    public DataSource validation;
    public Path resumed;
    public List<TrainingListener> listeners = List.of();

    /** The usual ones, for a model; what is in other rooms is given. */
    public TrainingOptions(Trainable model, long seed, Loss loss, Optimizer optimizer, Schedule schedule) {
        this.model = model;
        this.seed = seed;
        this.loss = loss;
        this.optimizer = optimizer;
        this.schedule = schedule;
    }

    @Override
    public TrainingOptions with(Consumer<? super TrainingOptions> option) {
        return super.with(option);
    }

    /** The losses of samples, of which nothing is known yet. */
    SampleLosses losses() {
        return new SampleLosses(loss, namedLosses);
    }

    /** Returns the data as the model takes them; all fit the loss. */
    DataSource prepared(DataSource data) {
        return new DataCheck(model.dtype(), loss, namedLosses, metrics).of(data);
    }
}
