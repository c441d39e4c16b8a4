package rewind.benchmarks.systems;

import rewind.nn.Layers;
import rewind.nn.recurrent.Recurrent;

/** The recurrent layers that the systems have, computing the same function. */
public enum CellKind {
    RNN(1),
    GRU(3),
    LSTM(4);

    private final int gates;

    CellKind(int gates) {
        this.gates = gates;
    }

    int gates() {
        return gates;
    }

    /** Returns this library's layer that gives all outputs; of the GRU the form that PyTorch has. */
    Recurrent<?, ?> layer(int units) {
        return switch (this) {
            case RNN -> Layers.rnn(units).sequences(true);
            case GRU -> Layers.gru(units).resetAfter(true).sequences(true);
            case LSTM -> Layers.lstm(units).sequences(true);
        };
    }
}
