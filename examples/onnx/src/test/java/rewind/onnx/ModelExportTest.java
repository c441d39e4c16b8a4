package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.Node;

/** Models become graphs that do the same, for any number of samples. */
class ModelExportTest {
    static Stream<Arguments> layers() {
        return Stream.of(DType.values())
                .flatMap(dtype -> Stream.concat(
                        ExportedModels.all().entrySet().stream()
                                .map(each -> Arguments.of(
                                        each.getKey(), dtype, ExportedModels.model(each.getValue(), dtype))),
                        ExportedModels.ofIds().entrySet().stream()
                                .map(each -> Arguments.of(
                                        each.getKey(), dtype, ExportedModels.modelOfIds(each.getValue(), dtype)))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("layers")
    void theGraphGivesWhatTheModelGives(String name, DType dtype, Model model) {
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(model, file));
        OnnxGraph graph = RoundTrips.read(bytes);
        Model same = graph.model();
        double tolerance = dtype == DType.FLOAT64 ? 1e-12 : 1e-5;
        for (int samples : new int[] {1, 4}) {
            Tensor x = model.input().rank() == 1
                    ? ExportedModels.ids(dtype, samples, ExportedModels.STEPS)
                    : ExportedModels.batch(dtype, samples, ExportedModels.STEPS);
            Tensor expected = model.predict(x);
            RoundTrips.close(graph.run(Map.of("x", x)).get("y"), expected, tolerance);
            RoundTrips.close(same.predict(x), expected, tolerance);
        }
        assertThat(same.dtype()).isEqualTo(dtype);
        assertThat(RoundTrips.bytes(file -> Onnx.write(same, file))).isEqualTo(bytes);
    }

    private static List<String> operators(Layer layer) {
        Model model = ExportedModels.model(layer, DType.FLOAT32);
        Graph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)))
                .file()
                .graph();
        return graph.nodes().stream().map(Node::op).toList();
    }

    @Test
    void layersAreTheirOperators() {
        Map<String, Layer> all = ExportedModels.all();
        assertThat(operators(all.get("lstm"))).contains("LSTM").doesNotContain("Scan");
        assertThat(operators(all.get("gru after"))).contains("GRU").doesNotContain("Scan");
        assertThat(operators(all.get("rnn"))).contains("RNN").doesNotContain("Scan");
        assertThat(operators(all.get("normalised"))).contains("LayerNormalization", "MatMul");
        assertThat(operators(all.get("dropout"))).containsExactly("MatMul", "Add", "Identity");
        assertThat(operators(all.get("own cell"))).contains("Scan");
    }

    @Test
    void sequencesMayBeLonger() {
        Layer layer = Sequential.of(
                Layers.lstm(4).sequences(true), Layers.recurrent(ExportedModels::minimalGatedUnit, 3), Layers.dense(2));
        Model model = ExportedModels.model(layer, DType.FLOAT64);
        OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
        assertThat(graph.toString()).contains("x DOUBLE [batch, steps, 3]").contains("y DOUBLE [batch, 2]");
        Tensor x = ExportedModels.batch(DType.FLOAT64, 3, 9);
        RoundTrips.close(graph.run(Map.of("x", x)).get("y"), model.predict(x), 1e-12);
    }

    @Test
    void pooledSequencesMayBeLonger() {
        for (Layer pooling : List.of(Layers.globalMaxPool(), Layers.globalMinPool(), Layers.globalMeanPool())) {
            Layer layer = Sequential.of(Layers.rnn(4).sequences(true), pooling, Layers.dense(2));
            Model model = ExportedModels.model(layer, DType.FLOAT64);
            OnnxGraph graph = RoundTrips.read(
                    RoundTrips.bytes(file -> Onnx.export(model).lengths(true).write(file)));
            assertThat(graph.toString()).contains("x DOUBLE [batch, steps, 3]").contains("y DOUBLE [batch, 2]");
            Tensor x = ExportedModels.batch(DType.FLOAT64, 3, 9);
            Tensor expected =
                    model.forward(model.parameters(), x, Pass.inference().lengths(Lengths.of(9, 0, 4)));
            Tensor got =
                    graph.run(Map.of("x", x, "lengths", Tensor.of(9, 0, 4))).get("y");
            RoundTrips.close(got, expected, 1e-12);
            OnnxGraph whole = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
            RoundTrips.close(whole.run(Map.of("x", x)).get("y"), model.predict(x), 1e-12);
        }
    }

    /** Normalisations, and ways around layers, need no certain number of steps. */
    @Test
    void normalizedSequencesMayBeLonger() {
        Layer layer = Sequential.of(
                Layers.batchNormalization(),
                Layers.residual(Layers.rmsNormalization(), Layers.lstm(3).sequences(true)),
                Layers.residual(Layers.dense(3)),
                Layers.layerNormalization());
        for (DType dtype : DType.values()) {
            Model model = ExportedModels.model(layer, dtype);
            OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
            assertThat(graph.toString())
                    .containsOnlyOnce("x " + ElementType.of(dtype) + " [batch, steps, 3]")
                    .contains("y " + ElementType.of(dtype) + " [batch, steps, 3]");
            assertThat(graph.file().graph().nodes()).extracting(Node::op).contains("LSTM");
            Tensor x = ExportedModels.batch(dtype, 3, 9);
            RoundTrips.close(
                    graph.run(Map.of("x", x)).get("y"), model.predict(x), dtype == DType.FLOAT64 ? 1e-12 : 1e-5);
        }
    }

    @Test
    void notesAreMetadata() {
        Model model = ExportedModels.model(ExportedModels.all().get("dense"), DType.FLOAT32);
        model.note("scaling", "mean 3, deviation 2");
        OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
        assertThat(graph.metadata()).containsEntry("scaling", "mean 3, deviation 2");
        assertThat(graph.model().note("scaling")).contains("mean 3, deviation 2");
        assertThat(graph.model().input()).isEqualTo(Shape.of(4, 3));
    }

    /** Also where the axis is that of the samples, of which there may be any number. */
    @Test
    void samplesAreSorted() {
        Model model = Sequential.of(Layers.function("sorted", x -> x.sort(0))).build(Shape.of(3), 1);
        OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
        for (int samples : new int[] {1, 2, 5}) {
            Tensor x = Tensor.randn(new Well19937c(samples), samples, 3);
            RoundTrips.close(graph.run(Map.of("x", x)).get("y"), x.sort(0), 0);
        }
    }

    @Test
    void outputsBesidesItsOwnAreRefused() {
        Layer twice = Layers.layer("twice", (scope, input) -> x -> {
            scope.output("half", Layers.dense(2), x);
            return x.mul(2);
        });
        Model model = Sequential.of(twice).build(Shape.of(3), 1);
        assertThatThrownBy(() -> RoundTrips.bytes(file -> Onnx.write(model, file)))
                .hasMessage("onnx: a graph of a model has one output, but layers give others by name: [half]; write a"
                        + " model without them");
    }

    @Test
    void inputsBesidesTheBatchAreRefused() {
        Layer shifted = Layers.layer("shifted", (scope, input) -> x -> x.add(scope.input("by", x, 3)));
        Model model = Sequential.of(shifted, Layers.dense(2)).build(Shape.of(3), 1);
        assertThatThrownBy(() -> RoundTrips.bytes(file -> Onnx.write(model, file)))
                .hasMessageStartingWith(
                        "onnx: a graph gives a model a batch and nothing besides, which must be enough; shifted")
                .hasMessageContaining("there must be a tensor by [1, 3]");
    }
}
