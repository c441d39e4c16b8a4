package rewind.autograd.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.analysis.solvers.NewtonRaphsonSolver;
import org.apache.commons.math3.fitting.leastsquares.GaussNewtonOptimizer;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresOptimizer;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.SimpleVectorValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.apache.commons.math3.util.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Tensor;
import rewind.autograd.fixture.Tolerance;

class CommonsMathTest {
    /** Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)². */
    private static Tensor rosenbrock(Tensor x) {
        Tensor first = x.slice(0, 0, x.size() - 1);
        Tensor next = x.slice(0, 1, x.size());
        return next.sub(first.square())
                .square()
                .mul(100)
                .add(first.oneMinus().square())
                .sum();
    }

    /** a e^(−b t). */
    private static UnaryOperator<Tensor> decay(Tensor t) {
        return p -> t.mul(p.select(0, 1)).neg().exp().mul(p.select(0, 0));
    }

    private static Tensor f(Tensor x) {
        return x.sin().mul(x.square().add(1).log()).add(x.tanh().exp());
    }

    private static DerivativeStructure f(DerivativeStructure x) {
        return x.sin().multiply(x.multiply(x).add(1).log()).add(x.tanh().exp());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void conjugateGradientsMinimiseRosenbrock(int n) {
        double[] start = new double[n];
        Arrays.fill(start, -0.5);
        PointValuePair best = new NonLinearConjugateGradientOptimizer(
                        NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE, new SimpleValueChecker(1e-15, 1e-18))
                .optimize(
                        CommonsMath.objective(CommonsMathTest::rosenbrock),
                        CommonsMath.objectiveGradient(CommonsMathTest::rosenbrock),
                        GoalType.MINIMIZE,
                        new InitialGuess(start),
                        new MaxEval(20_000));
        assertThat(best.getValue()).isLessThan(1e-10);
        for (double x : best.getPoint()) {
            assertThat(x).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void objectiveAndItsGradientAreTheFormulas() {
        double[] x = {0.5, -1};
        assertThat(CommonsMath.objective(CommonsMathTest::rosenbrock)
                        .getObjectiveFunction()
                        .value(x))
                .isEqualTo(100 * 1.25 * 1.25 + 0.25);
        assertThat(CommonsMath.objectiveGradient(CommonsMathTest::rosenbrock)
                        .getObjectiveFunctionGradient()
                        .value(x))
                .containsExactly(-400 * 0.5 * -1.25 - 2 * 0.5, 200 * -1.25);
    }

    @Test
    void leastSquaresModelIsValueAndJacobian() {
        double[] t = {0, 1, 2};
        Pair<RealVector, RealMatrix> both =
                CommonsMath.leastSquaresModel(decay(Tensor.of(t))).value(new ArrayRealVector(new double[] {3, 0.5}));
        assertThat(both.getSecond().getRowDimension()).isEqualTo(3);
        assertThat(both.getSecond().getColumnDimension()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            double e = Math.exp(-0.5 * t[i]);
            assertThat(both.getFirst().getEntry(i)).isCloseTo(3 * e, within(1e-14));
            assertThat(both.getSecond().getEntry(i, 0)).isCloseTo(e, within(1e-14));
            assertThat(both.getSecond().getEntry(i, 1)).isCloseTo(-3 * t[i] * e, within(1e-14));
        }
    }

    @Test
    void jacobianOfFewerResultsThanParameters() {
        Pair<RealVector, RealMatrix> both = CommonsMath.leastSquaresModel(
                        x -> x.square().sum().reshape(1))
                .value(new ArrayRealVector(new double[] {1, 2, 3}));
        assertThat(both.getFirst().toArray()).containsExactly(14);
        assertThat(both.getSecond().getData()).isDeepEqualTo(new double[][] {{2, 4, 6}});
    }

    @Test
    void levenbergMarquardtFitsADecay() {
        assertFits(new LevenbergMarquardtOptimizer(), 1, 1);
    }

    @Test
    void gaussNewtonFitsADecay() {
        assertFits(new GaussNewtonOptimizer(), 2, 0.5);
    }

    private static void assertFits(LeastSquaresOptimizer optimizer, double... start) {
        Tensor t = Tensor.linspace(0, 4, 30);
        double[] observed = decay(t).apply(Tensor.of(2.5, 0.7)).toArray();
        RealVector fitted = optimizer
                .optimize(new LeastSquaresBuilder()
                        .model(CommonsMath.leastSquaresModel(decay(t)))
                        .target(observed)
                        .start(start)
                        .maxEvaluations(100)
                        .maxIterations(100)
                        .checkerPair(new SimpleVectorValueChecker(1e-12, 1e-12))
                        .build())
                .getPoint();
        assertThat(fitted.getEntry(0)).isCloseTo(2.5, within(1e-9));
        assertThat(fitted.getEntry(1)).isCloseTo(0.7, within(1e-9));
    }

    @Test
    void newtonFindsARoot() {
        UnaryOperator<Tensor> f = x -> x.cos().sub(x);
        double root = new NewtonRaphsonSolver(1e-12).solve(100, CommonsMath.univariate(f), 0, 1);
        assertThat(root).isCloseTo(0.7390851332151607, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-2, -0.3, 0, 0.7, 1.9})
    void derivativesOfThirdOrderAreThoseOfForwardMode(double at) {
        DerivativeStructure x = new DerivativeStructure(1, 3, 0, at);
        assertSame(CommonsMath.univariate(CommonsMathTest::f).value(x), f(x));
        assertThat(CommonsMath.univariate(CommonsMathTest::f).value(at)).isCloseTo(f(x).getValue(), within(1e-14));
    }

    @Test
    void partOfAFormulaOfTwoVariables() {
        DerivativeStructure p = new DerivativeStructure(2, 3, 0, 0.4);
        DerivativeStructure q = new DerivativeStructure(2, 3, 1, -0.9);
        DerivativeStructure inner = p.multiply(q).add(p.exp());
        assertSame(CommonsMath.univariate(CommonsMathTest::f).value(inner).multiply(q), f(inner).multiply(q));
    }

    private static void assertSame(DerivativeStructure actual, DerivativeStructure expected) {
        double[] all = expected.getAllDerivatives();
        assertThat(actual.getAllDerivatives()).hasSameSizeAs(all);
        for (int i = 0; i < all.length; i++) {
            assertThat(actual.getAllDerivatives()[i]).isCloseTo(all[i], Tolerance.of(1e-12, all[i]));
        }
    }

    @Test
    void orderZeroAndConstants() {
        DerivativeStructure x = new DerivativeStructure(1, 0, 0, 2.0);
        assertThat(CommonsMath.univariate(Tensor::square).value(x).getAllDerivatives())
                .containsExactly(4);
        DerivativeStructure y = new DerivativeStructure(1, 2, 0, 2.0);
        assertThat(CommonsMath.univariate(in -> Tensor.of(7.0)).value(y).getAllDerivatives())
                .containsExactly(7, 0, 0);
        assertThat(CommonsMath.univariate(in -> in.mul(3)).value(y).getAllDerivatives())
                .containsExactly(6, 3, 0);
    }

    @Test
    void resultsOfTheWrongShapeAreRefused() {
        double[] point = {1, 2};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommonsMath.objective(Tensor::tanh)
                        .getObjectiveFunction()
                        .value(point))
                .withMessage("objective: the function must give one element, got the shape [2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommonsMath.objectiveGradient(Tensor::tanh)
                        .getObjectiveFunctionGradient()
                        .value(point))
                .withMessage("objectiveGradient: the function must give one element, got the shape [2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommonsMath.univariate(x -> null).value(1))
                .withMessage("univariate: the function must give one element, got null");
        RealVector at = new ArrayRealVector(point);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommonsMath.leastSquaresModel(x -> x.sum()).value(at))
                .withMessage("leastSquaresModel: the function must give a vector, got the shape []");
    }
}
