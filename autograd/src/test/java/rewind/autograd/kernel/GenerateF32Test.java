package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The program that writes the kernels over {@code float[]}. */
@DisabledIfSystemProperty(named = "rewind.plain", matches = "true", disabledReason = "it runs in a JVM of its own")
class GenerateF32Test {
    private static final String REMEDY =
            " has no twin of type float; numbers are written 0.001 or 12, bits of a double belong into F64Format";

    private static final List<String> WRONG = List.of(
            "1e-3",
            "0x1p-52",
            "1.5e3",
            ".5",
            "2.",
            "1.0d",
            "1.0f",
            "doubleToRawLongBits",
            "LongVector",
            "float",
            "Float");

    /** Of the program. */
    @TempDir
    private static Path classes;

    @TempDir
    private Path folder;

    @BeforeAll
    static void compile() {
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), "src/build/java/GenerateF32.java");
        assertThat(status).isZero();
    }

    @Test
    void replacesWordsAndNothingElse() throws Exception {
        write("F64Loops.java", """
                /** Over {@code double[]}; see {@link F64Other}, 1.5 times, doubles. */
                class F64Loops extends F64Other {
                    double half(DoubleVector v, Double d, int n) {
                        return n > 1_000 ? 0.5 * Double.MAX_VALUE : "double 1.5".length() + 1 + MyF64.double2 + 0x1F; // double
                    }
                }
                """);
        write("F64Arrays.java", "class F64Arrays { double x = 1e-3; }");
        write("F64Format.java", "class F64Format { double x = 1e-3; }");
        write("Kernels.java", "interface Kernels { double x(); }");
        assertThat(run()).isEmpty();
        assertThat(twin()).content().isEqualTo("""
                /** Over {@code float[]}; see {@link F32Other}, 1.5 times, doubles. */
                class F32Loops extends F32Other {
                    float half(FloatVector v, Float d, int n) {
                        return n > 1_000 ? 0.5f * Float.MAX_VALUE : "double 1.5".length() + 1 + MyF64.double2 + 0x1F; // float
                    }
                }
                """);
        try (var files = Files.list(target())) {
            assertThat(files).containsExactly(twin());
        }
    }

    @Test
    void leavesAloneWhatDoesNotChangeAndDeletesWhatHasNoSource() throws Exception {
        write("F64Loops.java", "class F64Loops { }");
        assertThat(run()).isEmpty();
        FileTime longAgo = FileTime.fromMillis(1000);
        Files.setLastModifiedTime(twin(), longAgo);
        Files.writeString(target().resolve("F32Old.java"), "");
        assertThat(run()).isEmpty();
        assertThat(Files.getLastModifiedTime(twin())).isEqualTo(longAgo);
        assertThat(target().resolve("F32Old.java")).doesNotExist();
        write("F64Loops.java", "class F64Loops { int n; }");
        assertThat(run()).isEmpty();
        assertThat(twin()).content().isEqualTo("class F32Loops { int n; }");
    }

    @Test
    void whatWouldMeanSomethingElseForFloatsIsRefusedWithItsPlace() throws Exception {
        for (String wrong : WRONG) {
            write("F64Loops.java", "/** 1e-3\n * float */\nclass F64Loops {\n    Object x = " + wrong + " ;\n}\n");
            assertThat(run()).as(wrong).contains(folder.resolve("F64Loops.java") + ":4: " + wrong + REMEDY);
        }
    }

    private Path target() {
        return folder.resolve("target/kernel");
    }

    private Path twin() {
        return target().resolve("F32Loops.java");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** What the program says. */
    private String run() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes.toString(),
                        "GenerateF32",
                        folder.toString(),
                        target().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
