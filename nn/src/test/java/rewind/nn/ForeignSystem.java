package rewind.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/**
 * Where PyTorch, Keras and ONNX keep the weights of recurrent layers, index by index after their documentation (torch.nn.RNN, GRU, LSTM;
 * keras.layers.SimpleRNN, GRU, LSTM, Bidirectional; the ONNX operators RNN, GRU, LSTM). Gates are called z r n and i f c o.
 */
enum ForeignSystem {
    PYTORCH("r z n", "i f c o") {
        @Override
        WeightLayout layout(Layer layer) {
            return WeightLayout.pytorch(layer);
        }

        @Override
        Weights weights(Map<String, Tensor> tensors, int direction, int directions, int gates, int units) {
            String suffix = "_l0" + (direction == 0 ? "" : "_reverse");
            return new Weights() {
                @Override
                public double input(int gate, int unit, int feature) {
                    return tensors.get("weight_ih" + suffix).get(gate * units + unit, feature);
                }

                @Override
                public double recurrent(int gate, int unit, int from) {
                    return tensors.get("weight_hh" + suffix).get(gate * units + unit, from);
                }

                @Override
                public double inputBias(int gate, int unit) {
                    return bias(tensors.get("bias_ih" + suffix), gate * units + unit);
                }

                @Override
                public double recurrentBias(int gate, int unit) {
                    return bias(tensors.get("bias_hh" + suffix), gate * units + unit);
                }
            };
        }
    },
    KERAS("z r n", "i f c o") {
        @Override
        WeightLayout layout(Layer layer) {
            return WeightLayout.keras(layer);
        }

        @Override
        Weights weights(Map<String, Tensor> tensors, int direction, int directions, int gates, int units) {
            String prefix = directions == 1
                    ? ""
                    : List.of("forward_layer/", "backward_layer/").get(direction);
            Tensor bias = tensors.get(prefix + "bias");
            return new Weights() {
                @Override
                public double input(int gate, int unit, int feature) {
                    return tensors.get(prefix + "kernel").get(feature, gate * units + unit);
                }

                @Override
                public double recurrent(int gate, int unit, int from) {
                    return tensors.get(prefix + "recurrent_kernel").get(from, gate * units + unit);
                }

                @Override
                public double inputBias(int gate, int unit) {
                    int column = gate * units + unit;
                    return bias != null && bias.rank() == 2 ? bias.get(0, column) : bias(bias, column);
                }

                @Override
                public double recurrentBias(int gate, int unit) {
                    return bias != null && bias.rank() == 2 ? bias.get(1, gate * units + unit) : 0;
                }
            };
        }
    },
    ONNX("z r n", "i o f c") {
        @Override
        WeightLayout layout(Layer layer) {
            return WeightLayout.onnx(layer);
        }

        @Override
        Weights weights(Map<String, Tensor> tensors, int direction, int directions, int gates, int units) {
            return new Weights() {
                @Override
                public double input(int gate, int unit, int feature) {
                    return tensors.get("W").get(direction, gate * units + unit, feature);
                }

                @Override
                public double recurrent(int gate, int unit, int from) {
                    return tensors.get("R").get(direction, gate * units + unit, from);
                }

                @Override
                public double inputBias(int gate, int unit) {
                    return bias(tensors.get("B"), direction, gate * units + unit);
                }

                @Override
                public double recurrentBias(int gate, int unit) {
                    return bias(tensors.get("B"), direction, (gates + gate) * units + unit);
                }
            };
        }
    };

    private final List<String> gru;
    private final List<String> lstm;

    ForeignSystem(String gru, String lstm) {
        this.gru = Arrays.asList(gru.split(" "));
        this.lstm = Arrays.asList(lstm.split(" "));
    }

    /** Single numbers of one direction. */
    interface Weights {
        double input(int gate, int unit, int feature);

        double recurrent(int gate, int unit, int from);

        double inputBias(int gate, int unit);

        double recurrentBias(int gate, int unit);
    }

    abstract WeightLayout layout(Layer layer);

    abstract Weights weights(Map<String, Tensor> tensors, int direction, int directions, int gates, int units);

    /** Whether the system has the layer. */
    boolean has(LayerKind kind) {
        return this != PYTORCH || kind != LayerKind.GRU;
    }

    /** The position of a gate of the GRU or LSTM. */
    int position(LayerKind kind, String gate) {
        return (kind == LayerKind.LSTM ? lstm : gru).indexOf(gate);
    }

    private static double bias(Tensor bias, int... index) {
        return bias == null ? 0 : bias.get(index);
    }
}
