package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import rewind.autograd.fixture.Checks;
import rewind.autograd.fixture.Coverage;
import rewind.autograd.fixture.CoverageReport;
import rewind.autograd.fixture.Grid;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.autograd.fixture.Tolerance;

/** The value of every operation against the slow and obvious computation from indices that its row gives. */
class ReferenceProperties {
    @Property(generation = GenerationMode.EXHAUSTIVE)
    @Checks(orders = {0})
    void valuesEqualTheReference(
            @ForAll("all") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 39) int seed) {
        assertExpected(row.call(seed, dtype));
    }

    /** No argument of any operation is left out; in a run of this class alone, too. */
    @AfterContainer
    static void nothingIsLeftUnchecked() {
        if (Coverage.ALL.isOf(ReferenceProperties.class)) {
            new CoverageReport(Coverage.ALL).write();
            assertThat(Coverage.ALL.missing(0)).isEmpty();
        }
    }

    @Provide
    Arbitrary<Operation> all() {
        return Arbitraries.of(Operations.all());
    }

    static void assertExpected(Call call) {
        Grid actual = Grid.of(call.value());
        List<Grid> inputs = call.inputs().stream().map(Grid::of).toList();
        Grid expected = call.expected().apply(inputs);
        assertThat(actual.sizes()).containsExactly(expected.sizes());
        for (int i = 0; i < expected.values().length; i++) {
            double right = expected.values()[i];
            assertThat(actual.values()[i]).as("element %s", i).isCloseTo(right, Tolerance.of(call.tolerance(), right));
        }
    }
}
