package rewind.nn.exchange;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Bidirectional;
import rewind.nn.recurrent.CellForm;
import rewind.nn.recurrent.Recurrent;

/**
 * How another system stores the weights of a recurrent layer; converts them to this library's parameters and back. Every conversion
 * gives the same function; where there is no such conversion it is refused. Immutable.
 *
 * <pre>{@code
 * Lstm first = lstm(32).sequences(true);
 * Lstm second = lstm(32);
 * Model model = Sequential.of(first, second, dense(1)).build(Shape.of(steps, features), seed);
 * Parameters p = model.parameters();
 * p = WeightLayout.pytorch(first, 0).from(weights, p, "lstm");      // weight_ih_l0, weight_hh_l0, …
 * p = WeightLayout.pytorch(second, 1).from(weights, p, "lstm2");    // weight_ih_l1, weight_hh_l1, …
 * model.set(p);
 * }</pre>
 *
 * <p>With I features, H units, G gates (1, 3, 4 for rnn, gru, lstm) and D directions, forward first:
 *
 * <table>
 * <caption>Names, shapes, order of the gates</caption>
 * <tr><th></th><th>PyTorch</th><th>Keras 3</th><th>ONNX</th></tr>
 * <tr><td>input weights</td><td>weight_ih_l0 [G·H, I]</td><td>kernel [I, G·H]</td><td>W [D, G·H, I]</td></tr>
 * <tr><td>recurrent weights</td><td>weight_hh_l0 [G·H, H]</td><td>recurrent_kernel [H, G·H]</td><td>R [D, G·H, H]</td></tr>
 * <tr><td>biases</td><td>bias_ih_l0, bias_hh_l0 [G·H]</td><td>bias [G·H], or [2, G·H] if reset_after</td><td>B [D, 2·G·H]</td></tr>
 * <tr><td>backward direction</td><td>…_l0_reverse</td><td>forward_layer/…, backward_layer/…</td><td>second in W, R, B</td></tr>
 * <tr><td>gates of the LSTM</td><td>i f g o</td><td>i f g o</td><td>i o f g</td></tr>
 * <tr><td>gates of the GRU</td><td>r z hh</td><td>z r hh</td><td>z r hh</td></tr>
 * </table>
 *
 * <p>Two biases become their sum b, but for the candidate of the GRU that resets after the recurrent product, which has both; back, b is
 * the first of the two, and the second is zero. If there are no biases they are zero. In all three systems z keeps the old state, as
 * here.
 *
 * <p>Layer normalisation and cells of one's own have no counterpart. Recurrent dropout acts in training alone and is not looked at, nor
 * is how outputs are given or gradients truncated.
 */
public final class WeightLayout {
    private final ForeignLayout layout;
    private final CellForm form;
    private final int units;
    private final List<String> directions;

    private WeightLayout(ForeignLayout layout, Layer layer) {
        this.layout = layout;
        Recurrent<?, ?> recurrent;
        if (layer instanceof Bidirectional<?> both) {
            recurrent = both.layer();
            directions = List.of("forward/", "backward/");
            layout.requireMerge(both.merge());
        } else {
            Check.that(
                    layer instanceof Recurrent,
                    "%s: the layer must be rnn, gru or lstm, in one direction or both, got %s",
                    layout.system(),
                    layer.name());
            recurrent = (Recurrent<?, ?>) layer;
            directions = List.of("");
            layout.requireDirection(recurrent.isReversed());
        }
        Check.that(
                !recurrent.isNormalized(),
                "%s: %s must not have layer normalisation, which has no counterpart",
                layout.system(),
                layer.name());
        form = recurrent.cellForm();
        units = recurrent.units();
        layout.requireCell(form);
    }

    /** As {@link #pytorch(Layer, int)} with the index 0: a module that is no stack. */
    public static WeightLayout pytorch(Layer layer) {
        return pytorch(layer, 0);
    }

    /**
     * Returns the layout of {@code torch.nn.RNN}, {@code GRU} and {@code LSTM}. Both biases are written. Tensors of other layers of the
     * stack may be there when reading.
     *
     * @param index which layer of the stack, from 0: the number in {@code weight_ih_l0}
     * @throws IllegalArgumentException if PyTorch does not have the layer: its GRU resets after the recurrent product; its activations
     *     are sigmoid for the gates, tanh for candidate and state, tanh or relu for the RNN; a single direction is forward, two are
     *     concatenated
     */
    public static WeightLayout pytorch(Layer layer, int index) {
        return new WeightLayout(new PytorchLayout(index), layer);
    }

    /**
     * Returns the layout of Keras 3's {@code SimpleRNN}, {@code GRU} and {@code LSTM}, and of {@code Bidirectional} around one. The layer
     * there must have the same form: {@code reset_after} as {@link rewind.nn.recurrent.Gru#resetAfter}, {@code go_backwards} as {@link Recurrent#reversed}
     * (whose sequence Keras gives last step first), {@code merge_mode} as {@link rewind.nn.recurrent.Merge}, {@code use_bias}, and the same {@code activation}
     * and {@code recurrent_activation}; weights do not tell these.
     *
     * @throws IllegalArgumentException if Keras does not have the layer: it has one activation for all sigmoid gates, and one for
     *     candidate and cell state of the LSTM
     */
    public static WeightLayout keras(Layer layer) {
        return new WeightLayout(new KerasLayout(), layer);
    }

    /**
     * Returns the layout of ONNX's operators {@code RNN}, {@code GRU} and {@code LSTM}. The operator must have the same form: {@code
     * linear_before_reset} 1 for {@link rewind.nn.recurrent.Gru#resetAfter} and 0 (its default) otherwise, {@code direction}, the same {@code activations},
     * no {@code clip}, no {@code input_forget}; weights do not tell these. ONNX gives the outputs of two directions apart, so that any
     * {@link rewind.nn.recurrent.Merge} can follow.
     *
     * @throws IllegalArgumentException if ONNX does not have the layer: it has one activation for all sigmoid gates; its activations are,
     *     of ours, identity (Affine), tanh, sigmoid, relu, leakyRelu (with activation_alpha 0.3), elu and softplus
     */
    public static WeightLayout onnx(Layer layer) {
        return new WeightLayout(new OnnxLayout(), layer);
    }

    /**
     * Returns a model's parameters with those of the layer replaced.
     *
     * @param weights the other system's tensors by the names above
     * @param path where the layer's parameters are in the model, such as {@code lstm} or {@code lstm2}; empty if it is the whole model
     * @throws IllegalArgumentException if a tensor is missing, has another shape, or belongs to the layer but has no place in it (a bias,
     *     the other direction, peepholes, projections); or if the layer is not in the model
     */
    public Parameters from(Map<String, Tensor> weights, Parameters model, String path) {
        String prefix = prefix(path);
        Tensor input = model.get(prefix + directions.get(0) + "U");
        ForeignLayout.Extent extent =
                new ForeignLayout.Extent(directions.size(), form.gates().names().size(), input.size(-2), units);
        List<GateWeights> read = layout.read(new ForeignTensors(layout.system(), weights), form, extent);
        Parameters changed = model;
        for (int direction = 0; direction < read.size(); direction++) {
            changed = read.get(direction).into(changed, prefix + directions.get(direction), form, layout.gates(form));
        }
        return changed;
    }

    /**
     * Returns the layer's parameters as the other system's tensors, by the names above.
     *
     * @param path as in {@link #from}
     * @throws IllegalArgumentException if the layer is not in the model
     */
    public Map<String, Tensor> to(Parameters model, String path) {
        return write(model, path, false);
    }

    /**
     * Returns the gradients with respect to the other system's tensors. What two biases share as their sum is the gradient of both.
     *
     * @param gradients the gradients with respect to the model's parameters
     * @param path as in {@link #from}
     * @throws IllegalArgumentException if the layer is not in the model
     */
    public Map<String, Tensor> gradientsTo(Parameters gradients, String path) {
        return write(gradients, path, true);
    }

    private Map<String, Tensor> write(Parameters parameters, String path, boolean gradients) {
        return layout.write(
                IntStream.range(0, directions.size())
                        .mapToObj(direction -> GateWeights.of(
                                parameters,
                                prefix(path) + directions.get(direction),
                                form,
                                layout.gates(form),
                                gradients))
                        .toList(),
                form);
    }

    private static String prefix(String path) {
        return path.isEmpty() ? "" : path + "/";
    }

    /** Returns the system, and the cell as it is stored there. */
    @Override
    public String toString() {
        return "WeightLayout of " + layout.system() + ": " + form.kind() + "(" + units + ")"
                + (directions.size() == 2 ? " in both directions" : "");
    }
}
