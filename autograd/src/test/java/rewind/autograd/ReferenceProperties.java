package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import rewind.autograd.Operation.Call;

/** The value of every operation against the slow and obvious computation from indices that its row gives. */
class ReferenceProperties {
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valuesEqualTheReference(@ForAll("all") Operation row, @ForAll @IntRange(max = 39) int seed) {
        assertExpected(row.call(seed));
    }

    /** Axes in the middle, at the ends, apart from each other: each of these takes another way through the loops. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyChoiceOfAxes(
            @ForAll("overAxes") Operation row, @ForAll @IntRange(max = 15) int subset, @ForAll boolean kept) {
        int[] axes =
                IntStream.range(0, 4).filter(axis -> (subset >> axis & 1) == 1).toArray();
        assertExpected(row.draw().apply(new Chosen(axes, kept)));
    }

    @Provide
    Arbitrary<Operation> all() {
        return Arbitraries.of(Operations.all());
    }

    @Provide
    Arbitrary<Operation> overAxes() {
        return Arbitraries.of(Operations.all().stream()
                .filter(row -> row.signature().matches(".*\\(Axes\\)|(sum|softmax|logSoftmax|flip)\\(int\\.\\.\\.\\)"))
                .toList());
    }

    /** Draws with the shape and the axes given. */
    private static final class Chosen extends Draws {
        private final int[] axes;
        private final boolean kept;

        Chosen(int[] axes, boolean kept) {
            super(axes.length, "axes");
            this.axes = axes;
            this.kept = kept;
        }

        @Override
        int[] shape(int leastRank) {
            return new int[] {3, 2, 4, 2};
        }

        @Override
        int[] axes(int rank) {
            return axes;
        }

        @Override
        boolean flag() {
            return kept;
        }
    }

    private static void assertExpected(Call call) {
        Grid actual = Grid.of(call.value());
        List<Grid> inputs = call.inputs().stream().map(Grid::of).toList();
        Grid expected = call.expected().apply(inputs);
        assertThat(actual.sizes()).containsExactly(expected.sizes());
        for (int i = 0; i < expected.values().length; i++) {
            double right = expected.values()[i];
            assertThat(actual.values()[i])
                    .as("element %s", i)
                    .isCloseTo(right, Offset.offset(call.tolerance() * Math.max(1, Math.abs(right))));
        }
    }
}
