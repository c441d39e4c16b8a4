package rewind.nn.hand;

import static rewind.nn.hand.HandMath.add;
import static rewind.nn.hand.HandMath.row;
import static rewind.nn.hand.HandMath.sum;

import java.util.ArrayList;
import java.util.List;

/** The LSTM by hand, forward and backward, without the engine; letters are those of the formulas. */
public record HandLstm(HandGate f, HandGate i, HandGate g, HandGate o, HandActivation act) {
    /** One step of one sample, all of size u but x: what the backward equations need. */
    public record Step(
            double[] x,
            double[] hBefore,
            double[] CBefore,
            double[] f_,
            double[] i_,
            double[] g_,
            double[] o_,
            double[] C_,
            double[] h) {}

    /** The gradients. The gates hold those of the parameters; dh0 and dC0 are (m, u). */
    public record Backward(HandLstm d, double[][][] dX, double[][] dh0, double[][] dC0) {}

    /** Returns the steps of every sample, in order. */
    public List<List<Step>> forward(double[][][] X, double[][] h0, double[][] C0) {
        List<List<Step>> samples = new ArrayList<>();
        for (int sample = 0; sample < X.length; sample++) {
            List<Step> steps = new ArrayList<>();
            double[] h = h0[sample];
            double[] C_ = C0[sample];
            for (double[] x : X[sample]) {
                steps.add(step(x, h, C_));
                h = steps.get(steps.size() - 1).h;
                C_ = steps.get(steps.size() - 1).C_;
            }
            samples.add(steps);
        }
        return samples;
    }

    /** C_ = f ⊙ C_⁻ + i ⊙ g, h = o ⊙ act(C_). */
    private Step step(double[] x, double[] hBefore, double[] CBefore) {
        double[] f_ = f.before(x, hBefore);
        double[] i_ = i.before(x, hBefore);
        double[] g_ = g.before(x, hBefore);
        double[] o_ = o.before(x, hBefore);
        double[] forget = f.value(f_);
        double[] input = i.value(i_);
        double[] candidate = g.value(g_);
        double[] output = o.value(o_);
        double[] C_ = row(f_.length, j -> forget[j] * CBefore[j] + input[j] * candidate[j]);
        double[] h = row(f_.length, j -> output[j] * act.value(C_[j]));
        return new Step(x, hBefore, CBefore, f_, i_, g_, o_, C_, h);
    }

    /**
     * The backward equations by hand.
     *
     * @param dA the upstream gradient at every output, (m, s, u)
     * @param dhLast the gradient arriving at the last hidden state from behind it, (m, u)
     * @param dCLast the gradient arriving at the last cell state, (m, u)
     */
    public Backward backward(List<List<Step>> samples, double[][][] dA, double[][] dhLast, double[][] dCLast) {
        return backward(samples, dA, dhLast, dCLast, new HandAdjoints("lstm"));
    }

    /** As the one above, which tells what it finds on its way. */
    public Backward backward(
            List<List<Step>> samples, double[][][] dA, double[][] dhLast, double[][] dCLast, HandAdjoints adjoints) {
        int m = samples.size();
        int s = samples.get(0).size();
        HandLstm d = new HandLstm(f.gradient(), i.gradient(), g.gradient(), o.gradient(), act);
        Backward result = new Backward(d, new double[m][s][f.U().length], new double[m][], new double[m][]);
        for (int sample = 0; sample < m; sample++) {
            double[] dh = dhLast[sample]; // dh⁺ on entering a step, dh on leaving it
            double[] dC = dCLast[sample];
            for (int t = s - 1; t >= 0; t--) {
                Step step = samples.get(sample).get(t);
                adjoints.at(m, sample, t);
                double[] D = adjoints.put("h", sum(dA[sample][t], dh));
                double[] dC_ = adjoints.put("C_", cell(step, D, dC));
                dh = gates(step, D, dC_, d, result.dX[sample][t], adjoints);
                double[] forget = f.value(step.f_);
                dC = row(dC_.length, j -> dC_[j] * forget[j]);
            }
            result.dh0[sample] = dh;
            result.dC0[sample] = dC;
        }
        return result;
    }

    /** dC_ = D ⊙ o ⊙ act'(C_) + dC⁺. */
    private double[] cell(Step step, double[] D, double[] dCAfter) {
        double[] output = o.value(step.o_);
        return row(D.length, j -> D[j] * output[j] * act.derivative(step.C_[j]) + dCAfter[j]);
    }

    /** do_ = D ⊙ C ⊙ act_o'(o_), dg_ = dC_ ⊙ i ⊙ act_g'(g_), di_ = dC_ ⊙ g ⊙ act_i'(i_), df_ = dC_ ⊙ C_⁻ ⊙ act_f'(f_); returns dh. */
    private double[] gates(Step step, double[] D, double[] dC_, HandLstm d, double[] dx, HandAdjoints adjoints) {
        int u = D.length;
        double[] fSlope = f.slope(step.f_);
        double[] iSlope = i.slope(step.i_);
        double[] gSlope = g.slope(step.g_);
        double[] oSlope = o.slope(step.o_);
        double[] input = i.value(step.i_);
        double[] candidate = g.value(step.g_);
        double[] df_ = adjoints.put("f_", row(u, j -> dC_[j] * step.CBefore[j] * fSlope[j]));
        double[] di_ = adjoints.put("i_", row(u, j -> dC_[j] * candidate[j] * iSlope[j]));
        double[] dg_ = adjoints.put("g_", row(u, j -> dC_[j] * input[j] * gSlope[j]));
        double[] do_ = adjoints.put("o_", row(u, j -> D[j] * act.value(step.C_[j]) * oSlope[j]));
        double[] dh = f.backward(df_, step.x, step.hBefore, d.f, dx);
        add(dh, i.backward(di_, step.x, step.hBefore, d.i, dx));
        add(dh, g.backward(dg_, step.x, step.hBefore, d.g, dx));
        add(dh, o.backward(do_, step.x, step.hBefore, d.o, dx));
        return dh;
    }
}
