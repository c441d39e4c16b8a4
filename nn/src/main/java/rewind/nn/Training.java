package rewind.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * How a model is trained: mini-batches, reshuffled every epoch, the last partial one kept. Immutable; every option returns a new one.
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
    private int epochs = 10;
    private int batchSize = 32;
    private long seed;
    private Dataset validation;
    private List<TrainingListener> listeners = List.of();

    private Training(Model model) {
        this.model = model;
        this.seed = model.seed();
    }

    /** Returns the training of a model by the defaults: mean squared error, Adam(0.001), 10 epochs, batches of 32, the model's seed. */
    public static Training of(Model model) {
        return new Training(model);
    }

    private Training copy() {
        Training copy = new Training(model);
        copy.loss = loss;
        copy.optimizer = optimizer;
        copy.epochs = epochs;
        copy.batchSize = batchSize;
        copy.seed = seed;
        copy.validation = validation;
        copy.listeners = listeners;
        return copy;
    }

    /** Sets what is minimised, averaged over a batch. */
    public Training loss(Loss loss) {
        Training changed = copy();
        changed.loss = loss;
        return changed;
    }

    /** Sets how parameters follow their gradients. */
    public Training optimizer(Optimizer optimizer) {
        Training changed = copy();
        changed.optimizer = optimizer;
        return changed;
    }

    /**
     * Sets how often all samples are seen.
     *
     * @throws IllegalArgumentException if negative
     */
    public Training epochs(int epochs) {
        Check.that(epochs >= 0, "training: epochs must not be negative, got %s", epochs);
        Training changed = copy();
        changed.epochs = epochs;
        return changed;
    }

    /**
     * Sets how many samples make one update.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Training batchSize(int batchSize) {
        Check.that(batchSize > 0, "training: the batch size must be positive, got %s", batchSize);
        Training changed = copy();
        changed.batchSize = batchSize;
        return changed;
    }

    /** Sets the seed of the order of the samples, and of all else that is random in training. */
    public Training shuffle(long seed) {
        Training changed = copy();
        changed.seed = seed;
        return changed;
    }

    /** Sets data on which the loss is measured after every epoch. */
    public Training validation(Dataset data) {
        Training changed = copy();
        changed.validation = data;
        return changed;
    }

    /** Adds a listener. */
    public Training on(TrainingListener listener) {
        Training changed = copy();
        changed.listeners = new ArrayList<>(listeners);
        changed.listeners.add(listener);
        return changed;
    }

    /**
     * Trains the model: its parameters are replaced after every batch.
     *
     * @return the losses of every epoch
     * @throws IllegalArgumentException if there is no sample, or shapes do not fit
     */
    public History fit(Dataset data) {
        Check.that(data.size() > 0, "training: there must be at least one sample");
        return new Run(data).history();
    }

    /** Returns the mean loss of the model over the data, computed in batches, as in use after training. */
    public double evaluate(Dataset data) {
        Check.that(data.size() > 0, "evaluate: there must be at least one sample");
        double sum = 0;
        for (int from = 0; from < data.size(); from += batchSize) {
            Dataset batch = data.slice(from, Math.min(from + batchSize, data.size()));
            sum += loss.of(model.predict(batch.x()), batch.y()).toDouble() * batch.size();
        }
        return sum / data.size();
    }

    /** One run: what changes while training. */
    private final class Run {
        private final Dataset data;
        private final RandomGenerator rng = new Well19937c(seed);
        private final Workspace workspace = new Workspace();
        private final Map<String, List<Tensor>> slots = new HashMap<>();
        private final List<History.Epoch> done = new ArrayList<>();
        private long step;

        Run(Dataset data) {
            this.data = data;
            for (String name : model.parameters().stored()) {
                Tensor p = model.parameters().get(name);
                slots.put(name, Collections.nCopies(optimizer.slots(), Tensor.zeros(p.dtype(), p.shape())));
            }
        }

        History history() {
            try {
                int batches = (data.size() + batchSize - 1) / batchSize;
                listeners.forEach(listener -> listener.started(epochs, batches));
                for (int epoch = 1; epoch <= epochs; epoch++) {
                    done.add(epoch(epoch));
                    listeners.forEach(listener -> listener.epochDone(done.get(done.size() - 1)));
                }
            } finally {
                listeners.forEach(TrainingListener::ended);
            }
            return new History(done);
        }

        private History.Epoch epoch(int number) {
            int[] order = MathArrays.natural(data.size());
            MathArrays.shuffle(order, rng);
            double sum = 0;
            int count = 0;
            for (int from = 0; from < order.length; from += batchSize) {
                Dataset batch = data.select(Arrays.copyOfRange(order, from, Math.min(from + batchSize, order.length)));
                double value = update(batch);
                sum += value * batch.size();
                int index = ++count;
                listeners.forEach(listener -> listener.batchDone(number, index, value));
            }
            double validationLoss = validation == null ? Double.NaN : evaluate(validation);
            return new History.Epoch(number, sum / data.size(), validationLoss);
        }

        /** One step of the optimizer; returns the loss before it. */
        private double update(Dataset batch) {
            step++;
            try (Tape tape = new Tape(workspace)) {
                Parameters watched = model.parameters().watchedBy(tape);
                Tensor value = loss.of(model.forward(watched, batch.x(), Pass.training(rng)), batch.y());
                Parameters gradients = clipped(watched.in(tape.backward(value)));
                model.set(model.parameters().map((name, p) -> updated(name, p, gradients.get(name))));
                return value.toDouble();
            }
        }

        private Parameters clipped(Parameters gradients) {
            Parameters result = gradients;
            for (Map.Entry<String, Double> layer : model.clipping().entrySet()) {
                result = Clipping.byNorm(result, name -> name.startsWith(layer.getKey()), layer.getValue());
            }
            return result;
        }

        private Tensor updated(String name, Tensor p, Tensor dp) {
            Optimizer.Updated updated = optimizer.update(optimizer.learningRate(), step, p, dp, slots.get(name));
            slots.put(name, updated.slots());
            return updated.parameter();
        }
    }
}
