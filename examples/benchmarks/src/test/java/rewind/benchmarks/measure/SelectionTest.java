package rewind.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import rewind.benchmarks.systems.CellKind;
import rewind.benchmarks.systems.Precision;

class SelectionTest {
    private static Selection parsed(String... options) {
        Selection selection = new Selection();
        Worker.commandLine(selection).parseArgs(options);
        return selection;
    }

    @Test
    void theJvmOfACellGetsTheOptions() {
        Selection one =
                parsed("--dl4j", "--tapes", "--quick", "--sizes", "1x2x3x4").only(CellKind.RNN, Precision.FLOAT32, 2);
        assertThat(one.options())
                .containsExactly(
                        "--cells",
                        "RNN",
                        "--dtypes",
                        "FLOAT32",
                        "--threads",
                        "2",
                        "--sizes",
                        "1x2x3x4",
                        "--tapes",
                        "--quick",
                        "--dl4j");
        Selection same = parsed(one.options().toArray(String[]::new));
        assertThat(same.options()).isEqualTo(one.options());
        assertThat(same.dl4j()).isTrue();
    }

    @Test
    void theOtherRevisionIsWhereItWas() {
        assertThat(parsed(parsed("--against", "x").options().toArray(String[]::new))
                        .against())
                .isEqualTo(Path.of("x").toAbsolutePath());
        assertThatThrownBy(parsed()::against)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs --against");
    }

    @Test
    void dl4jIsAnOption() {
        assertThat(parsed().dl4j()).isFalse();
        assertThat(parsed().options()).isEmpty();
    }

    @Test
    void furtherSystemsLeaveARunComplete() {
        assertThat(parsed("--dl4j").complete()).isTrue();
        assertThat(parsed("--dl4j", "--quick").complete()).isFalse();
    }
}
