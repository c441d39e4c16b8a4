package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Grid;
import rewind.autograd.fixture.Operations;

/**
 * Derivatives of every order at points where a rule chooses, masks or has no derivative, and for numbers that are infinite: right, or NaN
 * where there is none, and no element suffers from another one.
 */
class SingularPointsTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    // ---- 0 where a page says 0, whatever arrives ----

    /** Functions with a point of their first operand, in an element or a row, at which the derivative is 0. */
    private static Map<String, Tensor[]> masked() {
        Map<String, Tensor[]> points = new LinkedHashMap<>();
        points.put("relu", rows(-1, 0));
        points.put("leakyRelu", rows(-1, 0));
        points.put("elu", rows(-1, 0));
        points.put("clamp", rows(-3, 5));
        points.put("maximum", rows(-1, -9));
        points.put("minimum", rows(7, 9));
        points.put("abs", rows(0, -0.0));
        points.put("pow", rows(0, 3));
        points.put("power of 0", rows(-2, 3));
        points.put("norm", rows(0, 0));
        points.put("std", rows(0.1, 0.1));
        points.put("logSumExp", rows(-INF, -INF));
        points.put("maskedBy", rows(1, INF));
        points.put("where", rows(1, NAN));
        return points;
    }

    private static UnaryOperator<Tensor> function(String name, DType dtype) {
        Tensor zero = Tensor.zeros(dtype);
        return switch (name) {
            case "relu" -> Tensor::relu;
            case "leakyRelu" -> x -> x.leakyRelu(0);
            case "elu" -> x -> x.elu(0);
            case "clamp" -> x -> x.clamp(-2, 2);
            case "maximum" -> x -> x.maximum(0);
            case "minimum" -> x -> x.minimum(6);
            case "abs" -> Tensor::abs;
            case "pow" -> x -> x.pow(zero);
            case "power of 0" -> x -> zero.pow(x);
            case "norm" -> x -> x.norm(keep());
            case "std" -> x -> x.std(keep());
            case "logSumExp" -> x -> x.logSumExp(keep());
            case "maskedBy" -> x -> x.maskedBy(zero);
            case "where" -> x -> Tensor.where(zero, x, zero);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Axes keep() {
        return Axes.keep(-1);
    }

    private static Tensor[] rows(double first, double second) {
        return new Tensor[] {Tensor.of(first, second)};
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatIsMaskedGetsZeroWhateverArrives(@ForAll DType dtype, @ForAll @IntRange(max = 2) int kind) {
        double arriving = new double[] {INF, -INF, NAN}[kind];
        masked().forEach((name, point) -> {
            Tensor x = point[0].to(dtype);
            UnaryOperator<Tensor> f = function(name, dtype);
            Tensor dy = Tensor.full(dtype, arriving, f.apply(x).shape());
            assertThat(Grad.vjp(f, x, dy).add(0).toArray()).as(name).containsExactly(0, 0);
        });
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void elementsThatAreNotChosenGetZeroWhateverArrives(@ForAll DType dtype, @ForAll @IntRange(max = 19) int seed) {
        Draws draws = new Draws(seed, "largest", dtype);
        Tensor x = draws.distinct(new int[] {3, 4}).get(0);
        Tensor dy = Tensor.full(dtype, INF, 3);
        double[] largest = Grad.vjp(v -> v.max(1), x, dy).toArray();
        assertThat(largest).containsOnly(0, INF);
        assertThat(Arrays.stream(largest).filter(g -> g == INF).count()).isEqualTo(3);
        assertThat(Grad.vjp(v -> v.min(1), x, dy).toArray()).containsOnly(0, INF);
    }

    // ---- second derivatives and further ones ----

    /** Powers of a root against the same power of what is under the root, at rows some of which are 0. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void powersOfRootsAreSmooth(@ForAll @IntRange(max = 59) int seed) {
        SplittableRandom rng = new SplittableRandom(seed);
        int rows = 3;
        int columns = 1 + rng.nextInt(3);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / columns == seed % rows ? 0 : rng.nextDouble(-0.8, 0.8);
        }
        Tensor x = Tensor.of(Shape.of(rows, columns), values);
        int half = 1 + rng.nextInt(3);
        UnaryOperator<Tensor> squares = v -> v.square().sum(1);
        List<UnaryOperator<Tensor>> roots = List.of(
                v -> v.norm(1),
                v -> v.norm(Axes.of(1).keep()).reshape(rows),
                v -> v.reshape(rows, 1, columns).norm(1, 2),
                v -> v.square().sum(1).sqrt());
        assertSameDerivatives(roots.get(rng.nextInt(4)), squares, half, x);
        UnaryOperator<Tensor> variance = v -> v.variance(1);
        if (columns > 1) {
            assertSameDerivatives(v -> v.std(1), variance, half, x);
        }
        assertSameDerivatives(v -> v.abs().reshape(-1), v -> v.square().reshape(-1), half, x);
        List<UnaryOperator<Tensor>> moves = List.of(
                v -> v.expandDims(0).transpose(),
                v -> v.broadcastTo(2, rows).reshape(-1),
                v -> v.flip().expandDims(-1).broadcastTo(rows, 2).permute(1, 0).squeeze(),
                v -> v.named("root").expandDims(1).transpose().flip(-1).transpose());
        UnaryOperator<Tensor> move = moves.get(rng.nextInt(4));
        assertSameDerivatives(v -> move.apply(v.norm(1)), v -> move.apply(squares.apply(v)), half, x);
    }

    /** Roots of one function that are computed twice, and odd powers as products. */
    @Test
    void productsOfEqualRootsAreSmooth() {
        Tensor x = Tensor.of(new double[][] {{0, 0}, {3, -4}});
        UnaryOperator<Tensor> squares = v -> v.square().sum(1);
        assertNear(
                Grad.hessian(v -> v.norm(1).mul(v.norm(1)).exp().sum(), x),
                Grad.hessian(v -> squares.apply(v).exp().sum(), x));
        UnaryOperator<Tensor> cube = v -> v.norm(1).pow(3).sum();
        Tensor cubes = Grad.hessian(cube, x);
        assertThat(cubes.select(0, 0).toArray()).containsOnly(0);
        List<UnaryOperator<Tensor>> products = List.of(
                v -> v.norm(1).square().mul(v.norm(1)),
                v -> {
                    Tensor y = v.norm(1);
                    return y.mul(y.mul(y));
                },
                v -> v.norm(1).flip().mul(v.norm(1).square().flip()));
        products.forEach(f -> assertNear(Grad.hessian(v -> f.apply(v).sum(), x), cubes));
        Tensor moved = Grad.hessian(v -> v.norm(1).mul(v.norm(1).flip()).sum(), x);
        assertThat(moved.get(0, 0, 0, 0)).isNaN();
    }

    @Test
    void powersOfSquareRoots() {
        Tensor x = Tensor.of(0.0, 4, -1);
        UnaryOperator<Tensor> same = v -> v.sqrt().square().sum();
        assertThat(Grad.gradient(same, x).toArray()).containsExactly(1, 1, NAN);
        assertThat(Grad.gradient(v -> v.sqrt().pow(4).sum(), x).toArray()).containsExactly(0, 8, NAN);
        assertThat(Grad.hessian(v -> v.sqrt().pow(4).sum(), x.slice(0, 0, 2)).toArray())
                .containsExactly(2, 0, 0, 2);
        assertThat(Grad.gradient(v -> v.square().sum().sqrt().pow(2), Tensor.zeros(2))
                        .toArray())
                .containsExactly(0, 0);
    }

    /** A part of a root is not known as one: no number without meaning, and the check names the rule. */
    @Test
    void powersOfPartsHaveNoSecondDerivative() {
        Tensor x = Tensor.of(new double[][] {{0, 0}, {3, -4}});
        UnaryOperator<Tensor> part = v -> v.norm(1).select(0, 0).square();
        assertThat(Grad.gradient(part, x).add(0).toArray()).containsOnly(0);
        assertThat(Grad.hessian(part, x).get(0, 0, 0, 0)).isNaN();
        UnaryOperator<Tensor> gradient = v -> Grad.gradient(part, v);
        assertThatThrownBy(() -> GradientCheck.of(gradient).at(x).verify())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not finite: normPullback");
    }

    private static void assertSameDerivatives(
            UnaryOperator<Tensor> root, UnaryOperator<Tensor> radicand, int half, Tensor x) {
        List<UnaryOperator<Tensor>> powers = half == 1
                ? List.of(Tensor::square, v -> v.pow(2), v -> v.pow(Tensor.full(2)), v -> v.mul(v))
                : List.of(v -> v.pow(2 * half), v -> v.square().pow(half));
        for (UnaryOperator<Tensor> power : powers) {
            UnaryOperator<Tensor> actual = v -> power.apply(root.apply(v)).sin().sum();
            UnaryOperator<Tensor> expected =
                    v -> radicand.apply(v).pow(half).sin().sum();
            Tensor direction = x.mul(0).add(0.7);
            assertNear(Grad.hessian(actual, x), Grad.hessian(expected, x));
            assertNear(
                    Grad.hessian(v -> Grad.gradient(actual, v).mul(direction).sum(), x),
                    Grad.hessian(v -> Grad.gradient(expected, v).mul(direction).sum(), x));
        }
    }

    private static void assertNear(Tensor actual, Tensor expected) {
        double scale = Arrays.stream(expected.toArray()).map(Math::abs).reduce(1, Math::max);
        assertThat(actual.toArray()).containsExactly(expected.toArray(), Offset.offset(1e-11 * scale));
    }

    /** NaN in the rows that have a kink and between their elements, the right number everywhere else. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void kinksHaveNoSecondDerivative(@ForAll DType dtype, @ForAll @IntRange(max = 2) int row) {
        double[] values = {3, 4, 1, 2, 2, 1};
        values[2 * row] = 0;
        values[2 * row + 1] = 0;
        Tensor x = Tensor.of(Shape.of(3, 2), values).to(dtype);
        UnaryOperator<Tensor> norms = v -> v.norm(1).exp().sum();
        UnaryOperator<Tensor> plain = v -> v.square().sum(1).sqrt().exp().sum();
        assertBlocks(Grad.hessian(norms, x), Grad.hessian(plain, x), row);
        UnaryOperator<Tensor> largest = v -> v.max(1).square().sum();
        UnaryOperator<Tensor> chosen =
                v -> Tensor.where(v.select(1, 0).greater(v.select(1, 1)), v.select(1, 0), v.select(1, 1))
                        .square()
                        .sum();
        assertBlocks(Grad.hessian(largest, x), Grad.hessian(chosen, x), row);
        UnaryOperator<Tensor> larger =
                v -> v.select(1, 0).maximum(v.select(1, 1)).square().sum();
        assertBlocks(Grad.hessian(larger, x), Grad.hessian(chosen, x), row);
    }

    private static void assertBlocks(Tensor actual, Tensor expected, int row) {
        for (int[] at : Grid.indices(actual.shape().toArray())) {
            boolean singular = at[0] == row && at[2] == row;
            boolean apart = at[0] == row || at[2] == row;
            double value = singular ? NAN : apart ? 0 : expected.get(at);
            double rounding = 1e2 * actual.dtype().epsilon() * Math.max(1, Math.abs(value));
            if (singular) {
                assertThat(actual.get(at)).as(Arrays.toString(at)).isNaN();
            } else {
                assertThat(actual.get(at)).as(Arrays.toString(at)).isCloseTo(value, Offset.offset(rounding));
            }
        }
    }

    @Test
    void kinksThatDoNotCountLeaveNoTrace() {
        Tensor x = Tensor.of(new double[][] {{0, 0}, {3, 4}});
        Tensor mask = Tensor.of(0.0, 1);
        Tensor hessian = Grad.hessian(v -> v.norm(1).maskedBy(mask).sum(), x);
        assertThat(hessian.isFinite()).isTrue();
        assertThat(hessian.get(1, 0, 1, 0)).isCloseTo(0.128, Offset.offset(1e-15));
        assertThat(Grad.jvp(v -> v.norm(1), x, Tensor.ones(2, 2)).toArray())
                .containsExactly(new double[] {0, 1.4}, Offset.offset(1e-15));
        assertThat(Grad.hessian(v -> v.maximum(v.neg()).square().sum(), Tensor.zeros(1))
                        .toDouble())
                .isNaN();
        assertThat(Grad.hessian(v -> v.abs().sum(), Tensor.zeros(1)).toDouble()).isNaN();
    }

    @Test
    void powersWithVariableExponents() {
        UnaryOperator<Tensor> power = v -> v.select(0, 0).pow(v.select(0, 1));
        assertThat(Grad.hessian(power, Tensor.of(0, 2)).toArray()).containsExactly(2, 0, 0, 0);
        assertThat(Grad.hessian(power, Tensor.of(0, 3)).toArray()).containsExactly(0, 0, 0, 0);
        assertThat(Grad.hessian(power, Tensor.of(0, 1)).toArray()).containsExactly(0, NAN, NAN, 0);
        assertThat(Grad.hessian(power, Tensor.of(0, 0)).toArray()).containsExactly(0, NAN, NAN, NAN);
        assertThat(Grad.hessian(power, Tensor.of(-1, 2)).toArray()).containsExactly(2, NAN, NAN, NAN);
    }

    // ---- limits ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void limitsAtInfinity(@ForAll DType dtype) {
        assertLimits(dtype, Tensor::silu, 0, INF, 0, 1);
        assertLimits(dtype, Tensor::gelu, 0, INF, 0, 1);
        assertLimits(dtype, Tensor::softplus, 0, INF, 0, 1);
        assertLimits(dtype, Tensor::logSigmoid, -INF, 0, 1, 0);
        assertLimits(dtype, Tensor::sigmoid, 0, 1, 0, 0);
        assertLimits(dtype, Tensor::tanh, -1, 1, 0, 0);
        assertLimits(dtype, Tensor::normalCdf, 0, 1, 0, 0);
        assertLimits(dtype, x -> x.elu(1), -1, INF, 0, 1);
        assertLimits(dtype, x -> x.leakyRelu(0), 0, INF, 0, 1);
        assertLimits(dtype, x -> x.binaryCrossEntropy(Tensor.full(dtype, 0)), 0, INF, 0, 1);
        assertLimits(dtype, x -> x.binaryCrossEntropy(Tensor.full(dtype, 1)), INF, 0, -1, 0);
    }

    private static void assertLimits(
            DType dtype, UnaryOperator<Tensor> f, double below, double above, double slopeBelow, double slopeAbove) {
        Tensor x = Tensor.of(-INF, INF).to(dtype);
        assertThat(f.apply(x).add(0).toArray()).containsExactly(below, above);
        UnaryOperator<Tensor> slope = v -> Grad.gradient(u -> f.apply(u).sum(), v);
        assertThat(slope.apply(x).add(0).toArray()).containsExactly(slopeBelow, slopeAbove);
        assertThat(Grad.gradient(v -> slope.apply(v).sum(), x).add(0).toArray()).containsExactly(0, 0);
        assertThat(f.apply(Tensor.full(dtype, NAN)).toDouble()).isNaN();
    }

    /** A row that is masked entirely has no probabilities and no gradient, and its neighbours are what they are alone. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void rowsThatAreMaskedEntirely(@ForAll DType dtype, @ForAll boolean last) {
        int axis = last ? 1 : 0;
        Tensor both =
                Tensor.of(new double[][] {{-INF, -INF, -INF}, {1, -INF, 2}}).to(dtype);
        Tensor x = last ? both : both.transpose();
        Map<String, BiFunction<Tensor, Integer, Tensor>> functions = Map.of(
                "logSumExp", (v, along) -> v.logSumExp(along),
                "softmax", (v, along) -> v.softmax(along),
                "logSoftmax", (v, along) -> v.logSoftmax(along).exp());
        functions.forEach((name, f) -> {
            UnaryOperator<Tensor> weighted = v -> f.apply(v, axis).exp().sum();
            Tensor gradient = Grad.gradient(weighted, x);
            Tensor alone = Grad.gradient(v -> f.apply(v, 0).exp().sum(), both.select(0, 1));
            assertThat(gradient.select(1 - axis, 0).add(0).toArray()).as(name).containsExactly(0, 0, 0);
            assertThat(gradient.select(1 - axis, 1).toArray())
                    .as(name)
                    .containsExactly(alone.toArray(), Offset.offset(8 * dtype.epsilon()));
            assertThat(Grad.hessian(weighted, x).isFinite()).as(name).isTrue();
        });
        assertThat(x.softmax(axis).select(1 - axis, 0).toArray()).containsExactly(0, 0, 0);
        assertThat(x.logSoftmax(axis).select(1 - axis, 0).toArray()).containsExactly(-INF, -INF, -INF);
        assertThat(x.logSumExp(axis).get(0)).isEqualTo(-INF);
        Tensor none = Tensor.zeros(dtype, 2, 3);
        assertThat(Grad.gradient(v -> v.softmaxCrossEntropy(none).sum(), both).toArray())
                .containsOnly(0);
    }

    /** A single ∞ takes all of the probability, as in the limit; several have no limit. Neighbours are what they are alone. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void rowsWithInfinity(@ForAll DType dtype, @ForAll boolean last, @ForAll @IntRange(max = 2) int place) {
        for (int n : new int[] {3, 40, 700}) {
            int axis = last ? 1 : 0;
            double[] values = new SplittableRandom(n).doubles(2 * n, -1, 1).toArray();
            values[place] = INF;
            values[(place + 1) % 3] = -INF;
            Tensor both = Tensor.of(Shape.of(2, n), values).to(dtype);
            Tensor x = last ? both : both.transpose();
            Tensor one = Tensor.arange(n).to(dtype).equalTo(place);
            assertThat(x.softmax(axis).select(1 - axis, 0).toArray()).containsExactly(one.toArray());
            assertThat(x.softmax(axis).select(1 - axis, 1).toArray())
                    .containsExactly(both.softmax(1).select(0, 1).toArray());
            assertThat(x.logSoftmax(axis).select(1 - axis, 0).toArray())
                    .containsExactly(one.log().toArray());
            assertThat(x.logSumExp(axis).get(0)).isEqualTo(INF);
            Tensor gradient = Grad.gradient(v -> v.logSumExp(axis).sum(), x);
            assertThat(gradient.select(1 - axis, 0).toArray()).containsExactly(one.toArray());
            assertThat(Grad.hessian(v -> v.softmax(axis).square().sum(), x.slice(1 - axis, 0, 1))
                            .add(0)
                            .toArray())
                    .containsOnly(0);

            Tensor targets = Tensor.concat(0, one.expandDims(0), one.expandDims(0));
            Tensor losses = both.softmaxCrossEntropy(targets);
            assertThat(losses.get(0)).isZero();
            assertThat(losses.get(1)).isFinite();
            assertThat(Grad.gradient(v -> v.softmaxCrossEntropy(targets).sum(), both)
                            .select(0, 0)
                            .add(0)
                            .toArray())
                    .containsOnly(0);
            assertThat(both.softmaxCrossEntropy(targets.oneMinus()).get(0)).isEqualTo(INF);

            Tensor two = Tensor.where(Tensor.arange(n).to(dtype).less(2), Tensor.full(dtype, INF), both.select(0, 1));
            assertThat(two.softmax().toArray()).containsOnly(NAN);
            assertThat(two.logSoftmax().toArray()).containsOnly(NAN);
            assertThat(two.logSumExp().toDouble()).isEqualTo(INF);
        }
    }

    // ---- std ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void constantDataHaveNoDeviation(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 40) int count) {
        Tensor x = Tensor.full(dtype, 0.1 * count, count);
        assertThat(x.std().toDouble()).isZero();
        assertThat(Grad.gradient(v -> v.std(), x).toArray()).containsOnly(0);
        assertThat(Grad.hessian(v -> v.std().square(), x)
                        .isClose(Grad.hessian(v -> v.variance(), x), 0, 4 * dtype.epsilon()))
                .isTrue();
    }

    // ---- where ----

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void branchesSeeTheirOwnElementsAlone(@ForAll DType dtype, @ForAll @IntRange(max = 29) int seed) {
        Draws draws = new Draws(seed, "branches", dtype);
        Tensor x = draws.tensor(Operations.NONZERO, draws.shape());
        UnaryOperator<Tensor> f = v -> {
            assertThat(Arrays.stream(v.toArray())).allMatch(each -> each > 0);
            return v.sqrt().mul(v);
        };
        UnaryOperator<Tensor> g = v -> {
            assertThat(Arrays.stream(v.toArray())).allMatch(each -> each < 0);
            return v.neg().log();
        };
        UnaryOperator<Tensor> both = v -> Tensor.where(v.greater(0), f, g, v);
        // the same, with numbers in place of those that are not chosen at which everything is smooth
        UnaryOperator<Tensor> safe = v -> {
            Tensor positive = v.greater(0);
            Tensor root = Tensor.where(positive, v, v.mul(0).add(1));
            Tensor logarithm = Tensor.where(positive, v.mul(0).sub(1), v);
            return Tensor.where(positive, root.sqrt().mul(root), logarithm.neg().log());
        };
        double tolerance = 64 * dtype.epsilon();
        assertThat(both.apply(x).isClose(safe.apply(x), tolerance, tolerance)).isTrue();
        UnaryOperator<Tensor> slope = v -> Grad.gradient(u -> both.apply(u).sum(), v);
        UnaryOperator<Tensor> safeSlope = v -> Grad.gradient(u -> safe.apply(u).sum(), v);
        assertThat(slope.apply(x).isClose(safeSlope.apply(x), tolerance, tolerance))
                .isTrue();
        assertThat(Grad.gradient(v -> slope.apply(v).sum(), x)
                        .isClose(Grad.gradient(v -> safeSlope.apply(v).sum(), x), tolerance, tolerance))
                .isTrue();
    }

    @Test
    void branchesOfSeveralOperandsAndNumbers() {
        Tensor x = Tensor.of(1, 2);
        Tensor y = Tensor.ones(3, 1);
        Tensor condition = Tensor.of(1.0, 0);
        Tensor value = Tensor.where(condition, in -> in.get(0).add(in.get(1)), in -> Tensor.of(7.0), List.of(x, y));
        assertThat(value.toRows()).isDeepEqualTo(new double[][] {{2, 7}, {2, 7}, {2, 7}});
        assertThatThrownBy(() -> Tensor.where(condition, v -> v.add(Tensor.ones(3)), v -> v, x))
                .hasMessage(
                        "where: a branch must give one number for each of the 1 elements that it sees, got the shape"
                                + " [3]; what else it depends on belongs among the operands");
        assertThatThrownBy(() -> Tensor.where(Tensor.ones(3), v -> v, v -> v, x))
                .hasMessageStartingWith("where: ");
        assertThat(Tensor.where(Tensor.ones(0), v -> v, v -> v, Tensor.ones(1)).shape())
                .isEqualTo(Shape.of(0));
    }
}
