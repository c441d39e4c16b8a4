package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.examples.research.Gallery;

/** Each program of the gallery proves its numbers, draws, is short and told of in the README. */
@Tag("once")
class ResearchTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    @DisabledIfSystemProperty(
            named = "rewind.plain",
            matches = "true",
            disabledReason = "they compute the same, slowly")
    void provesItsNumbersAndDraws(Gallery program) throws IOException {
        Run run = Run.of("research", program.toString(), "--folder", folder.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .startsWith(program + ": " + program.shows())
                .contains(": right")
                .doesNotContain("WRONG");
        assertThat(Files.size(folder.resolve(program + ".png"))).isGreaterThan(5000);
    }

    @Test
    void programsAreShortAndToldOf() throws IOException {
        Path sources = Path.of("src/main/java/rewind/examples/research");
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(100);
            }
        }
        String readme = Files.readString(Path.of("../README.md"));
        for (Gallery each : Gallery.values()) {
            assertThat(readme).contains("| `" + each + "` | " + each.shows() + " |");
        }
    }

    @Test
    void unknownNamesAndFoldersAreErrors() {
        Run run = Run.of("research", "nothing");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("rewind: a program must be one of [hmm, kalman, ")
                .contains("], got nothing");
        Run nowhere =
                Run.of("research", "hmm", "--folder", folder.resolve("none").toString());
        assertThat(nowhere.status()).isEqualTo(2);
        assertThat(nowhere.err().toLowerCase(Locale.ROOT)).contains("hmm.png");
    }
}
