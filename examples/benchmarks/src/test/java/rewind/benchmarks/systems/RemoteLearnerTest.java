package rewind.benchmarks.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.benchmarks.measure.Agreement;

class RemoteLearnerTest {
    private static final Problem PROBLEM = Problem.drawn(CellKind.GRU, new Sizes(2, 3, 2, 4), Precision.FLOAT32);

    /** The JVM at the other end: Rewind with the problem of the arguments, or one that fails. */
    static final class Other {
        private Other() {}

        public static void main(String... arguments) throws IOException {
            if (arguments.length == 0) {
                System.exit(3);
            }
            LearnerServer.serve(new RewindLearner(Problem.of(arguments)), System.in, System.out);
        }
    }

    private static RemoteLearner start(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Jvm.java(), "-classpath"));
        command.addAll(List.of(System.getProperty("java.class.path"), Other.class.getName()));
        command.addAll(arguments);
        return RemoteLearner.start("Other", Jvm.process(command, 1));
    }

    @Test
    void computesWhatTheSystemDoes() {
        try (RemoteLearner remote = start(PROBLEM.arguments())) {
            remote.step();
            Learner.Outcome expected = new RewindLearner(PROBLEM).outcome();
            Learner.Outcome actual = remote.outcome();
            assertThat(actual.outputs()).hasSameSizeAs(expected.outputs());
            // the other JVM may have other kernels
            assertThat(Agreement.verify("GRU", actual, expected, 1e-6)).isNotNegative();
        }
    }

    @Test
    void itsProcessorTimeGrowsWithItsSteps() {
        try (RemoteLearner remote = start(PROBLEM.arguments())) {
            remote.steps(1);
            long before = remote.processorTimeElsewhere();
            long atLeast = 50_000_000;
            for (int turns = 0; turns < 1000 && remote.processorTimeElsewhere() - before < atLeast; turns++) {
                remote.steps(100);
            }
            assertThat(remote.processorTimeElsewhere() - before).isGreaterThanOrEqualTo(atLeast);
            assertThat(new RewindLearner(PROBLEM).processorTimeElsewhere()).isZero();
        }
    }

    @Test
    void aJvmThatEndsIsTold() {
        try (RemoteLearner remote = start(List.of())) {
            assertThatThrownBy(remote::outcome)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Other: its JVM ended with status 3; see above");
        }
    }

    @Test
    void aProgramThatIsNotThereIsTold() {
        Path nowhere = Path.of("no", "such", "java");
        assertThatThrownBy(() -> RemoteLearner.start("Other", new ProcessBuilder(nowhere.toString())))
                .hasMessage("Other: its JVM could not be started");
    }
}
