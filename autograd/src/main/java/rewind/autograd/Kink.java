package rewind.autograd;

import java.util.function.Supplier;
import rewind.autograd.TensorOperation.Forward;

/**
 * Points at which a rule gives a derivative by convention, 0 or the mean of several slopes, although there is none. There is no second
 * derivative either, and the rule's own would be a number without meaning: it is NaN instead, for these elements alone. A rule that
 * gives the derivative of one branch needs nothing of the kind: all its derivatives are those of that branch.
 */
final class Kink {
    private Kink() {}

    /**
     * Returns dx, with NaN for its derivative by an operand at the marked elements. Its derivative by dy stays what it is.
     *
     * @param name of the pullback
     * @param dx linear in dy
     * @param marked not 0 at a kink, of a shape that broadcasts to that of dx; asked for only when second derivatives are taken
     * @param rows the axes of dx whose elements have a kink in common, or null if every element stands for itself
     * @param operand on which dx depends
     */
    static Tensor at(String name, Tensor dx, Tensor dy, Supplier<Tensor> marked, Axes rows, Tensor operand) {
        if (!operand.isRecorded() || dx.size() == 0) {
            return dx;
        }
        boolean given = !dy.isRecorded();
        Forward copy = (k, in, out) -> k.copy(in[0].data, in[0].offset, out.data, out.offset, out.size());
        return Op.compute(
                name,
                dx.shape(),
                copy,
                new Tensor[] {dx, operand},
                z -> dz -> dz,
                z -> dz -> undefined(given ? dy.notEqualTo(0) : dy.scalar(1), marked, rows, dz));
    }

    /**
     * NaN at kinks that matter, else 0: those where something arrives, and where the cotangent of the first sweep is not 0 for good. If it
     * changes with x, whether there is a derivative depends on how.
     */
    private static Tensor undefined(Tensor needed, Supplier<Tensor> marked, Axes rows, Tensor dz) {
        Tensor kink = marked.get();
        Tensor arrives = dz.notEqualTo(0).mul(kink).mul(needed);
        Tensor matters = rows == null ? arrives : arrives.max(rows).mul(kink);
        return Choice.where(matters, dz.scalar(Double.NaN), Tensor.zeros(dz.dtype(), dz.shape()));
    }
}
