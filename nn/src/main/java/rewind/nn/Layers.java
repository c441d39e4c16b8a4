package rewind.nn;

import rewind.autograd.Tensor;

/** The built-in layers, for static import. */
public final class Layers {
    private Layers() {}

    /**
     * A simple recurrent layer, h = tanh(x·U + h⁻·V + b), see {@link RnnCell}; U and V start as Xavier, b as zeros.
     *
     * @throws IllegalArgumentException if {@code units} is not positive
     */
    public static Recurrent<Tensor> rnn(int units) {
        return new Recurrent<>("rnn", RnnCell::of, zeros -> zeros, units);
    }

    /**
     * A recurrent layer of a cell of one's own whose state is one tensor; see {@link Recurrent} for other states.
     *
     * @throws IllegalArgumentException if {@code units} is not positive
     */
    public static Recurrent<Tensor> recurrent(CellDefinition<Tensor> cell, int units) {
        return new Recurrent<>("recurrent", cell, zeros -> zeros, units);
    }

    /**
     * A fully connected layer, y = x·U + b along the last axis; U starts as Xavier, b as zeros.
     *
     * @throws IllegalArgumentException if {@code units} is not positive
     */
    public static Dense dense(int units) {
        return new Dense(units, y -> y);
    }
}
