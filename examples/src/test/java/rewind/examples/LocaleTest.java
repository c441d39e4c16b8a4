package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs print and write can be read by other programs, whatever the locale. */
class LocaleTest {
    @TempDir
    private Path folder;

    private static Run in(String tag, String... args) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            return Run.of(args);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "de-DE", "tr-TR"})
    void everyProgramSaysTheSame(String tag) throws IOException {
        Path csv = folder.resolve("flow.csv");
        for (String[] args : new String[][] {
            {"optimize", "--picture", folder + "/o.png"},
            {"gradient-flow", "--steps", "20", "--picture", folder + "/f.png", "--csv", csv.toString()},
            {"adding", "--help"},
            {"long-sequences", "--units", "0"}
        }) {
            Run expected = in("und", args);
            String table = content(csv);
            assertThat(in(tag, args)).isEqualTo(expected);
            assertThat(content(csv)).isEqualTo(table);
        }
        try (Stream<Path> written = Files.list(folder)) {
            assertThat(written).hasSize(3);
        }
    }

    private static String content(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
