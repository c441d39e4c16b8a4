package rewind.nn.recurrent;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;

/**
 * The simple recurrent cell (Elman, Cognitive Science 14, 1990), for m samples, e features, u units:
 *
 * <pre>
 * h_ = x·U + h⁻·V + b               x (m, e)   U (e, u)   V (u, u)   b (1, u)
 * h = tanh(h_)                      h (m, u)   tanh: or another activation
 *
 * dh_ = (dA + dh⁺) ⊙ (1 − h²)
 * dh = dh_·Vᵀ
 * dx = dh_·Uᵀ
 * dU = Σ xᵀ·dh_    dV = Σ h⁻ᵀ·dh_    db = Σ Σ_m dh_
 * </pre>
 *
 * <p>The second block is the backward pass that reverse mode derives: dA is the gradient of the step's output, dh⁺ what the next step
 * hands back, dh what is handed to the one before; sums go over the steps.
 */
public record RnnCell(Tensor U, Tensor V, Tensor b, UnaryOperator<Tensor> activation) implements Cell<Tensor> {
    /** No gates, but the activation of the state, as they usually are. */
    public static final Gates GATES = Gates.of(Initializers.xavier()).state("h", "activation", Activation.TANH);

    @Override
    public Tensor project(Tensor x) {
        return x.matmul(U).add(b);
    }

    @Override
    public Tensor advance(Tensor xU, Tensor h) {
        Tensor h_ = xU.add(h.matmul(V)).named("h_");
        return activation.apply(h_).named("h");
    }

    @Override
    public Tensor step(Tensor x, Tensor h) {
        return advance(project(x), h);
    }
}
