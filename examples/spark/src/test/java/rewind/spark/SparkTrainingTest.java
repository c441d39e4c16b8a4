package rewind.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Listeners.checkpoint;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;
import static rewind.spark.Columns.features;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Training in the executor of this JVM, beside the same on one machine. */
class SparkTrainingTest {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Frames.session("local[2]");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** With draws, lengths, statistics, in either type: as on one machine, whatever the partitions and the order of rows. */
    @Test
    void bitsAreThoseOfOneMachine() {
        Dataset<Row> frame = Frames.frame(spark, 50);
        for (DType dtype : DType.values()) {
            Model there = normalized(dtype);
            Model here = normalized(dtype);
            SparkTraining training =
                    Frames.training(there).columns(Frames.columns().lengths("n"));
            History one = training.validation(frame).fit(frame.repartition(5).orderBy("c"));
            SparkTraining plain = Frames.training(here).columns(Frames.columns().lengths("n"));
            History other = plain.training().validation(plain.shards(frame)).fit(plain.shards(frame));
            assertThat(Frames.bits(there)).isEqualTo(Frames.bits(here));
            assertThat(one.epochs()).isEqualTo(other.epochs());
        }
    }

    /** Fewer rows than make a shard are a shard and a batch, there as here. */
    @Test
    void fewRows() {
        Dataset<Row> frame = Frames.frame(spark, 3);
        Model there = Frames.model();
        Model here = Frames.model();
        Frames.training(there).fit(frame);
        SparkTraining plain = Frames.training(here);
        plain.training().fit(plain.shards(frame));
        assertThat(Frames.bits(there)).isEqualTo(Frames.bits(here));
    }

    private static Model normalized(DType dtype) {
        return Sequential.of(gru(4), dropout(0.1), batchNormalization(), dense(1))
                .build(Shape.of(3, 2), 3, dtype);
    }

    /** Series as arrays, sequences as arrays of arrays, and numbers step by step are the same; so are Parquet and CSV. */
    @Test
    void howRowsAreWrittenDoesNotMatter(@TempDir Path folder) {
        Dataset<Row> frame = Frames.frame(spark, 30);
        Dataset<Row> arrays = frame.select(
                array(col("a"), col("c"), col("e")).as("p"),
                array(col("b"), col("d"), col("f")).as("q"),
                array(array(col("a"), col("b")), array(col("c"), col("d")), array(col("e"), col("f")))
                        .as("s"),
                col("y"));
        frame.write().parquet(folder.resolve("p").toString());
        frame.repartition(3)
                .write()
                .option("header", true)
                .csv(folder.resolve("c").toString());
        Model expected = Frames.model();
        Frames.training(expected).fit(frame);
        Map<Columns, Dataset<Row>> others = Map.of(
                features("p", "q").targets("y"), arrays,
                features("s").targets("y"), arrays);
        others.forEach((columns, each) -> {
            Model model = Frames.model();
            Frames.training(model).columns(columns).fit(each);
            assertThat(Frames.bits(model)).isEqualTo(Frames.bits(expected));
        });
        Model parquet = Frames.model();
        Frames.training(parquet).fit(spark.read().parquet(folder.resolve("p").toString()));
        Model csv = Frames.model();
        Frames.training(csv)
                .fit(spark.read()
                        .option("header", true)
                        .option("inferSchema", true)
                        .csv(folder.resolve("c").toString()));
        assertThat(Frames.bits(parquet)).isEqualTo(Frames.bits(expected));
        assertThat(Frames.bits(csv)).isEqualTo(Frames.bits(expected));
    }

    /** Sequences of different lengths with a target for every step. */
    @Test
    void raggedSequences() {
        Dataset<Row> frame = Frames.frame(spark, 20)
                .select(
                        expr("slice(array(a, b, c), 1, n)").as("x"),
                        expr("slice(array(d, e, f), 1, n)").as("y"));
        Columns columns = features("x").targets("y");
        Model there = perStep();
        Model here = perStep();
        Frames.training(there).columns(columns).fit(frame);
        SparkTraining plain = Frames.training(here).columns(columns);
        plain.training().fit(plain.shards(frame));
        assertThat(Frames.bits(there)).isEqualTo(Frames.bits(here));

        Row predicted =
                SparkModels.of(there).columns(columns).predict(frame, "z").first();
        assertThat(predicted.<Object>getList(2)).hasSameSizeAs(predicted.<Object>getList(0));
    }

    private static Model perStep() {
        return Sequential.of(lstm(3).sequences(true), dense(1)).build(Shape.of(3, 1), 5);
    }

    @Test
    void aRunIsResumed(@TempDir Path folder) {
        Dataset<Row> frame = Frames.frame(spark, 50);
        Model straight = Frames.model();
        Frames.training(straight).fit(frame);
        SparkTraining broken = Frames.training(Frames.model())
                .options(training -> training.optimizer(adam(0.01))
                        .clipNorm(1)
                        .epochs(2)
                        .on(checkpoint(folder).everyUpdates(2), new TrainingListener() {
                            @Override
                            public void batchDone(TrainingRun run) {
                                if (run.updates() == 8) {
                                    throw new IllegalStateException("enough");
                                }
                            }
                        }));
        assertThatThrownBy(() -> broken.fit(frame)).hasMessage("enough");
        Model resumed = Frames.model();
        Frames.training(resumed)
                .options(training ->
                        training.optimizer(adam(0.01)).clipNorm(1).epochs(2).resume(folder))
                .fit(frame);
        assertThat(Frames.bits(resumed)).isEqualTo(Frames.bits(straight));
    }

    /** A frozen layer stays as it is, and one that a listener frees is trained from then on, by executors too. */
    @Test
    void frozenParametersFollow() {
        Dataset<Row> frame = Frames.frame(spark, 24);
        Model there = Frames.model();
        Model here = Frames.model();
        for (Model each : new Model[] {there, here}) {
            each.freeze("gru");
        }
        SparkTraining plain = unfreezing(here);
        unfreezing(there).fit(frame);
        plain.training().fit(plain.shards(frame));
        assertThat(Frames.bits(there)).isEqualTo(Frames.bits(here));
        assertThat(there.frozen()).isEmpty();
    }

    private static SparkTraining unfreezing(Model model) {
        return Frames.training(model)
                .options(training -> training.epochs(3).on(new TrainingListener() {
                    @Override
                    public void epochDone(TrainingRun run, History.Epoch epoch) {
                        model.unfreeze("gru");
                    }
                }));
    }

    /** What executors compute by is not set where they do not hear of it. */
    @Test
    void optionsAreForTheDriver() {
        Dataset<Row> frame = Frames.frame(spark, 10);
        SparkTraining training = Frames.training(Frames.model());
        Map<String, UnaryOperator<Training>> refused = Map.of(
                "meanAbsoluteError", each -> each.loss(Losses.meanAbsoluteError()),
                "meanSquaredError, of named outputs {side=meanSquaredError}",
                        each -> each.loss("side", Losses.meanSquaredError()),
                "meanSquaredError, metrics [rootMeanSquaredError]",
                        each -> each.metrics(Metrics.rootMeanSquaredError()),
                "meanSquaredError, not compiled", each -> each.compiled(false));
        refused.forEach((worker, options) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> training.options(options).fit(frame))
                .withMessage("training: options are for the driver alone; loss, metrics and compiled are set by the"
                        + " methods of SparkTraining, and losses of named outputs need Training on one machine;"
                        + " options set a worker with the loss " + worker));
    }

    /** Nothing changes without recordings, and validation on the driver is that of executors. */
    @Test
    void optionsThatChangeNothing() {
        Dataset<Row> frame = Frames.frame(spark, 10);
        Model one = Frames.model();
        Model other = Frames.model();
        SparkTraining training = Frames.training(one);
        History there = training.validation(frame).fit(frame);
        rewind.nn.data.Dataset here = RowNumbers.dataset(
                Frames.columns()
                        .of(frame)
                        .javaRDD()
                        .map(Frames.columns()::numbers)
                        .collect(),
                false);
        History driver = Frames.training(other)
                .compiled(false)
                .options(
                        each -> each.optimizer(adam(0.01)).clipNorm(1).epochs(2).validation(here))
                .fit(frame);
        assertThat(Frames.bits(one)).isEqualTo(Frames.bits(other));
        assertThat(driver.last().validationLoss()).isCloseTo(there.last().validationLoss(), within(1e-12));
    }

    @Test
    void badFramesAreRefused() {
        Dataset<Row> frame = Frames.frame(spark, 10);
        SparkTraining training = Frames.training(Frames.model());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.fit(frame.limit(0)))
                .withMessage("training: there must be at least one row; the frame is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.fit(frame.drop("c")))
                .withMessage("columns: there must be a column c, got [a, b, d, e, f, y, n]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.fit(frame.withColumn("c", col("c").cast("string"))))
                .withMessage(
                        "columns: c must be numbers or arrays of them, got string; cast it, or read CSV with inferSchema");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.fit(frame.withColumn("c", when(col("n").equalTo(lit(2)), col("c")))))
                .withMessage("columns: no value may be null, but one of c is; frame.na().drop() leaves such rows out,"
                        + " frame.na().fill(…) fills them");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.columns(features("p", "q").targets("y"))
                        .fit(frame.select(
                                array(col("a"), col("b")).as("p"),
                                array(col("c")).as("q"),
                                col("y"))))
                .withMessage("columns: arrays of one row must have the same number of steps, got 2 in p and 1 in q");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.columns(features("x").targets("y"))
                        .fit(spark.sql("select array(array(1, 2, 3, 4)) as x, 1 as y union all"
                                + " select array(array(1, 2), array(3, 4)), 2")))
                .withMessage("columns: all rows must have the same number of features in a step, got from 2 to 4");
        for (String none : new String[] {"slice(array(a), 1, n - 1)", "array(slice(array(a), 1, n - 1))"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> training.columns(features("x").targets("y"))
                            .fit(frame.select(expr(none).as("x"), col("y"))))
                    .withMessage("columns: no array may be empty, but one of x is; frame.filter(\"size(x) > 0\")"
                            + " leaves such rows out");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> training.columns(Frames.columns().lengths("n")).fit(frame.withColumn("n", lit(4))))
                .withMessage("columns: the length in n must be a whole number up to that of steps, 3, got 4.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.columns(features("a")).fit(frame))
                .withMessageStartingWith("training: columns must tell features and targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.shardsPerBatch(5).fit(frame))
                .withMessage(
                        "training: the batch size must be a multiple of the number of shards, got 12 rows in 5 shards");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> features("a", "b", "c").steps(2))
                .withMessage(
                        "columns: the number of features must be a multiple of the number of steps, got 3 features of 2 steps");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.fit(frame.withColumn("y", lit(Double.NaN))))
                .withMessageStartingWith("dataset: y must be finite");
        assertThatThrownBy(() -> training.options(
                                each -> each.optimizer(sgd(1e200)).epochs(9))
                        .fit(frame))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("shard");
    }
}
