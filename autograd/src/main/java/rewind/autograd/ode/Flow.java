package rewind.autograd.ode;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.FirstOrderIntegrator;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * y(from) ↦ y(to) as one operation of the vector [y; θ]. With a = dL/dy(t), its pullback solves, from {@code to} back to {@code from},
 *
 * <pre>
 * dy/dt = f        da/dt = −(∂f/∂y)ᵀ·a        dg/dt = −(∂f/∂θ)ᵀ·a        a(to) = dy, g(to) = 0
 * </pre>
 *
 * and gives [a(from); g(from)]. That is a flow again, so that there are derivatives of any order.
 *
 * @param states how many elements y has; the others are θ
 */
record Flow(Vectors f, int states, double from, double to, DoubleFunction<FirstOrderIntegrator> integrator) {
    /** The right-hand side for vectors. */
    interface Vectors {
        Tensor at(Tensor t, Tensor y, Tensor theta);
    }

    static Tensor of(Ode ode, Tensor y0, double from, double to, DoubleFunction<FirstOrderIntegrator> integrator) {
        List<Tensor> parts = new ArrayList<>(List.of(y0.reshape(y0.size())));
        List<Shape> shapes = new ArrayList<>();
        for (Tensor each : ode.parameters()) {
            Check.that(
                    each.dtype() == y0.dtype(),
                    "ode: parameters must be %s as the state is, got %s",
                    y0.dtype(),
                    each.dtype());
            parts.add(each.reshape(each.size()));
            shapes.add(each.shape());
        }
        Vectors f = (t, y, theta) -> ode.rate(t, y.reshape(y0.shape().toArray()), split(theta, shapes))
                .reshape(y.size());
        Flow flow = new Flow(f, y0.size(), from, to, integrator);
        return flow.of(Tensor.concat(0, parts.toArray(Tensor[]::new)))
                .reshape(y0.shape().toArray());
    }

    private static List<Tensor> split(Tensor vector, List<Shape> shapes) {
        List<Tensor> parts = new ArrayList<>();
        int from = 0;
        for (Shape shape : shapes) {
            parts.add(vector.slice(0, from, from + shape.size()).reshape(shape.toArray()));
            from += shape.size();
        }
        return parts;
    }

    /** y(to) for [y(from); θ]. */
    private Tensor of(Tensor x) {
        if (from == to) {
            return x.slice(0, 0, states);
        }
        return Tensor.op("ode", in -> integrate(in[0]), List.of(x), y -> dy -> adjoint(x, y, dy));
    }

    private Tensor adjoint(Tensor x, Tensor y, Tensor dy) {
        Tensor theta = x.slice(0, states, x.size());
        Tensor end = Tensor.concat(0, y, dy, Tensor.zeros(x.dtype(), theta.shape()), theta);
        Tensor start = new Flow(this::adjointRate, states + x.size(), to, from, integrator).of(end);
        return start.slice(0, states, states + x.size());
    }

    private Tensor adjointRate(Tensor t, Tensor state, Tensor theta) {
        Tensor y = state.slice(0, 0, states);
        Tensor a = state.slice(0, states, 2 * states);
        Grad.ValuesAndGradients both =
                Grad.valuesAndVjp(in -> List.of(f.at(t, in.get(0), in.get(1))), List.of(y, theta), List.of(a));
        List<Tensor> gradients = both.gradients();
        return Tensor.concat(
                0,
                both.values().get(0),
                gradients.get(0).neg(),
                gradients.get(1).neg());
    }

    private Tensor integrate(Tensor x) {
        Tensor y = x.slice(0, 0, states);
        double[] end = new double[states];
        try {
            integrator
                    .apply(Math.abs(to - from))
                    .integrate(new Rates(f, y, x.slice(0, states, x.size())), from, y.toArray(), to, end);
        } catch (MathIllegalStateException | MathIllegalArgumentException e) {
            throw new IllegalStateException(
                    "ode: the solver gives up between t = " + from + " and " + to
                            + "; allow a larger error or more steps (" + e.getMessage() + ")",
                    e);
        }
        return Tensor.of(y.shape(), end).to(y.dtype());
    }

    /** The rates of change of the elements. */
    record Rates(Vectors f, Tensor like, Tensor theta) implements FirstOrderDifferentialEquations {
        @Override
        public int getDimension() {
            return like.size();
        }

        @Override
        public void computeDerivatives(double t, double[] y, double[] rates) {
            Tensor state = Tensor.of(y).to(like.dtype());
            Tensor rate = f.at(Tensor.of(t).to(like.dtype()), state, theta);
            Check.that(
                    !rate.isRecorded(),
                    "ode: dy/dt depends on a recorded tensor that is no parameter; give it to Ode.of as one, or use rk4(steps)");
            double[] values = rate.toArray();
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    throw new ArithmeticException("ode: dy/dt is not finite at t = " + t + ": " + values[i]);
                }
                rates[i] = values[i];
            }
        }
    }
}
