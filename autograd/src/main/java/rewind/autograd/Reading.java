package rewind.autograd;

import java.util.function.Function;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.TensorRecording.Drawn;
import rewind.autograd.buffer.Buffer;
import rewind.autograd.memory.Segment;
import rewind.autograd.require.CanIgnoreReturnValue;
import rewind.autograd.require.Check;
import rewind.autograd.require.CheckReturnValue;
import rewind.autograd.reverse.Entry;
import rewind.autograd.text.NestedArrays;

/**
 * What others learn of a tensor: its elements, as numbers and arrays of Java and of Commons Math, from which nothing is recorded; and, in
 * a recording, the names under which a {@link Trace} finds it, and what is drawn at random beside it.
 */
@CheckReturnValue
public sealed interface Reading permits Tensor {
    /**
     * Returns the only element.
     *
     * @throws IllegalArgumentException if there is not exactly one
     */
    default double toDouble() {
        Check.that(self().size() == 1, "toDouble: the tensor must have one element, got the shape %s", self().shape());
        return self().elementAt(0);
    }

    /**
     * Returns one element.
     *
     * @param index one number per axis, 0 … size − 1, or negative to count from the end
     * @throws IllegalArgumentException if the index does not fit the shape
     */
    default double get(int... index) {
        Shape shape = self().shape();
        int rank = shape.rank();
        Check.that(index.length == rank, "get: an index of %s needs %s numbers, got %s", shape, rank, index);
        int position = 0;
        for (int axis = 0; axis < rank; axis++) {
            int size = shape.size(axis);
            Check.that(
                    index[axis] >= -size && index[axis] < size,
                    "get: index %s must lie inside the shape %s",
                    index,
                    shape);
            position = position * size + (index[axis] < 0 ? index[axis] + size : index[axis]);
        }
        return self().elementAt(position);
    }

    /** Returns all elements in row-major order, as a new array. */
    default double[] toArray() {
        self().read("toArray");
        Buffer buffer = self().buffer();
        double[] values = new double[buffer.size()];
        buffer.kernels().toDoubles(buffer.data, buffer.offset, values, 0, values.length);
        return values;
    }

    /** Returns all elements in row-major order, as a new array; those of FLOAT64 rounded. */
    default float[] toFloatArray() {
        self().read("toFloatArray");
        Buffer floats = self().constant().to(DType.FLOAT32).buffer();
        float[] values = new float[floats.size()];
        floats.kernels().copy(floats.data, floats.offset, values, 0, values.length);
        return values;
    }

    /**
     * Returns all elements in row-major order as whole numbers, as a new array.
     *
     * @throws IllegalArgumentException if an element is not a whole number that an int can hold
     */
    default int[] toIntArray() {
        self().read("toIntArray");
        return Selections.wholeNumbers("toIntArray", self().buffer());
    }

    /**
     * Returns {@code double[]…[]} nested as deep as the tensor has axes; a {@link Double} for a scalar.
     *
     * @throws IllegalArgumentException if there are more than 255 axes
     */
    default Object toNestedArray() {
        return new NestedArrays(toArray(), self().shape().sizes()).nested();
    }

    /**
     * Returns the rows of a matrix.
     *
     * @throws IllegalArgumentException if the tensor does not have two axes
     */
    default double[][] toRows() {
        Check.that(self().rank() == 2, "toRows: the tensor must have two axes, got the shape %s", self().shape());
        return (double[][]) toNestedArray();
    }

    /**
     * Returns the elements as a Commons Math matrix.
     *
     * @throws IllegalArgumentException if the tensor does not have two axes, or has no elements (Commons Math has no empty matrix)
     */
    default RealMatrix toMatrix() {
        Check.that(
                self().rank() == 2 && self().size() > 0,
                "toMatrix: the tensor must have two axes and at least one element, got the shape %s",
                self().shape());
        return new Array2DRowRealMatrix(toRows(), false);
    }

    /**
     * Returns the elements as a Commons Math vector.
     *
     * @throws IllegalArgumentException if the tensor does not have one axis
     */
    default RealVector toVector() {
        Check.that(self().rank() == 1, "toVector: the tensor must have one axis, got the shape %s", self().shape());
        return new ArrayRealVector(toArray(), false);
    }

    /**
     * Whether the other tensor has the same shape and everywhere |this − other| ≤ absolute + relative·|other|; NaN equals NaN, and
     * infinities equal themselves.
     */
    default boolean isClose(Tensor other, double relative, double absolute) {
        if (!self().shape().equals(other.shape())) {
            return false;
        }
        double[] left = toArray();
        double[] right = other.toArray();
        for (int i = 0; i < left.length; i++) {
            boolean same = Double.compare(left[i], right[i]) == 0;
            boolean near = Double.isFinite(right[i])
                    && Math.abs(left[i] - right[i]) <= absolute + relative * Math.abs(right[i]);
            if (!same && !near) {
                return false;
            }
        }
        return true;
    }

    /** Whether no element is NaN or infinite. */
    default boolean isFinite() {
        self().read("isFinite");
        return self().firstNonFinite() < 0;
    }

    /**
     * Gives this value a name by which a {@link Trace} finds it, and its adjoint; in an equation, {@code x.matmul(U).named("h_")}.
     * Where nobody traces it returns this tensor, and costs nothing.
     *
     * @return the value to go on with
     * @throws IllegalArgumentException if the name is null or blank
     */
    default Tensor named(String name) {
        if (name == null || name.isBlank()) { // called at every step, so without an array for details
            throw Check.failure("named: a name must have letters, got %s", name);
        }
        Tensor value = self();
        if (!value.isObserved()) {
            return value;
        }
        for (Entry<Tensor> each : self().places) {
            if (each.recording().observer() != null) {
                value = each.recording().observer().named(name, value);
            }
        }
        return value;
    }

    /**
     * Tells a {@link Trace} of this value that a step of a loop begins: names that follow, and operations, belong to it.
     *
     * @param loop what precedes the names of this loop; may be empty
     * @param step the number of the step, or −1 after the last one: then the loop around this one goes on, if it is inside another
     * @return this tensor
     */
    @CanIgnoreReturnValue
    default Tensor atStep(String loop, int step) {
        if (!self().isObserved()) {
            return self();
        }
        for (Entry<Tensor> each : self().places) {
            if (each.recording().observer() != null) {
                each.recording().observer().atStep(step < 0 ? "" : loop, step);
            }
        }
        return self();
    }

    /**
     * Tells a {@link Trace} of this value that a layer begins: operations that follow belong to it.
     *
     * @param layer its name, after that of the layer around it and a slash if it is part of one; empty if none goes on
     * @return this tensor
     */
    @CanIgnoreReturnValue
    default Tensor inLayer(String layer) {
        if (!self().isObserved()) {
            return self();
        }
        for (Entry<Tensor> each : self().places) {
            if (each.recording().observer() != null) {
                each.recording().observer().inLayer(layer);
            }
        }
        return self();
    }

    /**
     * Draws a constant at random. Where a reader asks for it, in a {@link rewind.autograd.program.Program} of this value or a
     * {@link Workspace.Replay}, it is an operation without operands, {@code draw}: every run draws anew, by the same generator, as recording
     * does, and values and gradients of one run see the same draw. Elsewhere it is what the function returns.
     *
     * <pre>{@code
     * Tensor noise = x.draw("N(0, 0.1²)", rng, r -> Tensor.randn(r, 2, 3).mul(0.1)).named("e");   // e ~ N(0, 0.1²)
     * }</pre>
     *
     * @param distribution how equations write it
     * @param drawn gives always the same shape and type, and depends on the generator alone
     * @throws IllegalArgumentException if something is null; in a later run if shape or type differ
     */
    default Tensor draw(String distribution, RandomGenerator rng, Function<RandomGenerator, Tensor> drawn) {
        Check.that(
                distribution != null && rng != null && drawn != null,
                "draw: there must be a distribution, a generator and a function, got %s, %s and %s",
                distribution,
                rng,
                drawn);
        Drawn draw = new Drawn(distribution, rng, drawn);
        self().requireOpen("draw");
        TensorRecording asking = TensorRecording.asking(self());
        return asking == null ? Segment.once(draw::value) : asking.draw(draw);
    }

    private Tensor self() {
        return (Tensor) this;
    }
}
