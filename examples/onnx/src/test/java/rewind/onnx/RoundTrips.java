package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;

/** What is written is read again, and does the same. */
final class RoundTrips {
    private RoundTrips() {}

    /** The bytes of a file. */
    interface Writing {
        void to(Path file) throws IOException;
    }

    static byte[] bytes(Writing writing) {
        try {
            Path file = Files.createTempFile("rewind", ".onnx");
            try {
                writing.to(file);
                return Files.readAllBytes(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static OnnxGraph read(byte... bytes) {
        try {
            return Onnx.read(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A program's graph gives what the program gives. */
    static void check(Program program, List<Tensor> at, double tolerance) {
        OnnxGraph graph = read(bytes(file -> Onnx.write(program, file)));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < at.size(); i++) {
            inputs.put(graph.inputs().get(i), at.get(i));
        }
        List<Tensor> results = List.copyOf(graph.run(inputs).values());
        List<Tensor> expected = program.runAll(at);
        for (int i = 0; i < expected.size(); i++) {
            close(results.get(i), expected.get(i), tolerance);
        }
    }

    static void close(Tensor got, Tensor expected, double tolerance) {
        assertThat(got.shape()).isEqualTo(expected.shape());
        assertThat(got.to(expected.dtype()).isClose(expected, tolerance, tolerance))
                .as("%s, not %s", got, expected)
                .isTrue();
    }
}
