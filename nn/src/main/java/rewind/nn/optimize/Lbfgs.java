package rewind.nn.optimize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/**
 * The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno: p ← p − α·H·g, where H is what the last steps s and differences of
 * gradients y tell of the inverse of the Hessian, and α meets the strong conditions of Wolfe. For smooth losses of all data at once; it finds
 * minima to the last digits. All parameters are one vector of doubles; losses are computed in their own types.
 *
 * <p>Source: Nocedal and Wright, Numerical Optimization, second edition 2006, algorithms 7.4 and 7.5, with H₀ of equation 7.20.
 *
 * @param memory how many steps are remembered, more than 0
 * @param iterations how many steps are done at most
 * @param gradientTolerance it ends where no element of the gradient is larger, 0 or more
 * @param valueTolerance it ends where a step makes the loss less by no more than this part of it, 0 or more
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
        return new Stepping(new Objective("lbfgs", (p, data) -> loss.apply(p), start)).run();
    }

    /**
     * A step that was done.
     *
     * @param s the difference of the places
     * @param y that of the gradients
     * @param curvature sᵀy, positive
     */
    private record StepTaken(Tensor s, Tensor y, double curvature) {}

    private final class Stepping {
        private final Objective objective;
        private final Deque<StepTaken> taken = new ArrayDeque<>(); // the latest first
        private final double rounding;
        private LineSearch.Probe now;
        private int done;

        Stepping(Objective objective) {
            this.objective = objective;
            boolean inDoubles = objective.start().values().stream().allMatch(each -> each.dtype() == DType.FLOAT64);
            this.rounding = (inDoubles ? DType.FLOAT64 : DType.FLOAT32).epsilon();
        }

        Minimum run() {
            now = probe(0, Objective.vector(objective.start()), null);
            if (!now.isFinite()) {
                throw objective.notFinite("the first parameters", objective.start(), List.of(), now.value());
            }
            while (true) {
                double largest = now.gradient().abs().max().toDouble();
                if (largest <= gradientTolerance) {
                    return minimum(true, "no element of the gradient is larger than " + gradientTolerance);
                }
                if (done == iterations) {
                    return minimum(false, iterations + " iterations are done");
                }
                double before = now.value();
                Optional<LineSearch.Probe> next = next();
                if (next.isEmpty()) {
                    return minimum(true, "no step along the gradient makes the loss less, but for rounding");
                }
                accept(next.get());
                double gain = before - now.value();
                if (gain <= valueTolerance * Math.max(Math.abs(before), Math.abs(now.value()))) {
                    return minimum(true, "a step makes the loss less by no more than " + valueTolerance + " of it");
                }
            }
        }

        private Minimum minimum(boolean converged, String ending) {
            return new Minimum(objective.of(now.x()), now.value(), done, objective.evaluations(), converged, ending);
        }

        private LineSearch.Probe probe(double step, Tensor x, Tensor direction) {
            Objective.Valued at = objective.at(objective.of(x), List.of());
            Tensor gradient = Objective.vector(at.gradient());
            double slope = direction == null ? 0 : gradient.dot(direction).toDouble();
            return new LineSearch.Probe(step, at.value(), slope, x, gradient);
        }

        /** The end of the next step; by the steps that were remembered, or, where that fails, down the gradient. */
        private Optional<LineSearch.Probe> next() {
            if (!taken.isEmpty()) {
                Optional<LineSearch.Probe> next = along(direction(), 1);
                if (next.isPresent()) {
                    return next;
                }
                taken.clear();
            }
            double size = now.gradient().abs().sum().toDouble();
            return along(now.gradient().neg(), Math.min(1, 1 / size));
        }

        private Optional<LineSearch.Probe> along(Tensor direction, double first) {
            double slope = now.gradient().dot(direction).toDouble();
            Tensor from = now.x();
            return slope < 0
                    ? LineSearch.search(
                            step -> probe(step, from.add(direction.mul(step)), direction),
                            new LineSearch.Probe(0, now.value(), slope, from, now.gradient()),
                            first,
                            rounding)
                    : Optional.empty();
        }

        private void accept(LineSearch.Probe next) {
            Tensor s = next.x().sub(now.x());
            Tensor y = next.gradient().sub(now.gradient());
            double curvature = s.dot(y).toDouble();
            if (curvature > 0 && Double.isFinite(1 / curvature)) {
                taken.addFirst(new StepTaken(s, y, curvature));
                if (taken.size() > memory) {
                    taken.removeLast();
                }
            }
            now = next;
            done++;
        }

        /** −H·g, by two loops over the steps. */
        private Tensor direction() {
            Tensor q = now.gradient();
            List<Double> parts = new ArrayList<>();
            for (StepTaken each : taken) {
                double part = each.s().dot(q).toDouble() / each.curvature();
                q = q.sub(each.y().mul(part));
                parts.add(part);
            }
            StepTaken latest = taken.getFirst();
            Tensor r = q.mul(latest.curvature() / latest.y().dot(latest.y()).toDouble());
            int i = parts.size();
            for (Iterator<StepTaken> oldest = taken.descendingIterator(); oldest.hasNext(); ) {
                StepTaken each = oldest.next();
                double part = each.y().dot(r).toDouble() / each.curvature();
                r = r.add(each.s().mul(parts.get(--i) - part));
            }
            return r.neg();
        }
    }
}
