package rewind.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * How a model is trained: mini-batches, reshuffled every epoch, the last partial one kept. Data are taken in the element type of the
 * model. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * History history = Training.of(model)
 *     .loss(meanSquaredError()).optimizer(adam(1e-3))
 *     .epochs(50).batchSize(32).validation(valid)
 *     .on(progressBar())
 *     .fit(train);
 * }</pre>
 */
public final class Training {
    private final Model model;
    private Loss loss = Losses.meanSquaredError();
    private Optimizer optimizer = Optimizers.adam(1e-3);
    private Schedule schedule = Schedules.steady();
    private Map<String, Schedule> layerSchedules = Map.of();
    private Map<String, Double> layerRates = Map.of();
    private List<Metric> metrics = List.of();
    private int epochs = 10;
    private int batchSize = 32;
    private boolean shuffled = true;
    private long seed;
    private Dataset validation;
    private List<TrainingListener> listeners = List.of();

    private Training(Model model) {
        this.model = model;
        this.seed = model.seed();
    }

    /**
     * Returns the training of a model by the defaults: mean squared error, Adam(0.001), a steady rate, 10 epochs, batches of 32 in an
     * order decided by the model's seed.
     */
    public static Training of(Model model) {
        return new Training(model);
    }

    private Training with(Consumer<Training> option) {
        Training changed = new Training(model);
        changed.loss = loss;
        changed.optimizer = optimizer;
        changed.schedule = schedule;
        changed.layerSchedules = layerSchedules;
        changed.layerRates = layerRates;
        changed.metrics = metrics;
        changed.epochs = epochs;
        changed.batchSize = batchSize;
        changed.shuffled = shuffled;
        changed.seed = seed;
        changed.validation = validation;
        changed.listeners = listeners;
        option.accept(changed);
        return changed;
    }

    /** Sets what is minimised, averaged over a batch unless it is {@link Loss#summed}. */
    public Training loss(Loss loss) {
        return with(training -> training.loss = loss);
    }

    /** Sets how parameters follow their gradients. */
    public Training optimizer(Optimizer optimizer) {
        return with(training -> training.optimizer = optimizer);
    }

    /** Sets how the learning rate changes from epoch to epoch. */
    public Training schedule(Schedule schedule) {
        return with(training -> training.schedule = schedule);
    }

    /**
     * Sets how the learning rate of one layer changes.
     *
     * @param layer the beginning of the parameters' names up to a slash, such as {@code lstm}
     * @throws IllegalArgumentException if there is no such layer
     */
    public Training schedule(String layer, Schedule schedule) {
        Map<String, Schedule> changed = new LinkedHashMap<>(layerSchedules);
        changed.put(existing(layer), schedule);
        return with(training -> training.layerSchedules = changed);
    }

    /**
     * Sets the learning rate of one layer, instead of the optimizer's.
     *
     * @param layer the beginning of the parameters' names up to a slash, such as {@code lstm}
     * @throws IllegalArgumentException if there is no such layer, or the rate is not positive
     */
    public Training learningRate(String layer, double rate) {
        Check.that(rate > 0 && Double.isFinite(rate), "training: the learning rate must be positive, got %s", rate);
        Map<String, Double> changed = new LinkedHashMap<>(layerRates);
        changed.put(existing(layer), rate);
        return with(training -> training.layerRates = changed);
    }

    private String existing(String layer) {
        Check.that(
                model.parameters().names().stream().anyMatch(name -> name.startsWith(layer + "/")),
                "training: there must be a layer %s with parameters among %s",
                layer,
                model.parameters().names());
        return layer;
    }

    /** Adds metrics to the history. */
    public Training metrics(Metric... more) {
        List<Metric> all = new ArrayList<>(metrics);
        all.addAll(List.of(more));
        return with(training -> training.metrics = all);
    }

    /**
     * Sets how often all samples are seen.
     *
     * @throws IllegalArgumentException if negative
     */
    public Training epochs(int epochs) {
        Check.that(epochs >= 0, "training: epochs must not be negative, got %s", epochs);
        return with(training -> training.epochs = epochs);
    }

    /**
     * Sets how many samples make one update.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Training batchSize(int batchSize) {
        Check.that(batchSize > 0, "training: the batch size must be positive, got %s", batchSize);
        return with(training -> training.batchSize = batchSize);
    }

    /** Sets the seed of the order of the samples, and of all else that is random in training. */
    public Training shuffle(long seed) {
        return with(training -> {
            training.seed = seed;
            training.shuffled = true;
        });
    }

    /** Sets whether the samples are reordered every epoch (the default). */
    public Training shuffle(boolean on) {
        return with(training -> training.shuffled = on);
    }

    /** Sets data on which the loss is measured after every epoch. */
    public Training validation(Dataset data) {
        return with(training -> training.validation = data);
    }

    /** Adds a listener. */
    public Training on(TrainingListener listener) {
        List<TrainingListener> all = new ArrayList<>(listeners);
        all.add(listener);
        return with(training -> training.listeners = all);
    }

    /**
     * Trains the model: its parameters are replaced after every batch.
     *
     * @return losses and metrics of every epoch
     * @throws IllegalArgumentException if there is no sample, a number of the data is not finite, or shapes do not fit
     */
    public History fit(Dataset data) {
        Check.that(data.size() > 0, "training: there must be at least one sample");
        Dataset validating = validation;
        if (validation != null) {
            Check.that(validation.size() > 0, "training: there must be at least one sample to validate with");
            validating = finite(validation);
        }
        return new Run(finite(data), validating).history();
    }

    /** Returns the mean loss of the model over the data, computed in batches, as in use after training. */
    public double evaluate(Dataset data) {
        return evaluation(finite(data)).loss();
    }

    /** The data in the element type of the model, all of them finite there. */
    private Dataset finite(Dataset data) {
        Dataset converted = data.to(model.dtype());
        converted.requireFinite();
        return converted;
    }

    private Evaluation evaluation(Dataset data) {
        Check.that(data.size() > 0, "evaluate: there must be at least one sample");
        Evaluation evaluation = new Evaluation(model, loss, metrics);
        for (int from = 0; from < data.size(); from += batchSize) {
            Dataset batch = data.slice(from, Math.min(from + batchSize, data.size()));
            Tensor scores = model.scores(model.parameters(), batch.x(), pass(Pass.inference(), batch));
            evaluation.add(scores, batch.y(), batch.lengths());
        }
        return evaluation;
    }

    private static Pass pass(Pass pass, Dataset batch) {
        return batch.lengths().map(pass::lengths).orElse(pass);
    }

    /** One run: what changes while training. */
    private final class Run {
        private final Dataset data;
        private final Dataset validation;
        private final RandomGenerator rng = new Well19937c(seed);
        private final Workspace workspace = new Workspace();
        private final Map<String, List<Tensor>> slots = new HashMap<>();
        private final List<History.Epoch> done = new ArrayList<>();
        private long step;

        Run(Dataset data, Dataset validation) {
            this.data = data;
            this.validation = validation;
            for (String name : model.parameters().stored()) {
                Tensor p = model.parameters().get(name);
                slots.put(name, Collections.nCopies(optimizer.slots(), Tensor.zeros(p.dtype(), p.shape())));
            }
        }

        History history() {
            try {
                int batches = (data.size() + batchSize - 1) / batchSize;
                listeners.forEach(listener -> listener.started(epochs, batches));
                for (int epoch = 0; epoch < epochs; epoch++) {
                    History.Epoch last = epoch(epoch);
                    done.add(last);
                    listeners.forEach(listener -> listener.epochDone(last));
                }
            } finally {
                listeners.forEach(TrainingListener::ended);
            }
            return new History(done);
        }

        /** One pass over all samples; epochs count from 0 here, from 1 for people. */
        private History.Epoch epoch(int epoch) {
            int[] order = MathArrays.natural(data.size());
            if (shuffled) {
                MathArrays.shuffle(order, rng);
            }
            Evaluation train = new Evaluation(model, loss, metrics);
            for (int from = 0; from < order.length; from += batchSize) {
                int[] indices = Arrays.copyOfRange(order, from, Math.min(from + batchSize, order.length));
                double value = update(epoch, data.select(indices), train);
                int batch = from / batchSize + 1;
                listeners.forEach(listener -> listener.batchDone(epoch + 1, batch, value));
            }
            double rate = schedule.at(optimizer.learningRate(), epoch, epochs);
            Evaluation valid = validation == null ? null : evaluation(validation);
            return new History.Epoch(
                    epoch + 1,
                    rate,
                    train.loss(),
                    train.metrics(),
                    valid == null ? Double.NaN : valid.loss(),
                    valid == null ? Map.of() : valid.metrics());
        }

        /** One step of the optimizer; returns the mean loss of the batch before it. */
        private double update(int epoch, Dataset batch, Evaluation train) {
            step++;
            try (Tape tape = new Tape(workspace)) {
                Parameters watched = model.parameters().watchedBy(tape);
                Tensor scores = model.scores(watched, batch.x(), pass(Pass.training(rng), batch));
                Tensor values = train.add(scores, batch.y(), batch.lengths());
                Parameters gradients = model.clipped(watched.in(tape.backward(loss.reduce(values))));
                model.set(model.parameters().map((name, p) -> updated(epoch, name, p, gradients.get(name))));
                return values.mean().toDouble();
            }
        }

        private Tensor updated(int epoch, String name, Tensor p, Tensor dp) {
            double rate = layer(layerRates, name, optimizer.learningRate());
            double scheduled = layer(layerSchedules, name, schedule).at(rate, epoch, epochs);
            Optimizer.Updated updated = optimizer.update(scheduled, step, p, dp, slots.get(name));
            slots.put(name, updated.slots());
            return updated.parameter();
        }

        /** What is set for the layer that a parameter belongs to. */
        private <T> T layer(Map<String, T> byLayer, String parameter, T otherwise) {
            T value = otherwise;
            for (Map.Entry<String, T> layer : byLayer.entrySet()) {
                value = parameter.startsWith(layer.getKey() + "/") ? layer.getValue() : value;
            }
            return value;
        }
    }
}
