package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.conv2d;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.layer;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.maxPool1d;
import static rewind.nn.Layers.minimalGated;
import static rewind.nn.Layers.residual;
import static rewind.nn.Layers.timeDistributed;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;

/** PyTorch flattens channels first, so that layers after flatten have their weights in another order there. */
class FlattenWeightsTest {
    private final RandomGenerator rng = new Well19937c(1);

    private static Model net(Shape input, Layer... layers) {
        return Sequential.of(layers).build(input, 1);
    }

    private Map<String, Tensor> random(Model model) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        ModelWeights.pytorch(model)
                .tensors()
                .forEach((name, tensor) -> weights.put(
                        name, Tensor.uniform(rng, 0.5, 1.5, tensor.shape().toArray())));
        return weights;
    }

    /** What {@code Linear(Flatten(x))} gives in PyTorch, of x (batch, …sizes, channels). */
    private static Tensor flattenedLinear(Tensor x, Tensor weight, Tensor bias) {
        Tensor first = x.rank() == 3 ? x.permute(0, 2, 1) : x.permute(0, 3, 1, 2);
        return first.reshape(x.size(0), -1).matmul(weight.transpose()).add(bias);
    }

    @Test
    void denseAfterConvolution() {
        Model model = net(
                Shape.of(9, 2),
                conv1d(4, 3),
                batchNormalization(),
                maxPool1d(2),
                activation("relu"),
                dropout(0.5),
                flatten(),
                dropout(0.5),
                dense(5));
        Map<String, Tensor> weights = random(model);

        ModelWeights.pytorch(model).load(weights);

        Model before = net(Shape.of(9, 2), conv1d(4, 3), batchNormalization(), maxPool1d(2), activation("relu"));
        ModelWeights.pytorch(before).partial(true).load(weights);
        Tensor x = Tensor.randn(rng, 6, 9, 2);
        Tensor theirs = flattenedLinear(before.predict(x), weights.get("dense.weight"), weights.get("dense.bias"));
        assertThat(model.predict(x).isClose(theirs, 1e-12, 1e-12)).isTrue();
        Map<String, Tensor> back = ModelWeights.pytorch(model).tensors();
        weights.forEach((name, tensor) -> assertThat(back.get(name).toArray()).containsExactly(tensor.toArray()));
    }

    @Test
    void denseAfterImages() {
        Model model = net(Shape.of(4, 5, 2), conv2d(3, 2, 2), flatten(), dense(2));
        Map<String, Tensor> weights = random(model);
        ModelWeights.pytorch(model).load(weights);
        Model before = net(Shape.of(4, 5, 2), conv2d(3, 2, 2));
        ModelWeights.pytorch(before).partial(true).load(weights);
        Tensor x = Tensor.randn(rng, 3, 4, 5, 2);
        Tensor theirs = flattenedLinear(before.predict(x), weights.get("dense.weight"), weights.get("dense.bias"));
        assertThat(model.predict(x).isClose(theirs, 1e-12, 1e-12)).isTrue();
        Model single = net(Shape.of(36), dense(2));
        single.set(WeightLayout.pytorch(dense(2), Shape.of(3, 4, 3))
                .from(
                        Map.of("weight", weights.get("dense.weight"), "bias", weights.get("dense.bias")),
                        single.parameters(),
                        "dense"));
        assertThat(single.parameters().get("dense/U").toArray())
                .containsExactly(model.parameters().get("dense/U").toArray());
    }

    /** The classic of video: a convolution of every frame, flattened, then a recurrent layer; and a normalisation between. */
    @Test
    void recurrentLayersAndNormalisations() {
        Model model = net(
                Shape.of(3, 4, 2),
                timeDistributed(Sequential.of(conv1d(3, 2), flatten(), layerNormalization())),
                lstm(2).bidirectional());
        Map<String, Tensor> weights = random(model);
        ModelWeights.pytorch(model).load(weights);
        int step = 1;
        int channel = 2;
        int here = step * 3 + channel;
        int there = channel * 3 + step;
        assertThat(model.parameters().get("sequential/layerNormalization/gain").get(0, here))
                .isEqualTo(weights.get("sequential.layerNormalization.weight").get(there));
        assertThat(model.parameters().get("lstm/backward/Ui").get(here, 1))
                .isEqualTo(weights.get("lstm.weight_ih_l0_reverse").get(1, there));
        Map<String, Tensor> back = ModelWeights.pytorch(model).tensors();
        assertThat(back.get("lstm.weight_ih_l0").toArray())
                .containsExactly(weights.get("lstm.weight_ih_l0").toArray());
    }

    private static boolean isReordered(Model model) {
        Tensor weight = ModelWeights.pytorch(model).tensors().get("dense.weight");
        return !weight.transpose().isClose(model.parameters().get("dense/U"), 0, 0);
    }

    @Test
    void otherLayersHaveFeaturesLast() {
        Shape input = Shape.of(6, 3);
        assertThat(isReordered(net(input, flatten(), dense(2)))).isFalse();
        assertThat(isReordered(net(input, conv1d(2, 2), lstm(3).sequences(true), flatten(), dense(2))))
                .isFalse();
        assertThat(isReordered(net(input, conv1d(2, 2), globalMeanPool(), dense(2))))
                .isFalse();
        assertThat(isReordered(net(input, conv1d(2, 6), flatten(), dense(2)))).isFalse();
        assertThat(isReordered(net(input, conv1d(1, 2), flatten(), dense(2)))).isFalse();
        assertThat(isReordered(net(input, residual(conv1d(3, 3).padding(1)), flatten(), dense(2))))
                .isTrue();
        Model keras = net(input, conv1d(2, 2), flatten(), dense(2));
        assertThat(ModelWeights.keras(keras).tensors().get("dense/kernel"))
                .isEqualTo(keras.parameters().get("dense/U"));
    }

    @Test
    void whatIsLeftOpenIsRefusedUntilItIsSaid() {
        Model model = net(Shape.of(6, 3), conv1d(2, 2), layerNormalization(), flatten(), dense(2));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).tensors())
                .hasMessage(
                        "pytorch: the order in which dense gets its features there must be known, but is left open by the layers"
                                + " between a convolution and flatten; say by channelsFirst what flatten gets there");
        Tensor U = model.parameters().get("dense/U");
        assertThat(ModelWeights.pytorch(model)
                        .channelsFirst(false)
                        .tensors()
                        .get("dense.weight")
                        .toArray())
                .containsExactly(U.transpose().toArray());
        Tensor first = ModelWeights.pytorch(model).channelsFirst(true).tensors().get("dense.weight");
        assertThat(first.get(1, 5)).isEqualTo(U.get(1, 1));
        assertThatThrownBy(() -> ModelWeights.keras(model).channelsFirst(true))
                .hasMessageContaining("channels must be last");
        Model own = net(Shape.of(6, 3), conv1d(2, 2), function("turn", x -> x.permute(0, 2, 1)), flatten(), dense(2));
        assertThatThrownBy(() -> ModelWeights.pytorch(own).tensors())
                .hasMessageContaining("is left open by the layers between");
        Model around = net(Shape.of(6, 3), conv1d(2, 2), flatten(), residual(dense(10)), dense(2));
        assertThatThrownBy(() -> ModelWeights.pytorch(around).tensors())
                .hasMessageContaining("is left open by residual");
        Model cell = net(Shape.of(3, 4, 2), timeDistributed(Sequential.of(conv1d(3, 2), flatten())), minimalGated(2));
        assertThatThrownBy(() -> ModelWeights.pytorch(cell).tensors()).hasMessageContaining("must not follow flatten");
        Model groups = net(
                Shape.of(3, 4, 2),
                timeDistributed(Sequential.of(conv1d(2, 2), flatten())),
                conv1d(2, 1).groups(2));
        assertThatThrownBy(() -> ModelWeights.pytorch(groups).tensors()).hasMessageContaining("groups of them");
    }

    /** What a layer of one's own applies may get its input, or what others gave. */
    @Test
    void layersOfOnesOwn() {
        Layer twoHeads = layer(
                "heads", (scope, input) -> x -> scope.apply("one", dense(2), x).add(scope.apply("two", dense(2), x)));
        Model model = net(Shape.of(6, 3), conv1d(2, 2), flatten(), twoHeads);
        assertThatThrownBy(() -> ModelWeights.pytorch(model).tensors()).hasMessageContaining("is left open by heads");
        assertThat(ModelWeights.pytorch(net(Shape.of(6), twoHeads)).tensors()).hasSize(4);
    }
}
