package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {
    @TempDir
    Path folder;

    private Run run(String... more) {
        List<String> args = new ArrayList<>(List.of("text", "--picture", folder + "/text.png"));
        args.addAll(List.of(more));
        return Run.of(args.toArray(new String[0]));
    }

    private static double bits(Run run, String name) {
        Matcher line = Pattern.compile("(?m)^  " + name + " +(\\S+)$").matcher(run.out());
        assertThat(line.find()).as(run.out() + run.err()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    @Test
    void readsTheSourcesOfTheProjectAndDraws() throws Exception {
        String[] options = {
            "--characters",
            "3000",
            "--units",
            "4",
            "--embedding",
            "3",
            "--steps",
            "16",
            "--epochs",
            "2",
            "--length",
            "20",
            "--temperatures",
            "0.5,1"
        };
        Run run = run(options);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("3000 characters, ", "the first 2700 to train on", "last 300 characters");
        assertThat(run.out()).contains("--- temperature 0.5\n    /** Returns ", "--- temperature 1.0\n");
        assertThat(bits(run, "single characters")).isBetween(3.0, 6.0);
        assertThat(bits(run, "pairs")).isLessThan(bits(run, "single characters"));
        assertThat(bits(run, "GRU")).isBetween(3.0, 7.0);
        Drawn.assertDrawn(folder.resolve("text.png"), 1000, 560, Charts.BLUE, Charts.GREY);
        assertThat(run(options)).isEqualTo(run);
    }

    /** Of c before it and after it only one that remembers two characters can tell a from b. */
    @Test
    void learnsWhatAnyoneWouldAndWritesIt() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "acbc".repeat(500));
        Run run = run(
                "--text",
                file + "",
                "--cell",
                "lstm",
                "--units",
                "8",
                "--embedding",
                "0",
                "--steps",
                "16",
                "--epochs",
                "24",
                "--learning-rate",
                "0.03",
                "--start",
                "acbca",
                "--length",
                "8",
                "--temperatures",
                "0.1");
        assertThat(bits(run, "single characters")).isCloseTo(1.5, within(0.01));
        assertThat(bits(run, "pairs")).isCloseTo(0.5, within(0.02));
        assertThat(bits(run, "triples")).isLessThan(0.05);
        assertThat(bits(run, "LSTM")).isLessThan(0.2);
        assertThat(run.out()).contains("--- temperature 0.1\nacbcacbcacbca\n");
    }

    @Property(tries = 50)
    void theProbabilitiesOfAllTokensSumToOne(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 3) Integer> text,
            @ForAll @IntRange(min = 1, max = 4) int n,
            @ForAll @Size(max = 4) List<@IntRange(max = 3) Integer> before) {
        NGrams counts = new NGrams(n, 4, ints(text));
        double sum = IntStream.range(0, 4)
                .mapToDouble(token -> {
                    List<Integer> all = new ArrayList<>(before);
                    all.add(token);
                    return counts.probability(ints(all), before.size());
                })
                .sum();
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void theProbabilitiesAreThoseByHand() {
        NGrams counts = new NGrams(2, 2, 0, 0, 1); // two of token 0 and one of 1; 0 was followed by either once
        double zero = (2 + 2 * 0.5) / (3 + 2);
        assertThat(counts.probability(new int[] {0}, 0)).isCloseTo(zero, within(1e-15));
        assertThat(counts.probability(new int[] {0, 0}, 1)).isCloseTo((1 + 2 * zero) / (2 + 2), within(1e-15));
        assertThat(counts.probability(new int[] {1, 0}, 1)).isCloseTo(zero, within(1e-15)); // nothing followed 1
        assertThat(counts.bits(0, 0))
                .isCloseTo(-(Math.log(zero) + Math.log((1 + 2 * zero) / 4)) / 2 / Math.log(2), within(1e-15));
    }

    @Test
    void aTextThatIsNoneIsToldInOneLine() throws Exception {
        Path file = Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        Run run = run("--text", file + "");
        assertThat(run.err()).isEqualToNormalizingNewlines("rewind: " + file + ": not a text in UTF-8\n");
        assertThat(run.status()).isEqualTo(2);
    }
}
