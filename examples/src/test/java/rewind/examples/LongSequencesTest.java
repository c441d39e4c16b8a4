package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link LongSequences} prints; how long a step takes is not looked at, as that is the machine's business. */
class LongSequencesTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^(RNN|GRU|LSTM) +(\\d+) steps +(\\d+\\.\\d\\d) +\\d+\\.\\d\\d$");

    @Test
    void everyCellIsTimedAtEveryLength(@TempDir Path folder) {
        Path picture = folder.resolve("long.png");
        Run run = Run.of(
                "long-sequences",
                "--units",
                "2",
                "--longest",
                "10000",
                "--checkpoints",
                "--picture",
                picture.toString());
        assertThat(picture).isNotEmptyFile();
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        List<String> rows = new ArrayList<>();
        for (Matcher row = ROW.matcher(run.out()); row.find(); ) {
            rows.add(row.group(1) + " " + row.group(2));
            assertThat(Double.parseDouble(row.group(3))).isPositive();
        }
        assertThat(rows).containsExactly("RNN 1000", "RNN 10000", "GRU 1000", "GRU 10000", "LSTM 1000", "LSTM 10000");
        assertThat(run.out())
                .startsWith("microseconds per step, forward and backward, 2 units, one sample, best of 3")
                .hasLineCount(2 + rows.size());
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        for (String[] options : new String[][] {{"--longest", "999"}, {"--units", "0"}, {"--units", "10001"}}) {
            Run run = Run.of("long-sequences", options[0], options[1]);
            assertThat(run.status()).isNotZero();
            assertThat(run.err()).contains(options[0], options[1]);
            assertThat(run.out()).isEmpty();
        }
    }
}
