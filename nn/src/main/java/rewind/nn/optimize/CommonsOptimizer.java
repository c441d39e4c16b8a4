package rewind.nn.optimize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.exception.TooManyIterationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.OptimizationData;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.GradientMultivariateOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.MultivariateOptimizer;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/**
 * An optimizer of Apache Commons Math, which sees all parameters as one vector. A loss that is not finite counts as infinite. Where it
 * gives up, the best parameters that it had seen are what it found.
 *
 * @param name what messages call it
 * @param leastNumbers how many numbers there must be
 * @param make makes one for a number of numbers
 * @param data what else it needs, for a number of numbers
 * @param evaluations how often the loss is computed at most, more than 0
 */
public record CommonsOptimizer(
        String name,
        int leastNumbers,
        IntFunction<MultivariateOptimizer> make,
        IntFunction<List<OptimizationData>> data,
        int evaluations)
        implements Minimizer {
    /**
     * Checks the number of evaluations.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public CommonsOptimizer {
        Check.that(evaluations > 0, "%s: the number of evaluations must be positive, got %s", name, evaluations);
    }

    /** Sets how often the loss is computed at most; the default is 10,000. */
    public CommonsOptimizer evaluations(int evaluations) {
        return new CommonsOptimizer(name, leastNumbers, make, data, evaluations);
    }

    @Override
    public Minimum minimize(Function<Parameters, Tensor> loss, Parameters start) {
        int size = (int) start.count();
        Check.that(size >= leastNumbers, "%s: there must be at least %s numbers, got %s", name, leastNumbers, size);
        return new Use(new Objective(name, (p, none) -> loss.apply(p), start)).run(size);
    }

    private final class Use {
        private final Objective objective;
        private Parameters best;
        private double least;

        Use(Objective objective) {
            this.objective = objective;
            this.best = objective.start();
            this.least = objective.valueAt(best);
            if (!Double.isFinite(least)) {
                throw objective.notFinite("the first parameters", best, List.of(), least);
            }
        }

        Minimum run(int size) {
            MultivariateOptimizer optimizer = make.apply(size);
            List<OptimizationData> all = new ArrayList<>(data.apply(size));
            all.add(new ObjectiveFunction(this::value));
            if (optimizer instanceof GradientMultivariateOptimizer) {
                all.add(new ObjectiveFunctionGradient(this::gradient));
            }
            all.add(GoalType.MINIMIZE);
            all.add(new InitialGuess(Objective.vector(objective.start()).toArray()));
            all.add(new MaxEval(evaluations));
            try {
                optimizer.optimize(all.toArray(OptimizationData[]::new));
                return minimum(optimizer, true, "it converged");
            } catch (TooManyEvaluationsException | TooManyIterationsException e) {
                return minimum(optimizer, false, "more than " + e.getMax() + " evaluations or iterations");
            }
        }

        private Minimum minimum(MultivariateOptimizer optimizer, boolean converged, String ending) {
            return new Minimum(
                    best, least, optimizer.getIterations(), objective.evaluations(), converged, name + ": " + ending);
        }

        private double value(double... point) {
            Parameters at = objective.of(Tensor.of(point));
            double value = objective.valueAt(at);
            if (value < least) {
                least = value;
                best = at;
            }
            return Double.isFinite(value) ? value : Double.POSITIVE_INFINITY;
        }

        private double[] gradient(double... point) {
            double[] gradient = Objective.vector(objective
                            .at(objective.of(Tensor.of(point)), List.of())
                            .gradient())
                    .toArray();
            return Arrays.stream(gradient).allMatch(Double::isFinite) ? gradient : new double[gradient.length];
        }
    }

    /** Returns its name, and how often the loss is computed at most. */
    @Override
    public String toString() {
        return name + " of Commons Math, at most " + evaluations + " evaluations";
    }
}
