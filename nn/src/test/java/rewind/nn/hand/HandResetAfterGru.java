package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.addOuter;
import static rewind.nn.hand.HandMath.row;
import static rewind.nn.hand.HandMath.sum;
import static rewind.nn.hand.HandMath.times;
import static rewind.nn.hand.HandMath.timesTransposed;
import static rewind.nn.hand.HandMath.zerosLike;

/**
 * The GRU whose reset gate acts after the recurrent product, by hand:
 *
 * <pre>
 * r_  = x·Ur + h⁻·Vr + br       r = actᵣ(r_)
 * z_  = x·Uz + h⁻·Vz + bz       z = act_z(z_)
 * q   = h⁻·Vhh + chh
 * hh_ = x·Uhh + bhh + r ⊙ q     hh = act(hh_)
 * h   = z ⊙ h⁻ + (1 − z) ⊙ hh
 * </pre>
 *
 * <p>The derivation. With D the gradient at h, the last line gives D ⊙ (1 − z) at hh, D ⊙ (h⁻ − hh) at z, and D ⊙ z at h⁻. The product
 * r ⊙ q hands dhh_ ⊙ q to r and dhh_ ⊙ r to q, where the linear map q = h⁻·Vhh + chh takes it on; the reset gate does not lie between
 * Vhh and h⁻ any more. So:
 *
 * <pre>
 * dhh_ = D ⊙ (1 − z) ⊙ act'(hh_)
 * dq   = dhh_ ⊙ r
 * dr_  = dhh_ ⊙ q ⊙ actᵣ'(r_)
 * dz_  = D ⊙ (h⁻ − hh) ⊙ act_z'(z_)
 * dh   = D ⊙ z + dq·Vhhᵀ + dz_·Vzᵀ + dr_·Vrᵀ
 * dx   = dhh_·Uhhᵀ + dz_·Uzᵀ + dr_·Urᵀ
 * dUhh += xᵀ·dhh_    dbhh += Σm dhh_    dVhh += h⁻ᵀ·dq    dchh += Σm dq    z and r as in every gate
 * </pre>
 *
 * @param chh (1, u)
 */
public record HandResetAfterGru(HandGate z, HandGate r, HandGate hh, double[][] chh)
        implements HandGatedUnit<HandResetAfterGru> {
    @Override
    public HandResetAfterGru gradient() {
        return new HandResetAfterGru(z.gradient(), r.gradient(), hh.gradient(), zerosLike(chh));
    }

    @Override
    public double[] step(double[] x, double[] h) {
        double[] update = z.value(z.before(x, h));
        double[] candidate = hh.value(before(x, r.value(r.before(x, h)), product(h)));
        return row(h.length, j -> update[j] * h[j] + (1 - update[j]) * candidate[j]);
    }

    @Override
    public double[] backward(
            double[] x, double[] h, double[] D, HandResetAfterGru d, double[] dx, HandAdjoints adjoints) {
        int u = h.length;
        double[] z_ = z.before(x, h);
        double[] r_ = r.before(x, h);
        double[] q = product(h);
        double[] update = z.value(z_);
        double[] reset = r.value(r_);
        double[] hh_ = before(x, reset, q);
        double[] candidate = hh.value(hh_);
        double[] zSlope = z.slope(z_);
        double[] rSlope = r.slope(r_);
        double[] hhSlope = hh.slope(hh_);
        double[] dhh_ = adjoints.put("hh_", row(u, j -> D[j] * (1 - update[j]) * hhSlope[j]));
        double[] dq = row(u, j -> dhh_[j] * reset[j]);
        double[] dr_ = adjoints.put("r_", row(u, j -> dhh_[j] * q[j] * rSlope[j]));
        double[] dz_ = adjoints.put("z_", row(u, j -> D[j] * (h[j] - candidate[j]) * zSlope[j]));

        double[] dh = row(u, j -> D[j] * update[j]);
        add(dh, timesTransposed(dq, hh.V()));
        add(dh, z.backward(dz_, x, h, d.z, dx));
        add(dh, r.backward(dr_, x, h, d.r, dx));
        add(dx, timesTransposed(dhh_, hh.U()));
        addOuter(d.hh.U(), x, dhh_);
        add(d.hh.b()[0], dhh_);
        addOuter(d.hh.V(), h, dq);
        add(d.chh[0], dq);
        return dh;
    }

    /** q = h⁻·Vhh + chh. */
    private double[] product(double[] h) {
        return sum(times(h, hh.V()), chh[0]);
    }

    /** hh_ = x·Uhh + bhh + r ⊙ q. */
    private double[] before(double[] x, double[] reset, double[] q) {
        return sum(times(x, hh.U()), hh.b()[0], row(q.length, j -> reset[j] * q[j]));
    }
}
