package rewind.benchmarks.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Dl4jTest {
    @TempDir
    Path target;

    @Test
    void theClassPathIsWhatTheBuildLeft() throws Exception {
        Files.writeString(target.resolve("classpath"), "a.jar" + File.pathSeparator + "b.jar\n");
        assertThat(Dl4j.classPath(target).split(File.pathSeparator, -1))
                .containsExactly(target.resolve("classes").toString(), "a.jar", "b.jar");
    }

    @Test
    void withoutABuildTheRemedyIsTold() {
        assertThatThrownBy(() -> Dl4j.classPath(target))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("DL4J and its class path must be in " + target
                        + "; call mvn -q -Pbenchmark,dl4j -pl :rewind-benchmarks-dl4j -am compile first");
    }
}
