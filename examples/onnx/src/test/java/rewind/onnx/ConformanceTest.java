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

/** Cases of the ONNX project: those in the resources, and those of the folder that the property {@code onnx.dir} names. */
class ConformanceTest {
    static final Path RESOURCES = Path.of("src/test/resources/onnx");

    static Stream<ConformanceCase> cases() {
        String more = System.getProperty("onnx.dir", "");
        return Stream.concat(
                ConformanceCase.in(RESOURCES).stream(),
                more.isEmpty() ? Stream.of() : ConformanceCase.in(Path.of(more)).stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void hasTheExpectedOutputs(ConformanceCase each) throws IOException {
        OnnxGraph graph = null;
        try {
            graph = each.graph();
        } catch (FormatException e) { // of a folder that may hold anything: what is not taken is said
            assumeThat(each.folder().startsWith(RESOURCES)).as(e.getMessage()).isTrue();
        }
        assertThat(graph).isNotNull();
        assertThat(each.deviations()).isEmpty();
    }

    @Test
    void thereAreNineCases() {
        List<ConformanceCase> own = ConformanceCase.in(RESOURCES);
        assertThat(own).hasSize(9);
    }
}
