package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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
