package rewind.autograd.ode;

import java.util.List;
import rewind.autograd.Tensor;

/** The right-hand side f of dy/dt = f(t, y, θ). */
@FunctionalInterface
public interface Dynamics {
    /**
     * Returns dy/dt.
     *
     * @param t the time; a scalar, or of a shape that broadcasts to that of y where samples have times of their own
     * @param y the state, of any shape
     * @param parameters θ
     * @return a tensor of the shape of y
     */
    Tensor at(Tensor t, Tensor y, List<Tensor> parameters);
}
