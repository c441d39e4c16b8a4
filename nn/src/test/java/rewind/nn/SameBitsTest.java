package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.fixture.ChildJvm;
import rewind.nn.fixture.TrainedBits;

/**
 * One seed gives the same bits everywhere, those that are recorded: on the JDK and the machine that run the tests, with vectors of
 * any length or none, by any number of threads.
 *
 * <p>With the system property {@code bits.record} they are recorded first.
 */
class SameBitsTest {
    private static final Path RECORDED = Path.of("src", "test", "resources", "bits", "training.txt");

    @BeforeAll
    static void record() throws IOException {
        if (Boolean.getBoolean("bits.record")) {
            Files.write(RECORDED, TrainedBits.of(1));
        }
    }

    @Test
    void areThoseRecorded() throws IOException {
        verify(TrainedBits.of(Boolean.getBoolean("rewind.long") ? 1 : 8));
    }

    @Test
    void areThoseOfOtherInstructions() throws IOException {
        verify(bits("-XX:UseAVX=1", "-Drewind.threads=3", "-Dbits.every=16"));
    }

    static Stream<List<String>> everywhere() {
        List<List<String>> options = new ArrayList<>();
        // without AVX there are no fused multiply-adds, which Java then computes by decimal numbers
        options.add(List.of("-XX:UseAVX=0", "-Dbits.every=7"));
        options.add(List.of("-XX:UseAVX=0", "-Dbits.every=20", "--add-modules", "jdk.incubator.vector"));
        for (int avx = 1; avx <= 3; avx++) {
            for (int threads : new int[] {1, 2, 5}) {
                List<String> plain = List.of("-XX:UseAVX=" + avx, "-Drewind.threads=" + threads);
                List<String> vector = new ArrayList<>(plain);
                vector.addAll(List.of("--add-modules", "jdk.incubator.vector"));
                options.add(plain);
                options.add(vector);
            }
        }
        options.add(List.of("-Xint", "-Dbits.every=7"));
        return options.stream();
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    @EnabledIfSystemProperty(named = "rewind.long", matches = "true")
    void areThoseOfEveryMachine(List<String> options) throws IOException {
        verify(bits(options.toArray(new String[0])));
    }

    private static void verify(List<String> lines) throws IOException {
        assertThat(lines).hasSizeGreaterThan(8);
        assertThat(Files.readAllLines(RECORDED)).containsAll(lines);
    }

    private static List<String> bits(String... options) {
        List<String> all = new ArrayList<>(List.of("-XX:+IgnoreUnrecognizedVMOptions"));
        all.addAll(List.of(options));
        return ChildJvm.run(all, TrainedBits.class)
                .lines()
                .filter(line -> line.contains(" = "))
                .toList();
    }
}
