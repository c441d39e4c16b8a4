package rewind.autograd;

import rewind.autograd.TensorOperation.Binary;
import rewind.autograd.TensorOperation.Reads;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.memory.InPlace;
import rewind.autograd.require.CheckReturnValue;

/**
 * Functions of two operands, elementwise with NumPy's broadcasting: shapes are aligned at the last axis, and a missing axis or one
 * of size 1 is repeated. Pullbacks give the derivative for the repeated operand; the engine sums it over the repeats.
 */
@CheckReturnValue
public sealed interface Arithmetic permits Tensor {
    /** Returns x + y. Pullbacks: dx = dz, dy = dz. */
    default Tensor add(Tensor y) {
        return binary(TensorOperation.ADD, y, z -> dz -> dz, z -> dz -> dz);
    }

    /** Returns x + y. */
    default Tensor add(double y) {
        return add(self().scalar(y));
    }

    /** Returns x − y. Pullbacks: dx = dz, dy = −dz. */
    default Tensor sub(Tensor y) {
        return binary(TensorOperation.SUB, y, z -> dz -> dz, z -> dz -> dz.neg());
    }

    /** Returns x − y. */
    default Tensor sub(double y) {
        return sub(self().scalar(y));
    }

    /** Returns x ⊙ y. Pullbacks: dx = dz ⊙ y, dy = dz ⊙ x. */
    default Tensor mul(Tensor y) {
        Tensor ofRoot = Singular.product(self(), y);
        return ofRoot != null
                ? ofRoot
                : binary(TensorOperation.MUL, y, z -> dz -> dz.mul(y), z -> dz -> dz.mul(self()));
    }

    /** Returns x·y. */
    default Tensor mul(double y) {
        return mul(self().scalar(y));
    }

    /**
     * Returns x ⊙ w, exactly 0 where w = 0, whatever x is: also where it is infinite or NaN. For masks, and for weights of what need not
     * be finite. Pullbacks: dx = dz ⊙ w, again 0 where w = 0, dw = dz ⊙ x.
     */
    default Tensor maskedBy(Tensor w) {
        Binary masked = new Binary("maskedBy", Arithmetic::masked, Reads.OPERANDS, InPlace.of(Kernels::masked), null);
        return binary(masked, w, z -> dz -> dz.maskedBy(w), z -> dz -> dz.mul(self()));
    }

    /** Returns x / y. Pullbacks: dx = dz / y, dy = −dz ⊙ z / y, from the output. */
    default Tensor div(Tensor y) {
        return binary(
                "div",
                Kernels::div,
                y,
                z -> dz -> dz.div(y),
                z -> dz -> dz.mul(z).div(y).neg());
    }

    /** Returns x / y. */
    default Tensor div(double y) {
        return div(self().scalar(y));
    }

    /**
     * Returns xʸ as {@link Math#pow}. Pullbacks: dx = dz ⊙ y x^(y−1), 0 where y = 0; dy = dz ⊙ z ln x, 0 where x = 0. There second
     * derivatives by y are NaN unless they have a limit: ∂²/∂x∂y for y ≤ 1, ∂²/∂y² for y ≤ 0.
     */
    default Tensor pow(Tensor y) {
        Tensor x = self();
        boolean number = y.dtype() == x.dtype() && y.isNumber() && Singular.isRoot(x);
        Tensor ofRoot = number ? Singular.power("pow", x, y.toDouble()) : null;
        if (ofRoot != null) {
            return ofRoot;
        }
        return binary(
                "pow",
                Kernels::pow,
                y,
                z -> dz -> {
                    Tensor undefined = x.equalTo(0).mul(y.equalTo(0));
                    Tensor exponent = Tensor.where(undefined, y.scalar(1), y.sub(1));
                    Tensor dx = dz.mul(x.pow(exponent)).maskedBy(y);
                    return Singular.kink(
                            "powPullback", dx, dz, () -> x.equalTo(0).mul(y.lessEqual(1)), null, y);
                },
                z -> dz -> {
                    Tensor zero = x.equalTo(0);
                    Tensor base = Tensor.where(zero, x.scalar(1), x);
                    Tensor slope = Tensor.where(zero, z.scalar(0), z).mul(base.log());
                    Tensor dy = Singular.kink(
                            "powPullback", dz.maskedBy(slope), dz, () -> zero.mul(y.lessEqual(1)), null, x);
                    return Singular.kink("powPullback", dy, dz, () -> zero.mul(y.lessEqual(0)), null, y);
                });
    }

    /** Returns xᵖ as {@link Math#pow}. Pullback: dx = dy ⊙ p x^(p−1), 0 for p = 0. */
    default Tensor pow(double p) {
        Tensor ofRoot = Singular.power("pow", self(), p);
        if (ofRoot != null) {
            return ofRoot;
        }
        Rule rule = y -> dy -> dy.mul(self().pow(p - 1).mul(p));
        Binary power = new Binary("pow", Kernels::pow);
        return Op.compute(power, self().shape(), self(), self().scalar(p), p == 0 ? null : rule, null);
    }

    /**
     * Returns the angle in [−π, π] of the point with ordinate x and abscissa y, as {@link Math#atan2}: the arctangent of x / y in the quadrant
     * of the point. Pullbacks: dx = dz ⊙ y/(x² + y²), dy = −dz ⊙ x/(x² + y²), without overflow; NaN at the origin, around which it takes all
     * values.
     */
    default Tensor atan2(Tensor y) {
        Tensor x = self();
        return binary(
                "atan2",
                Kernels::atan2,
                y,
                z -> dz -> inverted(dz, y, x, y),
                z -> dz -> inverted(dz, x, x, y).neg());
    }

    /** dz ⊙ a/(x² + y²): what is of one size does not overflow, and of which size does not matter for derivatives. */
    private static Tensor inverted(Tensor dz, Tensor a, Tensor x, Tensor y) {
        Tensor size = x.detach().abs().maximum(y.detach().abs());
        Tensor squares = x.div(size).square().add(y.div(size).square());
        return dz.mul(a.div(size)).div(squares).div(size);
    }

    /** Returns ln(eˣ + eʸ) without overflow, smooth where x = y. */
    default Tensor logAddExp(Tensor y) {
        Shape shape = Shape.broadcast("logAddExp", self().shape(), y.shape());
        return Tensor.stack(0, self().broadcastTo(shape), y.broadcastTo(shape)).logSumExp(0);
    }

    /**
     * Returns the larger; NaN if either is. Pullbacks: dz goes to the larger operand, half to each where they are equal and have no second
     * derivative; the other one gets 0, whatever dz is.
     */
    default Tensor maximum(Tensor y) {
        Tensor x = self();
        return binary(
                "maximum",
                Kernels::maximum,
                y,
                z -> dz -> shared(dz, x, y, share(x, y)),
                z -> dz -> shared(dz, x, y, share(y, x)));
    }

    /** Returns the larger. */
    default Tensor maximum(double y) {
        return maximum(self().scalar(y));
    }

    /**
     * Returns the smaller; NaN if either is. Pullbacks: dz goes to the smaller operand, half to each where they are equal and have no
     * second derivative; the other one gets 0, whatever dz is.
     */
    default Tensor minimum(Tensor y) {
        Tensor x = self();
        return binary(
                "minimum",
                Kernels::minimum,
                y,
                z -> dz -> shared(dz, x, y, share(y, x)),
                z -> dz -> shared(dz, x, y, share(x, y)));
    }

    /** Returns the smaller. */
    default Tensor minimum(double y) {
        return minimum(self().scalar(y));
    }

    /** 1 where x is larger, ½ where both are equal, else 0. */
    private static Tensor share(Tensor x, Tensor y) {
        return x.greater(y).add(x.greaterEqual(y)).mul(0.5);
    }

    /** The part of dz that goes to one of two operands. */
    private static Tensor shared(Tensor dz, Tensor x, Tensor y, Tensor share) {
        Tensor part = Singular.kink("extremePullback", dz.maskedBy(share), dz, () -> x.equalTo(y), null, x);
        return Singular.kink("extremePullback", part, dz, () -> x.equalTo(y), null, y);
    }

    /** Returns 1 where x &gt; y, else 0; a constant. */
    default Tensor greater(Tensor y) {
        return comparison("greater", Kernels::greater, self(), y);
    }

    /** Returns 1 where x &gt; y, else 0; a constant. */
    default Tensor greater(double y) {
        return greater(self().scalar(y));
    }

    /** Returns 1 where x ≥ y, else 0; a constant. */
    default Tensor greaterEqual(Tensor y) {
        return comparison("greaterEqual", Kernels::greaterEqual, self(), y);
    }

    /** Returns 1 where x ≥ y, else 0; a constant. */
    default Tensor greaterEqual(double y) {
        return greaterEqual(self().scalar(y));
    }

    /** Returns 1 where x &lt; y, else 0; a constant. */
    default Tensor less(Tensor y) {
        return comparison("less", swapped(Kernels::greater), self(), y);
    }

    /** Returns 1 where x &lt; y, else 0; a constant. */
    default Tensor less(double y) {
        return less(self().scalar(y));
    }

    /** Returns 1 where x ≤ y, else 0; a constant. */
    default Tensor lessEqual(Tensor y) {
        return comparison("lessEqual", swapped(Kernels::greaterEqual), self(), y);
    }

    /** Returns 1 where x ≤ y, else 0; a constant. */
    default Tensor lessEqual(double y) {
        return lessEqual(self().scalar(y));
    }

    /** Returns 1 where x = y, else 0; a constant. */
    default Tensor equalTo(Tensor y) {
        return comparison("equalTo", Kernels::equal, self(), y);
    }

    /** Returns 1 where x = y, else 0; a constant. */
    default Tensor equalTo(double y) {
        return equalTo(self().scalar(y));
    }

    /** Returns 1 where x ≠ y (also where one is NaN), else 0; a constant. */
    default Tensor notEqualTo(Tensor y) {
        Shape.broadcast("notEqualTo", self().shape(), y.shape());
        return equalTo(y).oneMinus();
    }

    /** Returns 1 where x ≠ y (also where x is NaN), else 0; a constant. */
    default Tensor notEqualTo(double y) {
        return notEqualTo(self().scalar(y));
    }

    private static void masked(
            Kernels<Object> k, Object x, int xo, int xs, Object w, int wo, int ws, Object z, int zo, int n) {
        k.masked(w, wo, ws, x, xo, xs, z, zo, n);
    }

    /**
     * Returns −t ln σ(x) − (1 − t) ln σ(−x), elementwise with broadcasting; x are logits, t the probabilities of class 1. A term whose
     * factor is 0 counts as 0, also for infinite x. The derivative is σ(x) − t, without cancellation in either tail.
     */
    default Tensor binaryCrossEntropy(Tensor targets) {
        Shape.broadcast("binaryCrossEntropy", self().shape(), targets.shape());
        Tensor positive = self().neg().softplus().maskedBy(targets);
        Tensor negative = self().softplus().maskedBy(targets.oneMinus());
        return positive.add(negative);
    }

    private Tensor self() {
        return (Tensor) this;
    }

    private Tensor binary(String name, Loops.BinaryKernel kernel, Tensor y, Rule left, Rule right) {
        return binary(new Binary(name, kernel), y, left, right);
    }

    private Tensor binary(Binary operation, Tensor y, Rule left, Rule right) {
        Shape shape = Shape.broadcast(operation.name(), self().shape(), y.shape());
        return Op.compute(operation, shape, self(), y, left, right);
    }

    private static Tensor comparison(String name, Loops.BinaryKernel kernel, Tensor x, Tensor y) {
        return Op.constant(new Binary(name, kernel), Shape.broadcast(name, x.shape(), y.shape()), x, y);
    }

    private static Loops.BinaryKernel swapped(Loops.BinaryKernel kernel) {
        return (k, x, xo, xs, y, yo, ys, z, zo, n) -> kernel.run(k, y, yo, ys, x, xo, xs, z, zo, n);
    }
}
