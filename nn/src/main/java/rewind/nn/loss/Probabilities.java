package rewind.nn.loss;

import java.util.function.Supplier;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;

/** What cross-entropies do with probabilities and their logarithms. */
final class Probabilities {
    private static final double ROUNDING = 1e-4; // that sums of floats may have

    private Probabilities() {}

    static boolean isOne(double sum) {
        return Math.abs(sum - 1) <= ROUNDING;
    }

    /** Outputs of other activations than those which make probabilities may be anything: their logarithms would be nonsense. */
    static void require(String loss, Activation last, Tensor scores, String usual) {
        if (last.makesProbabilities()) {
            return;
        }
        for (double a : last.apply(scores.detach()).toArray()) {
            Check.that(
                    Double.isNaN(a) || (a >= 0 && a <= 1 + ROUNDING),
                    "%s: outputs must be probabilities, got %s; a last layer like dense(units, \"%s\") makes some",
                    loss,
                    a,
                    usual);
        }
    }

    /** weight ⊙ log, 0 where the weight is 0, even if the logarithm is −∞ there. */
    static Tensor expected(Tensor weight, Tensor log) {
        Tensor counts = weight.notEqualTo(0);
        return weight.mul(Tensor.where(counts, log, Tensor.zeros(log.dtype(), Shape.of())));
    }

    /**
     * (1 − p)^γ ⊙ terms from ln(1 − p): a power of 1 − p itself would have lost all digits of a p near 1. The terms are finite where their
     * weight is 0, so that their product with the derivative 0 is 0.
     */
    static Tensor focused(Tensor terms, Supplier<Tensor> logOfComplement, double gamma) {
        return gamma == 0 ? terms : logOfComplement.get().mul(gamma).exp().mul(terms);
    }
}
