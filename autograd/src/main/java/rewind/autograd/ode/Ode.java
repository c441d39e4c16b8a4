package rewind.autograd.ode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * An ordinary differential equation dy/dt = f(t, y, θ), whose solutions can be differentiated with respect to the initial state and to θ.
 *
 * <pre>{@code
 * Ode decay = Ode.of((t, y, p) -> y.mul(p.get(0)).neg(), List.of(rate));
 * Tensor y1 = decay.solve(y0, 0, 1, OdeSolver.rk4(20));
 * Tensor same = decay.solve(y0, 0, 1, OdeSolver.adaptive(1e-9));
 * Tensor path = decay.path(y0, new double[] {0, 0.5, 1}, OdeSolver.rk4(10));   // [3, …]
 * }</pre>
 *
 * <p>Solvers with fixed steps are recorded step by step: the gradient is that of the numbers that they give, at the price of memory that
 * grows with the steps. Adaptive solvers are one operation; its gradient solves the adjoint equation backwards, in the memory of one state,
 * to the solver's tolerance. Source: Chen, Rubanova, Bettencourt and Duvenaud, Neural Ordinary Differential Equations, NeurIPS 2018.
 *
 * <p>Immutable; solving throws {@link IllegalArgumentException} if f gives null or another shape than that of y.
 */
@CheckReturnValue
public final class Ode {
    private final Dynamics f;
    private final List<Tensor> parameters;

    private Ode(Dynamics f, List<Tensor> parameters) {
        this.f = f;
        this.parameters = List.copyOf(parameters);
    }

    /**
     * Returns the equation dy/dt = f(t, y).
     *
     * @param f a function without parameters; with an adaptive solver it must not use recorded tensors from outside
     */
    public static Ode of(BinaryOperator<Tensor> f) {
        return of((t, y, p) -> f.apply(t, y), List.of());
    }

    /**
     * Returns the equation dy/dt = f(t, y, θ).
     *
     * @param parameters θ, of any shapes, with the type of the states; what derivatives with respect to parameters are taken of, with an
     *     adaptive solver
     */
    public static Ode of(Dynamics f, List<Tensor> parameters) {
        return new Ode(f, parameters);
    }

    /**
     * Returns y(to), for y(from) = y0; backwards where {@code to < from}.
     *
     * @param y0 the initial state, of any shape
     * @throws IllegalArgumentException if a time is not finite, or types differ
     * @throws IllegalStateException if an adaptive solver gives up
     */
    public Tensor solve(Tensor y0, double from, double to, OdeSolver solver) {
        requireTime(from);
        requireTime(to);
        return solver.solve(this, y0, from, to);
    }

    /**
     * The same for times that are tensors, each broadcast to the shape of y0, so that every sample may have an interval of its own, and the
     * solution is differentiated with respect to them too.
     *
     * @throws IllegalArgumentException if the solver is adaptive, or the shapes do not fit
     */
    public Tensor solve(Tensor y0, Tensor from, Tensor to, OdeSolver solver) {
        return solver.solve(this, y0, from, to);
    }

    /**
     * Returns the states at some times, of the shape [times, …]; the first one is y0.
     *
     * @param times in their order, forwards or backwards
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public Tensor path(Tensor y0, double[] times, OdeSolver solver) {
        Check.that(times.length > 0, "ode: a path must have at least one time, got none");
        Arrays.stream(times).forEach(Ode::requireTime);
        List<Tensor> states = new ArrayList<>(List.of(y0));
        for (int i = 1; i < times.length; i++) {
            states.add(solve(states.get(i - 1), times[i - 1], times[i], solver));
        }
        return Tensor.stack(0, states);
    }

    /**
     * Returns the equation for the integrators of Commons Math, whose states are the elements of y in row-major order.
     *
     * @param like a state, for its shape and type
     */
    public FirstOrderDifferentialEquations equations(Tensor like) {
        return new Flow.Rates(
                (t, y, p) -> rate(t, y.reshape(like.shape().toArray())).reshape(y.size()), like, like);
    }

    /** dy/dt, checked. */
    Tensor rate(Tensor t, Tensor y) {
        return rate(t, y, parameters);
    }

    Tensor rate(Tensor t, Tensor y, List<Tensor> theta) {
        Tensor rate = f.at(t, y, theta);
        Check.that(
                rate != null && rate.shape().equals(y.shape()),
                "ode: dy/dt must have the shape %s of y, got %s",
                y.shape(),
                rate == null ? "null" : rate.shape());
        return rate;
    }

    List<Tensor> parameters() {
        return parameters;
    }

    private static void requireTime(double time) {
        Check.that(Double.isFinite(time), "ode: times must be finite, got %s", time);
    }

    /** Returns how many parameters it has. */
    @Override
    public String toString() {
        return "Ode of " + parameters.size() + " parameters";
    }
}
