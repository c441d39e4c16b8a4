package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.sgd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Layer;
import rewind.onnx.proto.ElementType;

/** What was no parameter, or frozen, when a graph was written is not trained when it is read. */
class FixedTensorsTest {
    private static Model read(Model model) {
        return RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)))
                .model();
    }

    private static Layer layer(String name) {
        return switch (name) {
            case "gruD" -> Layers.gruD(3);
            case "positions" ->
                Sequential.of(Layers.positionalEncoding(), Layers.lstm(2).layerNormalization(true));
            default -> ExportedModels.all().get(name);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "convolution",
                "attention",
                "own cell",
                "own state",
                "normalised state",
                "gruD",
                "positions",
                "variants"
            })
    void parametersAreThose(String name) {
        Model model = ExportedModels.model(layer(name), DType.FLOAT64);
        Set<String> learnt = new TreeSet<>(model.parameters().stored());
        learnt.removeAll(model.frozen());
        Model same = read(model);
        assertThat(same.parameters().stored()).containsExactlyInAnyOrderElementsOf(learnt);
        assertThat(same.frozen()).isEmpty();
        Tensor x = ExportedModels.batch(DType.FLOAT64, 3, ExportedModels.STEPS);
        RoundTrips.close(same.predict(x), model.predict(x), 1e-12);
    }

    @Test
    void frozenParametersStayFrozen(@TempDir Path folder) throws IOException {
        Model model = ExportedModels.model(
                Sequential.of(Layers.gru(4).sequences(true), Layers.lstm(3), Layers.dense(2)), DType.FLOAT64);
        model.freeze("gru");
        model.freeze("dense/b");
        Model same = read(model);
        assertThat(same.frozen()).containsExactlyInAnyOrder("gru/W", "gru/R", "gru/B", "dense/b");
        Map<String, double[]> before = Map.of(
                "gru/R", same.parameters().get("gru/R").toArray(),
                "lstm/R", same.parameters().get("lstm/R").toArray());
        Tensor x = ExportedModels.batch(DType.FLOAT64, 4, ExportedModels.STEPS);
        Dataset data = Dataset.of(x, Tensor.randn(new Well19937c(1), 4, 2));
        Training.of(same).loss(meanSquaredError()).optimizer(sgd(0.1)).epochs(1).fit(data);
        assertThat(same.parameters().get("gru/R").toArray()).containsExactly(before.get("gru/R"));
        assertThat(same.parameters().get("lstm/R").toArray()).isNotEqualTo(before.get("lstm/R"));
        same.unfreeze("gru/W");
        Path file = folder.resolve("again.onnx");
        Onnx.write(same, file);
        assertThat(Onnx.read(file).model().frozen()).containsExactlyInAnyOrder("gru/R", "gru/B", "dense/b");
    }

    /** In files of others, also where a graph within needs them. */
    @Test
    void rulesForFilesOfOthers() {
        Graphs graph = new Graphs()
                .input("x", ElementType.DOUBLE, -1, 2)
                .tensor("scale", ElementType.DOUBLE, Tensor.of(1, 2))
                .tensor("shift", ElementType.DOUBLE, Tensor.of(0, 0))
                .tensor("mean", ElementType.DOUBLE, Tensor.of(0.5, 1))
                .tensor("variance", ElementType.DOUBLE, Tensor.of(1, 2))
                .tensor("mask", ElementType.DOUBLE, Tensor.of(0, Double.NEGATIVE_INFINITY))
                .node("BatchNormalization", "x scale shift mean variance", "n")
                .node("Add", "n mask", "y")
                .output("y", ElementType.DOUBLE);
        assertThat(graph.read().model().parameters().names()).containsExactly("scale", "shift");
    }

    @Test
    void theFileIsTheSame() {
        Model model = ExportedModels.model(layer("attention"), DType.FLOAT32);
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(model, file));
        Model same = RoundTrips.read(bytes).model();
        assertThat(RoundTrips.bytes(file -> Onnx.write(same, file))).isEqualTo(bytes);
    }
}
