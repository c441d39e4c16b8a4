package rewind.autograd;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import rewind.autograd.TensorOperation.Computation;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.TensorOperation.Unary;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.memory.InPlace;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * Functions of every element by itself. Where a function is not differentiable at a point, its derivatives of every order there are
 * those of the branch that the documentation names. {@link #abs} names none: its second derivative at 0 is NaN.
 */
@CheckReturnValue
public sealed interface Elementwise permits Tensor {
    /** Returns −x. Pullback: dx = −dy. */
    default Tensor neg() {
        return unary("neg", Kernels::neg, y -> dy -> dy.neg());
    }

    /** Returns |x|. Pullback: dx = dy ⊙ sign x, 0 at x = 0, where it has no second derivative; but its powers from |x|² on have. */
    default Tensor abs() {
        Tensor x = self();
        Unary forward = new Unary("abs", Kernels::abs);
        Pullback pullback = dy -> Singular.kink("absPullback", dy.maskedBy(x.sign()), dy, () -> x.equalTo(0), null, x);
        return Op.compute(forward, x, y -> new Singular.Root(x, forward, dz -> dz.mul(x), x::abs, pullback));
    }

    /** Returns −1, 0 or 1 by the sign of x; its derivative is zero everywhere. */
    default Tensor sign() {
        return Op.constant(new Unary("sign", Kernels::sign), self().shape(), self());
    }

    /** Returns x². Pullback: dx = 2 x ⊙ dy. */
    default Tensor square() {
        Tensor ofRoot = Singular.power("square", self(), 2);
        return ofRoot != null ? ofRoot : unary("square", Kernels::square, y -> dy -> dy.mul(self().mul(2)));
    }

    /** Returns √x, NaN for x &lt; 0. Pullback: dx = dy / 2y, from the output: infinite at x = 0, where its powers from y² on are smooth. */
    default Tensor sqrt() {
        Tensor x = self();
        Unary forward = new Unary("sqrt", Kernels::sqrt);
        return Op.compute(forward, x, y -> {
            Pullback half = dz -> Joins.where(x.less(0), dz.scalar(Double.NaN), dz.mul(0.5));
            return new Singular.Root(x, forward, half::apply, () -> y, dy -> dy.div(y.mul(2)));
        });
    }

    /** Returns 1/x. Pullback: dx = −y² ⊙ dy, from the output. */
    default Tensor reciprocal() {
        return unary(
                "reciprocal", Kernels::reciprocal, y -> dy -> dy.mul(y.square()).neg());
    }

    /** Returns eˣ, within 1.1 ulp. Pullback: dx = y ⊙ dy, from the output. */
    default Tensor exp() {
        return Op.compute(new Unary("exp", Kernels::exp, InPlace.PRODUCT), self(), y -> dy -> dy.mul(y));
    }

    /** Returns eˣ − 1, within 3 ulp, also near 0. Pullback: dx = eˣ ⊙ dy, from the input: y + 1 loses what eˣ has below x = −36. */
    default Tensor expm1() {
        return unary("expm1", Kernels::expm1, y -> dy -> dy.mul(self().exp()));
    }

    /** Returns ln x, within 1 ulp, −∞ for x = 0, NaN for x &lt; 0. Pullback: dx = dy / x. */
    default Tensor log() {
        return unary("log", Kernels::log, y -> dy -> dy.div(self()));
    }

    /** Returns log₂ x = ln x/ln 2, within 3 ulp. */
    default Tensor log2() {
        return log().div(StrictMath.log(2));
    }

    /** Returns log₁₀ x = ln x/ln 10, within 3 ulp. */
    default Tensor log10() {
        return log().div(StrictMath.log(10));
    }

    /** Returns ln(1 + x), within 2 ulp, also near 0. Pullback: dx = dy / (1 + x). */
    default Tensor log1p() {
        return unary("log1p", Kernels::log1p, y -> dy -> dy.div(self().add(1)));
    }

    /** Returns sin x, x in radians. Pullback: dx = dy ⊙ cos x. */
    default Tensor sin() {
        return unary("sin", Kernels::sin, y -> dy -> dy.mul(self().cos()));
    }

    /** Returns cos x, x in radians. Pullback: dx = −dy ⊙ sin x. */
    default Tensor cos() {
        return unary("cos", Kernels::cos, y -> dy -> dy.mul(self().sin()).neg());
    }

    /** Returns tan x = sin x/cos x, x in radians. */
    default Tensor tan() {
        return sin().div(cos());
    }

    /** Returns arcsin x in [−π/2, π/2], NaN for |x| &gt; 1. Pullback: dx = dy / √((1 − x)(1 + x)), infinite at x = ±1. */
    default Tensor asin() {
        return unary("asin", Kernels::asin, y -> dy -> dy.div(adjacent()));
    }

    /** Returns arccos x in [0, π], NaN for |x| &gt; 1. Pullback: dx = −dy / √((1 − x)(1 + x)), infinite at x = ±1. */
    default Tensor acos() {
        return unary("acos", Kernels::acos, y -> dy -> dy.div(adjacent()).neg());
    }

    /** √(1 − x²), also near ±1. */
    private Tensor adjacent() {
        return oneMinus().mul(self().add(1)).sqrt();
    }

    /** Returns arctan x in [−π/2, π/2]. Pullback: dx = dy / (1 + x²). */
    default Tensor atan() {
        return unary("atan", Kernels::atan, y -> dy -> dy.div(self().square().add(1)));
    }

    /** Returns sinh x = (eˣ − e⁻ˣ)/2, within 4 ulp, also near 0; ±∞ from where e^|x| is. */
    default Tensor sinh() {
        return expm1().sub(self().neg().expm1()).mul(0.5);
    }

    /** Returns cosh x = (eˣ + e⁻ˣ)/2, within 3 ulp; ∞ from where e^|x| is. */
    default Tensor cosh() {
        return exp().add(self().neg().exp()).mul(0.5);
    }

    /** Returns tanh x, within 3 ulp. Pullback: dx = dy ⊙ (1 − y²), from the output. */
    default Tensor tanh() {
        return Op.compute(
                TensorOperation.TANH, self(), y -> dy -> dy.mul(y.square().oneMinus()));
    }

    /** Returns σ(x) = 1/(1 + e⁻ˣ), within 2.5 ulp. Pullback: dx = dy ⊙ y (1 − y), from the output. */
    default Tensor sigmoid() {
        return Op.compute(TensorOperation.SIGMOID, self(), y -> dy -> dy.mul(y.mul(y.oneMinus())));
    }

    /** Returns ln σ(x) without overflow. Pullback: dx = dy ⊙ σ(−x). */
    default Tensor logSigmoid() {
        return unary(
                "logSigmoid",
                Kernels::logSigmoid,
                y -> dy -> dy.mul(self().neg().sigmoid()));
    }

    /** Returns ln(1 + eˣ) = −ln σ(−x), without overflow. */
    default Tensor softplus() {
        return self().neg().logSigmoid().neg();
    }

    /** Returns Φ(x), the standard normal distribution function, within 7 ulp. Pullback: dx = dy ⊙ φ(x). */
    default Tensor normalCdf() {
        return unary("normalCdf", Kernels::normalCdf, y -> dy -> dy.mul(self().normalPdf()));
    }

    /** Returns φ(x) = e^(−x²/2)/√(2π), the standard normal density, within 2 + x²/2 ulp. Pullback: dx = −dy ⊙ x y. */
    default Tensor normalPdf() {
        return unary(
                "normalPdf",
                Kernels::normalPdf,
                y -> dy -> dy.mul(Singular.near(self()).mul(y)).neg());
    }

    /** Returns the error function erf x = 2/√π ∫₀ˣ e^(−t²) dt, within 4 ulp. Pullback: dx = dy ⊙ 2/√π e^(−x²). */
    default Tensor erf() {
        return unary("erf", Kernels::erf, y -> dy -> dy.mul(errorDensity()));
    }

    /** Returns erfc x = 1 − erf x, within 7 ulp, also where erf x is nearly 1. Pullback: dx = −dy ⊙ 2/√π e^(−x²). */
    default Tensor erfc() {
        return unary("erfc", Kernels::erfc, y -> dy -> dy.mul(errorDensity()).neg());
    }

    private Tensor errorDensity() {
        return self().mul(Math.sqrt(2)).normalPdf().mul(2 * Math.sqrt(2));
    }

    /** Returns ln |Γ(x)|, within 5 ulp for x &gt; 0, ∞ at its poles 0, −1, −2, …. Pullback: dx = dy ⊙ ψ(x), see {@link #digamma}. */
    default Tensor lgamma() {
        return unary("lgamma", Kernels::lgamma, y -> dy -> dy.mul(self().digamma()));
    }

    /** Returns ψ(x) = (ln Γ)′(x), NaN at its poles 0, −1, −2, …. Pullback: dx = dy ⊙ ψ′(x), see {@link #polygamma}. */
    default Tensor digamma() {
        return unary(
                "digamma",
                (k, x, xo, y, yo, n) -> k.polygamma(0, x, xo, y, yo, n),
                y -> dy -> dy.mul(self().polygamma(1)));
    }

    /**
     * Returns the derivative of {@link #digamma} of the given order, ψ⁽ⁿ⁾(x); at its poles 0, −1, −2, … it is ∞ for odd orders, else NaN.
     * Pullback: dx = dy ⊙ ψ⁽ⁿ⁺¹⁾(x).
     *
     * @throws IllegalArgumentException if the order is negative
     */
    default Tensor polygamma(int order) {
        Check.that(order >= 0, "polygamma: the order must not be negative, got %s", order);
        if (order == 0) {
            return digamma();
        }
        Loops.UnaryKernel kernel = (k, x, xo, y, yo, n) -> k.polygamma(order, x, xo, y, yo, n);
        Computation polygamma =
                new Computation("polygamma", (k, in, out) -> Loops.run(kernel, in[0], out), Map.of("order", order));
        Rule rule = y -> dy -> dy.mul(self().polygamma(order + 1));
        return Op.compute(polygamma, self().shape(), new Tensor[] {self()}, rule);
    }

    /** Returns the largest whole number that is at most x; its derivative is zero everywhere. */
    default Tensor floor() {
        return Op.constant(new Unary("floor", Kernels::floor), self().shape(), self());
    }

    /** Returns the smallest whole number that is at least x; its derivative is zero everywhere. */
    default Tensor ceil() {
        return Op.constant(new Unary("ceil", Kernels::ceil), self().shape(), self());
    }

    /** Returns the whole number nearest to x, the even one of two; its derivative is zero everywhere. */
    default Tensor round() {
        return Op.constant(new Unary("round", Kernels::round), self().shape(), self());
    }

    /** Returns max(x, 0); NaN stays NaN. Pullback: dx = 0 where x ≤ 0, whatever dy is, else dy. */
    default Tensor relu() {
        return unary("relu", Kernels::relu, y -> dy -> Joins.where(y, dy, y.scalar(0)));
    }

    /** Returns x for x &gt; 0, else αx; the derivative at 0 is α. */
    default Tensor leakyRelu(double alpha) {
        return alpha == 0 ? relu() : Tensor.where(self().greater(0), self(), self().mul(alpha));
    }

    /**
     * Returns x for x &gt; 0, else α (eˣ − 1); the derivative at 0 is α. Source: Clevert, Unterthiner and Hochreiter, ICLR 2016.
     */
    default Tensor elu(double alpha) {
        if (alpha == 0) {
            return relu();
        }
        Tensor below = self().clamp(Double.NEGATIVE_INFINITY, 0).expm1().mul(alpha);
        return Tensor.where(self().greater(0), self(), below);
    }

    /** Returns λ·elu(x, α) with λ = 1.0507…, α = 1.6732…. Source: Klambauer et al., NIPS 2017. */
    default Tensor selu() {
        return elu(1.6732632423543772).mul(1.0507009873554805);
    }

    /** Returns x·σ(x), and its limits 0 and ∞ for infinite x. Source: Elfwing, Uchibe and Doya, Neural Networks 107, 2018. */
    default Tensor silu() {
        return Singular.gated("silu", self(), sigmoid());
    }

    /** Returns x·Φ(x), the exact form, and its limits 0 and ∞ for infinite x. Source: Hendrycks and Gimpel, arXiv:1606.08415. */
    default Tensor gelu() {
        return Singular.gated("gelu", self(), normalCdf());
    }

    /** Returns x·tanh(ln(1 + eˣ)), and its limits 0 and ∞ for infinite x. Source: Misra, arXiv:1908.08681. */
    default Tensor mish() {
        return Singular.gated("mish", self(), softplus().tanh());
    }

    /** Returns (x + 3)/6 limited to [0, 1]; the derivative at ±3 is 1/6. */
    default Tensor hardSigmoid() {
        return self().add(3).div(6).clamp(0, 1);
    }

    /**
     * Returns x limited to [low, high]; NaN stays NaN. Pullback: dx = dy where low ≤ x ≤ high, else 0, whatever dy is.
     *
     * @throws IllegalArgumentException if {@code low > high} or one is NaN
     */
    default Tensor clamp(double low, double high) {
        Check.that(low <= high, "clamp: low must not exceed high, got %s and %s", low, high);
        Forward kernel = (k, in, out) -> Loops.run(Loops.inBlocks(Elementwise::clamp), in[0], in[1], in[2], out);
        Rule rule = y -> dy -> dy.maskedBy(self().equalTo(y));
        Tensor[] inputs = {self(), self().scalar(low), self().scalar(high)};
        Computation clamp = new Computation("clamp", kernel, Map.of("low", low, "high", high));
        return Op.compute(clamp, self().shape(), inputs, rule, null, null);
    }

    private static void clamp(
            Kernels<Object> kernels,
            Object x,
            int xo,
            int xs,
            Object low,
            int lo,
            int ls,
            Object high,
            int ho,
            int hs,
            Object y,
            int yo,
            int n) {
        kernels.maximum(x, xo, xs, low, lo, ls, y, yo, n);
        kernels.minimum(y, yo, 1, high, ho, hs, y, yo, n);
    }

    /** Returns 1 − x. Pullback: dx = −dy. */
    default Tensor oneMinus() {
        return self().scalar(1).sub(self());
    }

    /**
     * Returns f applied to every element, for the value of an operation of one's own.
     *
     * @throws IllegalArgumentException if this tensor is being recorded: a plain function has no derivative
     */
    default Tensor map(DoubleUnaryOperator f) {
        Tensor x = self();
        x.read("map");
        Check.that(
                !x.isRecorded(),
                "map: a function of numbers has no derivative, and the tensor %s is being recorded; use detach() first, or"
                        + " Tensor.op with a rule",
                x.shape());
        double[] values = x.toArray();
        return x.dtype().generate(x.shape(), i -> f.applyAsDouble(values[(int) i]));
    }

    private Tensor self() {
        return (Tensor) this;
    }

    private Tensor unary(String name, Loops.UnaryKernel kernel, Rule rule) {
        return Op.compute(new Unary(name, kernel), self(), rule);
    }
}
