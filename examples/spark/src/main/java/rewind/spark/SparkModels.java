package rewind.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Options;
import rewind.nn.layer.Pass;

/**
 * Models that predict the rows of a {@code DataFrame}: one, or an ensemble, whose prediction is the mean of theirs. Executors get them once, as
 * their files. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Dataset<Row> predicted = SparkModels.of(model).columns(features("t", "p", "h")).predict(frame, "rain");
 * }</pre>
 */
public final class SparkModels extends Options<SparkModels> {
    private final List<Model> models;
    private Columns columns;
    private Making<Registry> registry = Registry::of;
    private int batchSize = 256;

    private SparkModels(List<Model> models) {
        this.models = models;
    }

    /**
     * Returns an ensemble, or one model.
     *
     * @throws IllegalArgumentException if there is none, or inputs or outputs differ
     */
    public static SparkModels of(Model... models) {
        Check.that(models.length > 0, "ensemble: there must be at least one model");
        for (Model each : models) {
            Check.that(
                    each.input().equals(models[0].input()) && each.output().equals(models[0].output()),
                    "ensemble: all models must have the same input and output, %s and %s, got %s and %s",
                    models[0].input(),
                    models[0].output(),
                    each.input(),
                    each.output());
        }
        return new SparkModels(List.of(models));
    }

    /** Sets which columns are features and lengths; targets are not looked at. */
    public SparkModels columns(Columns columns) {
        return with(to -> to.columns = columns.targets());
    }

    /** Sets where executors find what a user made of the models. */
    public SparkModels registry(Making<Registry> registry) {
        return with(to -> to.registry = registry);
    }

    /**
     * Sets how many rows are predicted together; it changes no more than the time.
     *
     * @throws IllegalArgumentException if not positive
     */
    public SparkModels batchSize(int batchSize) {
        Check.that(batchSize > 0, "predict: the batch size must be positive, got %s", batchSize);
        return with(to -> to.batchSize = batchSize);
    }

    /**
     * Returns the frame with a column more: arrays of the numbers of the output, of steps if there are some, (steps, numbers).
     *
     * @throws IllegalArgumentException if there is such a column, or one of the features is missing or no number
     */
    public Dataset<Row> predict(Dataset<Row> frame, String name) {
        Check.that(columns != null, "predict: columns must tell the features, as in columns(features(\"a\", \"b\"))");
        Check.that(
                !Arrays.asList(frame.schema().fieldNames()).contains(name),
                "predict: there is a column %s already; choose another name, or frame.drop(\"%s\")",
                name,
                name);
        int width = frame.schema().size();
        Dataset<Row> both = columns.beside(frame);
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(frame.sparkSession().sparkContext());
        ArrayList<byte[]> files = new ArrayList<>();
        models.forEach(model -> files.add(model.content().toBytes()));
        Broadcast<ArrayList<byte[]>> sent = context.broadcast(files);
        Columns own = columns;
        Making<Registry> makes = registry;
        int size = batchSize;
        JavaRDD<Row> rows = both.javaRDD().mapPartitions(some -> {
            List<Model> loaded = new ArrayList<>();
            for (byte[] file : sent.value()) {
                loaded.add(Model.load(file, makes.get()));
            }
            return new Predicted(some, own, loaded, size, width);
        });
        boolean perStep = models.get(0).output().rank() == 2;
        DataType numbers = DataTypes.createArrayType(DataTypes.DoubleType, false);
        StructType schema =
                frame.schema().add(name, perStep ? DataTypes.createArrayType(numbers, false) : numbers, false);
        return frame.sparkSession().createDataFrame(rows, schema);
    }

    /** The rows of a partition with their predictions, batch by batch. */
    private static final class Predicted implements Iterator<Row> {
        private final Iterator<Row> rows;
        private final Columns columns;
        private final List<Model> models;
        private final int size;
        private final int width;
        private Iterator<Row> done = List.<Row>of().iterator();

        Predicted(Iterator<Row> rows, Columns columns, List<Model> models, int size, int width) {
            this.rows = rows;
            this.columns = columns;
            this.models = models;
            this.size = size;
            this.width = width;
        }

        @Override
        public boolean hasNext() {
            return done.hasNext() || rows.hasNext();
        }

        @Override
        public Row next() {
            if (!done.hasNext()) {
                done = batch().iterator();
            }
            return done.next();
        }

        private List<Row> batch() {
            List<Row> given = new ArrayList<>();
            List<RowNumbers> numbers = new ArrayList<>();
            while (given.size() < size && rows.hasNext()) {
                Row row = rows.next();
                given.add(row);
                numbers.add(columns.numbers(row, width));
            }
            rewind.nn.data.Dataset data = RowNumbers.dataset(numbers, columns.length() != null);
            List<Pass> passes = models.stream()
                    .map(model -> data.lengths().map(Pass.inference()::lengths).orElseGet(Pass::inference))
                    .toList();
            Tensor mean = mean(data, passes);
            double[] flat = mean.toArray();
            Optional<Lengths> real =
                    mean.rank() < 3 ? Optional.empty() : passes.get(0).lengths(mean.size(1));
            List<Row> all = new ArrayList<>();
            for (int i = 0; i < given.size(); i++) {
                Object[] values = new Object[width + 1];
                for (int column = 0; column < width; column++) {
                    values[column] = given.get(i).get(column);
                }
                values[width] = output(flat, mean.shape(), i, real);
                all.add(RowFactory.create(values));
            }
            return all;
        }

        private Tensor mean(rewind.nn.data.Dataset data, List<Pass> passes) {
            Tensor sum = null;
            for (int i = 0; i < models.size(); i++) {
                Model model = models.get(i);
                Tensor x = data.to(model.dtype()).withoutPadding().x();
                Tensor y = model.forward(model.parameters(), x, passes.get(i)).to(rewind.autograd.DType.FLOAT64);
                sum = sum == null ? y : sum.add(y);
            }
            return models.size() == 1 ? sum : sum.div(models.size());
        }

        /** That of a sample; of steps those that are real in the output. */
        private static Object output(double[] all, Shape shape, int sample, Optional<Lengths> real) {
            int size = all.length / shape.size(0);
            if (shape.rank() < 3) {
                return boxed(all, sample * size, size);
            }
            int perStep = size / shape.size(1);
            Object[] steps = new Object
                    [real.map(each -> Math.min(each.get(sample), shape.size(1))).orElse(shape.size(1))];
            for (int t = 0; t < steps.length; t++) {
                steps[t] = boxed(all, sample * size + t * perStep, perStep);
            }
            return steps;
        }

        private static Double[] boxed(double[] all, int from, int size) {
            return Arrays.stream(all, from, from + size).boxed().toArray(Double[]::new);
        }
    }

    /** Returns how many models there are, and the columns. */
    @Override
    public String toString() {
        return models.size() + " models of " + columns;
    }
}
