package rewind.spark;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Optimizers.adam;
import static rewind.spark.Columns.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.nn.Losses;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/**
 * Prints what share of the time of an update is not the computing of gradients: an update on Spark, on one core, beside the same shards in
 * plain training. LSTMs in floats over 50 steps of 8 features; medians.
 */
public final class Overhead {
    private static final int STEPS = 50;
    private static final int FEATURES = 8;
    private static final int SHARDS = 4; // of a batch
    private static final int WARM_UP = 24; // updates
    private static final int UPDATES = 16;

    private Overhead() {}

    /**
     * Measures.
     *
     * @param args the master; without one, an executor in this JVM
     */
    public static void main(String[] args) {
        try (SparkSession spark = SparkSession.builder()
                .master(args.length > 0 ? args[0] : "local[1]")
                .appName("overhead")
                .config("spark.log.level", "WARN")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            System.out.println(
                    "| LSTM units | parameters | batch | gradients, ms | on Spark, ms | share that is not gradients |");
            System.out.println("|---|---|---|---|---|---|");
            for (int units : new int[] {16, 64, 128}) {
                for (int batch : new int[] {32, 256}) {
                    System.out.println(row(spark, units, batch));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(SparkSession spark, int units, int batch) {
        String[] names = new String[FEATURES];
        Dataset<Row> frame = spark.range(2L * batch).toDF();
        for (int i = 0; i < FEATURES; i++) {
            names[i] = "x" + i;
            String series =
                    String.format(Locale.ROOT, "transform(sequence(1, %d), t -> sin(t * %d + id))", STEPS, i + 1);
            frame = frame.withColumn(names[i], functions.expr(series));
        }
        frame = frame.withColumn("y", functions.expr("sin(id)"));
        Clock here = new Clock();
        Model own = model(units);
        SparkTraining training = training(own, batch, names, here);
        training.training().fit(training.shards(frame));
        Clock there = new Clock();
        training(model(units), batch, names, there).fit(frame);
        return String.format(
                Locale.ROOT,
                "| %d | %,d | %d | %.1f | %.1f | %.0f %% |",
                units,
                own.parameters().count(),
                batch,
                here.median(),
                there.median(),
                100 * (1 - here.median() / there.median()));
    }

    private static Model model(int units) {
        return Sequential.of(lstm(units), dense(1)).build(Shape.of(STEPS, FEATURES), 1, DType.FLOAT32);
    }

    private static SparkTraining training(Model model, int batch, String[] names, Clock clock) {
        return SparkTraining.of(model)
                .columns(features(names).targets("y"))
                .loss(Losses::meanSquaredError)
                .batchSize(batch)
                .shardsPerBatch(SHARDS)
                .options(training -> training.optimizer(adam(1e-3))
                        .epochs((WARM_UP + UPDATES) / 2)
                        .on(clock));
    }

    /** Takes the times between batches. */
    private static final class Clock implements TrainingListener {
        private final List<Double> times = new ArrayList<>();
        private long last;

        @Override
        public void batchDone(TrainingRun run) {
            long now = System.nanoTime();
            times.add((now - last) / 1e6);
            last = now;
        }

        double median() {
            double[] sorted = times.stream()
                    .skip(WARM_UP)
                    .mapToDouble(each -> each)
                    .sorted()
                    .toArray();
            return Arrays.stream(sorted)
                    .skip((sorted.length - 1) / 2)
                    .limit(2 - sorted.length % 2)
                    .average()
                    .orElseThrow();
        }
    }
}
