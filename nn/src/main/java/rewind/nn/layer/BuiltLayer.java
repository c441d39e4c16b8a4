package rewind.nn.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;

/**
 * A layer after it saw the shape of its input: its parameters, and what layers declared beside them. The function is there for any
 * parameters.
 *
 * @param layer the layer
 * @param input the shape of one sample
 * @param dtype the element type of the parameters, in which it computes
 * @param parameters the parameters as they were drawn, or read
 * @param clipping the limits of the gradients' norms, by the beginning of the parameters' names, in their order
 * @param statistics the names of those parameters that no gradient moves, see {@link Scope#statistic}
 * @param applied the layers as they were applied, each after those that it consists of, this whole one last
 */
public record BuiltLayer(
        Layer layer,
        Shape input,
        DType dtype,
        Parameters parameters,
        Map<String, Double> clipping,
        Set<String> statistics,
        List<Applied> applied) {
    /** Copies what could change. */
    public BuiltLayer {
        clipping = Collections.unmodifiableMap(new LinkedHashMap<>(clipping)); // in their order
        statistics = Set.copyOf(statistics);
        applied = List.copyOf(applied);
    }

    /**
     * A layer that was applied.
     *
     * @param prefix the beginning of its parameters' names
     * @param input the shape of one sample that it was given
     * @param output the shape of its output for one sample
     */
    public record Applied(String prefix, Layer layer, Shape input, Shape output) {
        /** Returns what summaries and messages call it. */
        public String name() {
            return prefix.isEmpty() ? layer.name() : prefix.substring(0, prefix.length() - 1);
        }

        /** Returns what it makes of a batch, with the parameters of the whole. */
        public Tensor output(Parameters with, Tensor x, Pass pass) {
            return scope(with, pass).output(layer, x);
        }

        /** As {@link #output}, without the last activation. */
        public Tensor scores(Parameters with, Tensor x, Pass pass) {
            return scope(with, pass).scores(layer, x);
        }

        private Scope scope(Parameters with, Pass pass) {
            return Scope.of(with, pass).at(prefix);
        }
    }

    /**
     * Builds a layer, with every parameter drawn and rounded to the element type.
     *
     * @throws IllegalArgumentException if a layer cannot take what it gets
     */
    public static BuiltLayer drawing(Layer layer, Shape input, RandomGenerator rng, DType dtype) {
        try {
            return build(layer, hasOwn(layer), input, ParameterSource.Building.drawingForShapes(rng, dtype));
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "model: the layers lie in each other too deep for this thread's stack; use a larger -Xss", e);
        }
    }

    /**
     * Builds a layer, with its parameters as they were stored in that element type.
     *
     * @throws IllegalArgumentException if a parameter is missing or has another shape
     */
    public static BuiltLayer reading(Layer layer, Shape input, Map<String, Tensor> stored, DType dtype) {
        return build(layer, hasOwn(layer), input, ParameterSource.Building.reading(stored, dtype));
    }

    /** Whether something of a user's own is part of it, named or not. */
    private static boolean hasOwn(Layer layer) {
        try {
            return layer.description().hasOwn();
        } catch (IllegalArgumentException e) {
            return true; // without a name it cannot be described
        }
    }

    /**
     * Passes zeros through: a sample of them if something of a user's own is there, else none, which is enough for the shapes of what is
     * built in, and costs no more than the layers are many, however large a sample is.
     */
    private static BuiltLayer build(Layer layer, boolean hasOwn, Shape input, ParameterSource.Building source) {
        Scope.of(source).output(layer, Tensor.zeros(source.dtype(), Samples.batch(hasOwn ? 1 : 0, input)));
        return new BuiltLayer(
                layer,
                input,
                source.dtype(),
                source.parameters(),
                source.clipping(),
                source.statistics(),
                source.applied());
    }

    /** Returns the shape of the output for one sample. */
    public Shape output() {
        return applied.get(applied.size() - 1).output();
    }

    /** Returns the same in another element type, with the parameters rounded to it. */
    public BuiltLayer to(DType other) {
        return new BuiltLayer(layer, input, other, parameters.to(other), clipping, statistics, applied);
    }

    /** Returns the output for a batch with the given parameters, in their element type. */
    public Tensor output(Parameters with, Tensor x, Pass pass) {
        return Scope.of(with, pass).output(layer, x.to(with.dtype(dtype)));
    }

    /**
     * Returns the layer in use as a computation of a batch and of parameters, as they are stored.
     *
     * @param with the parameters whose shapes and types they are
     * @param samples of a batch, at least 1
     * @throws IllegalArgumentException if a layer reads numbers, so that what it does may depend on them
     */
    public Program program(Parameters with, int samples) {
        return ParametricProgram.of(this, with, samples);
    }

    /** As {@link #output(Parameters, Tensor, Pass)}, without the last activation. */
    public Tensor scores(Parameters with, Tensor x, Pass pass) {
        return Scope.of(with, pass).scores(layer, x.to(with.dtype(dtype)));
    }
}
