package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.row;

/** The GRU by hand, its reset gate before the recurrent product; letters are those of the formulas. */
public record HandGru(HandGate z, HandGate r, HandGate hh) implements HandGatedUnit<HandGru> {
    @Override
    public HandGru gradient() {
        return new HandGru(z.gradient(), r.gradient(), hh.gradient());
    }

    /** hh_ = x·Uhh + (r ⊙ h⁻)·Vhh + bhh, h = z ⊙ h⁻ + (1 − z) ⊙ hh. */
    @Override
    public double[] step(double[] x, double[] h) {
        double[] update = z.value(z.before(x, h));
        double[] candidate = hh.value(hh.before(x, seen(x, h)));
        return row(h.length, j -> update[j] * h[j] + (1 - update[j]) * candidate[j]);
    }

    /** dhh_ = D ⊙ (1 − z) ⊙ act'(hh_), dz_ = D ⊙ (h⁻ − hh) ⊙ act_z'(z_), dr_ = (dhh_·Vhhᵀ) ⊙ h⁻ ⊙ actᵣ'(r_). */
    @Override
    public double[] backward(double[] x, double[] h, double[] D, HandGru d, double[] dx, HandAdjoints adjoints) {
        int u = h.length;
        double[] z_ = z.before(x, h);
        double[] r_ = r.before(x, h);
        double[] seen = seen(x, h);
        double[] hh_ = hh.before(x, seen);
        double[] update = z.value(z_);
        double[] reset = r.value(r_);
        double[] candidate = hh.value(hh_);
        double[] zSlope = z.slope(z_);
        double[] rSlope = r.slope(r_);
        double[] hhSlope = hh.slope(hh_);
        double[] dhh_ = adjoints.put("hh_", row(u, j -> D[j] * (1 - update[j]) * hhSlope[j]));
        double[] dz_ = adjoints.put("z_", row(u, j -> D[j] * (h[j] - candidate[j]) * zSlope[j]));
        double[] dSeen = hh.backward(dhh_, x, seen, d.hh, dx); // dhh_·Vhhᵀ
        double[] dr_ = adjoints.put("r_", row(u, j -> dSeen[j] * h[j] * rSlope[j]));
        double[] dh = row(u, j -> D[j] * update[j] + dSeen[j] * reset[j]);
        add(dh, z.backward(dz_, x, h, d.z, dx));
        add(dh, r.backward(dr_, x, h, d.r, dx));
        return dh;
    }

    /** r ⊙ h⁻. */
    private double[] seen(double[] x, double[] h) {
        double[] reset = r.value(r.before(x, h));
        return row(h.length, j -> reset[j] * h[j]);
    }
}
