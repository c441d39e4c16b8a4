package rewind.nn.train.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import rewind.nn.data.DataSource;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Options;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.shard.Shards;

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
    public Shards validationShards;
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

    /** An evaluation that has counted nothing. */
    Evaluation evaluation(SampleLosses values) {
        return new Evaluation(model, loss, values, metrics);
    }

    /** Whether there are data to validate with. */
    boolean validates() {
        return validation != null || validationShards != null;
    }

    /** Returns what it validates with, in words. */
    public String validationText() {
        Object data = validationShards != null ? validationShards : validation;
        return data == null ? "no validation" : "validation " + data;
    }

    /** Returns the data as the model takes them; all fit the loss. */
    DataSource prepared(DataSource data) {
        return check().of(data);
    }

    /** Returns a batch as the model takes it; all fits the loss. */
    Dataset preparedBatch(Dataset batch) {
        return check().ofBatch(batch);
    }

    private DataCheck check() {
        return new DataCheck(model.dtype(), loss, namedLosses, metrics);
    }
}
