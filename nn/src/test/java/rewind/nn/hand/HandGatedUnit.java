package rewind.nn.hand;

import static rewind.nn.hand.HandMath.sum;

/**
 * A cell written by hand whose state is h alone, and its way through the steps of a batch.
 *
 * @param <G> the cell itself, which also holds the gradients of its parameters
 */
public interface HandGatedUnit<G extends HandGatedUnit<G>> {
    /** Gradients of this cell's parameters to which nothing has been added yet. */
    G gradient();

    /** The state of one sample after a step. */
    double[] step(double[] x, double[] h);

    /**
     * The backward equations for one step of one sample.
     *
     * @param D the gradient at the state after the step, from the output and from the next step
     * @param d gets the gradients of the parameters added
     * @param dx gets the gradient of the input added
     * @param adjoints gets the adjoints of values before their activation
     * @return the gradient at h
     */
    double[] backward(double[] x, double[] h, double[] D, G d, double[] dx, HandAdjoints adjoints);

    /** The gradients: d of the parameters, dX (m, s, e), dh0 (m, u). */
    public record Backward<G>(G d, double[][][] dX, double[][] dh0) {}

    /** All hidden states, (m, s, u). */
    public default double[][][] forward(double[][][] X, double[][] h0) {
        double[][][] h = new double[X.length][X[0].length][];
        for (int i = 0; i < h.length; i++) {
            for (int t = 0; t < h[i].length; t++) {
                h[i][t] = step(X[i][t], t == 0 ? h0[i] : h[i][t - 1]);
            }
        }
        return h;
    }

    /**
     * The way back through all steps.
     *
     * @param h what {@link #forward} returned
     * @param dA the upstream gradient at every output, (m, s, u)
     * @param dLast the gradient arriving at the last state from behind it, (m, u)
     */
    public default Backward<G> backward(
            double[][][] X, double[][] h0, double[][][] h, double[][][] dA, double[][] dLast) {
        return backward(X, h0, h, dA, dLast, new HandAdjoints("gru"));
    }

    /** As the one above, which tells what it finds on its way. */
    public default Backward<G> backward(
            double[][][] X, double[][] h0, double[][][] h, double[][][] dA, double[][] dLast, HandAdjoints adjoints) {
        G d = gradient();
        double[][][] dX = new double[X.length][X[0].length][X[0][0].length];
        double[][] dh0 = new double[X.length][];
        for (int i = 0; i < h.length; i++) {
            double[] dh = dLast[i];
            for (int t = h[i].length - 1; t >= 0; t--) {
                adjoints.at(h.length, i, t);
                double[] D = adjoints.put("h", sum(dA[i][t], dh));
                dh = backward(X[i][t], t == 0 ? h0[i] : h[i][t - 1], D, d, dX[i][t], adjoints);
            }
            dh0[i] = dh;
        }
        return new Backward<>(d, dX, dh0);
    }
}
