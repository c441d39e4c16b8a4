package rewind.nn;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The built-in layers, for static import. Those with units throw {@link IllegalArgumentException} if they are not positive. */
public final class Layers {
    private Layers() {}

    /**
     * A simple recurrent layer, see {@link RnnCell}; U and V start as Xavier, b as zeros, gradients are clipped at a norm of 0.25, as in
     * EpyNN.
     */
    public static Rnn rnn(int units) {
        return new Rnn(units).clipGradients(true);
    }

    /** A layer of gated recurrent units, see {@link GruCell}; U and V start orthogonal, b as zeros. */
    public static Gru gru(int units) {
        return new Gru(units);
    }

    /** A layer of long short-term memory, see {@link LstmCell}; U and V start orthogonal, b as zeros. */
    public static Lstm lstm(int units) {
        return new Lstm(units);
    }

    /** A recurrent layer of a cell of one's own whose state is one tensor. */
    public static OwnCell<Tensor> recurrent(CellDefinition<Tensor> cell, int units) {
        return new OwnCell<>(cell, zeros -> zeros, units);
    }

    /**
     * A recurrent layer of a cell of one's own whose state is a record of tensors.
     *
     * @param zero makes the first state from zeros (batch, units)
     */
    public static <S extends State<S>> OwnCell<S> recurrent(
            CellDefinition<S> cell, Function<Tensor, S> zero, int units) {
        return new OwnCell<>(cell, zero, units);
    }

    /** A fully connected layer, y = x·U + b along the last axis; U starts as Xavier, b as zeros. */
    public static Dense dense(int units) {
        return new Dense(units);
    }

    /** A fully connected layer with an activation by name, see {@link Activation#named}. */
    public static Dense dense(int units, String activation) {
        return new Dense(units).activation(activation);
    }

    /** Zeroes elements at random in training, see {@link Dropout}. */
    public static Dropout dropout(double rate) {
        return new Dropout(rate);
    }

    /** All elements of a sample in one axis, (batch, …) to (batch, elements). */
    public static Layer flatten() {
        return named("flatten", (scope, input) -> x -> x.reshape(x.size(0), input.size()));
    }

    /** A function of the batch, without parameters. */
    public static Layer function(String name, UnaryOperator<Tensor> f) {
        return named(name, (scope, input) -> f);
    }

    private static Layer named(String name, Layer definition) {
        return new Layer() {
            @Override
            public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
                return definition.bind(scope, input);
            }

            @Override
            public String name() {
                return name;
            }
        };
    }
}
