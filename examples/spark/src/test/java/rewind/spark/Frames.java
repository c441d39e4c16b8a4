package rewind.spark;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.gru;
import static rewind.nn.Optimizers.adam;
import static rewind.spark.Columns.features;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.Well19937c;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import rewind.autograd.Shape;
import rewind.nn.Losses;
import rewind.nn.Metrics;
import rewind.nn.Model;
import rewind.nn.Sequential;

/** Frames and models of the tests. */
final class Frames {
    static final String[] NAMES = {"a", "b", "c", "d", "e", "f"};

    private Frames() {}

    static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .appName("rewind")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "3")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
    }

    /** Columns of numbers a to f and y, and a number n from 1 to 3. */
    static Dataset<Row> frame(SparkSession spark, int rows) {
        Well19937c rng = new Well19937c(4);
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            Object[] values = new Object[NAMES.length + 2];
            double sum = 0;
            for (int j = 0; j < NAMES.length; j++) {
                double number = rng.nextGaussian();
                values[j] = number;
                sum += number * (j + 1);
            }
            values[NAMES.length] = sum / 10;
            values[NAMES.length + 1] = 1 + i % 3;
            all.add(RowFactory.create(values));
        }
        StructType schema = new StructType();
        for (String name : NAMES) {
            schema = schema.add(name, DataTypes.DoubleType);
        }
        return spark.createDataFrame(all, schema.add("y", DataTypes.DoubleType).add("n", DataTypes.IntegerType));
    }

    static Model model() {
        return Sequential.of(gru(5), dropout(0.2), dense(1)).build(Shape.of(3, 2), 7);
    }

    static Columns columns() {
        return features(NAMES).steps(3).targets("y");
    }

    static SparkTraining training(Model model) {
        return SparkTraining.of(model)
                .columns(columns())
                .loss(Losses::meanSquaredError)
                .metrics(Metrics::rootMeanSquaredError)
                .batchSize(12)
                .shardsPerBatch(3)
                .options(training -> training.optimizer(adam(0.01)).clipNorm(1).epochs(2));
    }

    static double[] bits(Model model) {
        return model.parameters().flatten().toArray();
    }
}
