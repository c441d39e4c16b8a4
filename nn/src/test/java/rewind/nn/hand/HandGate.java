package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.addOuter;
import static rewind.nn.hand.HandMath.row;
import static rewind.nn.hand.HandMath.sum;
import static rewind.nn.hand.HandMath.times;
import static rewind.nn.hand.HandMath.timesTransposed;
import static rewind.nn.hand.HandMath.zerosLike;

import rewind.nn.fixture.Near;
import rewind.nn.layer.Parameters;

/**
 * One gate by hand, for one sample: v_ = x·U + h·V + b, v = act(v_), and what it adds to the gradients. As a gradient it
 * holds dU, dV and db.
 *
 * @param U (e, u)
 * @param V (u, u)
 * @param b (1, u)
 */
public record HandGate(double[][] U, double[][] V, double[][] b, HandActivation act) {
    /** The gate of a layer's parameters, by the names of its blocks. */
    public static HandGate of(Parameters parameters, String layer, String gate, HandActivation act) {
        return new HandGate(
                parameters.get(layer + "/U" + gate).toRows(),
                parameters.get(layer + "/V" + gate).toRows(),
                parameters.get(layer + "/b" + gate).toRows(),
                act);
    }

    /** A gradient of this gate to which nothing has been added yet. */
    public HandGate gradient() {
        return new HandGate(zerosLike(U), zerosLike(V), zerosLike(b), act);
    }

    /** Compares the gradients that the library found for a gate with these. */
    public void verify(Near near, Parameters d, String layer, String gate) {
        near.verify("dU" + gate, d.get(layer + "/U" + gate), U);
        near.verify("dV" + gate, d.get(layer + "/V" + gate), V);
        near.verify("db" + gate, d.get(layer + "/b" + gate), b);
    }

    /** v_ = x·U + h·V + b. */
    public double[] before(double[] x, double[] h) {
        return sum(times(x, U), times(h, V), b[0]);
    }

    /** act(v_). */
    public double[] value(double[] v_) {
        return row(v_.length, j -> act.value(v_[j]));
    }

    /** act'(v_). */
    public double[] slope(double[] v_) {
        return row(v_.length, j -> act.derivative(v_[j]));
    }

    /** dU += xᵀ·dv_, dV += hᵀ·dv_, db += dv_, dx += dv_·Uᵀ; returns dv_·Vᵀ, what goes back to h. */
    public double[] backward(double[] dv_, double[] x, double[] h, HandGate gradient, double[] dx) {
        addOuter(gradient.U, x, dv_);
        addOuter(gradient.V, h, dv_);
        add(gradient.b[0], dv_);
        add(dx, timesTransposed(dv_, U));
        return timesTransposed(dv_, V);
    }
}
