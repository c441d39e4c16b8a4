package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;
import rewind.autograd.require.Check;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.optimize.Clipping;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.Trainable;

/** From batches to updates: gradients, of several batches if they are accumulated, clipped, and the optimizer with what it remembers. */
final class Steps {
    private static final int MOST_UPDATES = Integer.MAX_VALUE; // that a schedule can count

    private final TrainingOptions training;
    private final Trainable model;
    private final Workspace workspace = new Workspace();
    private final BatchGradients replays;
    final CarriedStates states;
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
        this.replays = new BatchGradients(training.model, training.loss, values);
        this.model = training.model;
        this.states = new CarriedStates(training.stateful);
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
        boolean mayReplay = training.compiled && !training.stateful && replays.mayReplay(batch);
        BatchGradients.Outcome replayed = mayReplay ? replays.of(batch, epoch, pass.get()) : null;
        if (replayed != null) {
            evaluation.add(replayed.perSample(), replayed.scores(), batch.y());
            Iterator<Tensor> gradient = replayed.gradients().iterator();
            Parameters found = model.parameters()
                    .map((name, p) -> model.frozen(name) ? Tensor.zeros(p.dtype(), p.shape()) : gradient.next());
            add(found, replayed.value(), batch, pass, where);
            renew(replayed.renewed());
            return replayed.perSample().mean().toDouble();
        }
        states.requireSize(batch);
        try (Tape tape = new Tape(workspace)) {
            Parameters watched = model.parameters().map((name, p) -> model.frozen(name) ? p : tape.watch(p));
            Pass first = pass.get();
            Pass own = states.into(mayReplay ? replays.seen(batch, first) : first);
            Tensor values = values(watched, batch.x(), own, batch, evaluation);
            Tensor value = training.loss.reduce(values);
            add(in(tape.backward(value), watched), value, batch, pass, where);
            states.after(own, batch);
            renew(own.renewed());
            return values.mean().toDouble();
        }
    }

    /** Takes over the statistics of a batch. */
    private void renew(Map<String, Tensor> renewed) {
        if (!renewed.isEmpty()) {
            model.set(model.parameters()
                    .map((name, p) -> renewed.getOrDefault(name, p).detach()));
        }
    }

    private void add(Parameters found, Tensor value, Dataset batch, Supplier<Pass> pass, String where) {
        if (!value.isFinite() || !isFinite(found)) {
            throw notFinite(where, value, batch, pass);
        }
        if (training.accumulated == 1) {
            sum = GradientSum.alone(found, batch.size());
        } else {
            sum = sum.plus(found, batch.size(), training.loss);
            requireSum(sum.scaled(), where);
        }
    }

    private Tensor values(Parameters parameters, Tensor x, Pass pass, Dataset batch, Evaluation evaluation) {
        return evaluation.add(model.scores(parameters, x, pass), batch, pass);
    }

    /** The gradients by name; frozen parameters have none, which is told as zeros, so that they count in no norm. */
    private Parameters in(Gradients all, Parameters watched) {
        return watched.map((name, p) -> model.frozen(name) ? Tensor.zeros(p.dtype(), p.shape()) : all.of(p));
    }

    private ArithmeticException notFinite(String where, Tensor value, Dataset batch, Supplier<Pass> pass) {
        Evaluation uncounted = new Evaluation(model, training.loss, training.losses(), List.of());
        String place = FirstNonFinite.of(
                model.parameters(),
                batch.x(),
                (watched, x, follower) -> training.loss.reduce(
                        values(watched, x, states.into(pass.get()).followedBy(follower), batch, uncounted)));
        return failure(
                "%s: %s; %s",
                where,
                value.isFinite() ? "a gradient is not finite" : "the loss is " + value.toDouble(),
                place.isEmpty() ? "it was so only once" : place);
    }

    private static ArithmeticException failure(String text, Object... details) {
        return new ArithmeticException(String.format(Locale.ROOT, "training: " + text, details)
                + "; the parameters are as they were before. A smaller learning rate or clipNorm may help");
    }

    private static boolean isFinite(Parameters parameters) {
        return parameters.values().stream().allMatch(Tensor::isFinite);
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
        if (training.accumulated == 1) {
            return sum.scaled();
        }
        Parameters total = sum.total(training.loss, model.dtype());
        requireSum(total, where);
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
        to.put("state", states.tensors());
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
            states.restore(model, from.group("state"), training.batchSize);
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
        int batches = (int) from.count("waiting batches", inEpoch ? training.accumulated : 0);
        int samples = (int) from.count("waiting samples", (long) batches * training.batchSize);
        SavedTensors gradient = from.group("gradient");
        from.that(
                samples >= batches && gradient.isEmpty() == (batches == 0),
                "there must be gradients of waiting batches and samples, got %s of %s batches and %s samples",
                gradient.names(),
                batches,
                samples);
        return batches == 0 ? GradientSum.NONE : new GradientSum(gradient.sums(model), batches, samples);
    }

    private static Map<String, Tensor> byName(Parameters parameters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        parameters.stored().forEach(name -> tensors.put(name, parameters.get(name)));
        return tensors;
    }
}
