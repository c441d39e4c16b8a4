package rewind.nn.sequence;

import rewind.autograd.Tensor;

/** Sequences that get longer by a token at a time. */
interface TokenStream {
    /** Takes the next token of every sequence; returns the logits of those after them, (sequences, tokens). */
    Tensor step(int... ids);

    /** Goes on with other ones of the sequences, see {@link rewind.nn.train.PredictionStream#select}. */
    void select(int... rows);

    /** What begins sequences. */
    @FunctionalInterface
    interface Beginning {
        /** Begins a number of sequences, each so many times, one after another. */
        TokenStream begin(int sequences, int copies);
    }
}
