package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.data.Csv;

class TutorialTest {
    private static final Path ALL = Path.of("src/main/resources/rewind/examples/sunspots-monthly.csv");

    @TempDir
    Path folder;

    /** On the last 400 months without the last year of all, which is then forecast. */
    @Test
    void trainsSavesLoadsAndForecasts() throws Exception {
        List<String> lines = Files.readAllLines(ALL);
        List<String> known = new ArrayList<>(List.of(lines.get(0)));
        known.addAll(lines.subList(lines.size() - 400, lines.size() - 12));
        Path table = Files.write(folder.resolve("sunspots.csv"), known);
        Path file = folder.resolve("sunspots.safetensors");
        String printed = run(table, file);

        Tensor series = Csv.of(table).columns("sunspots").read().numbers();
        Tensor forecast = Tutorial.forecast(series, file);
        assertThat(printed.strip()).isEqualTo(forecast.toString());
        assertThat(forecast.shape().toArray()).containsExactly(12, 1);
        Tensor all = Csv.of(ALL).columns("sunspots").read().numbers();
        Tensor year = all.slice(0, all.size(0) - 12, all.size(0));
        double error = Math.sqrt(forecast.sub(year).square().mean().toDouble());
        double mean = Math.sqrt(year.sub(series.mean()).square().mean().toDouble());
        assertThat(error).isLessThan(mean); // always answering the mean of the years before
        assertThat(Files.list(folder)).containsExactlyInAnyOrder(table, file);
    }

    private static String run(Path table, Path file) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Tutorial.main(table.toString(), file.toString());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
