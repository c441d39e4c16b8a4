package rewind.nn.optimize;

import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/**
 * The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno: p ← p − α·H·g, where H is what the last steps s and differences of
 * gradients y tell of the inverse of the Hessian, and α meets the strong conditions of Wolfe. For smooth losses of all data at once; it finds
 * minima to the last digits. All parameters are one vector of doubles; losses are computed in their own types. Where a loss is not finite, or throws
 * an {@link IllegalArgumentException} or {@link ArithmeticException}, shorter steps are tried; if not even the first step is possible, what was
 * thrown is thrown.
 *
 * <p>Source: Nocedal and Wright, Numerical Optimization, second edition 2006, algorithms 7.4 and 7.5, with H₀ of equation 7.20.
 *
 * @param memory how many steps are remembered, more than 0
 * @param iterations how many steps are done at most
 * @param gradientTolerance it ends where no element of the gradient is larger, 0 or more
 * @param valueTolerance it ends where a step, with nothing remembered, makes the loss less by no more than this part of it, 0 or more
 */
public record Lbfgs(int memory, int iterations, double gradientTolerance, double valueTolerance) implements Minimizer {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Lbfgs {
        Check.that(memory > 0, "lbfgs: the memory must be positive, got %s", memory);
        Check.that(iterations >= 0, "lbfgs: the number of iterations must not be negative, got %s", iterations);
        Check.that(
                gradientTolerance >= 0 && valueTolerance >= 0,
                "lbfgs: tolerances must not be negative, got %s and %s",
                gradientTolerance,
                valueTolerance);
    }

    /** Sets how many steps are remembered; the default is 10. */
    public Lbfgs memory(int memory) {
        return new Lbfgs(memory, iterations, gradientTolerance, valueTolerance);
    }

    /** Sets how many steps are done at most; the default is 1000. */
    public Lbfgs iterations(int iterations) {
        return new Lbfgs(memory, iterations, gradientTolerance, valueTolerance);
    }

    /** Sets the largest element of a gradient that counts as 0; the default is 1e-8. */
    public Lbfgs gradientTolerance(double tolerance) {
        return new Lbfgs(memory, iterations, tolerance, valueTolerance);
    }

    /** Sets the part of the loss by which a step must make it less; the default is 1e-14. */
    public Lbfgs valueTolerance(double tolerance) {
        return new Lbfgs(memory, iterations, gradientTolerance, tolerance);
    }

    @Override
    public Minimum minimize(Function<Parameters, Tensor> loss, Parameters start) {
        LbfgsRun run = start(loss, start);
        while (run.step()) {
            // until it has ended
        }
        return run.minimum();
    }

    /**
     * Starts a search of which the steps are done one by one, and which can be saved.
     *
     * @param loss as for {@link #minimize}
     */
    public LbfgsRun start(Function<Parameters, Tensor> loss, Parameters start) {
        return new LbfgsRun(this, new Objective("lbfgs", (p, data) -> loss.apply(p), start));
    }
}
