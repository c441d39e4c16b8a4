package rewind.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import rewind.autograd.require.Check;
import rewind.nn.Model;
import rewind.nn.Registry;

/**
 * A search over numbers and seeds: every choice is trained by a task of its own, on one executor, and the one with the smallest score is best;
 * of equal ones the first. Data that all fits read are best read in the fit, or broadcast.
 *
 * <pre>{@code
 * SparkSearch found = SparkSearch.grid(Map.of("rate", List.of(1e-2, 1e-3), "units", List.of(16.0, 32.0)), List.of(1L, 2L))
 *     .run(spark, (choice, seed) -> {
 *         Model model = …;
 *         History history = Training.of(model).optimizer(adam(choice.get("rate"))).validation(valid).fit(train);
 *         return new Fitted(model, history.last().validationLoss());
 *     });
 * found.table().show();
 * Model best = found.best();
 * }</pre>
 */
public final class SparkSearch {
    /** Trains a model. */
    @FunctionalInterface
    public interface Fit extends Serializable {
        /**
         * Trains by a choice.
         *
         * @throws ArithmeticException if training diverges: the table tells so, and other choices go on
         */
        Fitted of(Map<String, Double> choice, long seed);
    }

    /**
     * A model that was trained.
     *
     * @param score the smaller, the better
     */
    public record Fitted(Model model, double score) {}

    /** What is tried. */
    private record Choice(LinkedHashMap<String, Double> numbers, long seed) implements Serializable {}

    /** What came of it; without a model if it failed. */
    private record Outcome(double score, byte[] model, String failure) implements Serializable {}

    private final Dataset<Row> table;
    private final byte[] best;

    private SparkSearch(Dataset<Row> table, byte[] best) {
        this.table = table;
        this.best = best;
    }

    /** What is to be tried, see {@link #grid}. */
    public static final class Plan {
        private final List<Choice> choices;

        private Plan(List<Choice> choices) {
            this.choices = choices;
        }

        /**
         * Trains all.
         *
         * @throws IllegalStateException if all failed
         */
        public SparkSearch run(SparkSession spark, Fit fit) {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            JavaRDD<Outcome> outcomes = context.parallelize(choices, choices.size())
                    .map(choice -> outcome(fit, choice))
                    .persist(StorageLevel.MEMORY_AND_DISK()); // a fit is not done twice
            try {
                List<Outcome> told =
                        Failures.told(() -> outcomes.map(each -> new Outcome(each.score, null, each.failure))
                                .collect());
                int best = best(told);
                byte[] model = Failures.told(() -> outcomes.collectPartitions(new int[] {best}))[0].get(0).model;
                return new SparkSearch(table(spark, told), model);
            } finally {
                outcomes.unpersist(false);
            }
        }

        private static Outcome outcome(Fit fit, Choice choice) {
            try {
                Fitted fitted = fit.of(choice.numbers, choice.seed);
                return new Outcome(fitted.score(), fitted.model().content().toBytes(), null);
            } catch (ArithmeticException e) {
                return new Outcome(Double.NaN, null, e.getMessage());
            }
        }

        private static int best(List<Outcome> told) {
            int best = -1;
            for (int i = 0; i < told.size(); i++) {
                double score = told.get(i).score;
                if (!Double.isNaN(score) && (best < 0 || score < told.get(best).score)) {
                    best = i;
                }
            }
            if (best < 0) {
                throw new IllegalStateException("search: all " + told.size()
                        + " fits failed, or have no score; the first one: " + told.get(0).failure);
            }
            return best;
        }

        private Dataset<Row> table(SparkSession spark, List<Outcome> told) {
            StructType schema = new StructType();
            for (String name : choices.get(0).numbers.keySet()) {
                schema = schema.add(name, DataTypes.DoubleType, false);
            }
            schema = schema.add("seed", DataTypes.LongType, false)
                    .add("score", DataTypes.DoubleType, false)
                    .add("failure", DataTypes.StringType, true);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < told.size(); i++) {
                List<Object> row = new ArrayList<>(choices.get(i).numbers.values());
                row.add(choices.get(i).seed);
                row.add(told.get(i).score);
                row.add(told.get(i).failure);
                rows.add(RowFactory.create(row.toArray()));
            }
            return spark.createDataFrame(rows, schema);
        }

        /** Returns how many choices there are. */
        @Override
        public String toString() {
            return choices.size() + " choices";
        }
    }

    /**
     * Returns all combinations of some numbers and seeds, the last name changing fastest, then the seed.
     *
     * @throws IllegalArgumentException if a list is empty or names something twice, or a name is that of another column of the table
     */
    public static Plan grid(Map<String, List<Double>> numbers, List<Long> seeds) {
        Check.that(!seeds.isEmpty(), "search: there must be at least one seed");
        once("the seeds", seeds);
        Set<String> names = new LinkedHashSet<>(new java.util.TreeSet<>(numbers.keySet()));
        List<LinkedHashMap<String, Double>> all = List.of(new LinkedHashMap<>());
        for (String name : names) {
            Check.that(
                    !Set.of("seed", "score", "failure").contains(name),
                    "search: %s is another column of the table; choose another name",
                    name);
            Check.that(!numbers.get(name).isEmpty(), "search: there must be at least one number for %s", name);
            once(name, numbers.get(name));
            List<LinkedHashMap<String, Double>> more = new ArrayList<>();
            for (LinkedHashMap<String, Double> before : all) {
                for (Double number : numbers.get(name)) {
                    LinkedHashMap<String, Double> with = new LinkedHashMap<>(before);
                    with.put(name, number);
                    more.add(with);
                }
            }
            all = more;
        }
        List<Choice> choices = new ArrayList<>();
        all.forEach(each -> seeds.forEach(seed -> choices.add(new Choice(each, seed))));
        return new Plan(choices);
    }

    private static void once(String what, List<?> values) {
        Check.that(
                Set.copyOf(values).size() == values.size(), "search: %s must name nothing twice, got %s", what, values);
    }

    /** Returns a row for every choice: its numbers, seed, score, which is NaN if it failed, and how it failed. */
    public Dataset<Row> table() {
        return table;
    }

    /** Returns the best model, built in as a whole. */
    public Model best() {
        return best(Registry.of());
    }

    /** Returns the best model. */
    public Model best(Registry own) {
        try {
            return Model.load(best, own);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what it is. */
    @Override
    public String toString() {
        return "search of " + table.schema().simpleString();
    }
}
