package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.batchNormalization;
import static rewind.nn.Layers.conv1d;
import static rewind.nn.Layers.conv2d;
import static rewind.nn.Layers.coupledLstm;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.globalMeanPool;
import static rewind.nn.Layers.indRnn;
import static rewind.nn.Layers.minimalGated;
import static rewind.nn.Layers.multiHeadAttention;
import static rewind.nn.Layers.normalizedLstm;
import static rewind.nn.Layers.peepholeLstm;
import static rewind.nn.Layers.positionalEmbedding;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.residual;
import static rewind.nn.Layers.rmsNormalization;
import static rewind.nn.Layers.tiedDense;

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
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Layer;

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

    /** Files of weights call the parts of attention otherwise, and number their tensors; the layer may have any name, or none. */
    @Test
    void attentionOfKerasIsFoundByItsParts() {
        Model model = Sequential.of(multiHeadAttention(2)).build(Shape.of(5, 4), 1);
        Map<String, Tensor> own = ModelWeights.keras(model).tensors();
        Map<String, String> places = Map.of(
                "query", "query_dense", "key", "key_dense", "value", "value_dense", "attention_output", "output_dense");
        for (String around : List.of("layers/mha/", "")) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            Map<String, Tensor> older = new LinkedHashMap<>();
            own.forEach((name, tensor) -> {
                String[] parts = name.split("/", -1);
                Tensor other = Tensor.randn(rng, tensor.shape().toArray());
                weights.put(around + places.get(parts[1]) + "/vars/" + (parts[2].equals("kernel") ? 0 : 1), other);
                older.put(around + parts[1] + "/" + parts[2] + ":0", other);
            });
            ModelWeights.keras(model).load(weights);
            assertThat(model.parameters().get("attention/W").toArray())
                    .containsExactly(weights.get(around + "output_dense/vars/0").toArray());
            assertThat(model.parameters().get("attention/bq").toArray())
                    .containsExactly(weights.get(around + "query_dense/vars/1").toArray());
            ModelWeights.keras(model).load(older);
            assertThat(model.parameters().get("attention/bv").toArray())
                    .containsExactly(older.get(around + "value/bias:0").toArray());
        }
    }

    /** A dense layer with the table of an embedding, listed again by PyTorch or not; positions; a way around a single layer. */
    @Test
    void tiedTablesAndPositions() {
        Model model = Sequential.of(
                        embedding(7, 3), positionalEmbedding(5), residual(dense(3)), tiedDense("embedding/E"))
                .build(Shape.of(5), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.put("tokens.weight", Tensor.randn(rng, 7, 3));
        weights.put("positions.weight", Tensor.randn(rng, 5, 3));
        weights.put("mix.weight", Tensor.randn(rng, 3, 3));
        weights.put("mix.bias", Tensor.randn(rng, 3));
        weights.put("decoder.bias", Tensor.randn(rng, 7));
        ModelWeights.pytorch(model).load(weights);
        weights.put("decoder.weight", weights.get("tokens.weight"));
        WeightReport report = ModelWeights.pytorch(model).load(weights);
        assertThat(report.modules())
                .containsEntry("tiedDense", "decoder")
                .containsEntry("positionalEmbedding", "positions");
        assertThat(model.parameters().get("residual/U").get(0, 2))
                .isEqualTo(weights.get("mix.weight").get(2, 0));
        assertThat(model.parameters().get("tiedDense/b").get(0, 6))
                .isEqualTo(weights.get("decoder.bias").get(6));
        Map<String, Tensor> back =
                ModelWeights.pytorch(model).modules(report.modules()).tensors();
        assertThat(back.keySet()).containsExactlyInAnyOrderElementsOf(weights.keySet());
        weights.put("decoder.weight", Tensor.randn(rng, 7, 3));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(weights)).hasMessageContaining("it is tied");
        Map<String, Tensor> keras = ModelWeights.keras(model).tensors();
        assertThat(keras.keySet())
                .containsExactly(
                        "embedding/embeddings",
                        "positionalEmbedding/embeddings",
                        "residual/kernel",
                        "residual/bias",
                        "tiedDense/bias");
        ModelWeights.keras(model).load(keras);
    }

    /** Cells that Keras does not have keep their names, also where it runs them by its own layer. */
    @Test
    void cellsThatKerasLacks() {
        for (Layer layer : List.of(
                peepholeLstm(3),
                coupledLstm(3),
                normalizedLstm(3),
                indRnn(3),
                minimalGated(3),
                peepholeLstm(3).reversed(true),
                peepholeLstm(3).bidirectional(),
                recurrent("mine", MinimalGatedUnit::define, 3))) {
            Model model = Sequential.of(layer, dense(2)).build(Shape.of(4, 3), 1);
            Map<String, Tensor> own = ModelWeights.keras(model).tensors();
            assertThat(own).hasSize(model.parameters().stored().size());
            Model other = Sequential.of(layer, dense(2)).build(Shape.of(4, 3), 2);
            ModelWeights.keras(other).load(own);
            assertThat(other.parameters().flatten().toArray())
                    .containsExactly(model.parameters().flatten().toArray());
        }
    }

    @Test
    void headsOfAnotherWidthAreNoneOfPytorch() {
        Model model = Sequential.of(multiHeadAttention(2).headFeatures(3)).build(Shape.of(5, 4), 1);
        assertThatThrownBy(() -> ModelWeights.pytorch(model).tensors())
                .hasMessage(
                        "pytorch: the heads of attention must have as many features together as the input there, got 6 for 4;"
                                + " set no headFeatures");
    }
}
