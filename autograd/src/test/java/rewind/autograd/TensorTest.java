package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Grid;
import rewind.autograd.fixture.Operations;

/** Making, reading and comparing tensors. Printing has {@link TensorFormatTest}, errors have {@link ErrorMessagesTest}. */
class TensorTest {
    // ---- making ----

    @Test
    void fromNumbers() {
        assertIs(Tensor.of(2.5), new int[0], 2.5);
        assertIs(Tensor.of(new double[] {2.5}), new int[] {1}, 2.5);
        assertIs(Tensor.of(new double[0]), new int[] {0});
        assertIs(Tensor.of(1.0, 2), new int[] {2}, 1, 2);
        assertIs(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}), new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertIs(Tensor.of(new double[][][] {{{1, 2}}, {{3, 4}}}), new int[] {2, 1, 2}, 1, 2, 3, 4);
        assertIs(Tensor.of(Shape.of(2, 1), 3, 4), new int[] {2, 1}, 3, 4);
        assertThat(Tensor.of(1.0).dtype()).isEqualTo(DType.FLOAT64);
    }

    @Test
    void filled() {
        assertIs(Tensor.zeros(2, 2), new int[] {2, 2}, 0, 0, 0, 0);
        assertIs(Tensor.ones(3), new int[] {3}, 1, 1, 1);
        assertIs(Tensor.full(-7, 1, 2), new int[] {1, 2}, -7, -7);
        assertIs(Tensor.zeros(), new int[0], 0);
        assertIs(Tensor.ones(2, 0, 3), new int[] {2, 0, 3});
        assertIs(Tensor.eye(2), new int[] {2, 2}, 1, 0, 0, 1);
        assertIs(Tensor.eye(0), new int[] {0, 0});
    }

    @Test
    void ranges() {
        assertIs(Tensor.arange(4), new int[] {4}, 0, 1, 2, 3);
        assertIs(Tensor.arange(0), new int[] {0});
        assertIs(Tensor.arange(1, 2, 0.25), new int[] {4}, 1, 1.25, 1.5, 1.75);
        assertIs(Tensor.arange(1, 2.1, 0.5), new int[] {3}, 1, 1.5, 2);
        assertIs(Tensor.arange(3, 0, -1), new int[] {3}, 3, 2, 1);
        assertIs(Tensor.arange(3, 0, 1), new int[] {0});
        // start + i·step, not a running sum: that is off by 1e-13 here
        assertThat(Tensor.arange(0, 1000, 0.1).get(9999)).isEqualTo(9999 * 0.1);
        assertIs(Tensor.linspace(1, 2, 5), new int[] {5}, 1, 1.25, 1.5, 1.75, 2);
        assertIs(Tensor.linspace(1, 2, 1), new int[] {1}, 1);
        assertIs(Tensor.linspace(1, 2, 0), new int[] {0});
        assertThat(Tensor.linspace(0, 0.7, 8).get(7)).isEqualTo(0.7);
    }

    @Test
    void randomNumbersComeFromTheGeneratorInOrder() {
        RandomGenerator rng = new MersenneTwister(1);
        Tensor normal = Tensor.randn(rng, 2, 2);
        Tensor uniform = Tensor.uniform(rng, -1, 3, 3);
        RandomGenerator same = new MersenneTwister(1);
        assertIs(
                normal,
                new int[] {2, 2},
                same.nextGaussian(),
                same.nextGaussian(),
                same.nextGaussian(),
                same.nextGaussian());
        assertIs(
                uniform,
                new int[] {3},
                -1 + 4 * same.nextDouble(),
                -1 + 4 * same.nextDouble(),
                -1 + 4 * same.nextDouble());
    }

    @Test
    void arraysAreCopied() {
        double[] values = {1, 2};
        int[] sizes = {2};
        Tensor x = Tensor.of(Shape.of(sizes), values);
        values[0] = 100;
        sizes[0] = 100;
        x.toArray()[1] = 100;
        x.shape().toArray()[0] = 100;
        assertIs(x, new int[] {2}, 1, 2);
        double[][] rows = {{1}, {2}};
        Tensor y = Tensor.of(rows);
        rows[0][0] = 100;
        y.toRows()[1][0] = 100;
        y.toMatrix().setEntry(0, 0, 100);
        y.reshape(2).toVector().setEntry(0, 100);
        assertIs(y, new int[] {2, 1}, 1, 2);
    }

    // ---- nested arrays, matrices and vectors ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void nestedArraysKeepEveryElement(@ForAll @IntRange(max = 49) int seed) {
        Draws draws = new Draws(seed, "nested");
        int[] sizes = seed % 5 == 0 ? new int[] {2, 1, 3, 2, draws.size()} : draws.shape();
        Tensor x = draws.tensor(Operations.ANY, sizes);
        Object nested = x.toNestedArray();
        for (int[] index : Grid.indices(sizes)) {
            Object level = nested;
            for (int axis = 0; axis < sizes.length; axis++) {
                level = java.lang.reflect.Array.get(level, index[axis]);
            }
            assertThat((double) level).isEqualTo(x.get(index));
        }
        boolean shapeIsLost =
                Arrays.stream(sizes).limit(Math.max(0, sizes.length - 1L)).anyMatch(size -> size == 0);
        if (!shapeIsLost) {
            Tensor again = Tensor.ofNested(nested);
            assertIs(again, sizes, x.toArray());
        }
    }

    @Test
    void nestedArraysWithoutElements() {
        assertIs(Tensor.ofNested(new double[2][0][3]), new int[] {2, 0, 0});
        assertIs(Tensor.of(new double[0][3]), new int[] {0, 0});
        assertIs(Tensor.ofNested(new double[0][][]), new int[] {0, 0, 0});
        assertThat(Tensor.zeros(2, 0).toNestedArray()).isInstanceOf(double[][].class);
        assertThat(Tensor.zeros(0, 2).toNestedArray()).isInstanceOf(double[][].class);
        assertThat(Tensor.of(1.5).toNestedArray()).isEqualTo(1.5);
        assertIs(Tensor.ofNested(1.5), new int[0], 1.5);
        assertIs(Tensor.ofNested(new Object[] {new double[] {1}, new double[] {2}}), new int[] {2, 1}, 1, 2);
    }

    @Test
    void matricesAndVectors() {
        double[][] rows = {{1, 2, 3}, {4, 5, 6}};
        RealMatrix matrix = MatrixUtils.createRealMatrix(rows);
        assertIs(Tensor.of(matrix), new int[] {2, 3}, 1, 2, 3, 4, 5, 6);
        assertThat(Tensor.of(rows).toMatrix()).isEqualTo(matrix);
        assertThat(Tensor.of(rows).transpose().toMatrix()).isEqualTo(matrix.transpose());
        assertThat(Tensor.of(rows).toRows()).isDeepEqualTo(rows);
        RealVector vector = MatrixUtils.createRealVector(new double[] {1, 2});
        assertIs(Tensor.of(vector), new int[] {2}, 1, 2);
        assertThat(Tensor.of(1.0, 2).toVector()).isEqualTo(vector);
        assertThat(Tensor.of(rows).select(0, 1).toVector().toArray()).containsExactly(4, 5, 6);
    }

    // ---- reading ----

    @Test
    void elementsAndSizes() {
        Tensor x = Tensor.arange(24).reshape(2, 3, 4);
        assertThat(x.get(1, 2, 3)).isEqualTo(23);
        assertThat(x.get(0, 1, 0)).isEqualTo(4);
        assertThat(x.get(-1, -3, -2)).isEqualTo(14);
        assertThat(x.slice(0, 1, 2).get(0, 0, 1)).isEqualTo(13);
        assertThat(x.rank()).isEqualTo(3);
        assertThat(x.size()).isEqualTo(24);
        assertThat(x.size(0)).isEqualTo(2);
        assertThat(x.size(-1)).isEqualTo(4);
        assertThat(Tensor.of(3.0).get()).isEqualTo(3);
        assertThat(Tensor.of(new double[][] {{3}}).toDouble()).isEqualTo(3);
    }

    @Test
    void closeness() {
        Tensor x = Tensor.of(1.0, Double.NaN, Double.POSITIVE_INFINITY);
        assertThat(x.isClose(Tensor.of(1.25, Double.NaN, Double.POSITIVE_INFINITY), 0, 0.25))
                .isTrue();
        assertThat(x.isClose(Tensor.of(1.25, Double.NaN, Double.POSITIVE_INFINITY), 0.2, 0))
                .isTrue();
        assertThat(x.isClose(Tensor.of(1.25, Double.NaN, Double.POSITIVE_INFINITY), 0, 0.249))
                .isFalse();
        assertThat(x.isClose(Tensor.of(1.0, 1, Double.POSITIVE_INFINITY), 1, 1)).isFalse();
        assertThat(Tensor.of(1.0).isClose(Tensor.of(Double.NaN), 1, 1)).isFalse();
        assertThat(Tensor.of(1.0).isClose(Tensor.of(new double[] {1}), 0, 0)).isFalse();
        assertThat(Tensor.of(0.0).isClose(Tensor.of(-0.0), 0, 0)).isTrue();
        assertThat(Tensor.zeros(0).isClose(Tensor.zeros(0), 0, 0)).isTrue();
    }

    @Test
    void plainFunctionsOfElements() {
        Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 4}});
        assertIs(x.map(v -> v * v), new int[] {2, 2}, 1, 4, 9, 16);
        assertIs(x.slice(0, 1, 2).map(v -> -v), new int[] {1, 2}, -3, -4);
        assertIs(new Tape().watch(x).detach().map(v -> v + 1), new int[] {2, 2}, 2, 3, 4, 5);
        assertIs(x, new int[] {2, 2}, 1, 2, 3, 4);
    }

    @Test
    void recordedOrNot() {
        Tape tape = new Tape();
        Tensor constant = Tensor.of(1.0);
        Tensor x = tape.watch(constant);
        assertThat(constant.isRecorded()).isFalse();
        assertThat(constant.detach()).isSameAs(constant);
        assertThat(x.isRecorded()).isTrue();
        assertThat(x.add(constant).isRecorded()).isTrue();
        assertThat(x.detach().isRecorded()).isFalse();
        assertThat(x.detach().add(constant).isRecorded()).isFalse();
        assertThat(x.add(1).detach().toDouble()).isEqualTo(2);
        assertThat(tape.size()).isEqualTo(3);
    }

    // ---- FLOAT32 ----

    @Test
    void singlePrecision() {
        DType single = DType.FLOAT32;
        double tenth = 0.1f;
        assertIsSingle(Tensor.of(new float[] {1, 0.1f}), new int[] {2}, 1, tenth);
        assertIsSingle(Tensor.of(Shape.of(2, 1), new float[] {3, 0.1f}), new int[] {2, 1}, 3, tenth);
        assertIsSingle(Tensor.zeros(single, 2), new int[] {2}, 0, 0);
        assertIsSingle(Tensor.zeros(single, Shape.of(1)), new int[] {1}, 0);
        assertIsSingle(Tensor.ones(single, 1, 2), new int[] {1, 2}, 1, 1);
        assertIsSingle(Tensor.full(single, 0.1, 2), new int[] {2}, tenth, tenth);
        assertIsSingle(Tensor.full(single, 0.1), new int[0], tenth);
        assertIsSingle(Tensor.eye(single, 2), new int[] {2, 2}, 1, 0, 0, 1);
        assertIsSingle(Tensor.arange(single, 3), new int[] {3}, 0, 1, 2);
        assertIsSingle(Tensor.arange(single, 0, 0.25, 0.1), new int[] {3}, 0, tenth, 0.2f);
        assertIsSingle(Tensor.linspace(single, 0, 0.2, 3), new int[] {3}, 0, tenth, 0.2f);
        assertThat(single.epsilon()).isEqualTo(Math.ulp(1f));
        assertThat(single.minNormal()).isEqualTo(Float.MIN_NORMAL);
        assertThat(DType.FLOAT64.epsilon()).isEqualTo(Math.ulp(1.0));
        assertThat(DType.FLOAT64.minNormal()).isEqualTo(Double.MIN_NORMAL);
    }

    @Test
    void randomNumbersInSinglePrecisionAreThoseInDoublePrecisionRounded() {
        RandomGenerator rng = new MersenneTwister(1);
        RandomGenerator same = new MersenneTwister(1);
        Tensor normal = Tensor.randn(DType.FLOAT32, rng, 3, 2);
        Tensor uniform = Tensor.uniform(DType.FLOAT32, rng, -1, 3, 5);
        assertIsSingle(normal, new int[] {3, 2}, rounded(Tensor.randn(same, 3, 2)));
        assertIsSingle(uniform, new int[] {5}, rounded(Tensor.uniform(same, -1, 3, 5)));
    }

    @Test
    void conversion() {
        Tensor x = Tensor.of(0.1, 1e300, -1e-300, Double.NaN);
        Tensor single = x.to(DType.FLOAT32);
        assertIsSingle(single, new int[] {4}, 0.1f, Double.POSITIVE_INFINITY, -0.0, Double.NaN);
        assertThat(single.to(DType.FLOAT32)).isSameAs(single);
        assertThat(single.to(DType.FLOAT64).dtype()).isEqualTo(DType.FLOAT64);
        assertThat(x.toFloatArray()).containsExactly(0.1f, Float.POSITIVE_INFINITY, -0f, Float.NaN);
        assertThat(single.slice(0, 1, 3).toFloatArray()).containsExactly(Float.POSITIVE_INFINITY, -0f);
        Tensor one = Tensor.full(DType.FLOAT32, 1);
        one.toFloatArray()[0] = 2;
        assertThat(one.toDouble()).isEqualTo(1);
        assertThat(one.get()).isEqualTo(1);
        assertThat(Tensor.of(0.1).isClose(Tensor.full(DType.FLOAT32, 0.1), 0, 0))
                .isFalse();
        assertThat(Tensor.of(0.1).isClose(Tensor.full(DType.FLOAT32, 0.1), 1e-7, 0))
                .isTrue();
        assertThat(single.map(v -> v * 3).dtype()).isEqualTo(DType.FLOAT32);
    }

    /** The conversion rounds to floats, which do not know 2²⁴ + 1; the running sums are rounded to them from there. */
    @Test
    void conversionHasAGradientInTheTypeOfItsInput() {
        Tensor x = Tensor.of(16777217.0, 1, 1);
        Tape tape = new Tape();
        Tensor watched = tape.watch(x);
        Tensor sum = watched.to(DType.FLOAT32).cumsum(0);
        assertIsSingle(sum, new int[] {3}, 16777216, 16777216, 16777218);
        Tensor dx = tape.backward(sum.mul(Tensor.of(new float[] {0.1f, 1, 1})).sum())
                .of(watched);
        assertThat(dx.dtype()).isEqualTo(DType.FLOAT64);
        assertThat(dx.toArray()).containsExactly(2.1f, 2, 1);
    }

    private static double[] rounded(Tensor x) {
        return Arrays.stream(x.toArray()).map(v -> (float) v).toArray();
    }

    private static void assertIsSingle(Tensor actual, int[] sizes, double... values) {
        assertThat(actual.dtype()).isEqualTo(DType.FLOAT32);
        assertIs(actual, sizes, values);
    }

    // ---- shapes ----

    @Test
    void shapes() {
        Shape shape = Shape.of(2, 3);
        assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
        assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(6)).isNotEqualTo("[2, 3]");
        assertThat(shape).doesNotHaveSameHashCodeAs(Shape.of(3, 2));
        assertThat(shape).hasToString("[2, 3]");
        assertThat(Shape.of()).hasToString("[]").isEqualTo(Tensor.of(1.0).shape());
        assertThat(Shape.of().size()).isEqualTo(1);
        assertThat(Shape.of(4, 0, 5).size()).isZero();
        assertThat(Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 0).size()).isZero();
        assertThat(Shape.of(Integer.MAX_VALUE).size()).isEqualTo(Integer.MAX_VALUE);
    }

    private static void assertIs(Tensor actual, int[] sizes, double... values) {
        assertThat(actual.shape().toArray()).containsExactly(sizes);
        assertThat(actual.toArray()).containsExactly(values);
    }
}
