package rewind.autograd.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.fixture.ChildJvm;

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
        assertThat(ChildJvm.run(List.of(), Report.class)).contains(ADVICE).contains("F64Kernels false 0.5");
    }

    @Test
    void withTheModuleNothingIsSaid() {
        assertThat(ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector"), Report.class))
                .doesNotContain("loops in use")
                .contains("F64VectorKernels true 0.5");
    }

    @Test
    void aPropertyAsksForPlainLoops() {
        assertThat(ChildJvm.run(
                        List.of("--add-modules", "jdk.incubator.vector", "-Drewind.kernels=plain"), Report.class))
                .doesNotContain("loops in use")
                .contains("F64Kernels false 0.5");
    }

    @Test
    void anotherValueOfThePropertyIsToldAndIgnored() {
        assertThat(ChildJvm.run(
                        List.of("--add-modules", "jdk.incubator.vector", "-Drewind.kernels=plane"), Report.class))
                .contains("rewind.kernels: must be plain or vector, got \"plane\"; it is ignored")
                .contains("F64VectorKernels true 0.5");
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

    /** What a product copied its factors to, in every thread, is left to the garbage collector. */
    @Test
    void scratchIsNotHeldAfterAProduct() throws InterruptedException {
        KernelsUnderTest.requireVectors();
        WeakReference<Object> scratch = new WeakReference<>(F64Scratch.get());
        for (int i = 0; i < 200 && scratch.get() != null; i++) {
            System.gc();
            Thread.sleep(5);
        }
        assertThat(scratch.get()).isNull();
    }
}
