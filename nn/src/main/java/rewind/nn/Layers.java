package rewind.nn;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.attention.AdditiveAttention;
import rewind.nn.attention.MultiHeadAttention;
import rewind.nn.attention.PositionalEmbedding;
import rewind.nn.attention.PositionalEncoding;
import rewind.nn.convolution.Convolution;
import rewind.nn.convolution.Extract;
import rewind.nn.convolution.GlobalPooling;
import rewind.nn.convolution.Pooling;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.BatchNormalization;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Dropout;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.Flatten;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.OneHot;
import rewind.nn.feedforward.Residual;
import rewind.nn.feedforward.RmsNormalization;
import rewind.nn.feedforward.TiedDense;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.State;
import rewind.nn.recurrent.BuiltInCells;
import rewind.nn.recurrent.Gru;
import rewind.nn.recurrent.Lstm;
import rewind.nn.recurrent.LstmState;
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

    /** A layer of long short-term memory whose gates see the cell state, see {@link rewind.nn.recurrent.PeepholeLstmCell}. */
    public static OwnCell<LstmState> peepholeLstm(int units) {
        return new OwnCell<>(BuiltInCells.PEEPHOLE_LSTM, units);
    }

    /** A layer of long short-term memory with one gate for forgetting and input, see {@link rewind.nn.recurrent.CoupledLstmCell}. */
    public static OwnCell<LstmState> coupledLstm(int units) {
        return new OwnCell<>(BuiltInCells.COUPLED_LSTM, units);
    }

    /** A layer of long short-term memory that is normalised inside, see {@link rewind.nn.recurrent.NormalizedLstmCell}. */
    public static OwnCell<LstmState> normalizedLstm(int units) {
        return new OwnCell<>(BuiltInCells.NORMALIZED_LSTM, units);
    }

    /** A recurrent layer whose units do not see each other, see {@link rewind.nn.recurrent.IndRnnCell}. */
    public static OwnCell<Tensor> indRnn(int units) {
        return new OwnCell<>(BuiltInCells.IND_RNN, units);
    }

    /** A layer of minimal gated units, see {@link rewind.nn.recurrent.MinimalGatedCell}. */
    public static OwnCell<Tensor> minimalGated(int units) {
        return new OwnCell<>(BuiltInCells.MINIMAL_GATED, units);
    }

    /** A layer of gated recurrent units for series with gaps, see {@link rewind.nn.recurrent.GruDCell}. */
    public static OwnCell<Tensor> gruD(int units) {
        return new OwnCell<>(BuiltInCells.GRU_D, units);
    }

    /** A layer of gated recurrent units whose state follows a differential equation in between, see {@link rewind.nn.recurrent.OdeRnnCell}. */
    public static OwnCell<Tensor> odeRnn(int units) {
        return new OwnCell<>(BuiltInCells.ODE_RNN, units);
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

    /**
     * A convolution along the steps, (batch, steps, features) to (batch, windows, filters), see {@link Convolution}; U starts as Xavier, b as zeros.
     * The stride is 1; EpyNN's is by default the size.
     *
     * @param size how many steps a window has
     */
    public static Convolution conv1d(int filters, int size) {
        return new Convolution(filters, size);
    }

    /**
     * A convolution of images, (batch, height, width, channels) to (batch, rows, columns, filters), otherwise as {@link #conv1d}.
     *
     * @param height of a window
     * @param width of a window
     */
    public static Convolution conv2d(int filters, int height, int width) {
        return new Convolution(filters, height, width);
    }

    /** The greatest element of every {@code size} steps, (batch, steps, features) to (batch, steps/size, features), see {@link Pooling}. */
    public static Pooling maxPool1d(int size) {
        return new Pooling(Extract.MAX, size);
    }

    /** The least element of every {@code size} steps, see {@link Pooling}. */
    public static Pooling minPool1d(int size) {
        return new Pooling(Extract.MIN, size);
    }

    /** The mean of every {@code size} steps, see {@link Pooling}. */
    public static Pooling meanPool1d(int size) {
        return new Pooling(Extract.MEAN, size);
    }

    /** The greatest element of every window of an image, (batch, height, width, channels), see {@link Pooling}. */
    public static Pooling maxPool2d(int height, int width) {
        return new Pooling(Extract.MAX, height, width);
    }

    /** The least element of every window of an image, see {@link Pooling}. */
    public static Pooling minPool2d(int height, int width) {
        return new Pooling(Extract.MIN, height, width);
    }

    /** The mean of every window of an image, see {@link Pooling}. */
    public static Pooling meanPool2d(int height, int width) {
        return new Pooling(Extract.MEAN, height, width);
    }

    /** The greatest element of all real steps, (batch, steps, features) to (batch, features), see {@link GlobalPooling}. */
    public static Layer globalMaxPool() {
        return new GlobalPooling(Extract.MAX);
    }

    /** The least element of all real steps, see {@link GlobalPooling}. */
    public static Layer globalMinPool() {
        return new GlobalPooling(Extract.MIN);
    }

    /** The mean of all real steps, see {@link GlobalPooling}. */
    public static Layer globalMeanPool() {
        return new GlobalPooling(Extract.MEAN);
    }

    /** Normalises every feature over a batch, see {@link BatchNormalization}. */
    public static BatchNormalization batchNormalization() {
        return new BatchNormalization();
    }

    /** Divides by the root mean square over the last axis, see {@link RmsNormalization}. */
    public static Layer rmsNormalization() {
        return new RmsNormalization(LayerNormalization.EPSILON);
    }

    /**
     * Attention of every step to all steps, by several heads, (batch, steps, features) to the same, see {@link MultiHeadAttention}; U and W start
     * uniform by Glorot, biases as zeros.
     */
    public static MultiHeadAttention multiHeadAttention(int heads) {
        return new MultiHeadAttention(heads);
    }

    /** A mean of all steps, weighted by what they are worth, (batch, steps, features) to (batch, features), see {@link AdditiveAttention}. */
    public static AdditiveAttention additiveAttention(int units) {
        return new AdditiveAttention(units);
    }

    /** Adds waves that tell steps apart, see {@link PositionalEncoding}. */
    public static Layer positionalEncoding() {
        return new PositionalEncoding();
    }

    /**
     * Adds learned features of its number to every step, see {@link PositionalEmbedding}.
     *
     * @param steps the most that a sample has
     */
    public static Layer positionalEmbedding(int steps) {
        return new PositionalEmbedding(steps);
    }

    /** Layers with a way around them, y = x + f(x), see {@link Residual}. */
    public static Layer residual(Layer... layers) {
        return new Residual(layers.length == 1 ? layers[0] : Sequential.of(layers));
    }

    /**
     * A fully connected layer with the weights of another one, y = x·Eᵀ + b, see {@link TiedDense}: {@code tiedDense("embedding/E")} has a
     * score for every id of an embedding.
     */
    public static Layer tiedDense(String parameter) {
        return new TiedDense(parameter, true);
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
