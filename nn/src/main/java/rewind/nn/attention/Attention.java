package rewind.nn.attention;

import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Lengths;

/**
 * Attention: a mean of values, weighted by how well their keys answer to a query. A mask tells which keys a query may see; what it hides has
 * the weight 0 exactly, and a query that may see none gets zeros, with gradients of zeros.
 *
 * <pre>
 * a_[i, j] = q_i·k_jᵀ/√d                  scores, d the features of a key
 * a[i, :] = softmax(a_[i, :])             over the keys j that query i may see
 * y_i = Σ_j a[i, j] v_j
 *
 * da[i, j] = dy_i·v_jᵀ                    dv_j = Σ_i a[i, j] dy_i
 * da_[i, :] = a[i, :] ⊙ (da[i, :] − Σ_j a[i, j] da[i, j])
 * dq_i = Σ_j da_[i, j] k_j/√d             dk_j = Σ_i da_[i, j] q_i/√d
 * </pre>
 *
 * <p>Sources: Bahdanau, Cho and Bengio, ICLR 2015; Vaswani et al., NIPS 2017.
 */
public final class Attention {
    private Attention() {}

    /**
     * Returns what queries find by scaled dot products, y.
     *
     * @param queries (…, queries, d)
     * @param keys (…, keys, d)
     * @param values (…, keys, features)
     * @param mask 1 where a query may see a key and 0 elsewhere, which broadcasts to (…, queries, keys); or null if each may see all
     * @return (…, queries, features)
     * @throws IllegalArgumentException if shapes do not fit
     */
    public static Tensor dot(Tensor queries, Tensor keys, Tensor values, Tensor mask) {
        Check.that(
                queries.rank() >= 2 && keys.rank() >= 2 && queries.size(-1) == keys.size(-1),
                "attention: queries and keys must have as many features, got the shapes %s and %s",
                queries.shape(),
                keys.shape());
        Check.that(
                values.rank() >= 2 && keys.size(-2) == values.size(-2),
                "attention: there must be a value for every key, got the shapes %s and %s",
                keys.shape(),
                values.shape());
        double scale = 1 / Math.sqrt(Math.max(1, queries.size(-1)));
        return weights(queries.mul(scale).matmul(keys.transpose()), mask).matmul(values);
    }

    /**
     * Returns the weights a of scores a_: their softmax over the last axis as far as the mask lets them be seen.
     *
     * @param scores (…, queries, keys)
     * @param mask 1 for what is seen and 0 elsewhere, which broadcasts to the scores; or null if all is
     */
    public static Tensor weights(Tensor scores, Tensor mask) {
        if (mask == null) {
            return scores.softmax(-1).named("a");
        }
        Tensor hidden = Tensor.full(scores.dtype(), lowest(scores.dtype()), Shape.of());
        Tensor zero = Tensor.zeros(scores.dtype(), Shape.of());
        return Tensor.where(mask, Tensor.where(mask, scores, hidden).softmax(-1), zero)
                .named("a");
    }

    private static double lowest(DType dtype) {
        return dtype == DType.FLOAT32 ? -Float.MAX_VALUE : -Double.MAX_VALUE;
    }

    /** Returns the mask by which a step sees itself and those before it, (steps, steps): 1 on and below the diagonal. */
    public static Tensor causal(DType dtype, int steps) {
        Tensor number = Tensor.arange(dtype, steps);
        return number.reshape(steps, 1).greaterEqual(number);
    }

    /** Returns the mask by which every step sees the real ones, (batch, 1, steps). */
    public static Tensor real(Lengths lengths, DType dtype, int steps) {
        return lengths.mask(dtype, steps).permute(0, 2, 1);
    }
}
