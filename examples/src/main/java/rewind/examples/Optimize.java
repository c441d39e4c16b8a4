package rewind.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresOptimizer.Optimum;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.optim.ConvergenceChecker;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer.Formula;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Tensor;
import rewind.autograd.commons.CommonsMath;

/** Optimizers of Apache Commons Math that get their derivatives from the tape: nobody derives a gradient or a Jacobian by hand. */
@Command(
        name = "optimize",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Lets optimizers of Apache Commons Math use gradients and Jacobians of the tape.",
        description = {
            "",
            "Nonlinear conjugate gradients find the minimum of Rosenbrock's function, and Levenberg-Marquardt fits a damped"
                    + " oscillation to noisy points.",
            ""
        })
final class Optimize extends Example {
    /** Amplitude, decay in 1/s, angular frequency in 1/s, phase: those of the points, and where the search starts. */
    private static final double[] TRUE = {2, 0.25, 3, 0.5};

    private static final double[] START = {1, 0.1, 2.7, 0};
    private static final double SECONDS = 8;

    @Option(
            names = "--start",
            paramLabel = "<x>,<y>",
            split = ",",
            arity = "1",
            defaultValue = "-1.2,1",
            description = "where the search for Rosenbrock's minimum starts (default: ${DEFAULT-VALUE})")
    private double[] start;

    @Option(
            names = "--points",
            paramLabel = "<n>",
            defaultValue = "80",
            description = "points of the curve, over 8 seconds (default: ${DEFAULT-VALUE})")
    private int points;

    @Option(
            names = "--noise",
            paramLabel = "<x>",
            defaultValue = "0.2",
            description = "standard deviation of the points from the curve (default: ${DEFAULT-VALUE})")
    private double noise;

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "optimize.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Override
    void run() {
        InputException.unless(
                start.length == 2 && Math.abs(start[0]) <= 10 && Math.abs(start[1]) <= 10,
                "--start must be two numbers from -10 to 10, got %s",
                Arrays.toString(start));
        requireBetween("--points", points, 5, 100_000);
        InputException.unless(noise >= 0 && noise <= 100, "--noise must be 0 to 100, got %s", noise);
        Pictures.requireWritable(picture);
        List<double[]> path = minimum();
        Tensor t = Tensor.linspace(0, SECONDS, points);
        RandomGenerator rng = new Well19937c(seed);
        double[] observed = oscillation(t)
                .apply(Tensor.of(TRUE))
                .add(Tensor.randn(rng, points).mul(noise))
                .toArray();
        Tensor fitted = fit(t, observed);
        Tensor line = Tensor.linspace(0, SECONDS, 400);
        UnaryOperator<Tensor> curve = oscillation(line);
        Pictures.write(
                picture,
                OptimizeChart.path(path),
                OptimizeChart.fit(
                        t.toArray(),
                        observed,
                        line.toArray(),
                        curve.apply(Tensor.of(START)).toArray(),
                        curve.apply(fitted).toArray()));
        print("%n%s: the way to the minimum, and the fitted curve", picture);
    }

    /** Returns (1 − x)² + 100 (y − x²)² of a vector (x, y), whose minimum is 0 at (1, 1). Source: Rosenbrock, The Computer Journal 3, 1960. */
    static Tensor rosenbrock(Tensor v) {
        Tensor x = v.select(0, 0);
        Tensor y = v.select(0, 1);
        return x.oneMinus().square().add(y.sub(x.square()).square().mul(100));
    }

    /** Returns (a, b, ω, φ) ↦ a e^(−bt) cos(ωt + φ) at the times t. */
    static UnaryOperator<Tensor> oscillation(Tensor t) {
        return p -> {
            Tensor decay = t.mul(p.select(0, 1)).neg().exp();
            Tensor phase = t.mul(p.select(0, 2)).add(p.select(0, 3));
            return decay.mul(phase.cos()).mul(p.select(0, 0));
        };
    }

    /** The points that the optimizer goes through. */
    private List<double[]> minimum() {
        List<double[]> path = new ArrayList<>(List.of(start));
        SimpleValueChecker smallSteps = new SimpleValueChecker(1e-12, 1e-12);
        ConvergenceChecker<PointValuePair> recording = (iteration, previous, current) -> {
            path.add(current.getPoint());
            return smallSteps.converged(iteration, previous, current);
        };
        NonLinearConjugateGradientOptimizer optimizer =
                new NonLinearConjugateGradientOptimizer(Formula.POLAK_RIBIERE, recording);
        PointValuePair best = optimizer.optimize(
                CommonsMath.objective(Optimize::rosenbrock),
                CommonsMath.objectiveGradient(Optimize::rosenbrock),
                GoalType.MINIMIZE,
                new InitialGuess(start),
                new MaxEval(10_000));
        print("Rosenbrock's function by nonlinear conjugate gradients");
        print(
                "  from (%.4g, %.4g) to (%.8f, %.8f), value %.2e, in %d iterations and %d evaluations",
                start[0],
                start[1],
                best.getPoint()[0],
                best.getPoint()[1],
                best.getValue(),
                optimizer.getIterations(),
                optimizer.getEvaluations());
        return path;
    }

    private Tensor fit(Tensor t, double[] observed) {
        Optimum fit = new LevenbergMarquardtOptimizer()
                .optimize(new LeastSquaresBuilder()
                        .model(CommonsMath.leastSquaresModel(oscillation(t)))
                        .target(observed)
                        .start(START)
                        .maxEvaluations(1000)
                        .maxIterations(1000)
                        .build());
        RealVector found = fit.getPoint();
        // σ̂² (JᵀJ)⁻¹ with the residuals' own variance, as the points' errors are not known
        double variance = fit.getResiduals().dotProduct(fit.getResiduals()) / (observed.length - START.length);
        RealVector errors = fit.getSigma(0).mapMultiply(Math.sqrt(variance));
        print(
                "%na e^(-bt) cos(wt + p) by Levenberg-Marquardt, %d iterations; root mean square residual %.4f",
                fit.getIterations(), fit.getRMS());
        print("        true   fitted   standard error");
        String[] names = {"a", "b", "w", "p"};
        for (int i = 0; i < names.length; i++) {
            print("  %s  %8.4f %8.4f  %8.4f", names[i], TRUE[i], found.getEntry(i), errors.getEntry(i));
        }
        return Tensor.of(found);
    }
}
