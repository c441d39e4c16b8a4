package rewind.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Optimizers.sgd;
import static rewind.spark.Columns.features;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.train.History;
import rewind.spark.SparkSearch.Fitted;

/** Prediction, ensembles, and the search. */
class SparkModelsTest {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Frames.session("local[2]");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void predictionsAreThoseOfTheModels() {
        Dataset<Row> frame = Frames.frame(spark, 23);
        Model one = Frames.model();
        List<Row> rows = SparkModels.of(one)
                .columns(Frames.columns())
                .batchSize(5)
                .predict(frame, "z")
                .collectAsList();
        assertThat(rows).hasSize(23);
        assertThat(rows.get(0).length()).isEqualTo(9);
        for (Row row : rows) {
            assertThat(row.<Double>getList(8))
                    .containsExactly(one.predict(x(row)).toDouble());
        }
    }

    private static Tensor x(Row row) {
        double[] numbers = new double[6];
        for (int i = 0; i < 6; i++) {
            numbers[i] = row.getDouble(i);
        }
        return Tensor.of(numbers).reshape(1, 3, 2);
    }

    @Test
    void anEnsembleIsTheMean() {
        Dataset<Row> frame = Frames.frame(spark, 7);
        Model one = Frames.model();
        Model other = Frames.model();
        other.set(other.parameters().times(0.5));
        for (Row row : SparkModels.of(one, other)
                .columns(Frames.columns())
                .predict(frame, "z")
                .collectAsList()) {
            double mean =
                    (one.predict(x(row)).toDouble() + other.predict(x(row)).toDouble()) / 2;
            assertThat(row.<Double>getList(8)).containsExactly(mean);
        }
    }

    /** Ids that a layer makes steps of: all steps come back, or the real ones. */
    @Test
    void idsGiveSequences() {
        Dataset<Row> frame = Frames.frame(spark, 6).selectExpr("n", "n + 1 as m", "1 as k");
        Model model = Sequential.of(embedding(5, 2), lstm(3).sequences(true)).build(Shape.of(3), 2);
        SparkModels models = SparkModels.of(model).columns(features("n", "m", "k"));
        for (Row row : models.predict(frame, "z").collectAsList()) {
            double[] all = model.predict(Tensor.of(new double[] {row.getInt(0), row.getInt(1), 1})
                            .reshape(1, 3))
                    .toArray();
            assertThat(steps(row, 3)).containsExactly(all);
        }
        for (Row row : models.columns(features("n", "m", "k").lengths("n"))
                .predict(frame, "z")
                .collectAsList()) {
            assertThat(row.<Object>getList(3)).hasSize(row.getInt(0));
        }
    }

    /** Where a layer leaves fewer steps, those that padding made are left out. */
    @Test
    void strides() {
        Dataset<Row> frame = Frames.frame(spark, 6).selectExpr("slice(array(a, b, c, d, e, f), 1, 2 * n) as x", "n");
        Model model =
                Sequential.of(conv1d(2, 2).stride(2), lstm(3).sequences(true)).build(Shape.of(6, 1), 2);
        for (Row row :
                SparkModels.of(model).columns(features("x")).predict(frame, "z").collectAsList()) {
            List<Double> x = row.getList(0);
            Tensor alone =
                    Tensor.of(x.stream().mapToDouble(each -> each).toArray()).reshape(1, x.size(), 1);
            assertThat(row.<Object>getList(2)).hasSize(row.getInt(1));
            assertThat(steps(row, 2)).containsExactly(model.predict(alone).toArray());
        }
    }

    private static double[] steps(Row row, int column) {
        return row.<scala.collection.Seq<Double>>getList(column).stream()
                .flatMap(step -> scala.jdk.javaapi.CollectionConverters.asJava(step).stream())
                .mapToDouble(each -> each)
                .toArray();
    }

    @Test
    void badOnesAreRefused() {
        Dataset<Row> frame = Frames.frame(spark, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(SparkModels::of)
                .withMessage("ensemble: there must be at least one model");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SparkModels.of(Frames.model(), Sequential.of(dense(1)).build(Shape.of(2), 1)))
                .withMessageStartingWith("ensemble: all models must have the same input and output");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SparkModels.of(Frames.model()).columns(Frames.columns()).predict(frame, "y"))
                .withMessage("predict: there is a column y already; choose another name, or frame.drop(\"y\")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkSearch.grid(Map.of("seed", List.of(1.0)), List.of(1L)))
                .withMessage("search: seed is another column of the table; choose another name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkSearch.grid(Map.of("rate", List.of(0.1, 1.0, 0.1)), List.of(1L)))
                .withMessage("search: rate must name nothing twice, got [0.1, 1.0, 0.1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SparkSearch.grid(Map.of("rate", List.of(0.1)), List.of(1L, 1L)))
                .withMessage("search: the seeds must name nothing twice, got [1, 1]");
    }

    /** Every choice is a row, one that diverges too; the best model is that of its choice, fitted here. */
    @Test
    void theBestChoiceComesBack() {
        SparkSearch found = SparkSearch.grid(
                        Map.of("rate", List.of(0.001, 0.1, 1e200), "units", List.of(1.0, 2.0)), List.of(1L, 2L))
                .run(spark, SparkModelsTest::fitted);
        List<Row> rows = found.table().collectAsList();
        assertThat(found.table().columns()).containsExactly("rate", "units", "seed", "score", "failure");
        assertThat(rows).hasSize(12);
        assertThat(rows.subList(8, 12)).allMatch(row -> Double.isNaN(row.getDouble(3)) && row.getString(4) != null);
        Row best = rows.stream()
                .filter(row -> !Double.isNaN(row.getDouble(3)))
                .min((a, b) -> Double.compare(a.getDouble(3), b.getDouble(3)))
                .orElseThrow();
        Fitted again = fitted(Map.of("rate", best.getDouble(0), "units", best.getDouble(1)), best.getLong(2));
        assertThat(Frames.bits(found.best())).isEqualTo(Frames.bits(again.model()));
        assertThat(again.score()).isEqualTo(best.getDouble(3));

        assertThatIllegalStateException()
                .isThrownBy(() -> SparkSearch.grid(Map.of("rate", List.of(1e200), "units", List.of(1.0)), List.of(1L))
                        .run(spark, SparkModelsTest::fitted))
                .withMessageStartingWith("search: all 1 fits failed");
    }

    private static Fitted fitted(Map<String, Double> choice, long seed) {
        Model model =
                Sequential.of(dense(choice.get("units").intValue()), dense(1)).build(Shape.of(2), seed);
        Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 7}).reshape(3, 2);
        History history = Training.of(model)
                .optimizer(sgd(choice.get("rate")))
                .epochs(5)
                .fit(new rewind.nn.data.Dataset(
                        x, Tensor.of(new double[] {1, 2, 3}).reshape(3, 1)));
        return new Fitted(model, history.epochs().get(4).loss());
    }
}
