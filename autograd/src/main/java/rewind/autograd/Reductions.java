package rewind.autograd;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.TensorOperation.AlongAxes;
import rewind.autograd.TensorOperation.Forward;
import rewind.autograd.buffer.Loops;
import rewind.autograd.kernel.Kernels;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * Sums, extremes and the like over chosen axes, see {@link Axes}; no axes means all. Below, dy is meant with the reduced axes kept at
 * size 1, so that it broadcasts against x.
 */
@CheckReturnValue
public sealed interface Reductions permits Tensor {
    /** Returns Σx. Pullback: dx = dy, repeated. */
    default Tensor sum(Axes axes) {
        return reduce("sum", Kernels::sum, axes, (x, over) -> {
            Shape shape = x.shape();
            return (y, dy) -> dy.broadcastTo(shape);
        });
    }

    /** Returns Σx over axes that disappear. */
    default Tensor sum(int... axes) {
        return sum(Axes.of(axes));
    }

    /** Returns Σx/n, NaN for n = 0. */
    default Tensor mean(Axes axes) {
        double count = count("mean", axes);
        return sum(axes).div(count);
    }

    /** Returns Σx/n over axes that disappear. */
    default Tensor mean(int... axes) {
        return mean(Axes.of(axes));
    }

    /**
     * Returns the largest x; NaN if any is. Pullback: dy goes to the largest element, in equal shares if there are several, which have no
     * second derivative; the others get 0, whatever dy is.
     *
     * @throws IllegalArgumentException if a reduced axis has size 0
     */
    default Tensor max(Axes axes) {
        return extreme("max", Kernels::max, axes);
    }

    /** Returns the largest x over axes that disappear. */
    default Tensor max(int... axes) {
        return max(Axes.of(axes));
    }

    /**
     * Returns the smallest x; NaN if any is. Pullback: dy goes to the smallest element, in equal shares if there are several, which have no
     * second derivative; the others get 0, whatever dy is.
     *
     * @throws IllegalArgumentException if a reduced axis has size 0
     */
    default Tensor min(Axes axes) {
        return extreme("min", Kernels::min, axes);
    }

    /** Returns the smallest x over axes that disappear. */
    default Tensor min(int... axes) {
        return min(Axes.of(axes));
    }

    /**
     * Returns the variance of a population, Σ(x − mean)²/n, in two passes. That of a sample is n/(n − 1) times as large. Data that are
     * all alike have the square of the rounding of their mean, some (10⁻¹⁶ x)² in FLOAT64; {@link #std} is exactly 0 there.
     */
    default Tensor variance(Axes axes) {
        int[] over = axes.in("variance", self().shape());
        return self().sub(mean(Axes.keep(over))).square().mean(axes);
    }

    /** Returns the population variance over axes that disappear. */
    default Tensor variance(int... axes) {
        return variance(Axes.of(axes));
    }

    /**
     * Returns the standard deviation of a population, √(Σ(x − mean)²/n), without overflow; NaN for n = 0. That of a sample is √(n/(n − 1))
     * times as large. Pullback: dx = dy ⊙ (x − mean)/(n y), 0 where y = 0; there y has no second derivative, but its powers from y² on have.
     */
    default Tensor std(Axes axes) {
        int[] over = axes.in("std", self().shape());
        double count = count("std", axes);
        if (self().size() == 0) {
            return mean(axes);
        }
        Tensor first = self().detach();
        for (int axis : over) {
            first = first.slice(axis, 0, 1);
        }
        Tensor shifted = self().sub(first); // exactly 0 for constant data
        Tensor centered = shifted.sub(shifted.mean(Axes.keep(over)));
        // one number alone has no kink
        return count == 1
                ? centered.sum(axes)
                : centered.mul(1 / Math.sqrt(count)).norm(axes);
    }

    /** Returns the standard deviation of a population over axes that disappear. */
    default Tensor std(int... axes) {
        return std(Axes.of(axes));
    }

    /**
     * Returns the Euclidean norm √Σx², without overflow. Pullback: dx = dy ⊙ x / y, 0 where y = 0; there y has no second derivative, but
     * its powers from y² on have, also those of y reshaped, permuted, reversed or repeated; those of a part of y have not.
     */
    default Tensor norm(Axes axes) {
        return reduce("norm", Kernels::norm, axes, Reductions::normPullback, (x, dz) -> dz.mul(x));
    }

    private static BinaryOperator<Tensor> normPullback(Tensor x, Axes over) {
        return (y, dy) -> {
            Tensor zero = y.equalTo(0);
            Tensor safe = Tensor.where(zero, y.scalar(1), y);
            Tensor dx = x.div(safe).mul(Tensor.where(zero, y.scalar(0), dy)); // dy / y might overflow
            return Singular.kink("normPullback", dx, dy, () -> zero, over, x);
        };
    }

    /** Returns the Euclidean norm over axes that disappear. */
    default Tensor norm(int... axes) {
        return norm(Axes.of(axes));
    }

    /**
     * Returns ln Σeˣ without overflow; −∞ if all x are. Pullback: dx = dy ⊙ softmax(x), 0 whatever dy is where all x are −∞; e^(x − y)
     * would lose all digits for large x.
     */
    default Tensor logSumExp(Axes axes) {
        return reduce("logSumExp", Kernels::logSumExp, axes, (x, over) -> {
            int[] along = over.in("logSumExp", x.shape());
            return (y, dy) -> {
                Tensor empty = y.equalTo(Double.NEGATIVE_INFINITY); // only a whole row is 0 for good
                return Joins.where(empty, dy.scalar(0), dy).mul(x.softmax(along));
            };
        });
    }

    /** Returns ln Σeˣ over axes that disappear. */
    default Tensor logSumExp(int... axes) {
        return logSumExp(Axes.of(axes));
    }

    /**
     * Returns eˣ/Σeˣ over the axes, without overflow; 0 for x = −∞, even if all are, as in a row that is masked entirely. Pullback: dx = y ⊙ (dy − Σ dy ⊙ y), from the
     * output.
     */
    default Tensor softmax(int... axes) {
        return along(
                "softmax",
                Kernels::softmax,
                axes,
                over -> y -> dy -> {
                    Tensor mean = dy.mul(y).sum(over);
                    return y.mul(dy.sub(mean));
                });
    }

    /** Returns ln softmax(x) = x − ln Σeˣ over the axes, without overflow. Pullback: dx = dy − eʸ ⊙ Σdy, from the output. */
    default Tensor logSoftmax(int... axes) {
        return along(
                "logSoftmax",
                Kernels::logSoftmax,
                axes,
                over -> y -> dy -> dy.sub(y.exp().mul(dy.sum(over))));
    }

    /** Returns the running sums y_k = x_0 + … + x_k along an axis. Pullback: the running sums of dy from the other end. */
    default Tensor cumsum(int axis) {
        return along(
                "cumsum",
                Kernels::cumsum,
                new int[] {axis},
                over -> y -> dy -> dy.flip(axis).cumsum(axis).flip(axis));
    }

    /**
     * Returns the index of the first largest element along an axis, which disappears; a constant.
     *
     * @throws IllegalArgumentException if the axis has size 0, or more elements than the dtype can count (2²⁴ for FLOAT32)
     */
    default Tensor argMax(int axis) {
        int[] over = Axes.of(axis).in("argMax", self().shape());
        requireElements("argMax", over);
        self().requireCountable("argMax", axis);
        return Op.constant(
                new AlongAxes("argMax", Kernels::argMax, over), self().shape().without(over[0]), self());
    }

    /**
     * Returns −Σ_k t_k ln softmax(x)_k over the last axis, which disappears; x are logits, t the targets' probabilities, one row per
     * sample. Terms with t_k = 0 count as 0. Pullbacks: dx = dy ⊙ (softmax(x) Σt − t), dt = −dy ⊙ ln softmax(x).
     *
     * @throws IllegalArgumentException if shapes differ, or there is no axis, or no class
     */
    default Tensor softmaxCrossEntropy(Tensor targets) {
        Tensor logits = self();
        Shape shape = logits.shape();
        Check.that(
                shape.equals(targets.shape()) && shape.rank() >= 1 && shape.size(-1) >= 1,
                "softmaxCrossEntropy: targets must have the shape of the logits %s with at least one class, got %s",
                shape,
                targets.shape());
        int classes = shape.size(-1);
        Forward kernel = (k, in, out) -> k.softmaxCrossEntropy(
                in[0].data, in[0].offset, in[1].data, in[1].offset, out.data, out.offset, out.size(), classes);
        return Op.compute(
                "softmaxCrossEntropy",
                shape.without(shape.rank() - 1),
                kernel,
                new Tensor[] {logits, targets},
                y -> dy -> {
                    Tensor expected = logits.softmax(-1).mul(targets.sum(Axes.keep(-1)));
                    return dy.expandDims(-1).mul(expected.sub(targets));
                },
                y -> dy -> dy.expandDims(-1).mul(logits.logSoftmax(-1)).neg());
    }

    private Tensor self() {
        return (Tensor) this;
    }

    private Tensor reduce(
            String name,
            Loops.ReductionKernel kernel,
            Axes axes,
            BiFunction<Tensor, Axes, BinaryOperator<Tensor>> rule) {
        return reduce(name, kernel, axes, rule, null);
    }

    /**
     * Reduces x over some axes.
     *
     * @param rule makes the pullback (y, dy) ↦ dx from x and the axes, kept; all with these axes at size 1
     * @param half (x, dz) ↦ the pullback of s/2 if the reduction is a {@link Singular.Root} √s, else null
     */
    private Tensor reduce(
            String name,
            Loops.ReductionKernel kernel,
            Axes axes,
            BiFunction<Tensor, Axes, BinaryOperator<Tensor>> rule,
            BinaryOperator<Tensor> half) {
        int[] over = axes.in(name, self().shape());
        Shape result = axes.reduced(self().shape(), over);
        if (!adjacent(over)) {
            Tensor moved = self().permute(last(over));
            return ((Reductions) moved)
                    .reduce(name, kernel, trailing(over.length), rule, half)
                    .reshape(result.toArray());
        }
        int[] kept = Axes.ones(self().shape(), over).toArray();
        Tensor x = self();
        BinaryOperator<Tensor> pullback = rule.apply(x, Axes.keep(over));
        AlongAxes forward = new AlongAxes(name, kernel, over);
        return Op.compute(forward, result, new Tensor[] {x}, y -> {
            Pullback whole = dy -> pullback.apply(y.reshape(kept), dy.reshape(kept));
            return half == null
                    ? whole
                    : new Singular.Root(x, forward, dz -> half.apply(x, dz.reshape(kept)), () -> y, whole);
        });
    }

    private Tensor along(String name, Loops.ReductionKernel kernel, int[] axes, Function<Axes, Rule> rule) {
        int[] over = Axes.of(axes).in(name, self().shape());
        if (!adjacent(over)) {
            int[] order = last(over);
            Tensor moved = self().permute(order);
            int[] end = trailing(over.length).in(name, moved.shape());
            return ((Reductions) moved).along(name, kernel, end, rule).permute(Axes.inverse(order));
        }
        Shape shape = self().shape();
        return Op.compute(new AlongAxes(name, kernel, over), shape, new Tensor[] {self()}, rule.apply(Axes.keep(over)));
    }

    private Tensor extreme(String name, Loops.ReductionKernel kernel, Axes axes) {
        requireElements(name, axes.in(name, self().shape()));
        return reduce(name, kernel, axes, (x, over) -> (y, dy) -> {
            Tensor reached = x.equalTo(y);
            Tensor count = reached.sum(over);
            Tensor dx = dy.div(count).maskedBy(reached);
            return Singular.kink("extremePullback", dx, dy, () -> reached.maskedBy(count.greater(1)), over, x);
        });
    }

    private void requireElements(String name, int[] over) {
        for (int axis : over) {
            Check.that(
                    self().size(axis) > 0,
                    "%s: the reduced axes must not be empty, got axis %s of %s",
                    name,
                    axis,
                    self().shape());
        }
    }

    private double count(String name, Axes axes) {
        double count = 1;
        for (int axis : axes.in(name, self().shape())) {
            count *= self().size(axis);
        }
        return count;
    }

    private static boolean adjacent(int[] over) {
        return over.length == 0 || over[over.length - 1] - over[0] == over.length - 1;
    }

    /** The order of axes that brings the reduced ones to the end. */
    private int[] last(int[] over) {
        int[] order = new int[self().rank()];
        int kept = 0;
        int moved = self().rank() - over.length;
        for (int axis = 0; axis < order.length; axis++) {
            order[Arrays.binarySearch(over, axis) < 0 ? kept++ : moved++] = axis;
        }
        return order;
    }

    private static Axes trailing(int count) {
        return Axes.of(IntStream.rangeClosed(-count, -1).toArray());
    }
}
