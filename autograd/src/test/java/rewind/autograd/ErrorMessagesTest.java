package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;

/** Whatever does not fit is refused with the operation, the condition, and what was given. Tapes have {@link TapeTest}. */
class ErrorMessagesTest {
    private static final Tensor SCALAR = Tensor.of(1.0);
    private static final Tensor VECTOR = Tensor.ones(4);
    private static final Tensor MATRIX = Tensor.ones(2, 3);
    private static final Tensor EMPTY = Tensor.zeros(2, 0);
    private static final Tensor HUGE = Tensor.zeros(Integer.MAX_VALUE, 0);

    private static final int[] ONE = {1};

    // ---- axes ----

    @Test
    void everyOperationNamesAnAxisThatDoesNotExist() {
        Map<String, Supplier<?>> calls = new TreeMap<>();
        calls.put("size", () -> MATRIX.size(2));
        calls.put("sum", () -> MATRIX.sum(0, 2));
        calls.put("mean", () -> MATRIX.mean(2));
        calls.put("max", () -> MATRIX.max(2));
        calls.put("min", () -> MATRIX.min(Axes.keep(2)));
        calls.put("variance", () -> MATRIX.variance(2));
        calls.put("norm", () -> MATRIX.norm(2));
        calls.put("logSumExp", () -> MATRIX.logSumExp(2));
        calls.put("softmax", () -> MATRIX.softmax(2));
        calls.put("logSoftmax", () -> MATRIX.logSoftmax(2));
        calls.put("cumsum", () -> MATRIX.cumsum(2));
        calls.put("argMax", () -> MATRIX.argMax(2));
        calls.put("squeeze", () -> MATRIX.squeeze(2));
        calls.put("permute", () -> MATRIX.permute(0, 2));
        calls.put("flip", () -> MATRIX.flip(2));
        calls.put("windows", () -> MATRIX.windows(2, ONE, ONE, ONE));
        calls.put("overlapAdd", () -> MATRIX.overlapAdd(2, ONE, ONE, ONE));
        calls.put("slice", () -> MATRIX.slice(2, 0, 1));
        calls.put("select", () -> MATRIX.select(2, 0));
        calls.put("unstack", () -> MATRIX.unstack(2));
        calls.put("split", () -> MATRIX.split(2, 1));
        calls.put("pad", () -> MATRIX.pad(2, 0, 1));
        calls.put("concat", () -> Tensor.concat(2, MATRIX, MATRIX));
        calls.forEach((name, call) -> assertRefused(call, name + ": axis 2 must be an axis of the shape [2, 3]"));
        assertRefused(() -> MATRIX.sum(-3), "sum: axis -3 must be an axis of the shape [2, 3]");
        assertRefused(() -> SCALAR.cumsum(0), "cumsum: axis 0 must be an axis of the shape []");
        assertRefused(
                () -> MATRIX.expandDims(3),
                "expandDims: axis 3 must be an axis of the result of rank 3, from the shape [2, 3]");
        assertRefused(
                () -> Tensor.stack(-4, MATRIX),
                "stack: axis -4 must be an axis of the result of rank 3, from the shape [2, 3]");
    }

    @Test
    void axesDiffer() {
        assertRefused(() -> MATRIX.sum(0, -2), "sum: axes must differ, got [0, -2] for the shape [2, 3]");
        assertRefused(
                () -> MATRIX.max(Axes.keep(1, 0, 1)), "max: axes must differ, got [1, 0, 1] for the shape [2, 3]");
        assertRefused(() -> MATRIX.softmax(1, 1), "softmax: axes must differ, got [1, 1] for the shape [2, 3]");
        assertRefused(() -> MATRIX.flip(1, -1), "flip: axes must differ, got [1, -1] for the shape [2, 3]");
    }

    @Test
    void windowsFit() {
        int[] two = {2};
        assertRefused(
                () -> MATRIX.windows(1, new int[] {3}, ONE, two),
                "windows: a window [3] along the axes from 1, by [1], dilated by [2] must fit into the shape [2, 3]");
        assertRefused(
                () -> MATRIX.windows(1, two, new int[] {0}, ONE),
                "windows: sizes, strides and dilations must be positive, got [2], [0] and [1] for the shape [2, 3]");
        assertRefused(
                () -> MATRIX.windows(1, new int[] {2, 2}, ONE, ONE),
                "windows: there must be a size, a stride and a dilation for each axis from 1 on of the shape [2, 3], got [2, 2], [1]"
                        + " and [1]");
        assertRefused(
                () -> MATRIX.overlapAdd(0, new int[] {6}, ONE, ONE),
                "overlapAdd: the windows [3] along the axes from 0, by [1], dilated by [1] must be those of the shape [6], got the"
                        + " shape [2, 3]");
        assertRefused(
                () -> MATRIX.overlapAdd(1, ONE, ONE, ONE),
                "overlapAdd: there must be 1 axes of counts, and as many of windows, from axis 1 of the shape [2, 3]");
    }

    @Test
    void extremesNeedElements() {
        assertRefused(() -> EMPTY.max(), "max: the reduced axes must not be empty, got axis 1 of [2, 0]");
        assertRefused(() -> EMPTY.min(1), "min: the reduced axes must not be empty, got axis 1 of [2, 0]");
        Tensor tooMany = Tensor.zeros(DType.FLOAT32, (1 << 24) + 1);
        assertRefused(
                () -> tooMany.argMax(0),
                "argMax: FLOAT32 must be able to count the elements of axis 0 of [16777217]; use to(DType)");
        assertRefused(() -> EMPTY.argMax(-1), "argMax: the reduced axes must not be empty, got axis 1 of [2, 0]");
        assertThat(EMPTY.max(0).shape()).isEqualTo(Shape.of(0));
    }

    // ---- operands ----

    @Test
    void everyOperationNamesShapesThatDoNotBroadcast() {
        Map<String, Supplier<?>> calls = new TreeMap<>();
        calls.put("add", () -> MATRIX.add(VECTOR));
        calls.put("sub", () -> MATRIX.sub(VECTOR));
        calls.put("mul", () -> MATRIX.mul(VECTOR));
        calls.put("div", () -> MATRIX.div(VECTOR));
        calls.put("pow", () -> MATRIX.pow(VECTOR));
        calls.put("maximum", () -> MATRIX.maximum(VECTOR));
        calls.put("minimum", () -> MATRIX.minimum(VECTOR));
        calls.put("greater", () -> MATRIX.greater(VECTOR));
        calls.put("greaterEqual", () -> MATRIX.greaterEqual(VECTOR));
        calls.put("less", () -> MATRIX.less(VECTOR));
        calls.put("lessEqual", () -> MATRIX.lessEqual(VECTOR));
        calls.put("equalTo", () -> MATRIX.equalTo(VECTOR));
        calls.put("notEqualTo", () -> MATRIX.notEqualTo(VECTOR));
        calls.put("binaryCrossEntropy", () -> MATRIX.binaryCrossEntropy(VECTOR));
        calls.put("where", () -> Tensor.where(SCALAR, MATRIX, VECTOR));
        calls.forEach((name, call) -> assertRefused(
                call, name + ": shapes must broadcast (equal or 1, aligned at the last axis), got [2, 3] and [4]"));
        assertRefused(
                () -> Tensor.where(VECTOR, MATRIX, SCALAR),
                "where: shapes must broadcast (equal or 1, aligned at the last axis), got [4] and [2, 3]");
        assertRefused(
                () -> MATRIX.broadcastTo(2, 4),
                "broadcastTo: the shape [2, 3] must broadcast to [2, 4] (equal or 1, aligned at the last axis)");
        assertRefused(
                () -> MATRIX.broadcastTo(Shape.of(3)),
                "broadcastTo: the shape [2, 3] must broadcast to [3] (equal or 1, aligned at the last axis)");
        assertRefused(
                () -> VECTOR.sumTo(Shape.of(2, 4)),
                "sumTo: the shape [2, 4] must broadcast to [4] (equal or 1, aligned at the last axis)");
        assertRefused(
                () -> VECTOR.sumTo(Shape.of(3)),
                "sumTo: the shape [3] must broadcast to [4] (equal or 1, aligned at the last axis)");
    }

    @Test
    void products() {
        assertRefused(() -> MATRIX.matmul(MATRIX), "matmul: columns of left [2, 3] must equal rows of right [2, 3]");
        assertRefused(
                () -> MATRIX.matmul(VECTOR),
                "matmul: both operands must have at least two axes, got [2, 3] and [4]; use dot for vectors, or"
                        + " expandDims");
        assertRefused(
                () -> Tensor.ones(5, 2, 3).matmul(Tensor.ones(4, 3, 2)),
                "matmul: axes before the last two must broadcast (equal or 1, aligned at the last of them), got"
                        + " [5, 2, 3] and [4, 3, 2]");
        assertRefused(() -> VECTOR.dot(Tensor.ones(3)), "dot: operands must be vectors of one length, got [4] and [3]");
        assertRefused(() -> MATRIX.dot(MATRIX), "dot: operands must be vectors of one length, got [2, 3] and [2, 3]");
        assertRefused(() -> MATRIX.outer(VECTOR), "outer: operands must be vectors, got [2, 3] and [4]");
        assertRefused(() -> VECTOR.outer(SCALAR), "outer: operands must be vectors, got [4] and []");
    }

    @Test
    void crossEntropies() {
        String text =
                "softmaxCrossEntropy: targets must have the shape of the logits %s with at least one class, got %s";
        assertRefused(() -> MATRIX.softmaxCrossEntropy(VECTOR), String.format(Locale.ROOT, text, "[2, 3]", "[4]"));
        assertRefused(() -> SCALAR.softmaxCrossEntropy(SCALAR), String.format(Locale.ROOT, text, "[]", "[]"));
        assertRefused(() -> EMPTY.softmaxCrossEntropy(EMPTY), String.format(Locale.ROOT, text, "[2, 0]", "[2, 0]"));
    }

    @Test
    void numbers() {
        assertRefused(() -> VECTOR.clamp(2, 1), "clamp: low must not exceed high, got 2.0 and 1.0");
        assertRefused(() -> VECTOR.clamp(Double.NaN, 1), "clamp: low must not exceed high, got NaN and 1.0");
        assertRefused(() -> Tensor.of(0.0, 3).oneHot(3), "oneHot: class 3 must be one of 0 to 2");
        assertRefused(() -> Tensor.of(-1.0, 3).oneHot(4), "oneHot: class -1 must be one of 0 to 3");
        assertRefused(
                () -> Tensor.of(new double[][] {{1}, {0.5}}).oneHot(2),
                "oneHot: element [1, 0] of [2, 1] must be a whole number, got 0.5");
        assertRefused(
                () -> MATRIX.gather(Tensor.of(0.0, Double.NaN)),
                "gather: element [1] of [2] must be a whole number, got NaN");
        assertRefused(
                () -> MATRIX.gather(Tensor.of(3e9)), "gather: element [] of [] must be a whole number, got 3.0E9");
    }

    // ---- shapes ----

    @Test
    void shaping() {
        String text = "reshape: the shape %s must have as many elements as [2, 3]";
        assertRefused(() -> MATRIX.reshape(7), String.format(Locale.ROOT, text, "[7]"));
        assertRefused(() -> MATRIX.reshape(4, -1), String.format(Locale.ROOT, text, "[4, -1]"));
        assertRefused(() -> MATRIX.reshape(0, -1), String.format(Locale.ROOT, text, "[0, -1]"));
        assertRefused(() -> MATRIX.reshape(-2, -1), String.format(Locale.ROOT, text, "[-2, -1]"));
        assertRefused(() -> MATRIX.reshape(-1, 2, -1), "reshape: at most one size may be -1, got [-1, 2, -1]");
        assertRefused(() -> MATRIX.reshape(-2, -3), "shape: sizes must not be negative, got [-2, -3]");
        assertRefused(() -> MATRIX.squeeze(1), "squeeze: axis 1 must have size 1 in the shape [2, 3]");
        assertRefused(() -> MATRIX.permute(0), "permute: [0] must name all axes of the shape [2, 3]");
        assertRefused(() -> MATRIX.permute(1, -1), "permute: [1, -1] must name every axis of the shape [2, 3] once");
        assertRefused(() -> VECTOR.transpose(), "transpose: the tensor must have at least two axes, got the shape [4]");
    }

    @Test
    void parts() {
        String text = "slice: the range %s must lie inside axis 1 of the shape [2, 3]";
        assertRefused(() -> MATRIX.slice(1, 0, 4), String.format(Locale.ROOT, text, "0 to 4 by 1"));
        assertRefused(() -> MATRIX.slice(1, -4, 2), String.format(Locale.ROOT, text, "-4 to 2 by 1"));
        assertRefused(() -> MATRIX.slice(1, 2, 1), String.format(Locale.ROOT, text, "2 to 1 by 1"));
        assertRefused(() -> MATRIX.slice(1, 0, 3, 0), String.format(Locale.ROOT, text, "0 to 3 by 0"));
        assertRefused(() -> MATRIX.select(0, 2), "select: index 2 must lie inside axis 0 of the shape [2, 3]");
        assertRefused(() -> MATRIX.select(-1, -4), "select: index -4 must lie inside axis -1 of the shape [2, 3]");
        assertRefused(() -> MATRIX.split(1, 2, 2), "split: sizes [2, 2] must add up to axis 1 of the shape [2, 3]");
        assertRefused(() -> MATRIX.split(1, 4, -1), "split: sizes [4, -1] must add up to axis 1 of the shape [2, 3]");
        assertRefused(
                () -> MATRIX.pad(0, -1, 2), "pad: counts must not be negative, got -1 and 2 for the shape [2, 3]");
        assertRefused(() -> HUGE.pad(0, 1, 0), "pad: an axis has at most 2147483647 elements, got 2147483648");
        assertRefused(() -> MATRIX.gather(0, 2), "gather: row 2 must lie inside the shape [2, 3]");
        assertRefused(() -> MATRIX.gather(-3), "gather: row -3 must lie inside the shape [2, 3]");
        assertRefused(() -> MATRIX.gather(Tensor.of(2.0)), "gather: row 2 must lie inside the shape [2, 3]");
        assertRefused(() -> SCALAR.gather(0), "gather: the tensor must have rows, got the shape []");
    }

    @Test
    void joins() {
        assertRefused(() -> Tensor.concat(0, List.of()), "concat: there must be at least one tensor");
        assertRefused(
                () -> Tensor.concat(1, MATRIX, MATRIX, Tensor.ones(3, 3)),
                "concat: sizes must be equal on all axes but 1, got [2, 3] and [3, 3]");
        assertRefused(
                () -> Tensor.concat(0, MATRIX, VECTOR),
                "concat: sizes must be equal on all axes but 0, got [2, 3] and [4]");
        assertRefused(
                () -> Tensor.concat(0, HUGE, HUGE), "concat: an axis has at most 2147483647 elements, got 4294967294");
        assertRefused(() -> Tensor.stack(0), "stack: there must be at least one tensor");
        assertRefused(() -> Tensor.stack(0, MATRIX, VECTOR), "stack: shapes must be equal, got [2, 3] and [4]");
    }

    // ---- making and reading ----

    @Test
    void factories() {
        assertRefused(() -> Shape.of(2, -1), "shape: sizes must not be negative, got [2, -1]");
        assertRefused(
                () -> Shape.of(65536, 32768),
                "shape: at most 2147483647 elements fit into a tensor, got [65536, 32768]");
        assertRefused(() -> Tensor.zeros(-1), "shape: sizes must not be negative, got [-1]");
        assertRefused(() -> Tensor.of(Shape.of(2, 2), 1, 2, 3), "of: the shape [2, 2] needs 4 values, got 3");
        String range = "arange: bounds must be finite and the step not 0, got %s";
        assertRefused(() -> Tensor.arange(0, 1, 0), String.format(Locale.ROOT, range, "0.0, 1.0, 0.0"));
        assertRefused(() -> Tensor.arange(0, Double.NaN, 1), String.format(Locale.ROOT, range, "0.0, NaN, 1.0"));
        assertRefused(() -> Tensor.arange(0, 1e10, 1), "arange: at most 2147483647 elements fit, got 1.0E10");
        assertRefused(() -> Tensor.linspace(0, 1, -1), "linspace: the count must not be negative, got -1");
        String bounds = "uniform: bounds must be finite with low <= high, got %s";
        MersenneTwister rng = new MersenneTwister(1);
        assertRefused(() -> Tensor.uniform(rng, 1, 0, 2), String.format(Locale.ROOT, bounds, "1.0 and 0.0"));
        assertRefused(
                () -> Tensor.uniform(rng, 0, Double.POSITIVE_INFINITY, 2),
                String.format(Locale.ROOT, bounds, "0.0 and Infinity"));
    }

    @Test
    void nestedArrays() {
        assertRefused(
                () -> Tensor.of(new double[][] {{1, 2}, {3}}),
                "of: rows must be equally long, but row [1] has 1 elements where 2 are expected");
        assertRefused(
                () -> Tensor.of(new double[][][] {{{1}, {2}}, {{3}, null}}),
                "of: rows must be equally long, but row [1, 1] has no elements where 1 are expected");
        assertRefused(
                () -> Tensor.of(new double[][][] {{{1}}, {{2}, {3}}}),
                "of: rows must be equally long, but row [1] has 2 elements where 1 are expected");
        assertRefused(() -> Tensor.ofNested(null), "of: values must be nested double arrays, got null");
        assertRefused(() -> Tensor.ofNested(1), "of: values must be nested double arrays, got Integer");
        assertRefused(() -> Tensor.ofNested(new int[] {1}), "of: values must be nested double arrays, got int[]");
        String depth = "of: values must be double arrays nested equally deep, but row [1] is %s";
        Object row = new double[] {1};
        assertRefused(() -> Tensor.ofNested(new Object[] {row, "x"}), String.format(Locale.ROOT, depth, "String"));
        assertRefused(
                () -> Tensor.ofNested(new Object[] {row, new int[1]}), String.format(Locale.ROOT, depth, "int[]"));
        assertRefused(
                () -> Tensor.ofNested(new Object[] {row, new double[1][1]}),
                String.format(Locale.ROOT, depth, "double[][]"));
        assertRefused(
                () -> Tensor.ofNested(new Object[] {new double[1][1], row}),
                String.format(Locale.ROOT, depth, "double[]"));
    }

    @Test
    void reading() {
        assertRefused(VECTOR::toDouble, "toDouble: the tensor must have one element, got the shape [4]");
        assertRefused(EMPTY::toDouble, "toDouble: the tensor must have one element, got the shape [2, 0]");
        assertRefused(() -> MATRIX.get(1), "get: an index of [2, 3] needs 2 numbers, got [1]");
        assertRefused(() -> MATRIX.get(1, 3), "get: index [1, 3] must lie inside the shape [2, 3]");
        assertRefused(() -> MATRIX.get(-3, 0), "get: index [-3, 0] must lie inside the shape [2, 3]");
        assertRefused(VECTOR::toRows, "toRows: the tensor must have two axes, got the shape [4]");
        String matrix = "toMatrix: the tensor must have two axes and at least one element, got the shape %s";
        assertRefused(VECTOR::toMatrix, String.format(Locale.ROOT, matrix, "[4]"));
        assertRefused(EMPTY::toMatrix, String.format(Locale.ROOT, matrix, "[2, 0]"));
        assertRefused(MATRIX::toVector, "toVector: the tensor must have one axis, got the shape [2, 3]");
    }

    // ---- operations of one's own ----

    @Test
    void dtypesDiffer() {
        Tensor single = Tensor.ones(DType.FLOAT32, 2, 3);
        Map<String, Supplier<?>> calls = new TreeMap<>();
        calls.put("add", () -> MATRIX.add(single));
        calls.put("maximum", () -> MATRIX.maximum(single));
        calls.put("greater", () -> MATRIX.greater(single));
        calls.put("matmul", () -> MATRIX.matmul(single.transpose()));
        calls.put("concat", () -> Tensor.concat(0, MATRIX, single));
        calls.put("where", () -> Tensor.where(MATRIX, MATRIX, single));
        calls.put("softmaxCrossEntropy", () -> MATRIX.softmaxCrossEntropy(single));
        calls.put("own", () -> Tensor.op("own", in -> in[0], List.of(MATRIX, single), null, null));
        calls.forEach((name, call) ->
                assertRefused(call, name + ": dtypes must be equal, got FLOAT64 and FLOAT32; use to(DType)"));
    }

    @Test
    void floatArrays() {
        assertRefused(() -> Tensor.of(Shape.of(2, 3), new float[5]), "of: the shape [2, 3] needs 6 values, got 5");
        assertRefused(
                () -> Tensor.arange(DType.FLOAT32, 0, 1, 0),
                "arange: bounds must be finite and the step not 0, got 0.0, 1.0, 0.0");
        assertRefused(
                () -> Tensor.linspace(DType.FLOAT32, 0, 1, -1), "linspace: the count must not be negative, got -1");
        assertRefused(
                () -> Tensor.uniform(DType.FLOAT32, new MersenneTwister(1), 2, 1, 3),
                "uniform: bounds must be finite with low <= high, got 2.0 and 1.0");
    }

    @Test
    void ownOperations() {
        assertRefused(
                () -> Tensor.op("own", in -> in[0], List.of(VECTOR, VECTOR), y -> dy -> dy),
                "own: there must be one rule per input (null where there is no derivative), got 1 rules for 2 inputs");
        assertRefused(() -> Tensor.op("own", in -> in[0], List.of()), "own: an operation needs at least one input");
        assertRefused(
                () -> Grad.gradient(
                        x -> Tensor.op("own", in -> in[0], List.of(x), y -> dy -> dy.sum())
                                .sum(),
                        VECTOR),
                "own: the pullback for input 0 must give the input's shape [4], got []");
        assertRefused(
                () -> new Tape().watch(VECTOR).map(Math::exp),
                "map: a function of numbers has no derivative, and the tensor [4] is being recorded; use detach() first,"
                        + " or Tensor.op with a rule");
    }

    private static void assertRefused(Supplier<?> call, String text) {
        assertThatThrownBy(call::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text);
    }
}
