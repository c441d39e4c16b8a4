package rewind.autograd;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.require.CheckReturnValue;
import rewind.autograd.reverse.Places;
import rewind.autograd.text.NestedArrays;
import rewind.autograd.text.TensorFormat;

/**
 * An immutable n-dimensional array of numbers, row-major and contiguous. If it is watched by a {@link Tape}, or computed from
 * something watched, operations on it are recorded there; otherwise they record nothing and cost nothing extra.
 *
 * <p>The operations stand in families: elementwise, arithmetic with NumPy's broadcasting, reductions, products, shaping,
 * indexing, and reading. All throw {@link IllegalArgumentException} with the operation, the condition and the shapes if
 * their operands do not fit, if dtypes differ, or if values of two tapes meet; and {@link IllegalStateException} if a value of a
 * closed tape is used. An axis is 0 … rank − 1, or counts from the end as −1 … −rank.
 */
@CheckReturnValue
public final class Tensor extends Stored
        implements Elementwise, Arithmetic, Reductions, Products, LinearAlgebra, Shaping, Indexing, Reading {
    Tensor(Buffer buffer, Shape shape, Places<Tensor> places) {
        super(buffer, shape, places);
    }

    // ---- making tensors ----

    /** Returns a scalar, of shape []. */
    public static Tensor of(double value) {
        return full(value);
    }

    /** Returns a vector, of shape [values.length]. */
    public static Tensor of(double... values) {
        return of(Shape.of(values.length), values);
    }

    /**
     * Returns a matrix of the given rows.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Tensor of(double[][] rows) {
        return ofNested(rows);
    }

    /**
     * Returns a tensor of three axes.
     *
     * @throws IllegalArgumentException if rows of one level differ in length
     */
    public static Tensor of(double[][][] values) {
        return ofNested(values);
    }

    /**
     * Returns a tensor of any rank from nested arrays {@code double[]…[]}, or a scalar from a {@link Double}.
     *
     * @throws IllegalArgumentException if it is anything else, or rows of one level differ in length
     */
    public static Tensor ofNested(Object values) {
        NestedArrays read = NestedArrays.of(values);
        return of(Shape.of(read.sizes()), read.elements());
    }

    /**
     * Returns a tensor of this shape with the given elements in row-major order.
     *
     * @throws IllegalArgumentException if the number of elements is not that of the shape
     */
    public static Tensor of(Shape shape, double... values) {
        return DType.FLOAT64.of(shape, values, values.length);
    }

    /** Returns a vector of whole numbers, of shape [values.length]: ids, indices, lengths. */
    public static Tensor of(int[] values) {
        return of(Shape.of(values.length), values);
    }

    /**
     * Returns a tensor of this shape with the given whole numbers in row-major order.
     *
     * @throws IllegalArgumentException if the number of elements is not that of the shape
     */
    public static Tensor of(Shape shape, int[] values) {
        return of(shape, Arrays.stream(values).asDoubleStream().toArray());
    }

    /**
     * Returns a matrix of whole numbers.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Tensor of(int[][] rows) {
        return ofNested(Arrays.stream(rows)
                .map(row -> Arrays.stream(row).asDoubleStream().toArray())
                .toArray(double[][]::new));
    }

    /** Returns a vector of type FLOAT32, of shape [values.length]. */
    public static Tensor of(float[] values) {
        return of(Shape.of(values.length), values);
    }

    /**
     * Returns a tensor of type FLOAT32 and this shape with the given elements in row-major order.
     *
     * @throws IllegalArgumentException if the number of elements is not that of the shape
     */
    public static Tensor of(Shape shape, float[] values) {
        return DType.FLOAT32.of(shape, values, values.length);
    }

    /** Returns a matrix with the elements of a Commons Math matrix. */
    public static Tensor of(RealMatrix matrix) {
        return of(matrix.getData());
    }

    /** Returns a vector with the elements of a Commons Math vector. */
    public static Tensor of(RealVector vector) {
        return of(vector.toArray());
    }

    /** Returns zeros. */
    public static Tensor zeros(int... sizes) {
        return zeros(DType.FLOAT64, sizes);
    }

    /** Returns zeros of this element type. */
    public static Tensor zeros(DType dtype, int... sizes) {
        return full(dtype, 0, sizes);
    }

    /** Returns zeros of this element type and shape. */
    public static Tensor zeros(DType dtype, Shape shape) {
        return full(dtype, 0, shape);
    }

    /** Returns ones. */
    public static Tensor ones(int... sizes) {
        return ones(DType.FLOAT64, sizes);
    }

    /** Returns ones of this element type. */
    public static Tensor ones(DType dtype, int... sizes) {
        return full(dtype, 1, sizes);
    }

    /** Returns a tensor whose elements all have the given value. */
    public static Tensor full(double value, int... sizes) {
        return full(DType.FLOAT64, value, sizes);
    }

    /** Returns a tensor of this element type whose elements all have the given value, rounded to it. */
    public static Tensor full(DType dtype, double value, int... sizes) {
        return full(dtype, value, Shape.of(sizes));
    }

    /** Returns a tensor of this element type and shape whose elements all have the given value, rounded to it. */
    public static Tensor full(DType dtype, double value, Shape shape) {
        return dtype.full(value, shape);
    }

    /** Returns the identity matrix, of shape [size, size]. */
    public static Tensor eye(int size) {
        return eye(DType.FLOAT64, size);
    }

    /** Returns the identity matrix of this element type, of shape [size, size]. */
    public static Tensor eye(DType dtype, int size) {
        return dtype.generate(Shape.of(size, size), i -> i % (size + 1) == 0 ? 1 : 0);
    }

    /** Returns 0, 1, …, end − 1. */
    public static Tensor arange(int end) {
        return arange(DType.FLOAT64, end);
    }

    /** Returns 0, 1, …, end − 1 of this element type. */
    public static Tensor arange(DType dtype, int end) {
        return arange(dtype, 0, end, 1);
    }

    /**
     * Returns start, start + step, …, as far as it is before {@code end}; computed as start + i·step.
     *
     * @throws IllegalArgumentException if the step is 0 or a bound is not finite
     */
    public static Tensor arange(double start, double end, double step) {
        return arange(DType.FLOAT64, start, end, step);
    }

    /** As {@link #arange(double, double, double)}, rounded to this element type. */
    public static Tensor arange(DType dtype, double start, double end, double step) {
        return dtype.arange(start, end, step);
    }

    /**
     * Returns {@code count} equally spaced numbers, the first and the last of them given.
     *
     * @throws IllegalArgumentException if {@code count} is negative or a bound is not finite
     */
    public static Tensor linspace(double start, double end, int count) {
        return linspace(DType.FLOAT64, start, end, count);
    }

    /** As {@link #linspace(double, double, int)}, rounded to this element type. */
    public static Tensor linspace(DType dtype, double start, double end, int count) {
        return dtype.linspace(start, end, count);
    }

    /** Returns independent draws from the standard normal distribution. */
    public static Tensor randn(RandomGenerator rng, int... sizes) {
        return randn(DType.FLOAT64, rng, sizes);
    }

    /** As {@link #randn(RandomGenerator, int...)}: the same draws, rounded to this element type. */
    public static Tensor randn(DType dtype, RandomGenerator rng, int... sizes) {
        return dtype.generate(Shape.of(sizes), i -> rng.nextGaussian());
    }

    /**
     * Returns independent draws from the uniform distribution on [low, high).
     *
     * @throws IllegalArgumentException if {@code low > high} or one is not finite
     */
    public static Tensor uniform(RandomGenerator rng, double low, double high, int... sizes) {
        return uniform(DType.FLOAT64, rng, low, high, sizes);
    }

    /**
     * As {@link #uniform(RandomGenerator, double, double, int...)}: the same draws, rounded to this element type, so that FLOAT32 may
     * reach {@code high}.
     */
    public static Tensor uniform(DType dtype, RandomGenerator rng, double low, double high, int... sizes) {
        return dtype.uniform(rng, low, high, Shape.of(sizes));
    }

    /** A scalar of this tensor's dtype. */
    Tensor scalar(double value) {
        return full(dtype(), value, Shape.SCALAR);
    }

    // ---- operations of one's own ----

    /**
     * Performs and records an operation of the user's own. It is as good as a built-in one: it can be differentiated to any order,
     * checked, and named in messages.
     *
     * <pre>{@code
     * static Tensor cube(Tensor x) {
     *     return Tensor.op("cube", in -> in[0].map(v -> v * v * v), List.of(x), y -> dy -> dy.mul(x.square().mul(3)));
     * }
     * }</pre>
     *
     * @param name what messages call it
     * @param forward the value as a function of the inputs, a pure one; it gets them as constants and keeps none of them
     * @param inputs the operands, at least one
     * @param rules per input the rule that makes its pullback, or null if the operation has no derivative there
     * @throws IllegalArgumentException if there is not one rule per input
     */
    public static Tensor op(String name, Function<Tensor[], Tensor> forward, List<Tensor> inputs, Rule... rules) {
        return Op.user(name, forward, inputs.toArray(new Tensor[0]), rules);
    }

    // ---- operations of several equal operands ----

    /**
     * Returns x where the condition is not 0, else y, with broadcasting. Pullback: dy goes to x where the condition holds, to y
     * elsewhere; the other one gets exact zeros there, whatever is NaN or infinite.
     *
     * <p>Both x and y are computed for all elements, and so is what they are computed from: where a function has no finite derivative, 0
     * times infinity is NaN on a {@link Tape} although its value is not chosen (but not in {@link Grad}). Give branches as functions then,
     * which see nothing but their own elements: {@link #where(Tensor, UnaryOperator, UnaryOperator, Tensor)}.
     */
    public static Tensor where(Tensor condition, Tensor x, Tensor y) {
        return Joins.where(condition, x, y);
    }

    /**
     * Returns f(x) where the condition is not 0, else g(x), elementwise with broadcasting. A branch gets, as a vector, those elements
     * alone for which it is chosen, so that it may be undefined for the others:
     *
     * <pre>{@code Tensor.where(x.greater(0), Tensor::sqrt, v -> v, x)   // √x for x > 0, else x}</pre>
     *
     * <p>Pullback: dy goes through the branch that is chosen. Derivatives of every order exist where those of this branch do. A branch that
     * is chosen for no element is not called.
     *
     * @param f a function of every element by itself, to the same shape or one number
     * @param g another one
     * @throws IllegalArgumentException if shapes do not broadcast, or a branch does not give one number for each of its elements
     */
    public static Tensor where(Tensor condition, UnaryOperator<Tensor> f, UnaryOperator<Tensor> g, Tensor x) {
        return Joins.where(condition, in -> f.apply(in.get(0)), in -> g.apply(in.get(0)), List.of(x));
    }

    /**
     * As {@link #where(Tensor, UnaryOperator, UnaryOperator, Tensor)}, for functions of several operands, which broadcast. Whatever a
     * branch depends on element by element must be among them.
     */
    public static Tensor where(
            Tensor condition, Function<List<Tensor>, Tensor> f, Function<List<Tensor>, Tensor> g, List<Tensor> x) {
        return Joins.where(condition, f, g, x);
    }

    /**
     * Returns the tensors one after another along an axis. Pullback: every tensor gets its part.
     *
     * @throws IllegalArgumentException if there is none, or sizes differ on another axis
     */
    public static Tensor concat(int axis, Tensor... tensors) {
        return Joins.concat(axis, tensors);
    }

    /** As {@link #concat(int, Tensor...)}. */
    public static Tensor concat(int axis, List<Tensor> tensors) {
        return Joins.concat(axis, tensors.toArray(new Tensor[0]));
    }

    /**
     * Returns the tensors, all of one shape, along a new axis.
     *
     * @param axis the position of the new axis in the result
     * @throws IllegalArgumentException if there is none, or shapes differ
     */
    public static Tensor stack(int axis, Tensor... tensors) {
        return Joins.stack(axis, List.of(tensors));
    }

    /** As {@link #stack(int, Tensor...)}. */
    public static Tensor stack(int axis, List<Tensor> tensors) {
        return Joins.stack(axis, tensors);
    }

    /**
     * Returns sums of products in the notation of Einstein, {@code einsum("bij,bjk->bik", x, y)}: a letter names an axis, axes of one name have
     * one size, what the result does not name is summed. A name that an operand has twice is its diagonal, and {@code ...} are all axes
     * without names, which are broadcast. Operands are multiplied from left to right, as matrices where they can be.
     *
     * @param equation the names of every operand's axes with commas between them, an arrow, and the names of the result
     * @throws IllegalArgumentException if the equation is not of this form, or names and shapes do not fit
     */
    public static Tensor einsum(String equation, Tensor... operands) {
        return Joins.einsum(equation, operands);
    }

    // ---- reading ----

    /** Returns the shape. */
    public Shape shape() {
        return shape;
    }

    /** Returns the number of axes. */
    public int rank() {
        return shape.rank();
    }

    /** Returns the number of elements. */
    public int size() {
        return shape.size();
    }

    /** Returns the size of an axis. */
    public int size(int axis) {
        return shape.size(axis);
    }

    /** Returns the element type. */
    public DType dtype() {
        return DType.of(memory());
    }

    /**
     * Returns the elements in another type, rounded to it; this tensor itself if it has that type. Recorded like any operation.
     * Pullback: the cotangent in this tensor's type.
     */
    public Tensor to(DType dtype) {
        return dtype == dtype() ? this : Op.convert("to", this, dtype);
    }

    /** Returns the value as a constant: nothing computed from it is recorded. It outlives the tape. */
    public Tensor detach() {
        requireOpen("detach");
        return Op.detached(this);
    }

    /** Whether operations on this tensor are recorded on a tape. */
    public boolean isRecorded() {
        return places.isRecorded();
    }

    /** Returns the elements as NumPy prints them, after a line with dtype and shape; large tensors are summarised. */
    @Override
    public String toString() {
        requireOpen("toString");
        boolean single = dtype() == DType.FLOAT32;
        return "Tensor " + dtype() + " " + shape + "\n" + TensorFormat.format(single, this::elementAt, shape.sizes());
    }
}
