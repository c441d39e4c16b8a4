package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.timeDistributed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;

/** What layers of one's own read of a pass is in the graph, or they are refused. */
class PassExportTest {
    private static final int SAMPLES = 3;
    private static final Lengths LENGTHS = Lengths.of(4, 1, 2);

    /** The mean over the real steps. */
    static final Layer MEAN = (scope, input) -> x -> {
        Tensor real = scope.pass()
                .lengths()
                .map(each -> each.mask(x.dtype(), x.size(1)))
                .orElse(Tensor.ones(x.dtype(), x.size(0), x.size(1), 1));
        return x.mul(real).sum(1).div(real.sum(1));
    };

    /** Recurrent layers within one of one's own. */
    static final Layer RESIDUAL = (scope, input) -> x -> {
        Tensor y = scope.apply("lstm", lstm(3).sequences(true), x);
        Tensor z = scope.apply("back", gru(3).reversed(true).sequences(true), y);
        return x.add(scope.apply(
                "cell", recurrent(ExportedModels::minimalGatedUnit, 3).sequences(true), z));
    };

    /** A state of its own: the sum of all inputs before. */
    static final Layer RUNNING = (scope, input) -> x -> {
        Object before = scope.pass().initial(scope.path());
        Tensor sum = x.sum(1);
        Tensor after = before == null ? sum : sum.add((Tensor) before);
        scope.pass().ended(scope.path(), after);
        return after;
    };

    /** Attention over the real steps. */
    static final Layer ATTENTION = (scope, input) -> x -> {
        Tensor scores = scope.apply("scores", dense(1), x);
        Tensor masked = scope.pass()
                .lengths()
                .map(each -> Tensor.where(
                        each.mask(x.dtype(), x.size(1)),
                        scores,
                        Tensor.full(-1e9, 1).to(x.dtype())))
                .orElse(scores);
        return masked.softmax(1).mul(x).sum(1);
    };

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("mean", Sequential.of(lstm(3).sequences(true), MEAN, dense(2))),
                Arguments.of(
                        "without padding",
                        Sequential.of(
                                (scope, input) -> x -> scope.pass()
                                        .lengths()
                                        .map(each -> each.withoutPadding(x))
                                        .orElse(x)
                                        .sum(1),
                                dense(2))),
                Arguments.of("attention", Sequential.of(gru(4).sequences(true), ATTENTION, dense(2))),
                Arguments.of("residual", Sequential.of(dense(3), RESIDUAL, RESIDUAL, MEAN)),
                Arguments.of("running", Sequential.of(dense(2), RUNNING, dense(2))),
                Arguments.of("reads nothing", Sequential.of(ExportedModels.SCALED, dense(2))),
                Arguments.of(
                        "within steps",
                        Sequential.of(
                                timeDistributed(Sequential.of(activation("identity"), dense(2), dropout(0.5))),
                                lstm(2))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void whatIsReadIsThere(String name, Layer layer) {
        for (DType dtype : DType.values()) {
            check(ExportedModels.model(layer, dtype), ExportedModels.batch(dtype, SAMPLES, ExportedModels.STEPS));
        }
    }

    /** Sequences within steps have neither lengths nor, one for each sample, states. */
    @Test
    void stepsAreSequencesThemselves() {
        Layer layer = Sequential.of(timeDistributed(lstm(3)), gru(2));
        Model model = Model.build(layer, Shape.of(ExportedModels.STEPS, 5, 2), 1, DType.FLOAT64);
        check(
                model,
                ExportedModels.batch(DType.FLOAT64, SAMPLES, 4 * 10)
                        .slice(1, 0, 40)
                        .slice(2, 0, 1)
                        .reshape(SAMPLES, 4, 5, 2));
    }

    @Test
    void idsWithinLayersOfOnesOwn() {
        Layer within = (scope, input) -> x -> scope.apply("table", embedding(7, 3), x);
        for (Layer layer : new Layer[] {
            Sequential.of(within, lstm(2)), Sequential.of(activation("identity"), embedding(7, 3), lstm(2))
        }) {
            check(ExportedModels.modelOfIds(layer, DType.FLOAT32), ExportedModels.ids(DType.FLOAT32, SAMPLES, 4));
        }
    }

    private static void check(Model model, Tensor x) {
        Tensor lengths = Tensor.of(4, 1, 2);
        double tolerance = model.dtype() == DType.FLOAT64 ? 1e-12 : 1e-5;
        OnnxGraph plain = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(model, file)));
        RoundTrips.close(plain.run(Map.of("x", x)).get("y"), model.predict(x), tolerance);

        Pass first = Pass.inference().lengths(LENGTHS);
        Tensor before = model.forward(model.parameters(), x, first);
        OnnxGraph padded = RoundTrips.read(
                RoundTrips.bytes(file -> Onnx.export(model).lengths(true).write(file)));
        RoundTrips.close(padded.run(Map.of("x", x, "lengths", lengths)).get("y"), before, tolerance);

        OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(
                file -> Onnx.export(model).lengths(true).states(true).write(file)));
        Pass second = Pass.inference().lengths(LENGTHS).continuing(first);
        Tensor expected = model.forward(model.parameters(), x, second);
        Map<String, Tensor> inputs = new LinkedHashMap<>(Map.of("x", x, "lengths", lengths));
        inputs.putAll(SequenceExportTest.states(graph.inputs(), first, ""));
        Map<String, Tensor> results = graph.run(inputs);
        RoundTrips.close(results.get("y"), expected, tolerance);
        SequenceExportTest.states(graph.outputs(), second, "/last")
                .forEach((state, value) -> RoundTrips.close(results.get(state), value, tolerance));
    }

    @Test
    void lengthsThatAreReadAsNumbersAreRefused(@TempDir Path folder) throws IOException {
        Layer last = (scope, input) -> x -> {
            int longest = scope.pass().lengths().map(Lengths::max).orElse(x.size(1));
            return x.slice(1, 0, Math.max(1, longest)).sum(1);
        };
        Model model = ExportedModels.model(Sequential.of(lstm(3).sequences(true), last), DType.FLOAT64);
        Path file = folder.resolve("last.onnx");
        assertThatThrownBy(() -> Onnx.export(model).lengths(true).write(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "must not read them, as it would be right for these alone; use mask or withoutPadding");
        assertThat(file).doesNotExist();
        Onnx.write(model, file); // without lengths there is nothing to be read
        assertThat(file).exists();
    }
}
