package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.autograd.fixture.Coverage;
import rewind.autograd.fixture.Coverage.Cell;
import rewind.autograd.fixture.Coverage.Kind;
import rewind.autograd.fixture.CoverageReport;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operations;

/** What is counted, and what is missing. */
class CoverageTest {
    private final Coverage coverage = new Coverage();

    @Test
    void aCheckCountsForEveryArgumentAndOrder() {
        Operation add = row("add(Tensor)");
        for (int seed = 0; seed < 24; seed++) {
            coverage.add(add, add.call(seed, DType.FLOAT32), DType.FLOAT32, 1, 2);
        }
        assertThat(coverage.missing(1))
                .contains("add(Tensor), argument 0, FLOAT64, order 1", "exp(), argument 0, FLOAT32, order 1");
        assertThat(coverage.missing(1, 2))
                .noneMatch(each -> each.startsWith("add(Tensor)") && each.contains("FLOAT32"));
        assertThat(coverage.missing(0))
                .contains("add(Tensor), argument 1, FLOAT32, order 0", "greater(Tensor), argument 1, FLOAT64, order 0");
        assertThat(coverage.missing(1)).noneMatch(each -> each.startsWith("greater"));
        for (Kind kind : List.of(Kind.MATRIX, Kind.HIGHER, Kind.REPEATED)) {
            assertThat(coverage.count(new Cell("add(Tensor)", 0, DType.FLOAT32, 2, kind)))
                    .as("%s", kind)
                    .isPositive();
        }
    }

    @Test
    void whatHasNoElementsProvesNothing() {
        Operation exp = row("exp()");
        Operation.Call empty = Operation.Call.elementwise(
                List.of(Tensor.zeros(0, 2)),
                in -> in.get(0).exp(),
                in -> in.get(0).exp());
        coverage.add(exp, empty, DType.FLOAT64, 1);
        assertThat(coverage.missing(1)).contains("exp(), argument 0, FLOAT64, order 1");
        assertThat(coverage.count(new Cell("exp()", 0, DType.FLOAT64, 1, Kind.EMPTY)))
                .isEqualTo(1);
    }

    @Test
    void theReportShowsGaps() {
        CoverageReport report = new CoverageReport(coverage);
        assertThat(report.text()).contains("NOT CHECKED");
        assertThat(report.html()).contains("class=\"none\"").contains("<td>exp()</td>");
        for (Operation row : Operations.all()) {
            coverage.add(row, row.call(5, DType.FLOAT64), DType.FLOAT64, 0, 1, 2);
        }
        assertThat(report.html()).contains("class=\"some\"");
    }

    /** A kind of shape that occurs, but not at every order, is not the same as one that does not occur. */
    @Test
    void theReportShowsWhatWasMissed() {
        Operation exp = row("exp()");
        for (int seed = 0; seed < 24; seed++) {
            coverage.add(exp, exp.call(seed, DType.FLOAT64), DType.FLOAT64, 1);
        }
        coverage.add(exp, exp.call(5, DType.FLOAT64), DType.FLOAT64, 2);
        String missed = new CoverageReport(coverage)
                .text()
                .lines()
                .filter(line -> line.matches("exp\\(\\) .* FLOAT64 +2 .*"))
                .findFirst()
                .orElseThrow();
        assertThat(missed).contains(" none").contains(" ·");
        assertThat(new CoverageReport(coverage).html()).contains("class=\"missed\"");
    }

    private static Operation row(String signature) {
        return Operations.all().stream()
                .filter(each -> each.signature().equals(signature))
                .findFirst()
                .orElseThrow();
    }
}
