package rewind.nn;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import rewind.autograd.require.Check;
import rewind.nn.data.DataSource;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.optimize.Optimizer;
import rewind.nn.optimize.Schedule;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.loop.Evaluation;
import rewind.nn.train.loop.LocalWorker;
import rewind.nn.train.loop.TrainingLoop;
import rewind.nn.train.loop.TrainingOptions;
import rewind.nn.train.shard.ShardWorker;
import rewind.nn.train.shard.Shards;

/**
 * How a model is trained: mini-batches, reshuffled every epoch, the last partial one kept. Data are taken in the element type of the
 * model. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * History history = Training.of(model)
 *     .loss(meanSquaredError()).optimizer(adam(1e-3))
 *     .epochs(50).batchSize(32).validation(valid)
 *     .on(progressBar(), earlyStopping(10))
 *     .fit(train);
 * }</pre>
 *
 * <p>One seed decides the order of the samples and all else that is random: the order of epoch e and the masks of its batch b are drawn
 * by generators of their own, seeded from (seed, e) and (seed, e, b). So the position in a run is all of its random state, and the same
 * seed gives the same bits, whether a run is continued from a {@link #resume checkpoint} or not, and whatever the number of threads.
 *
 * <p>A loss, gradient or parameter that is not finite ends training with an {@link ArithmeticException} that names the layer and the
 * operation; the parameters stay as they were before the batch.
 */
public final class Training {
    private final Model model;
    private final TrainingOptions options;

    private Training(Model model, TrainingOptions options) {
        this.model = model;
        this.options = options;
    }

    /**
     * Returns the training of a model by the defaults: mean squared error, Adam(0.001), a steady rate, 10 epochs, batches of 32 in an
     * order decided by the model's seed.
     */
    public static Training of(Model model) {
        return new Training(
                model,
                new TrainingOptions(
                        model, model.seed(), Losses.meanSquaredError(), Optimizers.adam(1e-3), Schedules.steady()));
    }

    private Training with(Consumer<TrainingOptions> option) {
        return new Training(model, options.with(option));
    }

    /** Sets what is minimised, averaged over a batch unless it is {@link Loss#summed}. */
    public Training loss(Loss loss) {
        return with(to -> to.loss = loss);
    }

    /**
     * Adds the loss of an output besides the main one, which a layer gives by {@link rewind.nn.layer.Scope#output}; its targets are those of the
     * data under the same name, {@link rewind.nn.data.Dataset#with}. Losses are added; {@link Loss#times} weighs them.
     */
    public Training loss(String output, Loss loss) {
        Map<String, Loss> changed = new LinkedHashMap<>(options.namedLosses);
        changed.put(output, loss);
        return with(to -> to.namedLosses = changed);
    }

    /** Sets how parameters follow their gradients. */
    public Training optimizer(Optimizer optimizer) {
        return with(to -> to.optimizer = optimizer);
    }

    /** Sets how the learning rate changes from epoch to epoch, or from update to update ({@link Schedules#perUpdate}). */
    public Training schedule(Schedule schedule) {
        return with(to -> to.schedule = schedule);
    }

    /**
     * Sets how the learning rate of one layer changes.
     *
     * @param layer the beginning of the parameters' names up to a slash, such as {@code lstm} or {@code lstm/forward}; of layers within each
     *     other the innermost counts
     * @throws IllegalArgumentException if there is no such layer
     */
    public Training schedule(String layer, Schedule schedule) {
        Map<String, Schedule> changed = new LinkedHashMap<>(options.layerSchedules);
        changed.put(existing(layer), schedule);
        return with(to -> to.layerSchedules = changed);
    }

    /**
     * Sets the learning rate of one layer, instead of the optimizer's.
     *
     * @param layer the beginning of the parameters' names up to a slash, such as {@code lstm} or {@code lstm/forward}; of layers within each
     *     other the innermost counts
     * @throws IllegalArgumentException if there is no such layer, or the rate is not positive
     */
    public Training learningRate(String layer, double rate) {
        Check.that(rate > 0 && Double.isFinite(rate), "training: the learning rate must be positive, got %s", rate);
        Map<String, Double> changed = new LinkedHashMap<>(options.layerRates);
        changed.put(existing(layer), rate);
        return with(to -> to.layerRates = changed);
    }

    private String existing(String layer) {
        Check.that(
                model.parameters().names().stream().anyMatch(name -> name.startsWith(layer + "/")),
                "training: there must be a layer %s with parameters among %s",
                layer,
                model.parameters().names());
        return layer;
    }

    /**
     * Adds metrics to the history. They are computed over all samples together: those of {@link Metrics}, and of {@link Metric#ofSums},
     * are counted batch by batch; for any other one, the outputs and targets of an epoch are kept in memory.
     *
     * @throws IllegalArgumentException if two have one name, or one is named {@code loss}
     */
    public Training metrics(Metric... more) {
        List<Metric> all = new ArrayList<>(options.metrics);
        all.addAll(List.of(more));
        List<String> names = all.stream().map(Metric::name).toList();
        Check.that(
                !names.contains("loss") && Set.copyOf(names).size() == names.size(),
                "training: metrics must have different names, none of them loss, got %s",
                names);
        return with(to -> to.metrics = all);
    }

    /**
     * Sets how often all samples are seen.
     *
     * @throws IllegalArgumentException if negative
     */
    public Training epochs(int epochs) {
        Check.that(epochs >= 0, "training: epochs must not be negative, got %s", epochs);
        return with(to -> to.epochs = epochs);
    }

    /**
     * Sets how many samples make one update, unless gradients are {@link #accumulate accumulated}.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Training batchSize(int batchSize) {
        Check.that(batchSize > 0, "training: the batch size must be positive, got %s", batchSize);
        return with(to -> to.batchSize = batchSize);
    }

    /**
     * Sets how many batches make one update, by the gradient that one batch of all their samples would have: k batches of m samples need
     * the memory of m and give the update of k·m, up to rounding. The batches left at the end of an epoch make an update too. The {@link
     * Loss#reduce reduction} of the loss must be the sum times something that depends on the number of samples alone, as mean and sum are.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Training accumulate(int batches) {
        Check.that(batches > 0, "training: the number of batches of an update must be positive, got %s", batches);
        return with(to -> to.accumulated = batches);
    }

    /**
     * Scales the gradients of all parameters down together when their common Euclidean norm exceeds a limit, see {@link
     * rewind.nn.optimize.Clipping#byNorm}. Where layers clip too, they do so before.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Training clipNorm(double limit) {
        Check.that(limit > 0, "training: the limit of the gradients' norm must be positive, got %s", limit);
        return with(to -> to.normLimit = limit);
    }

    /**
     * Limits every element of a gradient to −limit … limit, after layers clipped theirs and before {@link #clipNorm}.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Training clipValue(double limit) {
        Check.that(limit > 0, "training: the limit of the gradients' values must be positive, got %s", limit);
        return with(to -> to.valueLimit = limit);
    }

    /** Sets the seed of the order of the samples, and of all else that is random in training. */
    public Training shuffle(long seed) {
        return with(to -> {
            to.seed = seed;
            to.shuffled = true;
        });
    }

    /** Sets whether the samples are reordered every epoch (the default). */
    public Training shuffle(boolean on) {
        return with(to -> to.shuffled = on);
    }

    /**
     * Sets whether recurrent layers start each batch in the states in which the one before it ended, as if sample i of a batch continued
     * sample i of the batch before. The states are constants: no gradient goes back to an earlier batch. Each epoch, and each pass over
     * the validation data, starts from zero states. For long series cut into pieces; needs {@code shuffle(false)}, and all batches of one
     * size.
     */
    public Training stateful(boolean on) {
        return with(to -> to.stateful = on);
    }

    /**
     * Sets whether what one batch did is done again for others of the same shapes (the default): the same bits without recording, see {@link
     * rewind.autograd.Workspace.Replay}. Padded batches of one target per sample share it, whatever their lengths. It is not where that
     * cannot be: with padding and a target for every step, chunks of padded steps, carried states, operations of a user's own, or a function
     * that reads numbers while it computes. A replayed batch does not call layers or losses, so numbers of your own that change in the course
     * of a run, such as an annealed rate, belong into what every batch asks for: {@link rewind.nn.layer.Pass#scheduled}, {@link
     * Loss#times(java.util.function.ToDoubleFunction, double)}, or a frozen parameter, which a listener may set. Any other that changes from batch to batch keeps batches from being replayed; one
     * that changes later is an error in the next comparison with a plain batch, after 16, 32, … 1,024 batches, or in the first batch of an
     * epoch if 16 came before, and needs {@code compiled(false)}. The system property {@code rewind.replay=false} does the same for all.
     */
    public Training compiled(boolean on) {
        return with(to -> to.compiled = on);
    }

    /** Sets data on which the loss is measured after every epoch. */
    public Training validation(DataSource data) {
        return with(to -> {
            to.validation = data;
            to.validationShards = null;
        });
    }

    /** Sets data in shards on which the loss is measured after every epoch. */
    public Training validation(Shards data) {
        return with(to -> {
            to.validation = null;
            to.validationShards = data;
        });
    }

    /** Adds listeners, which hear of everything in this order. */
    public Training on(TrainingListener... more) {
        List<TrainingListener> all = new ArrayList<>(options.listeners);
        all.addAll(List.of(more));
        return with(to -> to.listeners = all);
    }

    /**
     * Continues from a checkpoint, see {@link Listeners#checkpoint}: the parameters of the model are replaced, and {@link #fit} goes on
     * where the run had been, to end with the same bits as a run that was never interrupted, if data, model and options are the same.
     *
     * <p>{@code fit} refuses another seed or order, other metrics, another kind of optimizer, and validation that was not there or is
     * missing; in the middle of an epoch also another loss, batch size, number of accumulated batches or of samples. The number of epochs
     * may be another. All other options may change, such as learning rate, schedule and clipping, and so may the former between epochs: then
     * the log tells what was and is. A listener that had not been there, or watches another value, starts anew.
     *
     * @param checkpoint a file; or a folder of checkpoints, of which the newest whole one is taken, and none is needed: without any,
     *     training starts at the beginning, so that the same program may be started again until it comes to its end
     */
    public Training resume(Path checkpoint) {
        return with(to -> to.resumed = checkpoint);
    }

    /**
     * Trains the model: its parameters are replaced after every update, those that are {@link Model#freeze frozen} excepted. If anything
     * is thrown before the first update, it is as it was.
     *
     * <p>The thread may be interrupted, by {@code future.cancel(true)} say. That is seen between two batches, in training and in
     * validation, and when a data source that waits gives up for that reason. {@link rewind.nn.train.listen.Checkpoints} then write one more file, from which the
     * run can be {@link #resume continued} to end with the same bits; the thread's flag stays set, and the model has the parameters of
     * the last update.
     *
     * @return losses and metrics of every epoch
     * @throws IllegalArgumentException if there is no sample, a number of the data is not finite, the loss {@link Loss#objection objects} to
     *     a target or does not give one value per sample, shapes do not fit, or a checkpoint does not fit
     * @throws ArithmeticException if a loss, a gradient or a parameter becomes NaN or infinite
     * @throws UncheckedIOException if a file cannot be read or written
     * @throws CancellationException if the thread was interrupted; its message tells what to resume from
     */
    public History fit(DataSource data) {
        requireSamples(data, "training: there must be at least one sample");
        Check.that(
                !options.stateful || !options.shuffled,
                "training: stateful training needs the samples in their order; add shuffle(false)");
        if (options.validation != null) {
            requireSamples(options.validation, "training: there must be at least one sample to validate with");
        }
        return TrainingLoop.run(options, data);
    }

    /**
     * As {@link #fit(DataSource)}, on data in shards, whose batches consist of whole shards.
     *
     * @throws IllegalArgumentException also if the batch size is no multiple of that of the largest shard, or training is {@link #stateful}
     */
    public History fit(Shards data) {
        return TrainingLoop.run(options, data);
    }

    /** Returns what computes shards with this model, loss and metrics, for {@link Shards} that are elsewhere. */
    public ShardWorker worker() {
        return new LocalWorker(options);
    }

    private static void requireSamples(DataSource data, String otherwise) {
        Check.that(data.samples().orElse(1) > 0, otherwise);
    }

    /**
     * Returns the mean loss of the model over the data, computed in batches, as in use after training.
     *
     * @throws CancellationException if the thread was interrupted, which is looked at between batches; its flag stays set
     */
    public double evaluate(DataSource data) {
        return evaluated(data).loss();
    }

    /** As {@link #evaluate(DataSource)}, of data in shards. */
    public double evaluate(Shards data) {
        return Evaluation.asked(options, data).loss();
    }

    Evaluation evaluated(DataSource data) {
        return Evaluation.asked(options, data);
    }

    /** Returns the model and the options that matter most. */
    @Override
    public String toString() {
        return "Training of " + model + "; loss " + options.loss + ", optimizer " + options.optimizer + ", schedule "
                + options.schedule + ", " + options.epochs + " epochs, batches of " + options.batchSize
                + (options.accumulated == 1 ? "" : ", " + options.accumulated + " per update")
                + ", metrics " + options.metrics + ", "
                + options.validationText();
    }
}
