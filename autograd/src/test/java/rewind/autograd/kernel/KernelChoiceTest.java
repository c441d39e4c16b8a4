package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
    private static final String ADVICE = "plain loops in use; add --add-modules jdk.incubator.vector";

    @Test
    void vectorLoopsRunIfAndOnlyIfTheModuleIsPresent() {
        assertThat(KernelChoice.vectorised()).isEqualTo(KernelsUnderTest.vectorModulePresent());
        assertThat(KernelChoice.float64().getClass().getSimpleName())
                .isEqualTo(KernelsUnderTest.vectorModulePresent() ? "F64VectorKernels" : "F64Kernels");
        assertThat(KernelChoice.float32().getClass().getSimpleName())
                .isEqualTo(KernelsUnderTest.vectorModulePresent() ? "F32VectorKernels" : "F32Kernels");
    }

    /** The build runs all tests with the vector module and once more without it: the first run must not turn into the second unnoticed. */
    @Test
    void theModuleIsPresentUnlessTheRunIsThePlainOne() {
        assertThat(KernelsUnderTest.vectorModulePresent())
                .as("start the tests with --add-modules jdk.incubator.vector, or with -Drewind.plain=true")
                .isEqualTo(!Boolean.getBoolean("rewind.plain"));
    }

    @Test
    void withoutTheModuleOneLineTellsTheRemedy() {
        assertThat(Child.run(List.of(), Report.class)).contains(ADVICE).contains("F64Kernels false 0.5");
    }

    @Test
    void withTheModuleNothingIsSaid() {
        assertThat(Child.run(List.of("--add-modules", "jdk.incubator.vector"), Report.class))
                .doesNotContain("loops in use")
                .contains("F64VectorKernels true 0.5");
    }

    @Test
    void aPropertyAsksForPlainLoops() {
        assertThat(Child.run(List.of("--add-modules", "jdk.incubator.vector", "-Drewind.kernels=plain"), Report.class))
                .doesNotContain("loops in use")
                .contains("F64Kernels false 0.5");
    }

    /** What a program with the given options sees. */
    static final class Report {
        private Report() {}

        public static void main(String[] args) {
            double[] x = {0.0};
            KernelChoice.float64().sigmoid(x, 0, x, 0, 1);
            System.out.println(
                    KernelChoice.float64().getClass().getSimpleName() + " " + KernelChoice.vectorised() + " " + x[0]);
        }
    }

    /** Another JVM on the class path of this test and with its {@code -XX} options. */
    static final class Child {
        private Child() {}

        static String run(List<String> options, Class<?> main) {
            try {
                List<String> command = new ArrayList<>();
                command.add(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
                // such as -XX:UseAVX
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(option -> option.startsWith("-XX:"))
                        .forEach(command::add);
                command.addAll(options);
                command.add("-cp");
                command.add(System.getProperty("java.class.path"));
                command.add(main.getName());
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(output).isZero();
                return output;
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
