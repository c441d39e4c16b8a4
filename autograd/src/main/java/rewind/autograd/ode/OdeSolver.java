package rewind.autograd.ode;

import java.util.function.DoubleFunction;
import org.apache.commons.math3.ode.FirstOrderIntegrator;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** How differential equations are solved. */
public sealed interface OdeSolver permits FixedSteps, ByIntegrator {
    /** Solves an equation between times that are numbers. */
    Tensor solve(Ode ode, Tensor y0, double from, double to);

    /** The same between times that are tensors. */
    Tensor solve(Ode ode, Tensor y0, Tensor from, Tensor to);

    /**
     * Returns Euler's method: y ← y + h f(t, y); its error is O(h).
     *
     * @param steps into how many of the same length h an interval is divided, at least 1
     */
    static OdeSolver euler(int steps) {
        return new FixedSteps(
                "Euler", steps, (ode, t, y, h) -> y.add(ode.rate(t, y).mul(h)));
    }

    /**
     * Returns the classical Runge-Kutta method of order 4; its error is O(h⁴).
     *
     * @param steps into how many of the same length h an interval is divided, at least 1
     */
    static OdeSolver rk4(int steps) {
        return new FixedSteps("RK4", steps, (ode, t, y, h) -> {
            Tensor half = h.mul(0.5);
            Tensor k1 = ode.rate(t, y);
            Tensor k2 = ode.rate(t.add(half), y.add(k1.mul(half)));
            Tensor k3 = ode.rate(t.add(half), y.add(k2.mul(half)));
            Tensor k4 = ode.rate(t.add(h), y.add(k3.mul(h)));
            return y.add(k1.add(k2.mul(2)).add(k3.mul(2)).add(k4).mul(h.mul(1.0 / 6)));
        });
    }

    /**
     * Returns Commons Math's Dormand-Prince method of order 8, whose steps follow from the error that it estimates.
     *
     * @param tolerance the absolute and relative error of a step, positive; single precision reaches about 1e-5
     */
    static OdeSolver adaptive(double tolerance) {
        Check.that(tolerance > 0, "adaptive: the tolerance must be positive, got %s", tolerance);
        return by(
                span -> new DormandPrince853Integrator(span * ByIntegrator.SHORTEST, span, tolerance, tolerance),
                "Dormand-Prince 8(5,3) to " + tolerance);
    }

    /**
     * Returns a solver by an integrator of Commons Math.
     *
     * @param integrator makes one for an interval of some length, which is used once
     */
    static OdeSolver by(DoubleFunction<FirstOrderIntegrator> integrator) {
        return by(integrator, "an integrator of Commons Math");
    }

    private static OdeSolver by(DoubleFunction<FirstOrderIntegrator> integrator, String name) {
        return new ByIntegrator(integrator, name);
    }
}
