package rewind.nn.train.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.require.Check;
import rewind.nn.data.DataSource;
import rewind.nn.layer.Parameters;
import rewind.nn.train.History;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingRun;
import rewind.nn.train.shard.Shards;

/** One run: epochs of batches, and what listeners see of them. */
public final class TrainingLoop implements TrainingRun {
    private final TrainingOptions training;
    private final Feed data;
    private final Feed validation;
    private final Randomness randomness;
    private final RunListeners listeners;
    private final Steps steps;
    private final List<History.Epoch> done = new ArrayList<>();
    private final SampleLosses values;
    private Evaluation evaluation;
    private OptionalLong batches;
    private int batch;
    private long samples;
    private double loss = Double.NaN;
    private boolean stopping;
    /** How many samples there were when the run was continued, or 0; −1 before that is known. */
    private long samplesBefore = -1;
    /** The last checkpoint. */
    private Path resumable;

    /**
     * Trains; a run that throws before its first update leaves the model as it was.
     *
     * @param data as the user gave them
     */
    public static History run(TrainingOptions options, DataSource data) {
        return new TrainingLoop(options, new Feed.OfSource(options, options.prepared(data))).run();
    }

    /** Trains on shards. */
    public static History run(TrainingOptions options, Shards data) {
        return new TrainingLoop(options, ShardFeed.of(options, data)).run();
    }

    private TrainingLoop(TrainingOptions training, Feed data) {
        this.training = training;
        this.data = data;
        this.validation = Feed.ofValidation(training);
        this.randomness = new Randomness(training.seed);
        this.listeners = new RunListeners(training.listeners);
        this.values = training.losses();
        this.steps = new Steps(training, values);
        this.evaluation = training.evaluation(values);
        this.batches = data.batchCount();
    }

    private History run() {
        Parameters before = training.model.parameters();
        try {
            return trained();
        } catch (RuntimeException | Error e) {
            if (!steps.moved) {
                training.model.set(before);
            }
            if (e instanceof Interruption interruption) {
                throw interruption.told(interrupted());
            }
            throw e;
        }
    }

    @SuppressWarnings("try") // only to be closed
    private History trained() {
        Interruption.look();
        Optional<Checkpoint> earlier = Optional.ofNullable(training.resumed).flatMap(Checkpoint::in);
        Optional<Parameters> parameters = earlier.map(this::restore);
        samplesBefore = samples;
        listeners.check(this, earlier);
        parameters.ifPresent(training.model::set);
        try (Stream<?> ending = listeners.ending()) {
            if (earlier.isEmpty() && training.epochs > 0) {
                steps.rateAhead(this::allUpdates);
            }
            listeners.each(listener -> listener.started(this));
            earlier.ifPresent(from -> listeners.restore(this, from));
            try {
                eachEpoch();
            } catch (Interruption e) {
                resumable = null;
                listeners.each(listener -> listener.interrupted(this));
                throw e;
            }
            listeners.each(listener -> listener.completed(this));
        }
        return history();
    }

    private void eachEpoch() {
        while (batch > 0 || (done.size() < training.epochs && !stopping)) {
            epoch(done.size() + 1);
        }
    }

    private String interrupted() {
        String place =
                epoch() == 0 ? "before the first batch" : batch == 0 ? "after epoch " + epoch() : "after " + where();
        String next = "nothing has been done in this run";
        if (samplesBefore >= 0 && samples > samplesBefore) {
            next = resumable != null
                    ? "resume(" + resumable + ") goes on from here"
                    : "there is nothing to resume from, for want of on(checkpoint(folder))";
        }
        return "training: the thread was interrupted " + place + "; " + next;
    }

    /** One pass over all samples, or the rest of it. */
    private void epoch(int number) {
        if (batch == 0) {
            steps.resetStates();
        }
        Optional<RandomGenerator> order = training.shuffled ? Optional.of(randomness.order(number)) : Optional.empty();
        try (Stream<Feed.Portion> all = Interruption.heard(() -> data.portions(this, order))) {
            Iterator<Feed.Portion> rest = Interruption.between(all, true);
            skip(rest);
            while (!stopping && rest.hasNext()) {
                take(rest.next());
                if (steps.full() || Interruption.isEnd(rest)) {
                    update();
                }
                listeners.each(listener -> listener.batchDone(this));
            }
        }
        if (steps.waiting()) { // somebody stopped
            update();
        }
        Check.that(batch > 0, "training: there must be at least one sample");
        if (!stopping) {
            batches = OptionalLong.of(batch);
        }
        end(number);
    }

    /** What was seen before the run was continued. */
    private void skip(Iterator<Feed.Portion> all) {
        for (int i = 0; i < batch; i++) {
            Check.that(all.hasNext(), "resume: the data must have %s batches as before, got %s", batch, i);
            all.next();
        }
    }

    private void take(Feed.Portion next) {
        batch++;
        try {
            loss = next.take(steps, evaluation, where());
        } catch (Interruption e) {
            batch--; // it gave nothing
            throw e;
        }
        samples += next.size();
    }

    private void update() {
        steps.update(done.size(), this::allUpdates, where());
    }

    private String where() {
        return "epoch " + epoch() + ", batch " + batch;
    }

    private void end(int number) {
        Evaluation valid = validation == null ? null : validation.evaluated(values);
        History.Epoch epoch = new History.Epoch(
                number,
                steps.rate,
                evaluation.loss(),
                evaluation.metrics(),
                valid == null ? Double.NaN : valid.loss(),
                valid == null ? Map.of() : valid.metrics(),
                valid != null);
        done.add(epoch);
        batch = 0;
        evaluation = training.evaluation(values);
        listeners.each(listener -> listener.epochDone(this, epoch));
    }

    /** As {@link Steps#all}; data that do not tell their batches are counted in a pass. */
    private double allUpdates() {
        if (batches.isEmpty()) {
            batches = OptionalLong.of(Interruption.count(() -> data.portions(this, Optional.empty())));
        }
        return steps.all(batches.getAsLong(), batch, done.size());
    }

    // ---- for listeners ----

    @Override
    public Trainable model() {
        return training.model;
    }

    @Override
    public int epoch() {
        return done.size() + (batch > 0 ? 1 : 0);
    }

    @Override
    public int epochs() {
        return training.epochs;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public OptionalLong batches() {
        return batches;
    }

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public long updates() {
        return steps.updates;
    }

    @Override
    public double loss() {
        return loss;
    }

    @Override
    public double learningRate() {
        return steps.rate;
    }

    @Override
    public Optional<Parameters> gradients() {
        return steps.gradients();
    }

    @Override
    public History history() {
        return new History(done);
    }

    @Override
    public void scaleLearningRate(double factor) {
        Check.that(
                factor > 0 && Double.isFinite(factor),
                "training: the factor of the learning rate must be positive, got %s",
                factor);
        steps.factor *= factor;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public boolean stopping() {
        return stopping;
    }

    // ---- checkpoints ----

    @Override
    public void checkpoint(Path file) {
        Checkpoint content = new Checkpoint();
        content.put("epochs", Integer.toString(done.size()));
        content.put("batches", Integer.toString(batch));
        content.put("samples", Long.toString(samples));
        content.put("batch loss", Double.toString(loss));
        new RunOptions(training, data).save(content);
        SavedHistory.save(history(), content);
        if (batch > 0) {
            content.put("evaluation", evaluation.state());
        }
        steps.save(content);
        listeners.save(content);
        content.write(file);
        resumable = file;
    }

    /** Takes back what was saved but for the parameters, which are returned: nobody but this loop knows of it yet. */
    private Parameters restore(Checkpoint from) {
        boolean inEpoch = from.count("batches", Integer.MAX_VALUE) > 0;
        new RunOptions(training, data).compare(from, inEpoch);
        batch = (int) from.count("batches", batches.orElse(Integer.MAX_VALUE));
        SavedTensors counted = from.group("evaluation");
        if (inEpoch) {
            long full = (long) batch * training.batchSize;
            long most = Math.min(full, data.samples().orElse(full));
            evaluation.restore(counted, data.fewest(batch), most);
        } else {
            counted.requireNames(Set.of());
        }
        samples = from.count("samples", 1L << 53);
        loss = from.number("batch loss");
        int epochs = (int) from.count("epochs", Integer.MAX_VALUE);
        done.addAll(SavedHistory.restored(from.group("history"), epochs, training.metrics, validation != null)
                .epochs());
        Parameters parameters = steps.restore(from, inEpoch);
        checkCounts(from);
        return parameters;
    }

    /** Counts must fit each other: a batch has a sample, an update a batch, and an epoch ends with an update. */
    private void checkCounts(Checkpoint from) {
        boolean begun = batch > 0 || !done.isEmpty();
        from.that(
                samples >= evaluation.samples() + done.size() && (begun || samples == 0),
                "the number of samples must be at least %s after %s epochs and %s batches, got %s",
                evaluation.samples() + done.size(),
                done.size(),
                batch,
                samples);
        long fewest = done.size() + batch / training.accumulated;
        from.that(
                steps.updates >= fewest && steps.updates <= samples,
                "the number of updates must be from %s to that of samples, %s, got %s",
                fewest,
                samples,
                steps.updates);
        if (batch > 0 || done.size() < training.epochs) {
            steps.checkUpdates(from, this::allUpdates);
        }
        from.that(begun ? Double.isFinite(loss) : Double.isNaN(loss), "the batch loss must be finite, got %s", loss);
    }
}
