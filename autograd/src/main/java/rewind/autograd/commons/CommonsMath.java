package rewind.autograd.commons;

import java.util.function.UnaryOperator;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.analysis.differentiation.UnivariateDifferentiableFunction;
import org.apache.commons.math3.fitting.leastsquares.MultivariateJacobianFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.apache.commons.math3.util.Pair;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Functions of tensors for the optimizers and solvers of Apache Commons Math 3, with their derivatives. Parameters are a vector [n].
 *
 * <p>What is returned calls the function anew at every evaluation, records on a tape of that call alone, and throws
 * {@link IllegalArgumentException} from there if the result has the wrong shape.
 */
public final class CommonsMath {
    private CommonsMath() {}

    /**
     * Returns f as the objective of an optimizer.
     *
     * <pre>{@code
     * UnaryOperator<Tensor> f = x -> x.sub(3).square().sum();
     * PointValuePair best = new NonLinearConjugateGradientOptimizer(POLAK_RIBIERE, new SimpleValueChecker(1e-12, 1e-12))
     *     .optimize(
     *         CommonsMath.objective(f),
     *         CommonsMath.objectiveGradient(f),
     *         GoalType.MINIMIZE,
     *         new InitialGuess(new double[] {0, 0}),
     *         new MaxEval(1000));
     * }</pre>
     *
     * @param f a function of a vector [n] with one element as its result
     */
    public static ObjectiveFunction objective(UnaryOperator<Tensor> f) {
        UnaryOperator<Tensor> scalar = withOneElement("objective", f);
        return new ObjectiveFunction(point -> scalar.apply(Tensor.of(point)).toDouble());
    }

    /**
     * Returns ∂f/∂x as the gradient of an optimizer's objective, by reverse mode; see {@link #objective} for its use.
     *
     * @param f a function of a vector [n] with one element as its result
     */
    public static ObjectiveFunctionGradient objectiveGradient(UnaryOperator<Tensor> f) {
        UnaryOperator<Tensor> scalar = withOneElement("objectiveGradient", f);
        return new ObjectiveFunctionGradient(
                point -> Grad.gradient(scalar, Tensor.of(point)).toArray());
    }

    /**
     * Returns f and its Jacobian ∂f_i/∂x_j, [m, n], as the model of a least-squares problem, which seeks the x whose f(x) is
     * nearest to the observations; for {@code LevenbergMarquardtOptimizer} and {@code GaussNewtonOptimizer}. The Jacobian is that
     * of {@link Grad#jacobian}.
     *
     * <pre>{@code
     * UnaryOperator<Tensor> decay = p -> t.mul(p.select(0, 1)).neg().exp().mul(p.select(0, 0));   // a e^(−b t)
     * Optimum fit = new LevenbergMarquardtOptimizer().optimize(new LeastSquaresBuilder()
     *     .model(CommonsMath.leastSquaresModel(decay))
     *     .target(observed)                                  // double[m]
     *     .start(new double[] {1, 1})
     *     .maxEvaluations(100)
     *     .maxIterations(100)
     *     .build());
     * }</pre>
     *
     * @param f a function of a vector [n] with a vector [m] as its result, m ≥ 1 and n ≥ 1
     */
    public static MultivariateJacobianFunction leastSquaresModel(UnaryOperator<Tensor> f) {
        UnaryOperator<Tensor> model = x -> {
            Tensor y = f.apply(x);
            Check.that(
                    y != null && y.rank() == 1 && y.size() > 0,
                    "leastSquaresModel: the function must give a vector, got %s",
                    shape(y));
            return y;
        };
        return point -> {
            Tensor x = Tensor.of(point);
            Tensor y = model.apply(x);
            return new Pair<>(y.toVector(), Grad.jacobian(model, x).toMatrix());
        };
    }

    /**
     * Returns f as a function of one number, differentiable to any order by nested reverse mode: for {@code NewtonRaphsonSolver},
     * and for formulas in {@link DerivativeStructure}, of which f becomes a part by the chain rule. The time grows exponentially
     * with the order; it is meant for low ones.
     *
     * <pre>{@code
     * double root = new NewtonRaphsonSolver().solve(100, CommonsMath.univariate(x -> x.cos().sub(x)), 0, 1);   // 0.739…
     * }</pre>
     *
     * @param f a function of a scalar [] with one element as its result
     */
    public static UnivariateDifferentiableFunction univariate(UnaryOperator<Tensor> f) {
        return new Univariate(withOneElement("univariate", f));
    }

    private record Univariate(UnaryOperator<Tensor> f) implements UnivariateDifferentiableFunction {
        @Override
        public double value(double x) {
            return f.apply(Tensor.of(x)).toDouble();
        }

        @Override
        public DerivativeStructure value(DerivativeStructure x) {
            Tensor at = Tensor.of(x.getValue());
            double[] derivatives = new double[x.getOrder() + 1];
            UnaryOperator<Tensor> derivative = f;
            for (int order = 0; order < derivatives.length; order++) {
                derivatives[order] = derivative.apply(at).toDouble();
                derivative = differentiated(derivative);
            }
            return x.compose(derivatives);
        }

        private static UnaryOperator<Tensor> differentiated(UnaryOperator<Tensor> f) {
            return x -> Grad.gradient(f, x);
        }
    }

    private static UnaryOperator<Tensor> withOneElement(String caller, UnaryOperator<Tensor> f) {
        return x -> {
            Tensor y = f.apply(x);
            Check.that(y != null && y.size() == 1, "%s: the function must give one element, got %s", caller, shape(y));
            return y;
        };
    }

    private static String shape(Tensor y) {
        return y == null ? "null" : "the shape " + y.shape();
    }
}
