package rewind.nn;

import java.util.List;

/** The recurrent layers of the library, for properties that hold for all of them. */
enum LayerKind {
    RNN(List.of("")),
    GRU(GruCell.GATES),
    RESET_AFTER_GRU(GruCell.GATES),
    LSTM(LstmCell.GATES);

    private final List<String> gates;

    LayerKind(List<String> gates) {
        this.gates = gates;
    }

    /** The layer with the defaults, but without clipping. */
    Recurrent<?, ?> layer(int units) {
        return switch (this) {
            case RNN -> Layers.rnn(units).clipGradients(false);
            case GRU -> Layers.gru(units);
            case RESET_AFTER_GRU -> Layers.gru(units).resetAfter(true);
            case LSTM -> Layers.lstm(units);
        };
    }

    /** The gates in the order of their stack. */
    List<String> gates() {
        return gates;
    }
}
