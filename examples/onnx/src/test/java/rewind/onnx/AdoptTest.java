package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.onnx.example.Adopt;

/** The example that trains a file on. */
class AdoptTest {
    @Test
    void theFileLearns(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Adopt.main(
                    folder.resolve("a.onnx").toString(),
                    folder.resolve("b.onnx").toString());
        } finally {
            System.setOut(before);
        }
        List<Double> errors = Pattern.compile("error .*?([0-9.]+)$", Pattern.MULTILINE)
                .matcher(printed.toString(StandardCharsets.UTF_8))
                .results()
                .map(each -> Double.valueOf(each.group(1)))
                .toList();
        assertThat(errors).hasSize(3);
        assertThat(errors.get(1)).isLessThan(errors.get(0) / 4);
        assertThat(errors.get(2)).isEqualTo(errors.get(1));
    }
}
