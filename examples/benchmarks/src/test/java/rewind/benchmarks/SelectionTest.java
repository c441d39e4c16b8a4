package rewind.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SelectionTest {
    private static Selection parsed(String... options) {
        Selection selection = new Selection();
        Main.commandLine(selection).parseArgs(options);
        return selection;
    }

    @Test
    void theJvmOfACellGetsTheOptions() {
        Selection one = parsed("--dl4j", "--quick", "--sizes", "1x2x3x4").only(CellKind.RNN, Precision.FLOAT32, 2);
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
                        "--quick",
                        "--dl4j");
        Selection same = parsed(one.options().toArray(String[]::new));
        assertThat(same.options()).isEqualTo(one.options());
        assertThat(same.dl4j()).isTrue();
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
