package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.GradientChecks;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;

/** Graphs of files as models. */
class OnnxModelTest {
    private static final int STEPS = 5;
    private static final int FEATURES = 2;
    private static final int UNITS = 3;

    /** An LSTM with a dense layer after its last output, as PyTorch's exporter writes it for batches that come first. */
    static Graphs forecaster(ElementType type) {
        Well19937c rng = new Well19937c(1);
        DType dtype = type.dtype();
        return new Graphs()
                .input("x", type, -1, STEPS, FEATURES)
                .tensor(
                        "lstm.W",
                        type,
                        Tensor.randn(dtype, rng, 1, 4 * UNITS, FEATURES).mul(0.5))
                .tensor(
                        "lstm.R",
                        type,
                        Tensor.randn(dtype, rng, 1, 4 * UNITS, UNITS).mul(0.5))
                .tensor("lstm.B", type, Tensor.randn(dtype, rng, 1, 8 * UNITS).mul(0.5))
                .tensor("head.weight", type, Tensor.randn(dtype, rng, 1, UNITS))
                .tensor("head.bias", type, Tensor.zeros(dtype, 1))
                .tensor("first", ElementType.INT64, Tensor.of(0.0))
                .node(
                        "Transpose",
                        List.of("x"),
                        List.of("xt"),
                        Map.of("perm", Attribute.ofIntegers(List.of(1L, 0L, 2L))))
                .node(
                        "LSTM",
                        Graphs.names("xt lstm.W lstm.R lstm.B"),
                        Graphs.names("- last"),
                        Map.of("hidden_size", Attribute.of((long) UNITS)))
                .node("Gather", List.of("last", "first"), List.of("h"), Map.of())
                .node("Gemm", Graphs.names("h head.weight head.bias"), List.of("y"), Map.of("transB", Attribute.of(1L)))
                .output("y", type);
    }

    @Test
    void aModelGivesWhatTheGraphGives() {
        OnnxGraph graph = forecaster(ElementType.FLOAT).read();
        Model model = graph.model();
        Tensor x = Tensor.randn(DType.FLOAT32, new Well19937c(2), 4, STEPS, FEATURES);
        assertThat(model.parameters().names())
                .containsExactly("lstm.W", "lstm.R", "lstm.B", "head.weight", "head.bias");
        assertThat(model.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(model.predict(x).toArray())
                .containsExactly(graph.run(Map.of("x", x)).get("y").toArray());
        Tensor wide = model.to(DType.FLOAT64).predict(x.to(DType.FLOAT64));
        assertThat(wide.isClose(model.predict(x).to(DType.FLOAT64), 0, 1e-6)).isTrue();
    }

    @Test
    void aModelIsTrained() {
        Model model = forecaster(ElementType.DOUBLE).read().model();
        Tensor x = Tensor.randn(new Well19937c(3), 40, STEPS, FEATURES);
        Dataset data = Dataset.of(x, x.sum(2).mean(1).expandDims(1));
        double before = model.evaluate(data, meanSquaredError()).get("loss");
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.02))
                .epochs(30)
                .batchSize(10)
                .fit(data);
        assertThat(model.evaluate(data, meanSquaredError()).get("loss")).isLessThan(before / 5);
    }

    @Test
    void gradientsAreRight() {
        Model model = forecaster(ElementType.DOUBLE).read().model();
        Tensor x = Tensor.randn(new Well19937c(4), 2, STEPS, FEATURES);
        GradientChecks.of(model, x).verify();
    }

    @Test
    void aModelIsSavedAndLoaded(@TempDir Path folder) throws IOException {
        Model model = forecaster(ElementType.FLOAT).read().model();
        model.set("head.bias", Tensor.full(2.5, 1));
        Path file = folder.resolve("model.safetensors");
        model.save(file);
        Model same = Model.load(file, Onnx.registry());
        Tensor x = Tensor.randn(DType.FLOAT32, new Well19937c(2), 4, STEPS, FEATURES);
        assertThat(same.predict(x).toArray()).containsExactly(model.predict(x).toArray());
    }

    @Test
    void aModelIsPrinted() {
        Model model = forecaster(ElementType.DOUBLE).read().model();
        assertThat(model.summary().toString()).contains("onnx");
        assertThat(model.equations().toString())
                .contains("C⟨t⟩ = f⟨t⟩ ⊙ C⟨t−1⟩ + i⟨t⟩ ⊙ c⟨t⟩")
                .contains("dlstm.W = ");
    }

    /** A graph with lengths and states is a model of ragged batches again, trained, saved, and written as it was. */
    @Test
    void lengthsAndFirstStatesAreGiven(@TempDir Path folder) throws IOException {
        Model own = Sequential.of(Layers.lstm(3).sequences(true).bidirectional(), Layers.gru(2), Layers.dense(1))
                .build(Shape.of(4, 2), 1);
        byte[] bytes = RoundTrips.bytes(
                file -> Onnx.export(own).lengths(true).states(true).write(file));
        OnnxGraph graph = RoundTrips.read(bytes);
        assertThatThrownBy(graph::model)
                .hasMessageContaining("lstm/forward/h")
                .hasMessageContaining("give the others by zeros(name), lengths(name) or with(name, tensor)");
        Model model = given(bytes);
        Path file = folder.resolve("ragged.safetensors");
        model.save(file);
        Tensor x = Tensor.randn(new Well19937c(2), 6, 4, 2);
        Pass ragged = Pass.inference().lengths(Lengths.of(1, 4, 2, 0, 3, 4));
        for (Model each : new Model[] {model, Model.load(file, Onnx.registry())}) {
            RoundTrips.close(each.predict(x), own.predict(x), 1e-12);
            RoundTrips.close(
                    each.forward(each.parameters(), x, ragged), own.forward(own.parameters(), x, ragged), 1e-12);
        }
        Dataset data = Dataset.of(x, x.sum(2).mean(1).expandDims(1)).lengths(Lengths.of(1, 4, 2, 1, 3, 4));
        double before = model.evaluate(data, meanSquaredError()).get("loss");
        Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.02))
                .epochs(30)
                .fit(data);
        assertThat(model.evaluate(data, meanSquaredError()).get("loss")).isLessThan(before / 2);
        assertThat(RoundTrips.bytes(to -> Onnx.write(given(bytes), to))).isEqualTo(bytes);
        assertThatThrownBy(() -> graph.zeros("lstm/forward/h0"))
                .hasMessageContaining("there must be an input lstm/forward/h0");
    }

    private static Model given(byte... bytes) {
        OnnxGraph graph = RoundTrips.read(bytes).lengths("lengths");
        for (String input : graph.inputs().subList(2, graph.inputs().size())) {
            graph = graph.zeros(input);
        }
        return graph.model();
    }

    /** A file that was written for a batch of one sample, with its first states, takes any. */
    @Test
    void statesOfOneSampleAreThoseOfAll() {
        Well19937c rng = new Well19937c(7);
        Model model = new Graphs()
                .input("x", ElementType.DOUBLE, 1, STEPS, FEATURES)
                .tensor("W", ElementType.DOUBLE, Tensor.randn(rng, 1, 4 * UNITS, FEATURES))
                .tensor("R", ElementType.DOUBLE, Tensor.randn(rng, 1, 4 * UNITS, UNITS))
                .tensor("zeros", ElementType.DOUBLE, Tensor.zeros(1, 1, UNITS))
                .node(
                        "Transpose",
                        List.of("x"),
                        List.of("xt"),
                        Map.of("perm", Attribute.ofIntegers(List.of(1L, 0L, 2L))))
                .node("LSTM", "xt W R - - zeros zeros", "- h")
                .tensor("first", ElementType.INT64, Tensor.of(0.0))
                .node("Gather", "h first", "y")
                .output("y", ElementType.DOUBLE)
                .read()
                .model();
        Tensor x = Tensor.randn(rng, 3, STEPS, FEATURES);
        Tensor each = Tensor.stack(
                0,
                List.of(
                        model.predict(x.slice(0, 0, 1)),
                        model.predict(x.slice(0, 1, 2)),
                        model.predict(x.slice(0, 2, 3))));
        RoundTrips.close(model.predict(x), each.reshape(3, UNITS), 1e-12);
        assertThat(model.parameters().names()).containsExactly("W", "R");
    }

    /** Another head on what was read, in a model of this library. */
    @Test
    void aGraphIsALayer(@TempDir Path folder) throws IOException {
        Model read = forecaster(ElementType.DOUBLE).read().model();
        Model model = Sequential.of(read.layer(), Layers.dense(2)).build(Shape.of(STEPS, FEATURES), 1);
        Tensor x = Tensor.randn(new Well19937c(4), 3, STEPS, FEATURES);
        Tensor expected = read.predict(x).matmul(model.parameters().get("dense/U"));
        RoundTrips.close(model.predict(x), expected, 1e-12);
        Path file = folder.resolve("model.safetensors");
        model.save(file);
        RoundTrips.close(Model.load(file, Onnx.registry()).predict(x), expected, 1e-12);
        byte[] bytes = RoundTrips.bytes(to -> Onnx.write(model, to));
        RoundTrips.close(RoundTrips.read(bytes).model().predict(x), expected, 1e-12);
    }

    /** Names of other systems have signs that equations need for themselves. */
    @Test
    void equationsHaveNamesOfTheirOwn() {
        Well19937c rng = new Well19937c(6);
        Model model = new Graphs()
                .input("input.1", ElementType.DOUBLE, -1, STEPS, FEATURES)
                .tensor("onnx::RNN_12", ElementType.DOUBLE, Tensor.randn(rng, 1, UNITS, FEATURES))
                .tensor("onnx/RNN_12", ElementType.DOUBLE, Tensor.randn(rng, 1, UNITS, UNITS))
                .tensor("12", ElementType.DOUBLE, Tensor.randn(rng, UNITS, 1))
                .node(
                        "Transpose",
                        List.of("input.1"),
                        List.of("/rnn/Transpose_output_0"),
                        Map.of("perm", Attribute.ofIntegers(List.of(1L, 0L, 2L))))
                .node("RNN", "/rnn/Transpose_output_0 onnx::RNN_12 onnx/RNN_12", "/rnn/RNN_output_0")
                .node("MatMul", "/rnn/RNN_output_0 12", "5")
                .output("5", ElementType.DOUBLE)
                .read()
                .samplesAlong(0, 2)
                .model();
        assertThat(model.equations().toString())
                .contains("H⟨t⟩ = tanh(x⟨t⟩·onnx_RNN_12ᵀ + H⟨t−1⟩·RNN_12ᵀ)")
                .contains("dp12 = ");
        assertThat(model.parameters().names()).containsExactly("onnx::RNN_12", "onnx/RNN_12", "12");
    }

    @Test
    void samplesMayLieAlongOtherAxesAndInputsMayBeGiven() throws IOException {
        OnnxGraph graph = Onnx.read(Path.of("src/test/resources/onnx/test_gru_defaults/model.onnx"));
        assertThat(graph.inputs()).containsExactly("X", "W", "R");
        Well19937c rng = new Well19937c(5);
        Tensor w = Tensor.randn(DType.FLOAT32, rng, 1, 15, 2);
        Tensor r = Tensor.randn(DType.FLOAT32, rng, 1, 15, 5);
        Tensor x = Tensor.randn(DType.FLOAT32, rng, 4, 7, 2);
        assertThatThrownBy(() -> graph.model(Shape.of(7, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs [X, W, R]");
        Model model =
                graph.with("W", w).with("R", r).output("Y_h").samplesAlong(1, 1).model(Shape.of(7, 2));
        Map<String, Tensor> inputs = Map.of("X", x.permute(1, 0, 2), "W", w, "R", r);
        Tensor last = graph.run(inputs).get("Y_h");
        assertThat(model.output()).isEqualTo(Shape.of(1, 5));
        assertThat(model.predict(x).toArray())
                .containsExactly(last.permute(1, 0, 2).toArray());
    }
}
