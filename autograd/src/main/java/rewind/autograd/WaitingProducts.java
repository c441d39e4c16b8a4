package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.kernel.Kernels;

/**
 * Products aᵀ·dy that are to be added to one gradient: that of a weight matrix which many steps used. They wait until together they
 * have many rows, and then are one long product instead of many short ones, each of which would go through the whole gradient.
 */
final class WaitingProducts {
    /** So many rows are enough for a small gradient: what waits is still in the second-level cache. */
    private static final int LEAST_ROWS = 128;

    private final List<Tensor> left = new ArrayList<>();
    private final List<Tensor> right = new ArrayList<>();
    /** The rows of each product, which are the same for all that wait. */
    private int k;

    /** Whether the product may wait: one pair of matrices for every matrix of the gradient. */
    static boolean accepts(MatrixProduct product, Tensor dy) {
        return product.b() == null
                && product.ta()
                && !product.tb()
                && MatrixProduct.leading(dy).equals(product.batch())
                && MatrixProduct.leading(product.a()).broadcastsTo(product.batch());
    }

    /** Whether the product fits to those that wait already. */
    boolean fits(Tensor dy) {
        return left.isEmpty() || dy.size(-2) == k;
    }

    void add(MatrixProduct product, Tensor dy) {
        left.add(product.a());
        right.add(dy);
        k = dy.size(-2);
        if (dy.loan != null) {
            dy.loan.hold();
        }
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** Whether going through the gradient once for all of them costs little: they have as many rows as it has columns. */
    boolean areEnough() {
        return k * left.size() >= Math.max(LEAST_ROWS, right.get(0).size(-1));
    }

    /** Adds all of them to the gradient. */
    void addTo(Tensor gradient) {
        Kernels<Object> kernels = gradient.kernels();
        Shape batch = MatrixProduct.leading(gradient);
        int m = gradient.size(-2);
        int n = gradient.size(-1);
        int[][] positions = new int[left.size()][];
        List<Object> a = new ArrayList<>();
        List<Object> b = new ArrayList<>();
        boolean shared = true;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = MatrixProduct.positions(left.get(i), batch);
            a.add(left.get(i).data);
            b.add(right.get(i).data);
            shared &= MatrixProduct.leading(left.get(i)).size() == 1;
        }
        int together = shared ? batch.size() : 1; // matrices of dy that meet the same a
        for (int j = 0; j < batch.size(); j += together) {
            int[] ao = new int[positions.length];
            int[] bo = new int[positions.length];
            for (int i = 0; i < positions.length; i++) {
                ao[i] = positions[i][j];
                bo[i] = right.get(i).offset + j * k * n;
            }
            kernels.matmulSum(a, ao, b, bo, together, gradient.data, gradient.offset + j * m * n, m, n, k);
        }
        for (Tensor dy : right) {
            if (dy.loan != null) {
                dy.loan.release();
            }
        }
        left.clear();
        right.clear();
    }
}
