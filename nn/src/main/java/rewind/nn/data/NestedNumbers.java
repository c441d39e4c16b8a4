package rewind.nn.data;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Tensors of nested arrays of any depth, of {@code double}, {@code float} or {@code int}. */
final class NestedNumbers {
    private NestedNumbers() {}

    /** The values as a tensor, FLOAT32 if they are floats. */
    static Tensor toTensor(String what, Object values) {
        if (values instanceof Tensor tensor) {
            return tensor;
        }
        Class<?> type = values == null ? void.class : values.getClass();
        Class<?> number = innermost(type);
        Check.that(
                type.isArray() && Set.of(double.class, float.class, int.class).contains(number),
                "dataset: %s must be a tensor, or nested arrays of double, float or int, got %s",
                what,
                values == null ? null : type.getSimpleName());
        return Tensor.ofNested(widened(values)).to(number == float.class ? DType.FLOAT32 : DType.FLOAT64);
    }

    private static Class<?> innermost(Class<?> type) {
        return type.isArray() ? innermost(type.getComponentType()) : type;
    }

    private static Object widened(Object level) {
        if (level instanceof float[] row) {
            return IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray();
        }
        if (level instanceof int[] row) {
            return Arrays.stream(row).asDoubleStream().toArray();
        }
        if (level instanceof Object[] rows) {
            Class<?> type = doubles(rows.getClass().getComponentType());
            return Arrays.stream(rows).map(NestedNumbers::widened).toArray(length ->
                    (Object[]) Array.newInstance(type, length));
        }
        return level;
    }

    /** The type of arrays nested as deep, of doubles. */
    private static Class<?> doubles(Class<?> arrays) {
        return arrays.isArray() ? doubles(arrays.getComponentType()).arrayType() : double.class;
    }

    /** Sequences of different lengths, padded with zeros at the end: (sequences, steps, features). */
    static Tensor padded(List<double[][]> sequences) {
        int steps =
                sequences.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
        Check.that(steps > 0, "dataset: at least one of the sequences must have a step");
        int features = sequences.stream()
                .flatMap(Arrays::stream)
                .mapToInt(step -> step.length)
                .findFirst()
                .orElseThrow();
        Check.that(features > 0, "dataset: a step must have a feature, but all have none");
        Shape shape = Shape.of(sequences.size(), steps, features); // which refuses what no array can hold
        double[] padded = new double[shape.size()];
        for (int i = 0; i < sequences.size(); i++) {
            double[][] sequence = sequences.get(i);
            for (int t = 0; t < sequence.length; t++) {
                Check.that(
                        sequence[t].length == features,
                        "dataset: every step must have %s features, but sample %s, step %s has %s",
                        features,
                        i,
                        t,
                        sequence[t].length);
                System.arraycopy(sequence[t], 0, padded, (i * steps + t) * features, features);
            }
        }
        return Tensor.of(shape, padded);
    }
}
