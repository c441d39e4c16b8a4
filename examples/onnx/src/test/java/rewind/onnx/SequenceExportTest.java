package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.States;

/** Graphs with lengths of sequences, and with states in and out. */
class SequenceExportTest {
    private static final int SAMPLES = 3;

    static Stream<String> layers() {
        return Stream.of(
                "rnn",
                "gru",
                "gru after",
                "lstm",
                "without bias",
                "reversed",
                "both CONCAT",
                "both SUM",
                "both last MEAN",
                "normalised state",
                "own cell",
                "own cell, last",
                "own cell, both",
                "own state",
                "embedding",
                "one-hot");
    }

    static Model model(String name) {
        return ExportedModels.all().containsKey(name)
                ? ExportedModels.model(ExportedModels.all().get(name), DType.FLOAT32)
                : ExportedModels.modelOfIds(ExportedModels.ofIds().get(name), DType.FLOAT32);
    }

    static Tensor batch(Model model) {
        return model.input().rank() == 1
                ? ExportedModels.ids(DType.FLOAT32, SAMPLES, ExportedModels.STEPS)
                : ExportedModels.batch(DType.FLOAT32, SAMPLES, ExportedModels.STEPS);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void lengthsAreTaken(String name) {
        Model model = model(name);
        Tensor x = batch(model);
        OnnxGraph graph = RoundTrips.read(
                RoundTrips.bytes(file -> Onnx.export(model).lengths(true).write(file)));
        Tensor expected = model.forward(model.parameters(), x, Pass.inference().lengths(Lengths.of(4, 1, 2)));
        Map<String, Tensor> inputs = Map.of("x", x, "lengths", Tensor.of(4, 1, 2));
        RoundTrips.close(graph.run(inputs).get("y"), expected, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void statesGoInAndOut(String name) {
        Model model = model(name);
        Tensor x = batch(model);
        byte[] bytes = RoundTrips.bytes(
                file -> Onnx.export(model).lengths(true).states(true).write(file));
        OnnxGraph graph = RoundTrips.read(bytes);
        Lengths lengths = Lengths.of(4, 1, 2);
        Pass first = Pass.inference().lengths(lengths);
        Tensor before = model.forward(model.parameters(), x, first);
        assertThat(before).isNotNull();
        Pass second = Pass.inference().lengths(lengths).continuing(first);
        Tensor expected = model.forward(model.parameters(), x, second);
        Map<String, Tensor> inputs = new LinkedHashMap<>(Map.of("x", x, "lengths", Tensor.of(4, 1, 2)));
        inputs.putAll(states(graph.inputs(), first, ""));
        Map<String, Tensor> results = graph.run(inputs);
        RoundTrips.close(results.get("y"), expected, 1e-5);
        states(graph.outputs(), second, "/last")
                .forEach((state, value) -> RoundTrips.close(results.get(state), value, 1e-5));
        assertThat(graph.inputs()).hasSize(results.size() + 1);
    }

    /** The states of a pass under the names that they have in a graph. */
    static Map<String, Tensor> states(List<String> names, Pass pass, String end) {
        Map<String, Tensor> states = new LinkedHashMap<>();
        pass.lastStates().forEach((path, state) -> {
            List<Tensor> tensors = States.tensors(state);
            List<String> own = names.stream()
                    .filter(name -> name.matches((path.isEmpty() ? "" : path + "/") + "(h|C_|state[0-9]+)" + end))
                    .toList();
            assertThat(own).as("states of '%s' among %s", path, names).hasSameSizeAs(tensors);
            for (int i = 0; i < own.size(); i++) {
                states.put(own.get(i), tensors.get(i));
            }
        });
        return states;
    }
}
