package rewind.nn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;

/** One run: epochs of batches, and what listeners see of them. */
final class TrainingLoop implements TrainingRun {
    private final Training training;
    private final DataSource data;
    private final DataSource validation;
    private final Randomness randomness;
    private final List<TrainingListener> listeners;
    private final Steps steps;
    private final List<History.Epoch> done = new ArrayList<>();
    private Evaluation evaluation;
    private OptionalLong batches;
    private int batch;
    private long samples;
    private double loss = Double.NaN;
    private boolean stopping;

    TrainingLoop(Training training, DataSource data) {
        this.training = training;
        this.data = data;
        this.validation = training.validation == null ? null : training.prepared(training.validation);
        this.randomness = new Randomness(training.seed);
        this.listeners = new ArrayList<>(training.listeners);
        // what others remember of an epoch must be in its checkpoint
        listeners.sort(Comparator.comparing(listener -> listener instanceof Checkpoints));
        this.steps = new Steps(training);
        this.evaluation = newEvaluation();
        this.batches = data.batchCount(training.batchSize);
    }

    private Evaluation newEvaluation() {
        return new Evaluation(training.model, training.loss, training.metrics);
    }

    @SuppressWarnings("try") // only to be closed
    History run() {
        Optional<Checkpoint> earlier = Optional.ofNullable(training.resumed).flatMap(Checkpoint::in);
        earlier.ifPresent(this::restore);
        try (Stream<?> ending = ending()) {
            if (earlier.isEmpty() && training.epochs > 0) {
                steps.rateAhead(this::allUpdates);
            }
            listeners.forEach(listener -> listener.started(this));
            earlier.ifPresent(this::restoreListeners);
            while (batch > 0 || (done.size() < training.epochs && !stopping)) {
                epoch(done.size() + 1);
            }
            listeners.forEach(listener -> listener.completed(this));
        }
        return history();
    }

    /** What ends all listeners when it is closed, whatever they throw: the first exception stays, later ones are suppressed by it. */
    private Stream<?> ending() {
        Stream<?> ending = Stream.empty();
        for (TrainingListener listener : listeners) {
            ending = ending.onClose(listener::ended);
        }
        return ending;
    }

    /** One pass over all samples, or the rest of it. */
    private void epoch(int number) {
        if (batch == 0) {
            steps.states.reset();
        }
        Optional<RandomGenerator> order = training.shuffled ? Optional.of(randomness.order(number)) : Optional.empty();
        try (Stream<Dataset> all = data.batches(training.batchSize, order)) {
            Iterator<Dataset> rest = all.skip(batch).iterator();
            while (!stopping && rest.hasNext()) {
                take(number, rest.next());
                if (steps.full() || !rest.hasNext()) {
                    update();
                }
                listeners.forEach(listener -> listener.batchDone(this));
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

    private void take(int number, Dataset next) {
        batch++;
        Supplier<Pass> pass = () -> Training.pass(Pass.training(randomness.pass(number, batch)), next);
        loss = steps.take(next, pass, evaluation, where());
        samples += next.size();
    }

    private void update() {
        steps.update(done.size(), this::allUpdates, where());
    }

    private String where() {
        return String.format("epoch %d, batch %d", epoch(), batch);
    }

    private void end(int number) {
        Evaluation valid = validation == null ? null : training.evaluation(validation);
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
        evaluation = newEvaluation();
        listeners.forEach(listener -> listener.epochDone(this, epoch));
    }

    /** How many updates all epochs have; data that do not tell are counted in a pass. */
    private int allUpdates() {
        if (batches.isEmpty()) {
            try (Stream<Dataset> all = data.batches(training.batchSize)) {
                batches = OptionalLong.of(all.count());
            }
        }
        long perEpoch = (batches.getAsLong() + training.accumulated - 1) / training.accumulated;
        Check.that(
                perEpoch <= Integer.MAX_VALUE / Math.max(1, training.epochs),
                "training: a schedule per update needs fewer than 2^31 updates in all, got %s epochs of %s",
                training.epochs,
                perEpoch);
        return (int) perEpoch * training.epochs;
    }

    // ---- for listeners ----

    @Override
    public Model model() {
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
        history().save(content);
        if (batch > 0) {
            content.put("evaluation", evaluation.state());
        }
        steps.save(content);
        eachListener((key, listener) -> content.put("listener/" + key, listener.state()));
        content.write(file);
    }

    private void restore(Checkpoint from) {
        int begun = Integer.parseInt(from.text("batches"));
        new RunOptions(training, data).compare(from, begun > 0);
        batch = begun;
        if (batch > 0) {
            evaluation.restore(from.group("evaluation"));
        }
        samples = Long.parseLong(from.text("samples"));
        loss = Double.parseDouble(from.text("batch loss"));
        done.addAll(History.restored(from).epochs());
        steps.restore(from);
    }

    private void restoreListeners(Checkpoint from) {
        eachListener((key, listener) -> {
            Map<String, Tensor> state = from.group("listener/" + key);
            if (!state.isEmpty()) {
                listener.restore(this, state);
            }
        });
    }

    /** Listeners by their class, numbered where there are several of one. */
    private void eachListener(BiConsumer<String, TrainingListener> action) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, TrainingListener> byKey = new LinkedHashMap<>();
        for (TrainingListener listener : listeners) {
            String type = listener.getClass().getName();
            byKey.put(type + " " + counts.merge(type, 1, Integer::sum), listener);
        }
        byKey.forEach(action);
    }
}
