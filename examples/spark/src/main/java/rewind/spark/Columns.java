package rewind.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import rewind.autograd.require.Check;

/**
 * Which columns of a {@code DataFrame} are features, targets and lengths. Every row is a sample.
 *
 * <p>Columns of numbers give a vector, (columns), or with {@link #steps} a sequence, (steps, columns / steps), step by step. Columns of arrays
 * of numbers are series, (steps, columns). One column of arrays of arrays is a sequence as it is. Arrays of different rows may have different
 * lengths, but not none: they are padded, and the model is told.
 *
 * @param x names of features
 * @param y names of targets; columns of numbers give (columns), arrays a target for every step
 * @param steps of features in columns of numbers; 0 if they are a vector
 * @param length the name of a column that tells how many of the steps are real, or null; of a vector, of its numbers, which an embedding makes
 *     steps of
 */
public record Columns(List<String> x, List<String> y, int steps, String length) implements Serializable {
    /** Returns columns of features alone, as prediction needs them. */
    public static Columns features(String... names) {
        Check.that(names.length > 0, "columns: there must be at least one feature");
        return new Columns(List.of(names), List.of(), 0, null);
    }

    /** Sets the targets. */
    public Columns targets(String... names) {
        return new Columns(x, List.of(names), steps, length);
    }

    /**
     * Sets that columns of numbers are so many steps, one after the other.
     *
     * @throws IllegalArgumentException if the number of features is no multiple of it
     */
    public Columns steps(int steps) {
        Check.that(
                steps > 0 && x.size() % steps == 0,
                "columns: the number of features must be a multiple of the number of steps, got %s features of %s steps",
                x.size(),
                steps);
        return new Columns(x, y, steps, length);
    }

    /** Sets the column of lengths. */
    public Columns lengths(String name) {
        return new Columns(x, y, steps, name);
    }

    /**
     * The columns of the frame as doubles and arrays of them, in one order: features, targets, the length.
     *
     * @throws IllegalArgumentException if there is no such column, or its type does not fit
     */
    Dataset<Row> of(Dataset<Row> frame) {
        return frame.select(cast(frame.schema()));
    }

    private Column[] cast(StructType schema) {
        int depth = depth(schema, x);
        Check.that(depth < 2 || x.size() == 1, "columns: arrays of arrays must be one column of features, got %s", x);
        Check.that(
                depth == 0 || steps == 0, "columns: steps(%s) is for columns of numbers, got arrays in %s", steps, x);
        if (!y.isEmpty()) {
            int ofTargets = depth(schema, y);
            Check.that(
                    ofTargets < 2 || y.size() == 1,
                    "columns: arrays of arrays must be one column of targets, got %s",
                    y);
        }
        Check.that(
                length == null || depth(schema, List.of(length)) == 0,
                "columns: a length must be a number, got %s",
                length);
        return Stream.of(x, y, length == null ? List.<String>of() : List.of(length))
                .flatMap(List::stream)
                .map(name -> functions.col(quoted(name)).cast(type(depth(schema, List.of(name)))))
                .toArray(Column[]::new);
    }

    /** The frame, and after its columns those of {@link #of}. */
    Dataset<Row> beside(Dataset<Row> frame) {
        Column[] own = Arrays.stream(frame.schema().fieldNames())
                .map(name -> functions.col(quoted(name)))
                .toArray(Column[]::new);
        Column[] all = Arrays.copyOf(own, own.length + x.size() + (length == null ? 0 : 1));
        System.arraycopy(cast(frame.schema()), 0, all, own.length, all.length - own.length);
        return frame.select(all);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static String type(int depth) {
        return "array<".repeat(depth) + "double" + ">".repeat(depth);
    }

    /** How deep numbers lie in arrays, the same in all columns. */
    private static int depth(StructType schema, List<String> names) {
        int depth = -1;
        for (String name : names) {
            Check.that(
                    Arrays.asList(schema.fieldNames()).contains(name),
                    "columns: there must be a column %s, got %s",
                    name,
                    Arrays.toString(schema.fieldNames()));
            int own = 0;
            DataType type = schema.apply(name).dataType();
            while (type instanceof ArrayType array) {
                own++;
                type = array.elementType();
            }
            Check.that(
                    own <= 2 && (type instanceof NumericType || type instanceof BooleanType),
                    "columns: %s must be numbers or arrays of them, got %s; cast it, or read CSV with inferSchema",
                    name,
                    schema.apply(name).dataType().simpleString());
            Check.that(
                    depth < 0 || own == depth,
                    "columns: all of %s must be numbers, or all arrays, but %s is %s",
                    names,
                    name,
                    schema.apply(name).dataType().simpleString());
            depth = own;
        }
        return depth;
    }

    /**
     * A row of {@link #of}.
     *
     * @throws IllegalArgumentException if something is null, an array is empty, or arrays of one row have different lengths
     */
    RowNumbers numbers(Row row) {
        return numbers(row, 0);
    }

    /** Those of a row of {@link #beside}, whose own columns are so many. */
    RowNumbers numbers(Row row, int from) {
        double[][] features = matrix(row, x, from);
        double[][] targets = y.isEmpty() ? new double[0][] : matrix(row, y, from + x.size());
        boolean vector = steps == 0 && isNumber(row, from);
        int ofX = vector ? 0 : steps > 0 ? steps : features.length;
        int ofY = y.isEmpty() || isNumber(row, from + x.size()) ? 0 : targets.length;
        int real = length == null ? ofX : length(row, from + x.size() + y.size(), vector ? x.size() : ofX);
        return new RowNumbers(ofX, ofY, real, flat(features), flat(targets));
    }

    private static boolean isNumber(Row row, int column) {
        return row.get(column) instanceof Double;
    }

    private int length(Row row, int column, int steps) {
        double real = number(row.get(column), length);
        Check.that(
                real == Math.rint(real) && real >= 0 && real <= steps,
                "columns: the length in %s must be a whole number up to that of steps, %s, got %s",
                length,
                steps,
                real);
        return (int) real;
    }

    /** Numbers of some columns, (steps, features); one row if they have no steps. */
    private static double[][] matrix(Row row, List<String> names, int from) {
        if (isNumber(row, from) || row.isNullAt(from)) {
            double[] numbers = new double[names.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(row.get(from + i), names.get(i));
            }
            return new double[][] {numbers};
        }
        List<?> first = row.getList(from);
        Check.that(!first.isEmpty(), empty(names.get(0)));
        if (first.get(0) instanceof scala.collection.Seq) {
            return nested(first, names.get(0));
        }
        double[][] matrix = new double[first.size()][names.size()];
        for (int i = 0; i < names.size(); i++) {
            Check.that(!row.isNullAt(from + i), missing(names.get(i)));
            List<?> series = row.getList(from + i);
            Check.that(
                    series.size() == first.size(),
                    "columns: arrays of one row must have the same number of steps, got %s in %s and %s in %s",
                    first.size(),
                    names.get(0),
                    series.size(),
                    names.get(i));
            for (int t = 0; t < matrix.length; t++) {
                matrix[t][i] = number(series.get(t), names.get(i));
            }
        }
        return matrix;
    }

    private static double[][] nested(List<?> steps, String name) {
        double[][] matrix = new double[steps.size()][];
        for (int t = 0; t < matrix.length; t++) {
            Check.that(steps.get(t) != null, missing(name));
            List<?> step = scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) steps.get(t));
            Check.that(!step.isEmpty(), empty(name));
            matrix[t] = step.stream().mapToDouble(each -> number(each, name)).toArray();
            Check.that(
                    matrix[t].length == matrix[0].length,
                    "columns: all steps in %s must have the same number of features, got %s in step 0 and %s in step %s",
                    name,
                    matrix[0].length,
                    matrix[t].length,
                    t);
        }
        return matrix;
    }

    private static double number(Object value, String name) {
        Check.that(value != null, missing(name));
        return (Double) value;
    }

    private static String missing(String name) {
        return String.format(
                Locale.ROOT,
                "columns: no value may be null, but one of %s is; frame.na().drop() leaves such rows out, frame.na().fill(…) fills them",
                name);
    }

    private static String empty(String name) {
        return String.format(
                Locale.ROOT,
                "columns: no array may be empty, but one of %s is; frame.filter(\"size(%s) > 0\") leaves such rows out",
                name,
                name);
    }

    private static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }
}
