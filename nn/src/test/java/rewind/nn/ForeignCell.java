package rewind.nn;

import static rewind.nn.HandMath.row;

import java.util.Map;
import rewind.autograd.Tensor;

/**
 * A recurrent layer of another system written from its documentation, as loops over its own weights, for one direction.
 *
 * <pre>
 * a = W·x + Wb, q(h) = R·h + Rb, per gate
 * RNN     h' = act(a + q(h))
 * GRU     z, r = gate(a + q(h)); n = act(a + r·q(h)) if it resets after the product, else act(a + q(r·h)); h' = (1 − z)·n + z·h
 * LSTM    i, f, o = gate(a + q(h)); c' = f·c + i·candidate(a + q(h)); h' = o·act(c')
 * </pre>
 */
record ForeignCell(
        ForeignSystem system,
        LayerKind kind,
        ForeignSystem.Weights weights,
        int units,
        HandActivation gate,
        HandActivation candidate,
        HandActivation act) {

    /** The outputs of all directions one after the other, (m, s, directions·units), from zero states. */
    static double[][][] outputs(ForeignCell[] directions, double[][][] X) {
        int u = directions[0].units;
        double[][][] outputs = new double[X.length][X[0].length][directions.length * u];
        for (int direction = 0; direction < directions.length; direction++) {
            for (int i = 0; i < X.length; i++) {
                double[][] state = new double[2][u];
                for (int k = 0; k < X[i].length; k++) {
                    int t = direction == 0 ? k : X[i].length - 1 - k;
                    state = directions[direction].step(X[i][t], state[0], state[1]);
                    System.arraycopy(state[0], 0, outputs[i][t], direction * u, u);
                }
            }
        }
        return outputs;
    }

    /** The directions of a layer with the given weights. */
    static ForeignCell[] directions(
            ForeignSystem system,
            LayerKind kind,
            Map<String, Tensor> tensors,
            int directions,
            int units,
            HandActivation gate,
            HandActivation candidate,
            HandActivation act) {
        ForeignCell[] cells = new ForeignCell[directions];
        for (int direction = 0; direction < directions; direction++) {
            ForeignSystem.Weights weights =
                    system.weights(tensors, direction, directions, kind.gates().size(), units);
            cells[direction] = new ForeignCell(system, kind, weights, units, gate, candidate, act);
        }
        return cells;
    }

    private double[][] step(double[] x, double[] h, double[] c) {
        return switch (kind) {
            case RNN -> new double[][] {row(units, j -> act.value(a(0, j, x) + q(0, j, h))), c};
            case GRU, RESET_AFTER_GRU -> new double[][] {gru(x, h), c};
            case LSTM -> lstm(x, h, c);
        };
    }

    private double[] gru(double[] x, double[] h) {
        int n = system.position(kind, "n");
        double[] z = gate("z", x, h);
        double[] r = gate("r", x, h);
        double[] reset = row(units, k -> r[k] * h[k]);
        return row(units, j -> {
            double recurrent = kind == LayerKind.GRU ? q(n, j, reset) : r[j] * q(n, j, h);
            return (1 - z[j]) * candidate.value(a(n, j, x) + recurrent) + z[j] * h[j];
        });
    }

    private double[][] lstm(double[] x, double[] h, double[] c) {
        int at = system.position(kind, "c");
        double[] i = gate("i", x, h);
        double[] f = gate("f", x, h);
        double[] o = gate("o", x, h);
        double[] next = row(units, j -> f[j] * c[j] + i[j] * candidate.value(a(at, j, x) + q(at, j, h)));
        return new double[][] {row(units, j -> o[j] * act.value(next[j])), next};
    }

    private double[] gate(String name, double[] x, double[] h) {
        int at = system.position(kind, name);
        return row(units, j -> gate.value(a(at, j, x) + q(at, j, h)));
    }

    /** W·x + Wb. */
    private double a(int at, int unit, double[] x) {
        double sum = weights.inputBias(at, unit);
        for (int k = 0; k < x.length; k++) {
            sum += weights.input(at, unit, k) * x[k];
        }
        return sum;
    }

    /** R·h + Rb. */
    private double q(int at, int unit, double[] h) {
        double sum = weights.recurrentBias(at, unit);
        for (int k = 0; k < h.length; k++) {
            sum += weights.recurrent(at, unit, k) * h[k];
        }
        return sum;
    }
}
