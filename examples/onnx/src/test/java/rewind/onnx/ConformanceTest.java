package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.nn.format.FormatException;
import rewind.onnx.proto.Unsupported;

/** Cases of the ONNX project: those in the resources, and those of the folder that the property {@code onnx.dir} names. */
class ConformanceTest {
    static final Path RESOURCES = Path.of("src/test/resources/onnx");

    static Stream<ConformanceCase> cases() {
        String more = System.getProperty("onnx.dir", "");
        return Stream.concat(
                ConformanceCase.in(RESOURCES).stream(),
                more.isEmpty() ? Stream.of() : ConformanceCase.in(Path.of(more)).stream());
    }

    /** In a folder that may hold anything, a case with what is not taken says so and is passed over. */
    @ParameterizedTest
    @MethodSource("cases")
    void hasTheExpectedOutputs(ConformanceCase each) throws IOException {
        List<String> deviations;
        try {
            deviations = each.deviations();
        } catch (FormatException | Unsupported e) {
            assumeThat(each.folder()).as(e.getMessage()).startsWith(RESOURCES);
            throw e;
        }
        assertThat(deviations).isEmpty();
    }

    @Test
    void thereAreNineCases() {
        List<ConformanceCase> own = ConformanceCase.in(RESOURCES);
        assertThat(own).hasSize(9);
    }
}
