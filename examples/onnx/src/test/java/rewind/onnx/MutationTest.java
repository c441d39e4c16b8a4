package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.format.FormatException;
import rewind.onnx.proto.ValueInfo;

/** Damaged files are errors that say so, whatever the damage is, and never anything else. */
class MutationTest {
    private static final int MUTANTS = Boolean.getBoolean("rewind.long") ? 100_000 : 3_000;

    private static List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (ConformanceCase each : ConformanceCase.in(ConformanceTest.RESOURCES)) {
            files.add(Files.readAllBytes(each.folder().resolve("model.onnx")));
        }
        for (String name : List.of("lstm", "own cell", "own layer", "activation gelu", "both CONCAT")) {
            Model model = ExportedModels.model(ExportedModels.all().get(name), DType.FLOAT32);
            files.add(RoundTrips.bytes((Path file) -> Onnx.write(model, file)));
        }
        return files;
    }

    @Test
    void damagedFilesAreErrors() throws IOException {
        Random random = new Random(1);
        List<byte[]> files = files();
        int read = 0;
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutant(files.get(i % files.size()), random);
            try {
                OnnxGraph graph = Onnx.read(mutant);
                read++;
                run(graph);
            } catch (FormatException e) {
                refused++;
                assertThat(e.getMessage()).isNotBlank();
            } catch (Throwable e) {
                fail("mutant " + i + " throws " + e, e);
            }
        }
        assertThat(read).isGreaterThan(MUTANTS / 20);
        assertThat(refused).isGreaterThan(MUTANTS / 20);
    }

    /** A few bytes changed, put in, taken out, or repeated, or the end cut off. */
    private static byte[] mutant(byte[] file, Random random) {
        byte[] bytes = file.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0 && bytes.length > 1; changes--) {
            int at = random.nextInt(bytes.length);
            int kind = random.nextInt(6);
            if (kind < 3) {
                bytes[at] = kind == 0 ? (byte) random.nextInt(256) : (byte) (bytes[at] ^ (1 << random.nextInt(8)));
            } else {
                int until = Math.min(bytes.length, at + 1 + random.nextInt(8));
                byte[] changed =
                        new byte[kind == 3 ? bytes.length - (until - at) : kind == 4 ? bytes.length + until - at : at];
                System.arraycopy(bytes, 0, changed, 0, at);
                if (kind == 3) {
                    System.arraycopy(bytes, until, changed, at, bytes.length - until);
                } else if (kind == 4) {
                    System.arraycopy(bytes, at, changed, until, bytes.length - at);
                    System.arraycopy(bytes, at, changed, at, until - at);
                }
                bytes = changed;
            }
        }
        return bytes;
    }

    /** What could be read is run, with inputs of its sizes: that is a result, or an error that says what does not fit. */
    private static void run(OnnxGraph graph) {
        try {
            Map<String, Tensor> inputs = new HashMap<>();
            for (ValueInfo input : graph.file().graph().required()) {
                int[] sizes = input.sizes() == null
                        ? new int[] {2}
                        : input.sizes().stream()
                                .mapToInt(size -> size.isFixed() ? (int) Math.min(size.value(), 8) : 2)
                                .toArray();
                if (sizes.length > 6) {
                    return;
                }
                inputs.put(input.name(), Tensor.full(0.5, Shape.of(sizes).toArray()));
            }
            assertThat(graph.run(inputs)).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
