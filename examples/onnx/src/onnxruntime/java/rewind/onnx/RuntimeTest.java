package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.program.Program;
import rewind.nn.Model;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.onnx.proto.ElementType;

/** ONNX Runtime gives the same for everything that is written. */
class RuntimeTest {
    static Stream<Arguments> layers() {
        return ModelExportTest.layers();
    }

    /** Recurrent operators, and some others, there are for floats alone in ONNX Runtime. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("layers")
    void modelsAreTheSame(String name, DType dtype, Model model) throws OrtException {
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(model, file));
        for (int samples : new int[] {1, 4}) {
            Tensor x = model.input().rank() == 1
                    ? ExportedModels.ids(dtype, samples, ExportedModels.STEPS)
                    : ExportedModels.batch(dtype, samples, ExportedModels.STEPS);
            Optional<Map<String, Tensor>> got = run(dtype, bytes, Map.of("x", x));
            assumeThat(got).as("ONNX Runtime has the operators for doubles").isPresent();
            RoundTrips.close(got.get().get("y"), model.predict(x), dtype == DType.FLOAT64 ? 1e-12 : 1e-5);
        }
    }

    static Stream<String> sequences() {
        return SequenceExportTest.layers();
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void lengthsAndStatesAreTheSame(String name) throws OrtException {
        Model model = SequenceExportTest.model(name);
        Tensor x = SequenceExportTest.batch(model);
        byte[] bytes = RoundTrips.bytes(
                file -> Onnx.export(model).lengths(true).states(true).write(file));
        OnnxGraph graph = RoundTrips.read(bytes);
        Pass first = Pass.inference().lengths(Lengths.of(4, 1, 2));
        assertThat(model.forward(model.parameters(), x, first)).isNotNull();
        Map<String, Tensor> inputs = new HashMap<>(Map.of("x", x, "lengths", Tensor.of(3, 4, 1)));
        inputs.putAll(SequenceExportTest.states(graph.inputs(), first, ""));
        Map<String, Tensor> got = run(DType.FLOAT32, bytes, inputs).orElseThrow();
        graph.run(inputs).forEach((output, value) -> RoundTrips.close(got.get(output), value, 1e-5));
    }

    /** The outputs; none for doubles where ONNX Runtime has an operator for floats alone. */
    static Optional<Map<String, Tensor>> run(DType dtype, byte[] bytes, Map<String, Tensor> inputs)
            throws OrtException {
        try (Runtime runtime = new Runtime(bytes)) {
            return Optional.of(runtime.run(inputs));
        } catch (OrtException e) {
            boolean own = e.getMessage().contains("FusedMatMul"); // which it makes itself, of what it has
            boolean missing = !own
                    && (e.getMessage().contains("NOT_IMPLEMENTED")
                            || e.getMessage().contains("does not support double"));
            if (dtype == DType.FLOAT64 && missing) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Provide
    Arbitrary<RandomProgram> programs() {
        return Generators.programs().operations(ProgramExportProperties::hasCounterpart);
    }

    @Provide
    Arbitrary<RandomProgram> ofFloats() {
        return Generators.programs().ofType(DType.FLOAT32).operations(ProgramExportProperties::hasCounterpart);
    }

    @Property(tries = 200)
    void programsAreTheSame(@ForAll("programs") RandomProgram random) throws OrtException {
        check(ProgramExportProperties.program(random), random.inputs(), 1e-10);
    }

    @Property(tries = 200)
    void programsOfFloatsAreTheSame(@ForAll("ofFloats") RandomProgram random) throws OrtException {
        check(ProgramExportProperties.program(random), random.inputs(), 1e-3);
    }

    @Property(tries = 100)
    void derivativesAreTheSame(@ForAll("ofFloats") RandomProgram random) throws OrtException {
        Program program = ProgramExportProperties.program(random).adjoint();
        List<Tensor> at = new ArrayList<>(random.inputs());
        program.examples().stream().skip(at.size()).forEach(at::add);
        check(program, at, 1e-2);
    }

    /** It has Atan for floats alone. */
    @Test
    void edgesAreTheSame() throws OrtException {
        DType dtype = DType.FLOAT32;
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(ProgramExportProperties.edges(dtype), file));
        Map<String, Tensor> inputs =
                Map.of(RoundTrips.read(bytes).inputs().get(0), ProgramExportProperties.edgesOf(dtype));
        List<Tensor> got = List.copyOf(run(dtype, bytes, inputs).orElseThrow().values());
        ProgramExportProperties.requireEdges(got, dtype, 1e-6);
    }

    /** It fuses products with what turns their operands, for which it has no kernel of doubles. */
    @Test
    void productsOfWhatIsTurnedAreTheSame() throws OrtException {
        for (DType dtype : DType.values()) {
            Program program = ProgramExportProperties.turnedProducts(dtype);
            byte[] bytes = RoundTrips.bytes(file -> Onnx.write(program, file));
            Map<String, Tensor> inputs = Map.of(
                    RoundTrips.read(bytes).inputs().get(0), program.examples().get(0));
            List<Tensor> got =
                    List.copyOf(run(dtype, bytes, inputs).orElseThrow().values());
            for (int i = 0; i < got.size(); i++) {
                RoundTrips.close(got.get(i), program.runAll(program.examples()).get(i), 1e-5);
            }
        }
    }

    private static void check(Program program, List<Tensor> at, double tolerance) throws OrtException {
        byte[] bytes = RoundTrips.bytes(file -> Onnx.write(program, file));
        OnnxGraph graph = RoundTrips.read(bytes);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < at.size(); i++) {
            inputs.put(graph.inputs().get(i), at.get(i));
        }
        Optional<Map<String, Tensor>> got = run(at.get(0).dtype(), bytes, inputs);
        if (got.isEmpty()) {
            return;
        }
        List<Tensor> results = List.copyOf(got.get().values());
        List<Tensor> expected = program.runAll(at);
        for (int i = 0; i < expected.size(); i++) {
            RoundTrips.close(results.get(i), expected.get(i), tolerance);
        }
    }

    @Provide
    Arbitrary<RandomStack> stacks() {
        return RandomStack.any();
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void stacksAreTheSame(@ForAll("stacks") RandomStack stack) throws OrtException {
        check(stack, stack.plain());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void raggedBatchesAndStatesOfStacksAreTheSame(@ForAll("stacks") RandomStack stack) throws OrtException {
        check(stack, stack.padded());
    }

    private static void check(RandomStack stack, RandomStack.Expected expected) throws OrtException {
        Optional<Map<String, Tensor>> got = run(stack.dtype(), expected.file(), expected.inputs());
        got.ifPresent(outputs -> expected.outputs()
                .forEach((name, value) -> RoundTrips.close(outputs.get(name), value, stack.tolerance())));
    }

    @Property(tries = 200)
    void recurrentOperatorsAreTheSame(@ForAll @IntRange(max = 5000) int seed) throws OrtException {
        String op = List.of("RNN", "GRU", "LSTM").get(seed % 3);
        RecurrentReference reference = new RecurrentReference(op, seed);
        boolean empty =
                reference.lengths != null && IntStream.of(reference.lengths).anyMatch(length -> length == 0);
        boolean mixed = !reference.activations.isEmpty() && op.equals("RNN");
        boolean clipped = op.equals("LSTM") && reference.clip < Double.POSITIVE_INFINITY;
        // ONNX Runtime does not have samples first, ends a sequence without steps in zeros instead of its initial
        // state,
        // reads beyond the end of lists of α and β that not all activations of an RNN need, and does not clip what h(C)
        // gets
        if (reference.samplesFirst || empty || mixed || clipped) {
            return;
        }
        Map<String, Tensor> inputs = new HashMap<>();
        Graphs graph = RecurrentOperatorProperties.graph(reference, inputs, ElementType.FLOAT);
        Map<String, Tensor> got = run(DType.FLOAT32, graph.bytes(), inputs).orElseThrow();
        Map<String, Tensor> own = graph.read().run(inputs);
        own.forEach((name, value) -> RoundTrips.close(got.get(name), value, 1e-5));
    }
}
