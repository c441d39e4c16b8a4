package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.fixture.Grid;
import rewind.autograd.memory.TapeMemory;

/** Any finite logits, up to the largest numbers: a value is finite if it should be, and derivatives of both orders are right. */
class StabilityTest {
    private static final double[] LOGITS64 = {-1e308, -1e16, -745, -40, -1, 0, 0.5, 36, 710, 745, 1e8, 1e16, 1e308};
    private static final double[] LOGITS32 = {-1e38, -1e8, -103, -40, -1, 0, 0.5, 16, 88.5, 103, 1e5, 1e8, 1e38};

    // ---- functions of one number ----

    @ParameterizedTest
    @CsvSource({
        // x,     σ(x),                     ln σ(x),                 tanh x
        "-1e308,  0,                        -1e308,                  -1",
        "-745,    4.9406564584124654e-324,  -745,                    -1",
        "-40,     4.248354255291589e-18,    -40,                     -1",
        "-1e-300, 0.5,                      -0.6931471805599453,     -1e-300",
        "0,       0.5,                      -0.6931471805599453,     0",
        "1e-300,  0.5,                      -0.6931471805599453,     1e-300",
        "40,      1,                        -4.248354255291589e-18,  1",
        "745,     1,                        -4.9406564584124654e-324, 1",
        "1e308,   1,                        0,                       1",
    })
    void saturatingFunctions(double number, double sigmoid, double logSigmoid, double tanh) {
        assertSaturating(Tensor.of(number), sigmoid, logSigmoid, tanh);
    }

    @ParameterizedTest
    @ValueSource(floats = {-1e38f, -103, -88, -40, -1, -1e-30f, 0, 1e-30f, 1, 16, 40, 103, 1e38f})
    void saturatingFunctionsInSinglePrecision(float number) {
        double logSigmoid = Math.min(number, 0) - Math.log1p(Math.exp(-Math.abs((double) number)));
        assertSaturating(Tensor.full(DType.FLOAT32, number), sigmoid(number), logSigmoid, Math.tanh(number));
    }

    private static void assertSaturating(Tensor x, double sigmoid, double logSigmoid, double tanh) {
        assertUlps(x.sigmoid(), sigmoid);
        assertUlps(x.logSigmoid(), logSigmoid);
        assertUlps(x.neg().softplus(), -logSigmoid);
        assertUlps(x.tanh(), tanh);
        assertUlps(Grad.gradient(Tensor::softplus, x), sigmoid);
        assertUlps(Grad.gradient(Tensor::logSigmoid, x.neg()), sigmoid);
        assertThat(Grad.gradient(Tensor::sigmoid, x).toDouble()).isCloseTo(sigmoid * (1 - sigmoid), rounding(x));
        assertThat(Grad.gradient(Tensor::tanh, x).toDouble()).isCloseTo(1 - tanh * tanh, rounding(x));
    }

    /** Where eˣ − 1 and ln(1 + x) are compositions, both values and derivatives lose their digits. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT64, -700", "FLOAT64, -40", "FLOAT64, -1e-20", "FLOAT64, 1e-20", "FLOAT64, 1e-5", "FLOAT64, 40",
        "FLOAT32,  -80", "FLOAT32, -20", "FLOAT32, -1e-20", "FLOAT32, 1e-20", "FLOAT32, 1e-3", "FLOAT32, 40"
    })
    void exponentialsAndLogarithmsNearZero(DType dtype, double given) {
        Tensor x = Tensor.full(dtype, given);
        double number = x.toDouble();
        assertUlps(x.expm1(), Math.expm1(number));
        assertUlps(Grad.gradient(Tensor::expm1, x), Math.exp(number));
        assertUlps(x.abs().log1p(), Math.log1p(Math.abs(number)));
        assertUlps(Grad.gradient(Tensor::log1p, x.abs()), 1 / (1 + Math.abs(number)));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64, -1e308", "FLOAT64, -745", "FLOAT64, -1", "FLOAT64, 0", "FLOAT64, 1", "FLOAT64, 745", "FLOAT64, 1e308",
        "FLOAT32, -1e38", "FLOAT32, -103", "FLOAT32, -1", "FLOAT32, 0", "FLOAT32, 1", "FLOAT32, 103", "FLOAT32, 1e38"
    })
    void secondDerivativesOfSaturatingFunctions(DType dtype, double number) {
        Tensor x = Tensor.full(dtype, number);
        double sigmoid = x.sigmoid().toDouble();
        double slope = sigmoid * (1 - sigmoid);
        double tanh = Math.tanh(number);
        assertThat(second(Tensor::softplus, x)).isCloseTo(slope, rounding(x));
        assertThat(second(Tensor::logSigmoid, x)).isCloseTo(-slope, rounding(x));
        assertThat(second(Tensor::sigmoid, x)).isCloseTo(slope * (1 - 2 * sigmoid), rounding(x));
        assertThat(second(Tensor::tanh, x)).isCloseTo(-2 * tanh * (1 - tanh * tanh), rounding(x));
    }

    // ---- functions of a row ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void softmaxOfAnyFiniteLogits(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 200) int seed) {
        double[] logits = logits(dtype, seed);
        double[] p = softmax(logits);
        Tensor x = Tensor.of(logits).to(dtype);
        assertThat(x.softmax().toArray()).containsExactly(p, rounding(x));
        assertUlps(
                x.logSumExp(),
                largest(logits).add(new BigDecimal(logSum(logits))).doubleValue());
        assertThat(Grad.gradient(v -> v.logSumExp(), x).toArray()).containsExactly(p, rounding(x));
        assertRows(Grad.hessian(v -> v.logSumExp(), x), (i, j) -> covariance(p, i, j));
        assertRows(Grad.jacobian(v -> v.softmax(), x), (i, j) -> covariance(p, i, j));
        assertRows(Grad.jacobian(v -> v.logSoftmax(), x), (i, j) -> (i == j ? 1 : 0) - p[j]);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void softmaxCrossEntropyOfAnyFiniteLogits(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 200) int seed) {
        double[] logits = logits(dtype, seed);
        Tensor t = Tensor.of(targets(seed, logits.length)).to(dtype);
        double[] targets = t.toArray();
        double sum = Arrays.stream(targets).sum();
        double[] p = softmax(logits);
        Tensor x = Tensor.of(logits).to(dtype);
        double loss = softmaxCrossEntropy(logits, targets);
        if (loss > 1e-5) {
            assertUlps(x.softmaxCrossEntropy(t), loss);
        } else {
            // ln Σ e^(x−m) of a sum that is 1 but for the last digits
            assertThat(x.softmaxCrossEntropy(t).toDouble()).isCloseTo(loss, rounding(x));
        }
        assertThat(Grad.gradient(v -> v.softmaxCrossEntropy(t), x).toArray())
                .containsExactly(
                        IntStream.range(0, p.length)
                                .mapToDouble(i -> sum * p[i] - targets[i])
                                .toArray(),
                        rounding(x));
        // a fused loss whose rule is not differentiated further has zeros here
        assertRows(Grad.hessian(v -> v.softmaxCrossEntropy(t), x), (i, j) -> sum * covariance(p, i, j));
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64, 0", "FLOAT64, 0.25", "FLOAT64, 0.5", "FLOAT64, 1",
        "FLOAT32, 0", "FLOAT32, 0.25", "FLOAT32, 0.5", "FLOAT32, 1"
    })
    void binaryCrossEntropyOfAnyFiniteLogits(DType dtype, double target) {
        Tensor t = Tensor.full(dtype, target);
        for (double logit : logits(dtype)) {
            Tensor x = Tensor.full(dtype, logit);
            BigDecimal linear =
                    new BigDecimal(Math.max(logit, 0)).subtract(new BigDecimal(logit).multiply(new BigDecimal(target)));
            BigDecimal loss = linear.add(new BigDecimal(Math.log1p(Math.exp(-Math.abs(logit)))));
            assertUlps(x.binaryCrossEntropy(t), loss.doubleValue());
            double up = (1 - target) * sigmoid(logit);
            double down = target * sigmoid(-logit);
            // relative accuracy in both tails, where σ(x) − t is a difference of nearly equal numbers for t = 1
            assertUlps(Grad.gradient(v -> v.binaryCrossEntropy(t), x), up - down);
            assertThat(second(v -> v.binaryCrossEntropy(t), x))
                    .isCloseTo(sigmoid(logit) * sigmoid(-logit), rounding(x));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64, 1e-320", "FLOAT64, 1e-200", "FLOAT64, 1", "FLOAT64, 1e200", "FLOAT64, 1e308",
        "FLOAT32,  1e-41", "FLOAT32,  1e-30", "FLOAT32, 1", "FLOAT32,  1e30", "FLOAT32,  1e38"
    })
    void normOfAnyFiniteNumbers(DType dtype, double scale) {
        Tensor x = Tensor.of(3, 4, 0).mul(scale / 5).to(dtype);
        Tensor unit = Grad.gradient(v -> v.norm(), x);
        // the smallest scale has three digits
        double tolerance = scale < dtype.minNormal() ? 1e-3 : 4.5 * dtype.epsilon();
        assertThat(x.norm().toDouble() / scale).isCloseTo(1, Offset.offset(tolerance));
        assertThat(unit.toArray()).containsExactly(new double[] {0.6, 0.8, 0}, Offset.offset(tolerance));
    }

    // ---- long sums ----

    /** The gradient of what 30,000 steps share; added one after the other they would be off by thousands of ulp. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void gradientsOfManyStepsKeepTheirDigits(@ForAll @IntRange(max = 5) int kind, @ForAll boolean watched) {
        int steps = 30_000;
        Tensor factor = Tensor.full(DType.FLOAT32, 0.3, 3);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.zeros(DType.FLOAT32, 3));
        Tensor shared = watched ? x : x.neg().neg();
        Tensor[] terms = new Tensor[steps];
        for (int t = 0; t < steps; t++) {
            Tensor step = switch (kind) {
                case 0 -> shared.mul(factor);
                case 1 -> shared.add(factor).mul(0.3);
                case 2 -> shared.gather(2, 0, 1).mul(factor);
                case 3 -> shared.slice(0, 1, 3).mul(factor.slice(0, 1, 3));
                case 4 -> factor.reshape(1, 3).matmul(shared.reshape(3, 1));
                default -> factor.reshape(3, 1).matmul(shared.reshape(1, 3)).select(0, 0);
            };
            terms[t] = step.sum();
        }
        double expected = steps * (double) 0.3f;
        double gradient = tape.backward(Tensor.stack(0, terms).sum()).of(x).get(1);
        double rows =
                4096; // of products that are added before the sum of a weight is put aside, half of which it is on the
        // average
        double roundings =
                TapeMemory.PLAIN ? steps / 2.0 : kind < 4 ? 128 : rows / 4; // plain memory adds one after the other
        assertThat(gradient).isCloseTo(expected, Offset.offset(roundings * DType.FLOAT32.epsilon() * expected));
    }

    // ---- references ----

    private interface Element {
        double at(int i, int j);
    }

    private static double[] logits(DType dtype) {
        return Tensor.of(dtype == DType.FLOAT32 ? LOGITS32 : LOGITS64).to(dtype).toArray();
    }

    private static double[] logits(DType dtype, int seed) {
        double[] all = logits(dtype);
        SplittableRandom rng = new SplittableRandom(seed);
        return rng.ints(1 + seed % 5, 0, all.length).mapToDouble(i -> all[i]).toArray();
    }

    /** A few roundings of numbers up to 1. */
    private static Offset<Double> rounding(Tensor x) {
        return Offset.offset(4.5 * x.dtype().epsilon());
    }

    /** One class, or a distribution over all. */
    private static double[] targets(int seed, int n) {
        double[] targets = new double[n];
        if (seed % 2 == 0) {
            targets[seed % n] = 1;
        } else {
            Arrays.setAll(targets, i -> 2.0 * (i + 1) / (n * (n + 1)));
        }
        return targets;
    }

    private static BigDecimal largest(double... logits) {
        return new BigDecimal(Arrays.stream(logits).max().orElseThrow());
    }

    private static double logSum(double... logits) {
        return Math.log(Arrays.stream(logits)
                .map(x -> Math.exp(new BigDecimal(x).subtract(largest(logits)).doubleValue()))
                .sum());
    }

    private static double[] softmax(double... logits) {
        return Arrays.stream(logits)
                .map(x -> Math.exp(new BigDecimal(x).subtract(largest(logits)).doubleValue() - logSum(logits)))
                .toArray();
    }

    private static double softmaxCrossEntropy(double[] logits, double... targets) {
        BigDecimal loss = BigDecimal.ZERO;
        for (int k = 0; k < logits.length; k++) {
            BigDecimal gap = largest(logits).subtract(new BigDecimal(logits[k])).add(new BigDecimal(logSum(logits)));
            loss = loss.add(gap.multiply(new BigDecimal(targets[k])));
        }
        return loss.doubleValue();
    }

    private static double covariance(double[] p, int i, int j) {
        return (i == j ? p[i] : 0) - p[i] * p[j];
    }

    private static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    private static double second(java.util.function.UnaryOperator<Tensor> f, Tensor x) {
        return Grad.gradient(v -> Grad.gradient(f, v), x).toDouble();
    }

    private static void assertRows(Tensor matrix, Element expected) {
        for (int[] at : Grid.indices(matrix.shape().toArray())) {
            assertThat(matrix.get(at))
                    .as("element %s", Arrays.toString(at))
                    .isCloseTo(expected.at(at[0], at[1]), rounding(matrix));
        }
    }

    /** Equal up to eight roundings, whatever the magnitude; infinite only if the true value overflows. */
    private static void assertUlps(Tensor actual, double expected) {
        double value = actual.toDouble();
        boolean single = actual.dtype() == DType.FLOAT32;
        if (value != (single ? (float) expected : expected)) {
            double ulp = single ? Math.ulp((float) expected) : Math.ulp(expected);
            assertThat(value).isCloseTo(expected, Offset.offset(8 * ulp));
        }
    }
}
