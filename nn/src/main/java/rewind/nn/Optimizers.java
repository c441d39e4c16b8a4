package rewind.nn;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.commons.math3.optim.OptimizationData;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.MultivariateOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.BOBYQAOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.CMAESOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.PowellOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.require.Check;
import rewind.nn.optimize.Adadelta;
import rewind.nn.optimize.Adagrad;
import rewind.nn.optimize.Adam;
import rewind.nn.optimize.AdamW;
import rewind.nn.optimize.CommonsOptimizer;
import rewind.nn.optimize.Lbfgs;
import rewind.nn.optimize.Rmsprop;
import rewind.nn.optimize.Sgd;

/**
 * The usual optimizers, for static import. Each is an immutable value; its options return a new one. In their formulas p is a
 * parameter, dp its gradient, lr the learning rate of the step, t the number of the step from 1; all is elementwise, and what is
 * remembered starts at 0.
 *
 * <p>All rules of updates throw {@link IllegalArgumentException} if the learning rate is not positive and finite.
 */
public final class Optimizers {
    /** To which values of two steps must agree, relative and absolute, where optimizers of Commons Math end. */
    private static final double PRECISION = 1e-12;

    private static final int EVALUATIONS = 10_000;

    private Optimizers() {}

    /** Gradient descent, p ← p − lr·dp; momentum is an option, see {@link Sgd}. */
    public static Sgd sgd(double learningRate) {
        return new Sgd(learningRate, 0, false);
    }

    /** Adagrad with ε = 1e-10, as in PyTorch; see {@link Adagrad}. */
    public static Adagrad adagrad(double learningRate) {
        return new Adagrad(learningRate, 1e-10);
    }

    /** Adadelta with ρ = 0.95 and ε = 1e-6, as in its paper, where the learning rate is always 1; see {@link Adadelta}. */
    public static Adadelta adadelta() {
        return adadelta(1);
    }

    /** As {@link #adadelta()}, its steps multiplied by a learning rate. */
    public static Adadelta adadelta(double learningRate) {
        return new Adadelta(learningRate, 0.95, 1e-6);
    }

    /** RMSprop with ρ = 0.9, as in its source, and ε = 1e-8, as in PyTorch; see {@link Rmsprop}. */
    public static Rmsprop rmsprop(double learningRate) {
        return new Rmsprop(learningRate, 0.9, 1e-8);
    }

    /** Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8, as in its paper; see {@link Adam}. */
    public static Adam adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    /** Adam with decoupled weight decay λ = 0.01, as in PyTorch, the rest as in {@link #adam}; see {@link AdamW}. */
    public static AdamW adamw(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    // ---- methods that minimise any loss of parameters by themselves ----

    /**
     * The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno, for smooth losses of all data at once: 10 steps are remembered, at
     * most 1000 are done; see {@link Lbfgs}.
     */
    public static Lbfgs lbfgs() {
        return new Lbfgs(10, 1000, 1e-8, 1e-14);
    }

    /** The simplex of Nelder and Mead, without gradients, for few numbers; the sides of the first one are 1. */
    public static CommonsOptimizer nelderMead() {
        return commons(
                "nelderMead",
                1,
                size -> new SimplexOptimizer(PRECISION, PRECISION),
                size -> List.of(new NelderMeadSimplex(size)));
    }

    /** Powell's method of conjugate directions, without gradients. */
    public static CommonsOptimizer powell() {
        return commons("powell", 1, size -> new PowellOptimizer(PRECISION, PRECISION), size -> List.of());
    }

    /** Powell's BOBYQA, by quadratic models of the loss, without gradients, for at least two numbers. */
    public static CommonsOptimizer bobyqa() {
        return commons(
                "bobyqa", 2, size -> new BOBYQAOptimizer(2 * size + 1), size -> List.of(SimpleBounds.unbounded(size)));
    }

    /**
     * Evolution by a covariance matrix that adapts itself, CMA-ES, without gradients, for losses of many minima.
     *
     * @param sigma how far the first generation is from the first parameters, more than 0
     * @param seed decides all that is random
     * @throws IllegalArgumentException if sigma is not positive
     */
    public static CommonsOptimizer cmaes(double sigma, long seed) {
        Check.that(sigma > 0 && Double.isFinite(sigma), "cmaes: sigma must be positive, got %s", sigma);
        return commons(
                "cmaes",
                1,
                size -> new CMAESOptimizer(
                        Integer.MAX_VALUE,
                        0,
                        true,
                        0,
                        0,
                        new Well19937c(seed),
                        false,
                        new SimpleValueChecker(PRECISION, PRECISION)),
                size -> {
                    double[] each = new double[size];
                    Arrays.fill(each, sigma);
                    int population = 4 + (int) (3 * StrictMath.log(size));
                    return List.of(
                            new CMAESOptimizer.Sigma(each),
                            new CMAESOptimizer.PopulationSize(population),
                            SimpleBounds.unbounded(size));
                });
    }

    /** Conjugate gradients by the formula of Polak and Ribière. */
    public static CommonsOptimizer conjugateGradient() {
        return commons(
                "conjugateGradient",
                1,
                size -> new NonLinearConjugateGradientOptimizer(
                        NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
                        new SimpleValueChecker(PRECISION, PRECISION)),
                size -> List.of());
    }

    /**
     * Any optimizer of scalar functions of Commons Math.
     *
     * @param make makes a new one for each use
     * @param data what it needs besides the function, its gradient, the first guess and the limit of evaluations
     */
    public static CommonsOptimizer commonsMath(Supplier<MultivariateOptimizer> make, OptimizationData... data) {
        return commons("commonsMath", 1, size -> make.get(), size -> List.of(data));
    }

    private static CommonsOptimizer commons(
            String name,
            int leastNumbers,
            IntFunction<MultivariateOptimizer> make,
            IntFunction<List<OptimizationData>> data) {
        return new CommonsOptimizer(name, leastNumbers, make, data, EVALUATIONS);
    }
}
