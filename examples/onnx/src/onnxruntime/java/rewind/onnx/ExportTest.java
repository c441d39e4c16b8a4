package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.onnx.example.Export;

/** The example that runs a forecaster of sunspots in ONNX Runtime. */
class ExportTest {
    @Test
    void theForecasterIsWritten(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sunspots.onnx");
        Export.main("../src/main/resources/rewind/examples/sunspots-monthly.csv", file.toString());
        assertThat(Onnx.read(file).metadata()).containsKey("rewind.sample");
    }
}
