package rewind.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionTest {
    @TempDir
    Path empty;

    private static Selection against(Path checkout) {
        Selection selection = new Selection();
        Worker.commandLine(selection)
                .parseArgs(
                        "--quick",
                        "--cells",
                        "GRU",
                        "--dtypes",
                        "FLOAT32",
                        "--sizes",
                        "2x3x2x4",
                        "--against",
                        checkout.toString());
        return selection;
    }

    /** Against itself: what both class loaders have is found, and done. */
    @Test
    void operationsAndStepsOfBothAreTimed() {
        List<Row> rows = new Revision(against(Path.of("..", "..")), new Alternation.Plan(0.01, 0.001, 9, 1)).rows();
        assertThat(rows).hasSize(4).allSatisfy(row -> {
            assertThat(row.number("this")).isPositive();
            assertThat(row.number("other")).isPositive();
        });
        assertThat(rows.get(3).text("sizes")).isEqualTo("2x3x2x4");
    }

    @Test
    void aRevisionThatIsNotCompiledIsRefused() {
        assertThatThrownBy(() -> new Revision(against(empty)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("--against must be a checkout that is compiled, but there is no "
                        + empty.resolve("autograd").resolve("target").resolve("classes")
                        + "; call mvn -q compile there first");
    }
}
