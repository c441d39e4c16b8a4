package rewind.examples;

import rewind.nn.Layers;
import rewind.nn.recurrent.Recurrent;

/** The recurrent layers that can be chosen on the command line. */
enum CellKind {
    RNN,
    GRU,
    LSTM,
    /** The cell of one's own, {@link MinimalGatedUnit}. */
    MGU;

    /** Returns a layer of this kind, as it is by default. */
    Recurrent<?, ?> layer(int units) {
        switch (this) {
            case RNN:
                return Layers.rnn(units);
            case GRU:
                return Layers.gru(units);
            case LSTM:
                return Layers.lstm(units);
            default:
                return Layers.recurrent(MinimalGatedUnit::cell, units).named("mgu");
        }
    }
}
