package rewind.nn;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.Flatten;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.OneHot;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.State;
import rewind.nn.recurrent.Gru;
import rewind.nn.recurrent.Lstm;
import rewind.nn.recurrent.NamedCell;
import rewind.nn.recurrent.OwnCell;
import rewind.nn.recurrent.Rnn;

/** The built-in layers, for static import. Those with units throw {@link IllegalArgumentException} if they are not positive. */
public final class Layers {
    private Layers() {}

    /**
     * A simple recurrent layer, see {@link rewind.nn.recurrent.RnnCell}; U and V start as Xavier, b as zeros, gradients are clipped at a norm of 0.25, as in
     * EpyNN.
     */
    public static Rnn rnn(int units) {
        return new Rnn(units).clipGradients(true);
    }

    /** A layer of gated recurrent units, see {@link rewind.nn.recurrent.GruCell}; U and V start orthogonal, b as zeros. */
    public static Gru gru(int units) {
        return new Gru(units);
    }

    /** A layer of long short-term memory, see {@link rewind.nn.recurrent.LstmCell}; U and V start orthogonal, b as zeros. */
    public static Lstm lstm(int units) {
        return new Lstm(units);
    }

    /** A recurrent layer of a cell of one's own whose state is one tensor. */
    public static OwnCell<Tensor> recurrent(CellDefinition<Tensor> cell, int units) {
        return recurrent(null, cell, units);
    }

    /**
     * A recurrent layer of a cell of one's own whose state is one tensor.
     *
     * @param name what saved models call the cell, see {@link Registry#cell(String, CellDefinition)}
     */
    public static OwnCell<Tensor> recurrent(String name, CellDefinition<Tensor> cell, int units) {
        return new OwnCell<>(new NamedCell<>(name, cell, zeros -> zeros), units);
    }

    /**
     * A recurrent layer of a cell of one's own whose state is a record of tensors.
     *
     * @param zero makes the first state from zeros (batch, units)
     */
    public static <S extends State<S>> OwnCell<S> recurrent(
            CellDefinition<S> cell, Function<Tensor, S> zero, int units) {
        return recurrent(null, cell, zero, units);
    }

    /**
     * A recurrent layer of a cell of one's own whose state is a record of tensors.
     *
     * @param name what saved models call the cell, see {@link Registry#cell(String, CellDefinition, Function)}
     * @param zero makes the first state from zeros (batch, units)
     */
    public static <S extends State<S>> OwnCell<S> recurrent(
            String name, CellDefinition<S> cell, Function<Tensor, S> zero, int units) {
        return new OwnCell<>(new NamedCell<>(name, cell, zero), units);
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

    /** Learned features of ids, (batch, steps) or (batch, steps, 1) to (batch, steps, features), see {@link Embedding}. */
    public static Embedding embedding(int ids, int features) {
        return new Embedding(ids, features);
    }

    /**
     * 1 at the place of an id and 0 elsewhere, (batch, steps) or (batch, steps, 1) to (batch, steps, classes). Ids are whole numbers from 0
     * to less than the number of classes; what lies beyond a sequence's length is taken as 0.
     */
    public static Layer oneHot(int classes) {
        return new OneHot(classes);
    }

    /** Normalises over the last axis, see {@link LayerNormalization}. */
    public static LayerNormalization layerNormalization() {
        return new LayerNormalization(LayerNormalization.EPSILON);
    }

    /** All elements of a sample in one axis, (batch, …) to (batch, elements). */
    public static Layer flatten() {
        return new Flatten();
    }

    /**
     * A layer applied to every step by itself, with the same parameters: (batch, steps, …input) to (batch, steps, …output). What the layer
     * does along the last axis alone, like {@link Dense}, does not need this.
     */
    public static Layer timeDistributed(Layer layer) {
        return new TimeDistributed(layer);
    }

    /** An activation by name, see {@link Activation#named}, as a layer of its own. */
    public static Layer activation(String name) {
        return activation(Activation.named(name));
    }

    /** An activation as a layer of its own; to be saved, a function of one's own needs a name, {@link Activation#of(String, UnaryOperator)}. */
    public static Layer activation(UnaryOperator<Tensor> function) {
        return new ActivationLayer(Activation.of(function));
    }

    /**
     * A function of the batch, without parameters.
     *
     * @param name what parameters, messages and saved models call it, see {@link Registry#function}
     */
    public static Layer function(String name, UnaryOperator<Tensor> f) {
        return layer(name, (scope, input) -> f);
    }

    /**
     * A layer of one's own with a name.
     *
     * @param name what parameters, messages and saved models call it, see {@link Registry#layer(String, Layer)}
     */
    public static Layer layer(String name, Layer definition) {
        return new OwnLayer(Description.own(name), definition);
    }

    /**
     * A layer of one's own with a name and options, of which one name can stand for several layers of a model:
     *
     * <pre>{@code
     * static Layer attention(int heads) {
     *     return layer(Description.own("attention").with("heads", heads), (scope, input) -> …);
     * }
     *
     * Model.load(path, Registry.of().layer("attention", d -> attention(d.integer("heads"))));
     * }</pre>
     *
     * @param description begun by {@link Description#own}
     * @throws IllegalArgumentException if it is of something built in
     */
    public static Layer layer(Description description, Layer definition) {
        Check.that(
                description.isOwn(),
                "layer: the description must begin with Description.own(\"name\"), got the kind %s",
                description.kind());
        return new OwnLayer(description, definition);
    }
}
