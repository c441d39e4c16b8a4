package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.conv2d;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.multiHeadAttention;
import static rewind.nn.Layers.rmsNormalization;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;

/** Weights of convolutions, normalisations and attention, as PyTorch and Keras lay them out. */
class LayerWeightsTest {
    private final RandomGenerator rng = new Well19937c(1);

    private static Model net() {
        return Sequential.of(
                        conv1d(4, 3).groups(2),
                        batchNormalization(),
                        rmsNormalization(),
                        multiHeadAttention(2),
                        globalMeanPool())
                .build(Shape.of(6, 2), 1);
    }

    /** A PyTorch module with these names would be {@code conv, norm, rms, attn} in their order. */
    private Map<String, Tensor> ofPytorch() {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("conv.weight", Tensor.randn(rng, 4, 1, 3));
        weights.put("conv.bias", Tensor.randn(rng, 4));
        weights.put("norm.weight", Tensor.randn(rng, 4));
        weights.put("norm.bias", Tensor.randn(rng, 4));
        weights.put("norm.running_mean", Tensor.randn(rng, 4));
        weights.put("norm.running_var", Tensor.uniform(rng, 1, 2, 4));
        weights.put("norm.num_batches_tracked", Tensor.of(7.0));
        weights.put("rms.weight", Tensor.randn(rng, 4));
        weights.put("attn.in_proj_weight", Tensor.randn(rng, 12, 4));
        weights.put("attn.in_proj_bias", Tensor.randn(rng, 12));
        weights.put("attn.out_proj.weight", Tensor.randn(rng, 4, 4));
        weights.put("attn.out_proj.bias", Tensor.randn(rng, 4));
        return weights;
    }

    @Test
    void pytorch() {
        Model model = net();
        Map<String, Tensor> weights = ofPytorch();

        WeightReport report = ModelWeights.pytorch(model).load(weights);

        assertThat(report.missing()).isEmpty();
        assertThat(report.leftOver()).isEmpty();
        Tensor U = model.parameters().get("conv1d/U");
        assertThat(U.get(2, 0, 3)).isEqualTo(weights.get("conv.weight").get(3, 0, 2));
        assertThat(model.parameters().get("batchNormalization/variance").get(0, 1))
                .isEqualTo(weights.get("norm.running_var").get(1));
        assertThat(model.parameters().get("rmsNormalization/gain").get(0, 2))
                .isEqualTo(weights.get("rms.weight").get(2));
        Tensor rows = weights.get("attn.in_proj_weight");
        assertThat(model.parameters().get("attention/Uk").get(1, 3)).isEqualTo(rows.get(4 + 3, 1));
        assertThat(model.parameters().get("attention/bv").get(0, 2))
                .isEqualTo(weights.get("attn.in_proj_bias").get(8 + 2));
        assertThat(model.parameters().get("attention/W").get(0, 3))
                .isEqualTo(weights.get("attn.out_proj.weight").get(3, 0));
        Map<String, Tensor> back = ModelWeights.pytorch(model)
                .modules(Map.of(
                        "conv1d", "conv", "batchNormalization", "norm", "rmsNormalization", "rms", "attention", "attn"))
                .tensors();
        weights.remove("norm.num_batches_tracked");
        assertThat(back.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
        back.forEach((name, tensor) ->
                assertThat(tensor.toArray()).containsExactly(weights.get(name).toArray()));
    }

    @Test
    void keras() {
        Model model = Sequential.of(conv2d(3, 2, 2), batchNormalization(), rmsNormalization())
                .build(Shape.of(4, 4, 2), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("conv2d/kernel", Tensor.randn(rng, 2, 2, 2, 3));
        weights.put("conv2d/bias", Tensor.randn(rng, 3));
        weights.put("batch_normalization/gamma", Tensor.randn(rng, 3));
        weights.put("batch_normalization/beta", Tensor.randn(rng, 3));
        weights.put("batch_normalization/moving_mean", Tensor.randn(rng, 3));
        weights.put("batch_normalization/moving_variance", Tensor.uniform(rng, 1, 2, 3));
        weights.put("rms_normalization/scale", Tensor.randn(rng, 3));

        assertThat(ModelWeights.keras(model).load(weights).leftOver()).isEmpty();

        assertThat(model.parameters().get("conv2d/U").toArray())
                .containsExactly(weights.get("conv2d/kernel").toArray());
        assertThat(model.parameters().get("batchNormalization/mean").toArray())
                .containsExactly(weights.get("batch_normalization/moving_mean").toArray());
        assertThat(ModelWeights.keras(model).tensors()).hasSize(7);
    }

    /** Keras's einsums, abc,cde->abde of query, key and value, and abcd,cde->abe of the output, are products with these matrices. */
    @Test
    void attentionOfKeras() {
        Model model = Sequential.of(
                        multiHeadAttention(2).headFeatures(3),
                        multiHeadAttention(2).headFeatures(3))
                .build(Shape.of(5, 4), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (String layer : List.of("multi_head_attention", "multi_head_attention_1")) {
            for (String role : List.of("query", "key", "value")) {
                weights.put(layer + "/" + role + "/kernel", Tensor.randn(rng, 4, 2, 3));
                weights.put(layer + "/" + role + "/bias", Tensor.randn(rng, 2, 3));
            }
            weights.put(layer + "/attention_output/kernel", Tensor.randn(rng, 2, 3, 4));
            weights.put(layer + "/attention_output/bias", Tensor.randn(rng, 4));
        }

        WeightReport report = ModelWeights.keras(model).load(weights);

        assertThat(report.missing()).isEmpty();
        assertThat(report.leftOver()).isEmpty();
        Tensor x = Tensor.randn(rng, 7, 4);
        String first = "multi_head_attention/";
        for (String role : List.of("query", "key", "value")) {
            Tensor theirs = Tensor.einsum("tc,cde->tde", x, weights.get(first + role + "/kernel"))
                    .add(weights.get(first + role + "/bias"));
            String our = role.substring(0, 1);
            Tensor ours = x.matmul(model.parameters().get("attention/U" + our))
                    .add(model.parameters().get("attention/b" + our));
            assertThat(ours.reshape(7, 2, 3).isClose(theirs, 1e-12, 1e-12)).isTrue();
        }
        Tensor heads = Tensor.randn(rng, 7, 2, 3);
        Tensor theirs = Tensor.einsum("tcd,cde->te", heads, weights.get(first + "attention_output/kernel"));
        assertThat(heads.reshape(7, 6)
                        .matmul(model.parameters().get("attention/W"))
                        .isClose(theirs, 1e-12, 1e-12))
                .isTrue();
        Map<String, Tensor> back = ModelWeights.keras(model)
                .modules(Map.of("attention", "multi_head_attention", "attention2", "multi_head_attention_1"))
                .tensors();
        assertThat(back.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
        back.forEach((name, tensor) ->
                assertThat(tensor.toArray()).containsExactly(weights.get(name).toArray()));
    }
}
