package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tests that CLAIMS.md names are there, in whichever module. */
@Tag("once")
class ClaimsTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Properties))(?:\\.(\\w+))?`");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : new String[] {"autograd", "nn", "examples", "examples/onnx", "examples/spark"}) {
            try (Stream<Path> all = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        all.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        String claims = Files.readString(PROJECT.resolve("CLAIMS.md"));
        Matcher named = NAMED.matcher(claims.substring(claims.indexOf("|---|")));
        int count = 0;
        for (; named.find(); count++) {
            assertThat(sources).as(named.group()).containsKey(named.group(1));
            if (named.group(2) != null) {
                assertThat(sources.get(named.group(1)))
                        .as(named.group())
                        .containsPattern("\\n    void " + named.group(2) + "\\(");
            }
        }
        assertThat(count).isGreaterThan(30);
    }
}
