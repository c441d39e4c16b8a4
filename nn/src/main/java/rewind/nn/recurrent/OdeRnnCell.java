package rewind.nn.recurrent;

import rewind.autograd.Tensor;
import rewind.autograd.ode.Ode;
import rewind.autograd.ode.OdeSolver;
import rewind.autograd.require.Check;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.States;

/**
 * A cell whose state follows a differential equation from one observation to the next (Rubanova, Chen and Duvenaud, NeurIPS 2019,
 * arXiv:1907.03907), for m samples, e features, u units. An input has e + 1 numbers, x and behind it d, the time since the step before, as {@link
 * rewind.nn.data.Gaps#intervals} tells it:
 *
 * <pre>
 * k(0) = h⁻    dk/dτ = f(k) = tanh(k·A + a)·B + c      x (m, e)   d (m, 1)   A, B (u, u)   a, c (1, u)
 * h = cell(x, k(d))                                    h (m, u)
 *
 * by Euler's method in n steps, k⟨0⟩ = h⁻, k = k⟨n⟩:
 * w⟨j⟩ = tanh(k⟨j⟩·A + a)
 * k⟨j+1⟩ = k⟨j⟩ + d/n ⊙ (w⟨j⟩·B + c)
 *
 * dw_⟨j⟩ = d/n ⊙ (dk⟨j+1⟩·Bᵀ) ⊙ (1 − w⟨j⟩²)            dk⟨n⟩ = dk of the cell
 * dk⟨j⟩ = dk⟨j+1⟩ + dw_⟨j⟩·Aᵀ                          dh = dk⟨0⟩
 * dA = Σ k⟨j⟩ᵀ·dw_⟨j⟩    da = Σ Σ_m dw_⟨j⟩
 * dB = Σ w⟨j⟩ᵀ·(d/n ⊙ dk⟨j+1⟩)    dc = Σ Σ_m d/n ⊙ dk⟨j+1⟩
 * dd = Σ Σ_u dk⟨j+1⟩ ⊙ (w⟨j⟩·B + c)/n
 * </pre>
 *
 * <p>Sums go over the steps of the solver and of the sequence. {@link rewind.nn.Layers#odeRnn} has a GRU inside and two steps of the classical
 * Runge-Kutta method; others are {@linkplain #of defined} as cells of one's own. Of a state of several tensors the output alone follows the
 * equation.
 *
 * @param inner the cell that takes observations
 * @param solver how the equation is solved for τ from 0 to d
 */
public record OdeRnnCell<S>(Cell<S> inner, Tensor A, Tensor a, Tensor B, Tensor c, OdeSolver solver)
        implements Cell<S> {
    /** That of {@link rewind.nn.Layers#odeRnn}. */
    static final CellDefinition<Tensor> WITH_GRU =
            of((scope, inputs, units) -> new Gru(units).cell(scope, inputs), OdeSolver.rk4(2));

    /**
     * Returns the definition of such a cell, for {@code recurrent("name", OdeRnnCell.of(…), units)}.
     *
     * @param inner defines the cell that takes observations
     * @param solver such as {@code OdeSolver.euler(4)}
     */
    public static <S> CellDefinition<S> of(CellDefinition<S> inner, OdeSolver solver) {
        return (scope, inputs, units) -> {
            Check.that(
                    inputs > 1,
                    "odeRnn: a step must have a feature and behind it the time since the step before, got %s numbers; Gaps.intervals"
                            + " makes such times",
                    inputs);
            return new OdeRnnCell<>(
                    inner.define(scope, inputs - 1, units),
                    scope.parameter("A", units, units),
                    scope.bias("a", units),
                    scope.parameter("B", units, units),
                    scope.bias("c", units),
                    solver);
        };
    }

    @Override
    public S step(Tensor x, S previous) {
        int features = x.size(-1) - 1;
        Tensor d = x.slice(-1, features, features + 1).named("d");
        Ode flow =
                Ode.of((t, k) -> d.mul(k.matmul(A).add(a).tanh().matmul(B).add(c))); // an interval is the unit of time
        S met = States.mapOutput(previous, h -> flow.solve(h, 0, 1, solver).named("k"));
        return inner.step(x.slice(-1, 0, features), met);
    }
}
