package rewind.autograd.ode;

import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Steps of the same length, each recorded. */
record FixedSteps(String name, int steps, Advance step) implements OdeSolver {
    /** One step: the state at t + h. */
    interface Advance {
        Tensor next(Ode ode, Tensor t, Tensor y, Tensor h);
    }

    FixedSteps {
        Check.that(steps > 0, "%s: steps must be positive, got %s", name, steps);
    }

    @Override
    public Tensor solve(Ode ode, Tensor y0, double from, double to) {
        return solve(ode, y0, scalar(y0, from), scalar(y0, to));
    }

    @Override
    public Tensor solve(Ode ode, Tensor y0, Tensor from, Tensor to) {
        Tensor h = to.sub(from).mul(1.0 / steps);
        Tensor y = y0;
        for (int i = 0; i < steps; i++) {
            y = step.next(ode, from.add(h.mul(i)), y, h);
            Check.that(
                    y.shape().equals(y0.shape()),
                    "ode: times must broadcast to the shape %s of y, got %s and %s",
                    y0.shape(),
                    from.shape(),
                    to.shape());
        }
        return y;
    }

    private static Tensor scalar(Tensor like, double value) {
        return Tensor.of(value).to(like.dtype());
    }

    @Override
    public String toString() {
        return name + " in " + steps + " steps";
    }
}
