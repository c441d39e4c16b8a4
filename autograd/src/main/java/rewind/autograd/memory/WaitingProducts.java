package rewind.autograd.memory;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.buffer.MatrixProducts;
import rewind.autograd.buffer.Sizes;
import rewind.autograd.kernel.Matmul;

/**
 * Products xᵀ·dy that are to be added to one gradient: that of a weight matrix which many steps used. They wait until together they
 * have many rows, and then are one long product instead of many short ones, each of which would go through the whole gradient.
 */
final class WaitingProducts {
    /** So many rows are enough for a small gradient: what waits is still in the second-level cache. */
    private static final int LEAST_ROWS = 128;

    private final List<Buffer> left = new ArrayList<>();
    private final List<Buffer> right = new ArrayList<>();
    /** The rows of each product, which are the same for all that wait. */
    private int k;

    /** Whether the product may wait together with those that wait already. */
    boolean fits(Buffer dy) {
        return left.isEmpty() || dy.fromEnd(-2) == k;
    }

    void add(Buffer x, Buffer dy) {
        left.add(x);
        right.add(dy);
        k = dy.fromEnd(-2);
        x.hold();
        dy.hold();
    }

    /** The number of products that are added to each element. */
    int rows() {
        return k * left.size();
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** Whether going through the gradient once for all of them costs little: they have as many rows as it has columns. */
    boolean areEnough() {
        return rows() >= Math.max(LEAST_ROWS, right.get(0).fromEnd(-1));
    }

    private Buffer[] operands(Buffer gradient) {
        List<Buffer> all = new ArrayList<>(List.of(gradient));
        all.addAll(left);
        all.addAll(right);
        return all.toArray(new Buffer[0]);
    }

    /** Adds all of them to the gradient. */
    void addTo(Buffer gradient) {
        int[] batch = Sizes.leading(gradient.sizes());
        int matrices = Sizes.count(batch);
        int m = gradient.fromEnd(-2);
        int n = gradient.fromEnd(-1);
        int[][] positions = new int[left.size()][];
        List<Object> a = new ArrayList<>();
        List<Object> b = new ArrayList<>();
        boolean shared = true;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = MatrixProducts.positions(left.get(i), batch);
            a.add(left.get(i).data);
            b.add(right.get(i).data);
            shared &= Sizes.count(Sizes.leading(left.get(i).sizes())) == 1;
        }
        int together = shared ? matrices : 1; // matrices of dy that meet the same x
        for (int j = 0; j < matrices; j += together) {
            int[] ao = new int[positions.length];
            int[] bo = new int[positions.length];
            for (int i = 0; i < positions.length; i++) {
                ao[i] = positions[i][j];
                bo[i] = right.get(i).offset + j * k * n;
            }
            int at = gradient.offset + j * m * n;
            Matmul.Factors<Object> factors = new Matmul.Factors<>(a, ao, Matmul.Storage.TRANSPOSED);
            MatrixProducts.run(
                    Matmul.sums(
                            factors,
                            new Matmul.Factors<>(b, bo, Matmul.Storage.PLAIN),
                            together,
                            gradient.data,
                            at,
                            m,
                            n,
                            k),
                    gradient,
                    operands(gradient));
        }
        left.forEach(Buffer::release);
        right.forEach(Buffer::release);
        left.clear();
        right.clear();
    }
}
