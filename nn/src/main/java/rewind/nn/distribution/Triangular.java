package rewind.nn.distribution;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tensor;

/** Lower triangular matrices, (…, n, n). */
final class Triangular {
    private Triangular() {}

    static Tensor diagonal(Tensor matrix) {
        return matrix.maskedBy(Tensor.eye(matrix.dtype(), matrix.size(-1))).sum(-1);
    }

    /** The matrix with zeros above the diagonal. */
    static Tensor lower(Tensor matrix) {
        Tensor index = Tensor.arange(matrix.dtype(), matrix.size(-1));
        return matrix.maskedBy(index.expandDims(1).greaterEqual(index));
    }

    /** L⁻¹·b by forward substitution, a row after another. */
    static Tensor solve(Tensor factor, Tensor right) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < right.size(-2); i++) {
            Tensor own = factor.slice(-2, i, i + 1); // (…, 1, n)
            Tensor rest = right.slice(-2, i, i + 1); // (…, 1, k)
            if (i > 0) {
                rest = rest.sub(own.slice(-1, 0, i).matmul(Tensor.concat(-2, rows)));
            }
            rows.add(rest.div(own.slice(-1, i, i + 1)));
        }
        return Tensor.concat(-2, rows);
    }
}
