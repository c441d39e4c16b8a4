package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import rewind.autograd.memory.Segment;
import rewind.autograd.require.CanIgnoreReturnValue;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;

/**
 * Derivatives of functions of tensors. Every result can be differentiated again, to any order, because a call inside a function that
 * is being differentiated is recorded like any other operation:
 *
 * <pre>{@code
 * Tensor g = Grad.gradient(x -> x.pow(3).sum(), x0);                                        // 3x²
 * Tensor h = Grad.gradient(x -> Grad.gradient(v -> v.pow(3).sum(), x).sum(), x0);           // 6x
 * }</pre>
 *
 * <p>Where a slope is infinite, elements that the result does not depend on have derivative 0: an entry of a Jacobian beside the
 * diagonal, what {@link Tensor#where(Tensor, Tensor, Tensor) where} does not choose, what is sliced away. A derivative that is 0 by its
 * value alone gives NaN there, as that of √x·√x by either root at 0. ({@link Tape#backward(Tensor)} gives NaN in both cases.)
 *
 * <p>A function may also be one of a value that {@linkplain Tensors consists of tensors}, such as parameters by name; so is its gradient.
 *
 * <p>A function may use tensors from outside; those are constants to its derivative, but not to one that is being taken around it.
 * Nothing here has state; calls may run on several threads at once.
 */
@CheckReturnValue
public final class Grad {
    /** How many sweeps for a row of a Jacobian a sweep for a column costs, with the recording that precedes them. */
    private static final int DEARER = 2;

    private Grad() {}

    /** A scalar and its gradient. */
    public record ValueAndGradient(Tensor value, Tensor gradient) {}

    /** A scalar and its gradients with respect to several tensors. */
    public record ValueAndGradients(Tensor value, List<Tensor> gradients) {}

    /** A scalar and its gradient with respect to a value that consists of tensors. */
    public record ValueAndGradientOf<T>(Tensor value, T gradient) {}

    /**
     * What consists of tensors, as parameters by name do.
     *
     * @param <T> the type itself
     */
    public interface Tensors<T> {
        /** Returns the tensors in their order. */
        List<Tensor> values();

        /**
         * Returns others of the same shapes in their places.
         *
         * @throws IllegalArgumentException if their number or a shape differs
         */
        T with(List<Tensor> values);

        /** Returns f of every tensor and the one in its place in others, which must have the same places and shapes. */
        T zip(T others, BinaryOperator<Tensor> f);

        /** Returns others in their places, each of which may have further axes before those of the one whose place it takes. */
        T withAxes(List<Tensor> values);
    }

    /** The results of a function, and Jᵀ·dy for every input. */
    public record ValuesAndGradients(List<Tensor> values, List<Tensor> gradients) {}

    /**
     * Returns ∂f/∂x at x, of x's shape.
     *
     * @param f a function with one element as its result
     * @throws IllegalArgumentException if the result has more elements
     */
    public static Tensor gradient(UnaryOperator<Tensor> f, Tensor x) {
        return valueAndGradient(f, x).gradient();
    }

    /** Returns f(x) and ∂f/∂x, as {@link #gradient(UnaryOperator, Tensor)}. */
    public static ValueAndGradient valueAndGradient(UnaryOperator<Tensor> f, Tensor x) {
        ValueAndGradients both = valueAndGradient(in -> f.apply(in.get(0)), List.of(x));
        return new ValueAndGradient(both.value(), both.gradients().get(0));
    }

    /**
     * Returns ∂f/∂x for every x, each of its shape.
     *
     * @param f a function of the list, with one element as its result
     * @throws IllegalArgumentException if the result has more elements
     */
    public static List<Tensor> gradient(Function<List<Tensor>, Tensor> f, List<Tensor> x) {
        return valueAndGradient(f, x).gradients();
    }

    /** Returns f(x) and ∂f/∂x for every x, as {@link #gradient(Function, List)}. */
    public static ValueAndGradients valueAndGradient(Function<List<Tensor>, Tensor> f, List<Tensor> x) {
        Tape tape = Tape.forDerivative();
        List<Tensor> at = x.stream().map(tape::watch).toList();
        Tensor y = f.apply(at);
        List<Tensor> dx = Gradients.pullBack(tape, y, Tape.seed(y), at);
        tape.finish();
        return new ValueAndGradients(tape.recording().withdraw(y), dx);
    }

    /** As {@link #gradient(UnaryOperator, Tensor)}, of a function of a value that consists of tensors: one of the same shapes. */
    public static <T extends Tensors<T>> T gradient(Function<T, Tensor> f, T x) {
        return valueAndGradient(f, x).gradient();
    }

    /** Returns f(x) and ∂f/∂x, as {@link #gradient(Function, Tensors)}. */
    public static <T extends Tensors<T>> ValueAndGradientOf<T> valueAndGradient(Function<T, Tensor> f, T x) {
        ValueAndGradients both = valueAndGradient(in -> f.apply(x.with(in)), x.values());
        return new ValueAndGradientOf<>(both.value(), x.with(both.gradients()));
    }

    /**
     * Returns ∂f/∂x for every sample of a batch, each tensor with an axis of samples before those of x: a sweep per sample.
     *
     * @param f a function of x and of a batch of one sample, with one element as its result
     * @param batch tensors (samples, …), of which f gets parts (1, …)
     * @throws IllegalArgumentException if there is no tensor of samples, their numbers differ or are 0, or the result has more elements
     */
    public static <T extends Tensors<T>> T gradientsPerSample(
            BiFunction<T, List<Tensor>, Tensor> f, T x, List<Tensor> batch) {
        int samples =
                batch.isEmpty() || batch.get(0).rank() == 0 ? 0 : batch.get(0).size(0);
        Check.that(
                samples > 0 && batch.stream().allMatch(each -> each.rank() > 0 && each.size(0) == samples),
                "gradientsPerSample: there must be tensors of at least one sample, as many in each, got %s",
                batch.stream().map(Tensor::shape).toList());
        IntFunction<List<Tensor>> gradients = i -> {
            List<Tensor> sample =
                    batch.stream().map(each -> each.slice(0, i, i + 1)).toList();
            return gradient(at -> f.apply(at, sample), x).values();
        };
        return x.withAxes(Gradients.stacked(samples, gradients));
    }

    /**
     * Returns Jᵀ·dy, the vector-Jacobian product of f at x, of x's shape; one forward and one reverse sweep.
     *
     * @param dy a cotangent of f(x)'s shape
     * @throws IllegalArgumentException if dy has another shape
     */
    public static Tensor vjp(UnaryOperator<Tensor> f, Tensor x, Tensor dy) {
        Tape tape = Tape.forDerivative();
        Tensor at = tape.watch(x);
        Tensor dx = Gradients.pullBack(tape, f.apply(at), dy, List.of(at)).get(0);
        tape.finish();
        return dx;
    }

    /**
     * Returns Jᵀ·dy for a function of several tensors with several results: Σ_i J_iᵀ·dy_i per input, each of its shape. A {@link Trace}
     * around it finds the adjoint of a value that was named v under the name dv, at the same step of its loop.
     *
     * @param dy a cotangent per result, of its shape
     * @throws IllegalArgumentException if there is not one cotangent per result, of its shape
     */
    public static List<Tensor> vjp(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> dy) {
        return valuesAndVjp(f, x, dy).gradients();
    }

    /** Returns f(x) and Jᵀ·dy, as {@link #vjp(Function, List, List)}. */
    public static ValuesAndGradients valuesAndVjp(
            Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> dy) {
        Tape tape = Tape.forDerivative();
        Located.NamedAdjoints names = new Located.NamedAdjoints(x, dy);
        tape.recording().observe(names);
        List<Tensor> at = x.stream().map(tape::watch).toList();
        List<Tensor> y = f.apply(at);
        Gradients gradients = tape.backward(y, dy);
        names.end();
        List<Tensor> dx = at.stream().map(gradients::of).toList();
        tape.finish();
        return new ValuesAndGradients(y.stream().map(tape.recording()::withdraw).toList(), dx);
    }

    /**
     * Returns J·v, the Jacobian-vector product of f at x, of f(x)'s shape. The reverse sweep u ↦ Jᵀ·u is linear, so its own pullback
     * is v ↦ J·v: one forward and two reverse sweeps.
     *
     * @param v a tangent of x's shape
     * @throws IllegalArgumentException if v has another shape
     */
    public static Tensor jvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
        Check.that(
                v.shape().equals(x.shape()),
                "jvp: the tangent must have the shape of x %s, got %s",
                x.shape(),
                v.shape());
        Tape tape = Tape.forDerivative();
        Tensor at = tape.watch(x);
        Tensor y = f.apply(at);
        Tape linear = Tape.forDerivative();
        Tensor u = linear.watch(Tensor.zeros(y.dtype(), y.shape()));
        Tensor pulled = tape.backward(y, u).of(at);
        tape.finish();
        Tensor dy = Gradients.pullBack(linear, pulled, v, List.of(u)).get(0);
        linear.finish();
        return dy;
    }

    /**
     * Returns the Jacobian ∂f_i/∂x_j at x, of f(x)'s shape followed by x's. One forward sweep, and a reverse sweep per element of f(x);
     * where x has less than half as many, a sweep per element of x instead, as {@link #jvp}. Both differ by rounding alone.
     */
    public static Tensor jacobian(UnaryOperator<Tensor> f, Tensor x) {
        Tape tape = Tape.forDerivative();
        Tensor at = tape.watch(x);
        Tensor y = f.apply(at);
        Shape shape = y.shape().followedBy(x.shape());
        if (shape.size() == 0) {
            tape.finish();
            return Tensor.zeros(x.dtype(), shape);
        }
        Tensor matrix = DEARER * x.size() < y.size() ? Gradients.byColumns(tape, at, y) : byRows(tape, at, y);
        return matrix.reshape(shape.toArray());
    }

    /** As {@link #jacobian(UnaryOperator, Tensor)}, of a function of a value that consists of tensors: a reverse sweep per element of f(x). */
    public static <T extends Tensors<T>> T jacobian(Function<T, Tensor> f, T x) {
        Tape tape = Tape.forDerivative();
        List<Tensor> at = x.values().stream().map(tape::watch).toList();
        Tensor y = f.apply(x.with(at));
        List<Tensor> all = y.size() == 0
                ? Gradients.stacked(1, i -> x.values())
                : Gradients.rows(tape, at, y); // of no element none is left
        tape.finish();
        UnaryOperator<Tensor> shaped = each -> each.slice(0, 0, y.size())
                .reshape(y.shape().followedBy(each.shape().row()).toArray());
        return x.withAxes(all.stream().map(shaped).toList());
    }

    /**
     * Returns the Jacobians of a function that treats every sample of a batch by itself, (samples, …axes of a result, …axes of a sample), by a
     * reverse sweep per element of one result; where samples act on each other, the sum of their derivatives. The Hessians of f are {@code
     * jacobians(at -> gradient(v -> f(v).sum(), at), x)}.
     *
     * @param f a function of (samples, …) that gives (samples, …)
     * @throws IllegalArgumentException if there are not as many results as samples
     */
    public static Tensor jacobians(UnaryOperator<Tensor> f, Tensor x) {
        Tape tape = Tape.forDerivative();
        Tensor at = tape.watch(x);
        Tensor y = f.apply(at);
        Check.that(
                x.rank() > 0 && y.rank() > 0 && x.size(0) == y.size(0),
                "jacobians: there must be a result for every sample, got %s for samples %s",
                y.shape(),
                x.shape());
        Shape shape = y.shape().followedBy(x.shape().row());
        if (shape.size() == 0) {
            tape.finish();
            return Tensor.zeros(x.dtype(), shape);
        }
        List<Tensor> columns = new ArrayList<>();
        for (int k = 0; k < y.size() / y.size(0); k++) {
            Tensor dy = Gradients.unit(y.detach().select(0, 0), k).broadcastTo(y.shape());
            columns.add(Gradients.pullBack(tape, y, dy, List.of(at)).get(0));
        }
        tape.finish();
        return Tensor.stack(1, columns).reshape(shape.toArray());
    }

    private static Tensor byRows(Tape tape, Tensor at, Tensor y) {
        List<Tensor> rows = Gradients.rows(tape, List.of(at), y);
        tape.finish();
        return rows.get(0);
    }

    /**
     * Returns f such that a recording does not keep what it computes: when a sweep comes to it, it is called again. The memory is that of its
     * inputs and results, the price a second call; values and gradients are the same bits as those of f. Inside f the same can be done again.
     *
     * <p>Tensors that f takes from outside get their gradients as its inputs do. It must do the same each time: {@linkplain Tensor#draw draws}
     * are the first ones again, and what else must happen once is for {@link #once}. A value of f that it does not return must not be used
     * outside. Where derivatives are taken of derivatives, or a {@link Trace} or a program sees all operations, nothing is saved.
     *
     * @throws IllegalStateException in a sweep, if f gives something else when it is called again
     */
    public static UnaryOperator<Tensor> checkpoint(UnaryOperator<Tensor> f) {
        return x -> checkpoint(in -> List.of(f.apply(in.get(0))), List.of(x)).get(0);
    }

    /** Returns f(x), as {@link #checkpoint(UnaryOperator)}, for a function of several tensors with several results. */
    public static List<Tensor> checkpoint(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x) {
        return Tape.checkpoint(f, x);
    }

    /**
     * Does something that must not be done again when a {@linkplain #checkpoint(UnaryOperator) checkpointed} function is called again, as taking
     * a number from a generator or counting; then it returns what it returned the first time. Outside such functions it is just done.
     */
    @CanIgnoreReturnValue
    public static <T> T once(Supplier<T> action) {
        return Segment.once(action);
    }

    /**
     * Returns the Hessian ∂²f/∂x_i∂x_j at x, of x's shape twice.
     *
     * @param f a function with one element as its result
     * @throws IllegalArgumentException if the result has more elements
     */
    public static Tensor hessian(UnaryOperator<Tensor> f, Tensor x) {
        return jacobian(at -> gradient(f, at), x);
    }

    /**
     * Returns H·v, the product of the Hessian of f at x with v, of x's shape, at the cost of a few sweeps.
     *
     * @param f a function with one element as its result
     * @param v a tensor of x's shape
     * @throws IllegalArgumentException if the result has more elements, or v another shape
     */
    public static Tensor hvp(UnaryOperator<Tensor> f, Tensor x, Tensor v) {
        Check.that(
                v.shape().equals(x.shape()),
                "hvp: the vector must have the shape of x %s, got %s",
                x.shape(),
                v.shape());
        return vjp(at -> gradient(f, at), x, v); // H is symmetric
    }

    /** As {@link #hvp(UnaryOperator, Tensor, Tensor)}, of a function of a value that consists of tensors. */
    public static <T extends Tensors<T>> T hvp(Function<T, Tensor> f, T x, T v) {
        List<Tensor> tangent = x.zip(v, (at, each) -> each).values();
        return x.with(vjp(in -> gradient(f, x.with(in)).values(), x.values(), tangent));
    }
}
