package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.timeDistributed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;

/** What {@link ModelWeights} says, and what it leaves to whom it says it. */
class ModelWeightsTest {
    private static final Shape SAMPLE = Shape.of(4, 3);

    /** Tensors of these shapes, by name. */
    private static Map<String, Tensor> tensors(Object... namesAndSizes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            tensors.put((String) namesAndSizes[i], Tensor.randn(new Well19937c(i), (int[]) namesAndSizes[i + 1]));
        }
        return tensors;
    }

    private static int[] of(int... sizes) {
        return sizes;
    }

    private static Model stack() {
        return Sequential.of(embedding(9, 3), lstm(2).sequences(true), lstm(2), dense(5))
                .build(Shape.of(4), 1);
    }

    private static Map<String, Tensor> ofStack(String prefix) {
        return tensors(
                prefix + "tokens.weight", of(9, 3),
                prefix + "lstm.weight_ih_l0", of(8, 3),
                prefix + "lstm.weight_hh_l0", of(8, 2),
                prefix + "lstm.bias_ih_l0", of(8),
                prefix + "lstm.bias_hh_l0", of(8),
                prefix + "lstm.weight_ih_l1", of(8, 2),
                prefix + "lstm.weight_hh_l1", of(8, 2),
                prefix + "lstm.bias_ih_l1", of(8),
                prefix + "lstm.bias_hh_l1", of(8),
                prefix + "head.weight", of(5, 2),
                prefix + "head.bias", of(5));
    }

    @Test
    void theReportTellsALineForEachLayer() {
        Model model = stack();
        Map<String, Tensor> weights = ofStack("encoder.");
        weights.put("step", Tensor.of(3.0));
        WeightReport report = ModelWeights.pytorch(model).partial(true).load(weights);
        assertThat(report).hasToString("""
                        pytorch: 11 of 12 tensors used
                          embedding <- encoder.tokens.weight
                          lstm <- encoder.lstm.weight_ih_l0, encoder.lstm.weight_hh_l0, encoder.lstm.bias_ih_l0, encoder.lstm.bias_hh_l0
                          lstm2 <- encoder.lstm.weight_ih_l1, encoder.lstm.weight_hh_l1, encoder.lstm.bias_ih_l1, encoder.lstm.bias_hh_l1
                          dense <- encoder.head.weight, encoder.head.bias
                          missing: none
                          left over: {step=[]}""");
        assertThat(report.modules())
                .isEqualTo(Map.of(
                        "embedding", "encoder.tokens",
                        "lstm", "encoder.lstm",
                        "lstm2", "encoder.lstm",
                        "dense", "encoder.head"));
        assertThat(ModelWeights.pytorch(model).modules(report.modules()).tensors())
                .containsOnlyKeys(ofStack("encoder.").keySet());
    }

    @Test
    void aPrefixLeavesOthersAlone() {
        Map<String, Tensor> weights = ofStack("encoder.");
        weights.putAll(ofStack("decoder."));
        Model model = stack();
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(weights))
                .hasMessage(
                        "pytorch: the weights of embedding could be those of [decoder.tokens, encoder.tokens]; say which by"
                                + " module(\"embedding\", …)");
        ModelWeights.pytorch(model).prefix("decoder.").load(weights);
        assertThat(model.parameters().get("embedding/E").toArray())
                .containsExactly(weights.get("decoder.tokens.weight").toArray());
        assertThat(ModelWeights.pytorch(model).prefix("decoder.").tensors()).containsKey("decoder.lstm2.bias_hh_l0");
    }

    /** A prefix of which no name makes use is a mistake, also where layers may stay as they are. */
    @Test
    void aPrefixMustBeThere() {
        assertThatThrownBy(() -> ModelWeights.pytorch(stack())
                        .prefix("coder.")
                        .partial(true)
                        .load(tensors("encoder.w", of(1), "decoder.w", of(1))))
                .hasMessage("pytorch: names of tensors must begin with the prefix coder., got [encoder.w, decoder.w]");
    }

    /** Of layers alike one has another shape. */
    @Test
    void whatLeavesTooLittleChoiceIsTold() {
        Model model = Sequential.of(dense(3), dense(3)).build(SAMPLE, 1);
        Map<String, Tensor> weights =
                tensors("fc1.weight", of(3, 3), "fc1.bias", of(3), "fc2.weight", of(3, 3), "fc2.bias", of(7));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(weights))
                .hasMessage(
                        "pytorch: the weights of dense or dense2 could be those of [fc1]; no layer has the shapes of"
                                + " {fc2.weight=[3, 3], fc2.bias=[7]}; say which by module(\"dense\", …)");
    }

    /** One of two vectors that only have numbers could be the gain, or the shift. */
    @Test
    void numbersThatDoNotTellWhichIsAbsent() {
        Model model = Sequential.of(layerNormalization(), dense(2)).build(SAMPLE, 1);
        Map<String, Tensor> weights = tensors(
                "layers/layer_normalization/vars/0", of(3),
                "layers/dense/vars/0", of(3, 2));
        assertThatThrownBy(() -> ModelWeights.keras(model).load(weights))
                .hasMessageContaining("missing: {layerNormalization={gamma=[3], beta=[3]}}; left over:"
                        + " {layers/layer_normalization/vars/0=[3]}");
        weights.put("layers/layer_normalization/vars/1", Tensor.ones(3));
        assertThat(ModelWeights.keras(model).load(weights).leftOver()).isEmpty();
        assertThat(model.parameters().get("layerNormalization/shift").toArray()).containsExactly(1, 1, 1);
    }

    @Test
    void whatDoesNotFitIsToldByName() {
        Model model = stack();
        Map<String, Tensor> wrong = ofStack("");
        wrong.put("head.weight", Tensor.zeros(4, 2));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(wrong))
                .hasMessage("pytorch: head.weight must have the shape [5, 2], got [4, 2]; it is for the layer dense");
        Map<String, Tensor> less = ofStack("");
        less.keySet().removeIf(name -> name.endsWith("_l1"));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(less))
                .hasMessage(
                        "pytorch: every layer must have weights and every tensor a layer; missing: {lstm2={weight_ih_l0=[8, 2],"
                                + " weight_hh_l0=[8, 2], bias_ih_l0=[8], bias_hh_l0=[8]}}; left over: none; see partial, prefix and module");
        Map<String, Tensor> more = ofStack("");
        more.put("attention.in_proj_weight", Tensor.zeros(6, 2));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(more))
                .hasMessageContaining("missing: none; left over: {attention.in_proj_weight=[6, 2]}");
        Map<String, Tensor> projected = ofStack("");
        projected.put("lstm.weight_hr_l1", Tensor.zeros(1, 2));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(projected))
                .hasMessageContaining(
                        "got lstm.weight_hr_l1, which the layer has no place for; it is for the layer lstm2");
        assertThatThrownBy(() -> ModelWeights.pytorch(Sequential.of(gru(2)).build(SAMPLE, 1))
                        .load(Map.of()))
                .hasMessageStartingWith("pytorch: gru must reset after the recurrent product");
    }

    /** Fine tuning: a head of its own stays as it was. */
    @Test
    void aPartIsTaken() {
        Map<String, Tensor> weights = ofStack("");
        weights.put("head.weight", Tensor.zeros(7, 2));
        weights.put("head.bias", Tensor.zeros(7));
        Model model = stack();
        Tensor head = model.parameters().get("dense/U");
        WeightReport report = ModelWeights.pytorch(model).partial(true).load(weights);
        assertThat(report.missing()).containsOnlyKeys("dense");
        assertThat(report.leftOver()).containsOnlyKeys("head.weight", "head.bias");
        assertThat(model.parameters().get("dense/U")).isSameAs(head);
    }

    @Test
    void layersAlikeAreTakenInOrderByNameOrAsIsSaid() {
        Layer layers = Sequential.of(dense(3, "tanh"), dense(3).named("last"));
        Model model = Model.build(layers, SAMPLE, 1);
        Map<String, Tensor> numbered =
                tensors("net.10.weight", of(3, 3), "net.10.bias", of(3), "net.2.weight", of(3, 3), "net.2.bias", of(3));
        assertThat(ModelWeights.pytorch(model).load(numbered).modules())
                .isEqualTo(Map.of("dense", "net.2", "last", "net.10"));
        Map<String, Tensor> named =
                tensors("a.last.weight", of(3, 3), "a.last.bias", of(3), "b.weight", of(3, 3), "b.bias", of(3));
        assertThat(ModelWeights.pytorch(model).load(named).modules()).isEqualTo(Map.of("dense", "b", "last", "a.last"));
        Map<String, Tensor> others =
                tensors("up.weight", of(3, 3), "up.bias", of(3), "down.weight", of(3, 3), "down.bias", of(3));
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(others))
                .hasMessageContaining("dense or last could be those of [down, up]; say which by module(\"dense\", …)");
        assertThat(ModelWeights.pytorch(model)
                        .module("dense", "up")
                        .load(others)
                        .modules())
                .isEqualTo(Map.of("dense", "up", "last", "down"));
        assertThatThrownBy(() ->
                        ModelWeights.pytorch(model).module("dense", "left").load(others))
                .hasMessage("pytorch: left must be a module for the weights of dense, got [down, up]");
        assertThatThrownBy(() -> ModelWeights.pytorch(model).module("dens", "up"))
                .hasMessage("pytorch: dens must be a layer with parameters, of which there are [dense/, last/]");
    }

    /** Numbers that layers have got by themselves are not names: others count from 0. */
    @Test
    void numbersOfLayersAreNotNames() {
        Layer layers = Sequential.of(Sequential.of(dense(3), dense(3)), dense(3), Sequential.of(dense(3)));
        Model model = Model.build(layers, SAMPLE, 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (int i = 0; i < 4; i++) {
            weights.putAll(tensors("dense" + i + ".weight", of(3, 3), "dense" + i + ".bias", of(3)));
        }
        assertThat(ModelWeights.pytorch(model).load(weights).modules())
                .isEqualTo(Map.of(
                        "sequential/dense", "dense0",
                        "sequential/dense2", "dense1",
                        "dense", "dense2",
                        "sequential2/dense", "dense3"));
        Model same = Model.build(layers, SAMPLE, 2);
        Map<String, Tensor> own = ModelWeights.pytorch(model).tensors();
        ModelWeights.pytorch(same).load(own);
        assertThat(same.parameters().get("sequential/dense2/U").toArray())
                .containsExactly(model.parameters().get("sequential/dense2/U").toArray());
    }

    @Test
    void whatMayBeLeftOutIsZeroOrOne() {
        Model model = Sequential.of(layerNormalization(), dense(2)).build(SAMPLE, 1);
        model.set(model.parameters().map((name, value) -> value.add(3)));
        ModelWeights.keras(model).load(tensors("layer_normalization/beta", of(3), "dense/kernel", of(3, 2)));
        assertThat(model.parameters().get("layerNormalization/gain").toArray()).containsExactly(1, 1, 1);
        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(0, 0);
    }

    @Test
    void whatIsNoWeightIsPassedOver() {
        Model model = Sequential.of(timeDistributed(dense(2))).build(SAMPLE, 1);
        Map<String, Tensor> weights = tensors(
                "layers/time_distributed/layer/vars/0", of(3, 2),
                "layers/time_distributed/layer/vars/1", of(2),
                "layers/dropout/seed_generator/vars/0", of(2),
                "optimizer/vars/1", of(3, 2));
        assertThat(ModelWeights.keras(model).load(weights).leftOver()).isEmpty();
        assertThat(model.parameters().get("dense/U").toArray())
                .containsExactly(
                        weights.get("layers/time_distributed/layer/vars/0").toArray());
    }

    @Test
    void arraysWithoutNamesGoInOrder() {
        Model model = Sequential.of(embedding(9, 3), lstm(2).bidirectional(), dense(5))
                .build(Shape.of(4), 1);
        Model other = Sequential.of(embedding(9, 3), lstm(2).bidirectional(), dense(5))
                .build(Shape.of(4), 2);
        Map<String, Tensor> numbered = new LinkedHashMap<>();
        ModelWeights.keras(other).tensors().values().forEach(tensor -> numbered.put("arr_" + numbered.size(), tensor));
        assertThat(ModelWeights.keras(model).load(numbered).leftOver()).isEmpty();
        assertThat(model.parameters().get("lstm/backward/U").toArray())
                .containsExactly(other.parameters().get("lstm/backward/U").toArray());
        Map<String, Tensor> prefixed = new LinkedHashMap<>();
        numbered.forEach((name, tensor) -> prefixed.put("net/" + name, tensor.mul(2)));
        ModelWeights.keras(model).prefix("net/").load(prefixed);
        assertThat(model.parameters().get("embedding/E").toArray())
                .containsExactly(other.parameters().get("embedding/E").mul(2).toArray());
        numbered.remove("arr_0");
        assertThatThrownBy(() -> ModelWeights.keras(model).load(numbered))
                .hasMessage(
                        "keras: for tensors with numbers alone there must be 9, those of the layers in their order, got 8");
    }

    @Test
    void cellsHaveNoNumber() {
        Model model = Sequential.of(lstm(2), dense(1)).build(SAMPLE, 1);
        Map<String, Tensor> weights = tensors(
                "cell.weight_ih",
                of(8, 3),
                "cell.weight_hh",
                of(8, 2),
                "cell.bias_ih",
                of(8),
                "cell.bias_hh",
                of(8),
                "out.weight",
                of(1, 2),
                "out.bias",
                of(1));
        assertThat(ModelWeights.pytorch(model).load(weights).modules()).containsEntry("lstm", "cell");
    }

    @Test
    void layersAndCellsOfOnesOwnKeepTheirNames(@TempDir Path folder) throws IOException {
        Layer scaled = (scope, input) -> {
            Tensor gain = scope.parameter("gain", Initializers.normal(1), input.size(-1));
            return x -> scope.apply("inner", dense(3), x.mul(gain));
        };
        Layer layers = Sequential.of(
                scaled.named("scaled"), recurrent(MinimalGatedUnit::define, 2).bidirectional(), dense(2));
        Model model = Model.build(layers, SAMPLE, 1);
        for (String file : new String[] {"own.safetensors", "own.npz"}) {
            Path path = folder.resolve(file);
            ModelWeights.pytorch(model).save(path);
            Model same = Model.build(layers, SAMPLE, 2);
            assertThat(ModelWeights.pytorch(same).load(path).used())
                    .containsKeys("scaled", "scaled/inner", "recurrent/forward", "dense");
            Tensor x = Tensor.randn(new Well19937c(3), 2, 4, 3);
            assertThat(same.predict(x).toArray())
                    .containsExactly(model.predict(x).toArray());
        }
        assertThat(ModelWeights.pytorch(model).tensors()).containsKeys("scaled.gain", "scaled.inner.weight");
    }

    @Test
    void filesOfOtherFormatsAreRefusedWithTheRemedy() {
        Model model = stack();
        assertThatThrownBy(() -> ModelWeights.pytorch(model).load(Path.of("net.pt")))
                .hasMessage("pytorch: weights must be in a file .safetensors or .npz, got net.pt; write it by"
                        + " safetensors.torch.save_file(net.state_dict(), file)");
        assertThatThrownBy(() -> ModelWeights.keras(model).save(Path.of("net.weights.h5")))
                .hasMessage("keras: weights must be in a file .safetensors or .npz, got net.weights.h5; write it by"
                        + " numpy.savez(file, **{w.path: w.numpy() for w in net.weights})");
    }

    @Test
    void theModelKeepsItsElementType(@TempDir Path folder) throws IOException {
        Model wide = stack();
        Path file = folder.resolve("stack.npz");
        ModelWeights.keras(wide).prefix("sequential/").save(file);
        Model narrow = Sequential.of(embedding(9, 3), lstm(2).sequences(true), lstm(2), dense(5))
                .build(Shape.of(4), 2, DType.FLOAT32);
        ModelWeights.keras(narrow).load(file);
        assertThat(narrow.parameters().get("lstm2/V").dtype()).isEqualTo(DType.FLOAT32);
        assertThat(narrow.parameters().get("lstm2/V").toArray())
                .containsExactly(
                        wide.to(DType.FLOAT32).parameters().get("lstm2/V").toArray());
        assertThat(ModelWeights.keras(wide).prefix("sequential/").tensors())
                .containsKeys("sequential/embedding/embeddings", "sequential/lstm2/lstm_cell/recurrent_kernel");
    }
}
