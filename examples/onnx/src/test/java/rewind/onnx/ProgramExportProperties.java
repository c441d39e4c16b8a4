package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.program.Program;

/** Programs become graphs that do the same, and so do their derivatives. */
class ProgramExportProperties {
    @Provide
    Arbitrary<RandomProgram> programs() {
        return Generators.programs().operations(ProgramExportProperties::hasCounterpart);
    }

    @Provide
    Arbitrary<RandomProgram> ofFloats() {
        return Generators.programs().ofType(DType.FLOAT32).operations(ProgramExportProperties::hasCounterpart);
    }

    /** ONNX has no gamma function. */
    static boolean hasCounterpart(String operation) {
        return !operation.matches("(lgamma|digamma|polygamma)\\(.*");
    }

    @Property(tries = 100)
    void programsAreTheSame(@ForAll("programs") RandomProgram random) {
        RoundTrips.check(program(random), random.inputs(), 1e-12);
    }

    @Property(tries = 50)
    void programsOfFloatsAreTheSame(@ForAll("ofFloats") RandomProgram random) {
        RoundTrips.check(program(random), random.inputs(), 1e-4);
    }

    @Property(tries = 50)
    void derivativesAreTheSame(@ForAll("programs") RandomProgram random) {
        Program program = program(random).adjoint();
        List<Tensor> at = new ArrayList<>(random.inputs());
        program.examples().stream().skip(at.size()).forEach(at::add);
        RoundTrips.check(program, at, 1e-10);
    }

    static Program program(RandomProgram random) {
        return Program.of(random, random.inputs().toArray(new Tensor[0]));
    }

    @Test
    void constantResultsAreWritten() {
        Tensor x = Tensor.of(new double[][] {{1, 0, -2}, {3, 3, 0.5}});
        Tensor ids = Tensor.of(1, 0, 1);
        Program program = Program.ofSeveral(
                in -> {
                    Tensor a = in.get(0);
                    return List.of(
                            a.greater(0),
                            a.greaterEqual(0),
                            a.less(0.5),
                            a.lessEqual(0.5),
                            a.equalTo(3),
                            a.notEqualTo(3),
                            a.sign(),
                            a.argMax(1),
                            a.argMax(0).oneHot(2),
                            a.gather(in.get(1)),
                            a.maskedBy(a.greater(0)),
                            a.softmaxCrossEntropy(a.softmax(-1)),
                            a.binaryCrossEntropy(a.sigmoid()),
                            a.to(DType.FLOAT32),
                            a.detach(),
                            Tensor.of(7));
                },
                x,
                ids);
        RoundTrips.check(program, List.of(x, ids), 1e-12);
    }

    /** Pairs of a zero of each sign, numbers whose squares overflow or vanish, and infinities; their angles, and ln(1 + x) near 0. */
    static Program edges(DType dtype) {
        Tensor each = edgesOf(dtype);
        return Program.ofSeveral(
                in -> List.of(
                        in.get(0).reshape(-1, 1).atan2(in.get(0)),
                        in.get(0).abs().log1p(),
                        in.get(0).mul(-1).logSigmoid()),
                each);
    }

    static Tensor edgesOf(DType dtype) {
        double large = dtype == DType.FLOAT32 ? 1e30 : 1e200;
        return Tensor.of(
                        0,
                        -0.0,
                        1 / large,
                        -1 / large,
                        1e-7,
                        0.5,
                        1,
                        -1,
                        2,
                        30,
                        large,
                        -large,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY)
                .to(dtype);
    }

    /** Whether numbers are the same to a relative tolerance, however small they are. */
    static void requireEdges(List<Tensor> got, DType dtype, double tolerance) {
        List<Tensor> expected = edges(dtype).runAll(List.of(edgesOf(dtype)));
        for (int i = 0; i < expected.size(); i++) {
            Assertions.assertThat(got.get(i).isClose(expected.get(i), tolerance, 0))
                    .as("%s, not %s", got.get(i), expected.get(i))
                    .isTrue();
        }
    }

    @Test
    void edgesAreTheSame() {
        for (DType dtype : DType.values()) {
            OnnxGraph graph = RoundTrips.read(RoundTrips.bytes(file -> Onnx.write(edges(dtype), file)));
            Map<String, Tensor> got = graph.run(Map.of(graph.inputs().get(0), edgesOf(dtype)));
            requireEdges(List.copyOf(got.values()), dtype, dtype == DType.FLOAT64 ? 1e-15 : 2e-7);
        }
    }

    /** Products of what is turned, and of the gradients of such products. */
    static Program turnedProducts(DType dtype) {
        Tensor x = Tensor.randn(dtype, new Well19937c(1), 2, 5, 4);
        return Program.ofSeveral(
                in -> {
                    Tensor a = in.get(0);
                    Tensor one = a.select(0, 0);
                    return List.of(
                            a.permute(1, 0, 2).matmul(a.permute(1, 2, 0)),
                            one.transpose().matmul(one),
                            one.matmul(one.transpose()),
                            a.matmul(one.transpose()),
                            a.permute(0, 2, 1).to(DType.FLOAT64).matmul(one.to(DType.FLOAT64)));
                },
                x);
    }

    @Test
    void productsOfWhatIsTurnedAreTheSame() {
        Program program = turnedProducts(DType.FLOAT64);
        RoundTrips.check(program, program.examples(), 1e-12);
    }

    @Test
    void gradientsOfRowsTakenTwiceAreWritten() {
        Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
        Program program =
                Program.of(in -> in.get(0).gather(2, 0, 2, 2).square(), x).adjoint();
        RoundTrips.check(program, List.of(x, program.examples().get(1)), 1e-12);
        Tensor rows = Tensor.of(0, 2, 0);
        Program recorded =
                Program.of(in -> in.get(0).gather(in.get(1)).square(), x, rows).adjoint();
        RoundTrips.check(recorded, List.of(x, rows, recorded.examples().get(2)), 1e-12);
    }

    @Test
    void whatHasNoCounterpartIsRefusedBeforeAnythingIsWritten(@TempDir Path folder) throws IOException {
        Program program =
                Program.of(in -> Tensor.op("mine", x -> x[0].map(Math::cbrt), in, y -> dy -> dy), Tensor.of(1, 2));
        assertThatThrownBy(() -> Onnx.write(program, folder.resolve("mine.onnx")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[mine]");
        try (Stream<Path> files = Files.list(folder)) {
            Assertions.assertThat(files).isEmpty();
        }
    }
}
