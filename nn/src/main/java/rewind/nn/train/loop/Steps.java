package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.optimize.Clipping;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.Trainable;
import rewind.nn.train.shard.ShardResult;

/** From batches to updates: gradients, of several batches if they are accumulated, clipped, and the optimizer with what it remembers. */
final class Steps {
    private static final int MOST_UPDATES = Integer.MAX_VALUE; // that a schedule can count

    private final TrainingOptions training;
    private final Trainable model;
    private final BatchLoss batches;
    final Map<String, List<Tensor>> slots = new LinkedHashMap<>();
    GradientSum sum = GradientSum.NONE;
    /** Whether the model has been updated by this run. */
    boolean moved;

    long updates;
    /** What {@link rewind.nn.train.TrainingRun#scaleLearningRate} made of all rates. */
    double factor = 1;
    /** The rate of the last update. */
    double rate;

    private Parameters gradients;

    Steps(TrainingOptions training, SampleLosses values) {
        this.training = training;
        this.batches = new BatchLoss(training, values);
        this.model = training.model;
        for (String name : model.parameters().stored()) {
            Tensor p = model.parameters().get(name);
            slots.put(name, Collections.nCopies(training.optimizer.slots(), Tensor.zeros(p.dtype(), p.shape())));
        }
    }

    /** The gradients of the last update. */
    Optional<Parameters> gradients() {
        return Optional.ofNullable(gradients);
    }

    /**
     * Adds the gradients of a batch to those that wait; returns its mean loss.
     *
     * @param pass makes the same pass again and again
     * @param where for messages
     */
    double take(Dataset batch, Supplier<Pass> pass, Evaluation evaluation, String where, int epoch) {
        BatchLoss.Found found = batches.of(batch, pass, evaluation, where, epoch);
        if (training.accumulated == 1) {
            sum = GradientSum.alone(found.gradients(), batch.size());
        } else {
            double c = GradientSum.perSample(training.loss, batch.size());
            add(found.gradients().map((name, g) -> g.to(DType.FLOAT64).div(c)), batch.size(), where);
        }
        renew(found.renewed());
        return found.mean();
    }

    /**
     * Adds the gradients of shards to those that wait; returns their mean loss.
     *
     * @param samples of all
     */
    double take(List<ShardResult> shards, int samples, Evaluation evaluation, String where) {
        double before = evaluation.sum();
        shards.forEach(shard -> evaluation.add(shard.counted()));
        Map<String, Tensor> scaled =
                ShardTree.sum(shards.stream().map(ShardResult::gradients).toList());
        add(
                model.parameters()
                        .map((name, p) ->
                                model.frozen(name) ? Tensor.zeros(DType.FLOAT64, p.shape()) : scaled.get(name)),
                samples,
                where);
        Map<String, Tensor> renewed = new LinkedHashMap<>();
        ShardTree.sum(shards.stream().map(ShardResult::renewed).toList())
                .forEach((name, all) -> renewed.put(name, all.div(samples).to(model.dtype())));
        renew(renewed);
        return (evaluation.sum() - before) / samples;
    }

    private void add(Parameters scaled, int samples, String where) {
        sum = sum.plus(scaled, samples);
        requireSum(sum.scaled(), where);
    }

    /** Takes over the statistics of a batch. */
    private void renew(Map<String, Tensor> renewed) {
        if (!renewed.isEmpty()) {
            model.set(model.parameters()
                    .map((name, p) -> renewed.getOrDefault(name, p).detach()));
        }
    }

    static ArithmeticException failure(String text, Object... details) {
        return new ArithmeticException(String.format(Locale.ROOT, "training: " + text, details)
                + "; the parameters are as they were before. A smaller learning rate or clipNorm may help");
    }

    static boolean isFinite(Parameters parameters) {
        return parameters.values().stream().allMatch(Tensor::isFinite);
    }

    /** Begins a pass: no states are carried on into it. */
    void resetStates() {
        batches.states.reset();
    }

    // ---- updates ----

    /** Whether enough batches wait. */
    boolean full() {
        return sum.batches() == training.accumulated;
    }

    /** Whether any batch waits. */
    boolean waiting() {
        return sum.batches() > 0;
    }

    /**
     * Moves the parameters by the gradients that wait.
     *
     * @param epoch from 0
     * @param all how many updates there will be in all epochs, if a schedule needs it
     */
    void update(int epoch, DoubleSupplier all, String where) {
        gradients = clipped(total(where));
        sum = GradientSum.NONE;
        updates++;
        rate = rate(training.schedule, training.optimizer.learningRate(), epoch, all);
        Map<String, List<Tensor>> remembered = new LinkedHashMap<>();
        Parameters updated = model.parameters().map((name, p) -> {
            if (model.frozen(name)) {
                return p;
            }
            double own = rate(
                    layer(training.layerSchedules, name, training.schedule),
                    layer(training.layerRates, name, training.optimizer.learningRate()),
                    epoch,
                    all);
            Optimizer.Updated step = updated(own, name, p, where);
            remembered.put(name, step.slots());
            return step.parameter();
        });
        slots.putAll(remembered);
        model.set(updated);
        moved = true;
    }

    private Optimizer.Updated updated(double own, String name, Tensor p, String where) {
        try {
            return training.optimizer.update(own, updates, p, gradients.get(name), slots.get(name));
        } catch (ArithmeticException e) {
            throw failure("%s: the update of parameter %s by a rate of %s: %s", where, name, own, e.getMessage());
        }
    }

    /** The gradient of all batches that wait. */
    private Parameters total(String where) {
        Parameters total = sum.total(training.loss, model.dtype());
        if (!sum.alone()) {
            requireSum(total, where);
        }
        return total;
    }

    private void requireSum(Parameters of, String where) {
        if (!isFinite(of)) {
            throw failure("%s: the gradients of %s batches overflow in their sum", where, sum.batches());
        }
    }

    private Parameters clipped(Parameters total) {
        Parameters byLayer = model.clipped(total);
        Parameters byValue = training.valueLimit < Double.POSITIVE_INFINITY
                ? Clipping.byValue(byLayer, training.valueLimit)
                : byLayer;
        return training.normLimit < Double.POSITIVE_INFINITY ? Clipping.byNorm(byValue, training.normLimit) : byValue;
    }

    /** The rate of the update that is being done. */
    private double rate(Schedule schedule, double learningRate, int epoch, DoubleSupplier all) {
        int update = (int) Math.min(Math.max(updates, 1) - 1, Integer.MAX_VALUE);
        double scheduled = schedule.perUpdate()
                ? schedule.at(learningRate, update, counted(all.getAsDouble()))
                : schedule.at(learningRate, epoch, training.epochs);
        Check.that(
                scheduled >= 0 && Double.isFinite(scheduled),
                "training: a schedule must give a rate that is finite and not negative, got %s in epoch %s",
                scheduled,
                epoch + 1);
        return factor * scheduled;
    }

    private static int counted(double all) {
        Check.that(
                all <= MOST_UPDATES,
                "training: a schedule per update needs fewer than 2^31 updates in all, got %s",
                (long) all);
        return (int) all;
    }

    /** Whether a schedule needs to know how many updates there will be. */
    private boolean perUpdate() {
        return training.schedule.perUpdate()
                || training.layerSchedules.values().stream().anyMatch(Schedule::perUpdate);
    }

    /**
     * How many updates there will be in all: those that were done, with whatever options, and those to come.
     *
     * @param batches of an epoch
     * @param seen how many of them there were in this epoch
     * @param epochs how many are done
     */
    double all(double batches, int seen, int epochs) {
        double rest = Math.max(0, batches - seen + sum.batches());
        return updates
                + Math.ceil(rest / training.accumulated)
                + Math.ceil(batches / training.accumulated) * Math.max(0, training.epochs - epochs - 1);
    }

    /** Finds out the rate of the first update. */
    void rateAhead(DoubleSupplier all) {
        rate = rate(training.schedule, training.optimizer.learningRate(), 0, all);
    }

    /** What is set for the layer that a parameter belongs to; for the innermost one if it is set for several. */
    private static <T> T layer(Map<String, T> byLayer, String parameter, T otherwise) {
        return byLayer.keySet().stream()
                .filter(layer -> parameter.startsWith(layer + "/"))
                .max(Comparator.comparingInt(String::length))
                .map(byLayer::get)
                .orElse(otherwise);
    }

    // ---- checkpoints ----

    void save(Checkpoint to) {
        to.put("updates", Long.toString(updates));
        to.put("rate factor", Double.toString(factor));
        to.put("rate", Double.toString(rate));
        to.put("waiting batches", Integer.toString(sum.batches()));
        to.put("waiting samples", Long.toString(sum.samples()));
        to.put("parameter", byName(model.parameters()));
        slots.forEach((name, remembered) -> {
            for (int i = 0; i < remembered.size(); i++) {
                to.put("optimizer/" + i, Map.of(name, remembered.get(i)));
            }
        });
        to.put("gradient", waiting() ? byName(sum.scaled()) : Map.of());
        to.put("state", batches.states.tensors());
    }

    /** Takes back what was saved; returns the parameters, which the model does not have yet. */
    Parameters restore(Checkpoint from, boolean inEpoch) {
        Parameters parameters = from.group("parameter").parameters(model);
        List<Parameters> remembered = new ArrayList<>();
        for (int i = 0; i < training.optimizer.slots(); i++) {
            SavedTensors slot = from.group("optimizer/" + i);
            remembered.add(training.optimizer.squares(i) ? slot.squares(model) : slot.parameters(model));
        }
        slots.replaceAll(
                (name, zeros) -> remembered.stream().map(each -> each.get(name)).toList());
        sum = waiting(from, inEpoch);
        if (inEpoch) {
            batches.states.restore(model, from.group("state"), training.batchSize);
        }
        updates = from.count("updates", Integer.MAX_VALUE);
        factor = from.amount("rate factor");
        from.that(factor > 0, "the rate factor must be positive, got %s", factor);
        rate = from.amount("rate");
        return parameters;
    }

    /** Requires that schedules can count the updates with those to come. */
    void checkUpdates(Checkpoint from, DoubleSupplier all) {
        double counted = perUpdate() ? all.getAsDouble() : 0;
        from.that(
                counted <= MOST_UPDATES,
                "a schedule per update needs fewer than 2^31 updates in all, got %s and %s to come",
                updates,
                (long) counted - updates);
    }

    /** The gradients of batches that had not made an update yet. */
    private GradientSum waiting(Checkpoint from, boolean inEpoch) {
        int waiting = (int) from.count("waiting batches", inEpoch ? training.accumulated : 0);
        int samples = (int) from.count("waiting samples", (long) waiting * training.batchSize);
        SavedTensors gradient = from.group("gradient");
        from.that(
                samples >= waiting && gradient.isEmpty() == (waiting == 0),
                "there must be gradients of waiting batches and samples, got %s of %s batches and %s samples",
                gradient.names(),
                waiting,
                samples);
        return waiting == 0 ? GradientSum.NONE : new GradientSum(gradient.sums(model), waiting, samples, false);
    }

    private static Map<String, Tensor> byName(Parameters parameters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        parameters.stored().forEach(name -> tensors.put(name, parameters.get(name)));
        return tensors;
    }
}
