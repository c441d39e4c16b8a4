package rewind.nn.exchange;

import java.util.Map;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.feedforward.Residual;
import rewind.nn.feedforward.TiedDense;
import rewind.nn.feedforward.TimeDistributed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Wrapping;

/**
 * How another system stores the weights of a layer; converts them to this library's parameters and back. Every conversion
 * gives the same function; where there is no such conversion it is refused. Immutable.
 *
 * <pre>{@code
 * Lstm first = lstm(32).sequences(true);
 * Lstm second = lstm(32);
 * Dense head = dense(1);
 * Model model = Sequential.of(first, second, head).build(Shape.of(steps, features), seed);
 * Parameters p = model.parameters();
 * p = WeightLayout.pytorch(first, 0).from(weights, p, "lstm");      // weight_ih_l0, weight_hh_l0, …
 * p = WeightLayout.pytorch(second, 1).from(weights, p, "lstm2");    // weight_ih_l1, weight_hh_l1, …
 * p = WeightLayout.pytorch(head).from(headWeights, p, "dense");     // weight, bias
 * model.set(p);
 * }</pre>
 *
 * <p>{@link ModelWeights} reads and writes all layers of a model at once.
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
 * <tr><td>dense, from I to H</td><td>weight [H, I], bias [H]</td><td>kernel [I, H], bias [H]</td><td></td></tr>
 * <tr><td>embedding</td><td>weight [ids, H]</td><td>embeddings [ids, H]</td><td></td></tr>
 * <tr><td>positional embedding</td><td>weight [steps, H]</td><td>embeddings [steps, H]</td><td></td></tr>
 * <tr><td>dense with the table of an embedding</td><td>weight [ids, I], bias [ids]</td><td>bias [ids]</td><td></td></tr>
 * <tr><td>layer normalisation</td><td>weight [I], bias [I]</td><td>gamma [I], beta [I]</td><td></td></tr>
 * <tr><td>root mean square normalisation</td><td>weight [I]</td><td>scale [I]</td><td></td></tr>
 * <tr><td>batch normalisation</td><td>weight, bias, running_mean, running_var [I]</td>
 *     <td>gamma, beta, moving_mean, moving_variance [I]</td><td></td></tr>
 * <tr><td>convolution, J filters in groups</td><td>weight [J, I/groups, …window], bias [J]</td>
 *     <td>kernel […window, I/groups, J], bias [J]</td><td></td></tr>
 * <tr><td>attention: query, key, value; h heads of d</td><td>in_proj_weight [3·I, I], in_proj_bias [3·I]</td>
 *     <td>query/kernel [I, h, d], query/bias [h, d], …</td><td></td></tr>
 * <tr><td>attention: output</td><td>out_proj.weight [I, I], out_proj.bias [I]</td>
 *     <td>attention_output/kernel [h, d, I], attention_output/bias [I]</td><td></td></tr>
 * </table>
 *
 * <p>PyTorch's convolutions and poolings have channels first, so that flatten gives their features there in the order (channels, …sizes), and here
 * (…sizes, channels): the layers after it have their weights in that order, see {@link #pytorch(Layer, Shape)}.
 *
 * <p>Two biases become their sum b, but for the candidate of the GRU that resets after the recurrent product, which has both; back, b is
 * the first of the two, and the second is zero. If there are no biases they are zero, if there is no gain it is one. In all
 * three systems z keeps the old state, as here.
 *
 * <p>Layer normalisation within a recurrent layer and cells of one's own have no counterpart. The ε of normalisations, which weights do
 * not tell, is {@value rewind.nn.feedforward.LayerNormalization#EPSILON} here unless it is set; in PyTorch 1e-5, of {@code RMSNorm} the
 * distance of 1 to the next number; in Keras 1e-3, of {@code RMSNormalization} 1e-6. Keras's momentum of {@code BatchNormalization} is 1 − α.
 * Recurrent dropout acts in training alone and is not looked at, nor is how outputs are given or gradients
 * truncated.
 */
public final class WeightLayout {
    private final LayerTensors layer;

    private WeightLayout(LayerTensors layer) {
        this.layer = layer;
    }

    private static WeightLayout of(ForeignLayout layout, PlainTensors plain, Layer layer) {
        if (plain != null) {
            return new WeightLayout(plain);
        }
        if (layer instanceof TiedDense tied && !(layout instanceof OnnxLayout)) {
            return new WeightLayout(new TiedTensors(layout.system(), tied));
        }
        Check.that(
                RecurrentTensors.has(layer),
                "%s: the layer must be rnn, gru or lstm, in one direction or both%s, got %s",
                layout.system(),
                layout instanceof OnnxLayout
                        ? ""
                        : ", or another one that weights are known of, such as dense or conv1d",
                layer.name());
        return new WeightLayout(new RecurrentTensors(layout, layer));
    }

    /** The layer itself, without names or a way around it, or the one that is applied to every step. */
    static Layer bare(Layer layer) {
        if (layer instanceof Wrapping wrapping) {
            return bare(wrapping.layer());
        }
        if (layer instanceof Residual residual) {
            return bare(residual.layer());
        }
        return layer instanceof TimeDistributed every ? bare(every.layer()) : layer;
    }

    /** Whether another system than ONNX has such a layer, and no user's own. */
    static boolean knows(Layer layer) {
        return RecurrentTensors.isBuiltIn(layer) || layer instanceof TiedDense || PlainTensors.pytorch(layer) != null;
    }

    /** As {@link #pytorch(Layer, int)} with the index 0: a module that is no stack. */
    public static WeightLayout pytorch(Layer layer) {
        return pytorch(layer, 0);
    }

    /**
     * Returns the layout of {@code torch.nn.RNN}, {@code GRU} and {@code LSTM}, of {@code Linear}, {@code Embedding}, {@code LayerNorm} and {@code
     * RMSNorm} over the last axis, {@code Conv1d} and {@code Conv2d}, {@code BatchNorm1d} and {@code 2d}, {@code MultiheadAttention}. Both
     * biases are written. Tensors of other layers of the stack may be there when reading.
     *
     * @param index which layer of the stack, from 0: the number in {@code weight_ih_l0}
     * @throws IllegalArgumentException if PyTorch does not have the layer: its GRU resets after the recurrent product; its activations
     *     are sigmoid for the gates, tanh for candidate and state, tanh or relu for the RNN; a single direction is forward, two are
     *     concatenated; the heads of its attention have the features of the input among them
     */
    public static WeightLayout pytorch(Layer layer, int index) {
        Layer bare = bare(layer);
        return of(new PytorchLayout(index), PlainTensors.pytorch(bare), bare);
    }

    /**
     * As {@link #pytorch(Layer)}, of a layer after flatten of what convolutions or poolings give, with channels first there: its features have
     * another order then. {@link ModelWeights} finds that out itself.
     *
     * @param flattened a sample before flatten as it is here, (…sizes, channels)
     * @throws IllegalArgumentException as there, or if it is a layer whose features have no such order
     */
    public static WeightLayout pytorch(Layer layer, Shape flattened) {
        LayerTensors tensors = pytorch(layer).layer();
        FeatureOrder order = FeatureOrder.SAME.flattened(flattened, 0);
        return new WeightLayout(ReorderedTensors.of(tensors, order, bare(layer), layer.name()));
    }

    /**
     * Returns the layout of Keras 3's {@code SimpleRNN}, {@code GRU} and {@code LSTM}, and of {@code Bidirectional} around one, of
     * {@code Dense}, {@code Embedding}, {@code LayerNormalization}, {@code RMSNormalization}, {@code BatchNormalization}, {@code
     * MultiHeadAttention}, {@code Conv1D} and {@code Conv2D}, whose padding {@code same} is another one by a stride above 1. A recurrent layer there must have the same form: {@code reset_after}
     * as {@link rewind.nn.recurrent.Gru#resetAfter}, {@code go_backwards} as {@link rewind.nn.recurrent.Recurrent#reversed} (whose sequence
     * Keras gives last step first), {@code merge_mode} as {@link rewind.nn.recurrent.Merge}, {@code use_bias}, and the same {@code
     * activation} and {@code recurrent_activation}; weights do not tell these.
     *
     * @throws IllegalArgumentException if Keras does not have the layer: it has one activation for all sigmoid gates, and one for
     *     candidate and cell state of the LSTM
     */
    public static WeightLayout keras(Layer layer) {
        Layer bare = bare(layer);
        return of(new KerasLayout(), PlainTensors.keras(bare), bare);
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
        return of(new OnnxLayout(), null, bare(layer));
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
        return layer.read(new ForeignTensors(layer.system(), weights), model, prefix(path));
    }

    /**
     * Returns the layer's parameters as the other system's tensors, by the names above.
     *
     * @param path as in {@link #from}
     * @throws IllegalArgumentException if the layer is not in the model
     */
    public Map<String, Tensor> to(Parameters model, String path) {
        return layer.write(model, prefix(path), false);
    }

    /**
     * Returns the gradients with respect to the other system's tensors. What two biases share as their sum is the gradient of both.
     *
     * @param gradients the gradients with respect to the model's parameters
     * @param path as in {@link #from}
     * @throws IllegalArgumentException if the layer is not in the model
     */
    public Map<String, Tensor> gradientsTo(Parameters gradients, String path) {
        return layer.write(gradients, prefix(path), true);
    }

    private static String prefix(String path) {
        return path.isEmpty() ? "" : path + "/";
    }

    LayerTensors layer() {
        return layer;
    }

    /** Returns the system, and the cell as it is stored there. */
    @Override
    public String toString() {
        return "WeightLayout of " + layer.system() + ": " + layer;
    }
}
