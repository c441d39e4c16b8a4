package rewind.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import rewind.autograd.require.Check;
import rewind.nn.Losses;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.Training;
import rewind.nn.layer.Options;
import rewind.nn.loss.Loss;
import rewind.nn.loss.Metric;
import rewind.nn.train.History;
import rewind.nn.train.shard.Shards;

/**
 * Trains a model on the rows of a {@code DataFrame}: executors compute the gradients of shards, the driver adds them in one order and does all
 * else that {@link Training} does. The same rows, options and seed give the same bits, whatever the number of executors, their cores, how rows
 * lie in partitions, and which executors are lost on the way; and the bits of {@link Training#fit(Shards)} on one machine over {@link #shards
 * the same shards}. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * History history = SparkTraining.of(model)
 *     .columns(features("t", "p", "h").targets("rain"))
 *     .loss(Losses::meanSquaredError).metrics(Metrics::rootMeanSquaredError)
 *     .batchSize(256).shardsPerBatch(8)
 *     .options(training -> training.optimizer(adam(1e-3)).epochs(20).on(progressBar()))
 *     .fit(frame);
 * }</pre>
 *
 * <p>Rows come into shards by a hash of their numbers and the seed, and stay there; every epoch draws the order of shards anew. Layers that
 * look at a whole batch see a shard, see {@link Shards}.
 */
public final class SparkTraining extends Options<SparkTraining> {
    private final Model model;
    private Columns columns;
    private Making<Loss> loss = Losses::meanSquaredError;
    private ArrayList<Making<Metric>> metrics = new ArrayList<>();
    private Making<Registry> registry = Registry::of;
    private int batchSize = 256;
    private int perBatch = 8;
    private boolean compiled = true;
    private long seed;
    private Dataset<Row> validation;
    private UnaryOperator<Training> options = UnaryOperator.identity();

    private SparkTraining(Model model) {
        this.model = model;
        this.seed = model.seed();
    }

    /**
     * Returns the training of a model by the defaults of {@link Training}, but for batches of 256 in 8 shards.
     *
     * @throws IllegalArgumentException if the model cannot be saved, as executors get it as its file
     */
    public static SparkTraining of(Model model) {
        return new SparkTraining(model);
    }

    /** Sets which columns are features, targets and lengths. */
    public SparkTraining columns(Columns columns) {
        return with(to -> to.columns = columns);
    }

    /** Sets what is minimised. */
    public SparkTraining loss(Making<Loss> loss) {
        return with(to -> to.loss = loss);
    }

    /** Adds metrics to the history. For those that need all outputs at once, outputs and targets come to the driver. */
    @SafeVarargs
    public final SparkTraining metrics(Making<Metric>... more) {
        return with(to -> {
            to.metrics = new ArrayList<>(metrics);
            to.metrics.addAll(List.of(more));
        });
    }

    /** Sets where executors find what a user made of the model, see {@link Model#load(byte[], Registry)}. */
    public SparkTraining registry(Making<Registry> registry) {
        return with(to -> to.registry = registry);
    }

    /**
     * Sets how many rows make a batch.
     *
     * @throws IllegalArgumentException if not positive
     */
    public SparkTraining batchSize(int batchSize) {
        Check.that(batchSize > 0, "training: the batch size must be positive, got %s", batchSize);
        return with(to -> to.batchSize = batchSize);
    }

    /**
     * Sets into how many shards a batch is cut, which are computed at the same time if there are so many cores. It decides the bits of the
     * result, so that it should not follow the number of cores at hand.
     *
     * @throws IllegalArgumentException if not positive
     */
    public SparkTraining shardsPerBatch(int shards) {
        Check.that(shards > 0, "training: the number of shards of a batch must be positive, got %s", shards);
        return with(to -> to.perBatch = shards);
    }

    /** Sets whether executors do again what they recorded, see {@link Training#compiled}; it changes no bit. */
    public SparkTraining compiled(boolean on) {
        return with(to -> to.compiled = on);
    }

    /** Sets the seed of the order of rows, and of all else that is random. */
    public SparkTraining seed(long seed) {
        return with(to -> to.seed = seed);
    }

    /** Sets rows on which the loss is measured after every epoch, by the executors. */
    public SparkTraining validation(Dataset<Row> frame) {
        return with(to -> to.validation = frame);
    }

    /**
     * Sets what happens on the driver: optimizer, schedules, epochs, clipping, accumulation, listeners, resumption. Loss, metrics and
     * compilation are for executors too, so that they are set here instead, and {@code fit} refuses them there; batch size and seed that are set
     * there do not count. Validation data of there are computed on the driver, unless some are set here.
     */
    public SparkTraining options(UnaryOperator<Training> options) {
        return with(to -> to.options = options);
    }

    /**
     * Trains the model, as {@link Training#fit(rewind.nn.data.DataSource)}. The frame must give the same rows whenever it is read, in any order; one that
     * draws at random is written to a file before.
     *
     * @throws IllegalArgumentException also if there is no row, a column is missing or no number, or a value is null
     */
    public History fit(Dataset<Row> frame) {
        Recipe recipe = recipe();
        try (ShardedFrame rows = sharded(frame);
                ShardedFrame toValidate = validation == null ? null : sharded(validation)) {
            Training training = training(recipe);
            if (toValidate != null) {
                training = training.validation(shards(toValidate, recipe));
            }
            return training.fit(shards(rows, recipe));
        }
    }

    /**
     * Returns the shards of a frame in the memory of this machine, in their order: {@code training().fit(shards(frame))} gives the bits of {@code
     * fit(frame)}, without a task.
     */
    public Shards shards(Dataset<Row> frame) {
        try (ShardedFrame rows = sharded(frame)) {
            return Shards.of(
                    Failures.told(() -> rows.shards().collect()).stream()
                            .map(each -> RowNumbers.dataset(each, columns.length() != null))
                            .toList(),
                    rows.whole());
        }
    }

    /** Returns the training on one machine that has the options of this one. */
    public Training training() {
        return training(recipe());
    }

    /** Returns the mean loss of the model on a frame, computed by the executors. */
    public double evaluate(Dataset<Row> frame) {
        Recipe recipe = recipe();
        try (ShardedFrame rows = sharded(frame)) {
            return training(recipe).evaluate(shards(rows, recipe));
        }
    }

    private Training training(Recipe recipe) {
        Training there = options.apply(Training.of(model));
        String wanted = there.worker().toString();
        Check.that(
                wanted.equals(Training.of(model).worker().toString()),
                "training: options are for the driver alone; loss, metrics and compiled are set by the methods of SparkTraining, and losses of"
                        + " named outputs need Training on one machine; options set a %s",
                wanted);
        return recipe.options(there).batchSize(batchSize).shuffle(seed);
    }

    private Recipe recipe() {
        return new Recipe(UUID.randomUUID().toString(), model.content().toBytes(), registry, loss, metrics, compiled);
    }

    private Shards shards(ShardedFrame rows, Recipe recipe) {
        return new SparkShards(rows, recipe, model, columns.length() != null);
    }

    private ShardedFrame sharded(Dataset<Row> frame) {
        Check.that(
                columns != null && !columns.y().isEmpty(),
                "training: columns must tell features and targets, as in columns(features(\"a\", \"b\").targets(\"c\")), got %s",
                columns);
        Check.that(
                batchSize % perBatch == 0,
                "training: the batch size must be a multiple of the number of shards, got %s rows in %s shards",
                batchSize,
                perBatch);
        return ShardedFrame.of(frame, columns, batchSize / perBatch, seed);
    }

    /** Returns the model and the options that matter most. */
    @Override
    public String toString() {
        return "SparkTraining of " + model + "; " + columns + ", batches of " + batchSize + " in " + perBatch
                + " shards";
    }
}
