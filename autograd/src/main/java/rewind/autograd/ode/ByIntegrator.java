package rewind.autograd.ode;

import java.util.function.DoubleFunction;
import org.apache.commons.math3.ode.FirstOrderIntegrator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** One operation, whose adjoint is solved by the same method. */
record ByIntegrator(DoubleFunction<FirstOrderIntegrator> integrator, String name) implements OdeSolver {
    /** The shortest step, as a part of the interval. */
    static final double SHORTEST = 1e-12;

    @Override
    public Tensor solve(Ode ode, Tensor y0, double from, double to) {
        return Flow.of(ode, y0, from, to, integrator);
    }

    @Override
    public Tensor solve(Ode ode, Tensor y0, Tensor from, Tensor to) {
        throw Check.failure(
                "ode: %s takes times that are numbers, got tensors of the shapes %s and %s; use rk4(steps) for these",
                name, from.shape(), to.shape());
    }

    @Override
    public String toString() {
        return name;
    }
}
