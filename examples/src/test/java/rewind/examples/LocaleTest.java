package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void everyProgramSaysTheSame() throws IOException {
        Path csv = folder.resolve("flow.csv");
        String[][] programs = {
            {"optimize", "--picture", folder + "/o.png"},
            {
                "gradient-flow",
                "--steps",
                "10",
                "--units",
                "2",
                "--samples",
                "20",
                "--epochs",
                "1",
                "--csv",
                csv.toString(),
                "--picture",
                folder + "/f.png"
            },
            {"adding", "--help"},
            {"long-sequences", "--units", "0"}
        };
        for (String[] args : programs) {
            Run expected = in("und", args);
            String table = content(csv);
            for (String tag : new String[] {"ar-EG", "de-DE", "tr-TR"}) {
                assertThat(in(tag, args)).as(tag).isEqualTo(expected);
                assertThat(content(csv)).as(tag).isEqualTo(table);
            }
        }
        assertThat(csv).isNotEmptyFile();
    }

    private static String content(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
