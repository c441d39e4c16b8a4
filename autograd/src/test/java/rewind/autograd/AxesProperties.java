package rewind.autograd;

import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;

/** Axes in the middle, at the ends, apart from each other: each of these takes another way through the loops, there and back. */
class AxesProperties {
    private static final int RANK = 4;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void everyChoiceOfAxes(
            @ForAll("overAxes") Operation row,
            @ForAll DType dtype,
            @ForAll @IntRange(max = 15) int subset,
            @ForAll boolean kept) {
        int[] axes = IntStream.range(0, RANK)
                .filter(axis -> (subset >> axis & 1) == 1)
                .toArray();
        Call call = row.draw().apply(new Chosen(axes, kept, dtype));
        ReferenceProperties.assertExpected(call);
        GradientCheck.ofAll(call.function())
                .named(row.signature())
                .at(call.inputs())
                .secondOrder()
                .verify();
    }

    @Provide
    Arbitrary<Operation> overAxes() {
        return Arbitraries.of(
                Operations.all().stream().filter(AxesProperties::isOverAxes).toList());
    }

    static boolean isOverAxes(Operation row) {
        return row.signature().matches(".*\\(Axes\\)|(sum|softmax|logSoftmax|flip)\\(int\\.\\.\\.\\)");
    }

    /** Draws with the axes given. The shape has so many elements that derivatives are compared along directions, which is quick. */
    private static final class Chosen extends Draws {
        private final int[] axes;
        private final boolean kept;

        Chosen(int[] axes, boolean kept, DType dtype) {
            super(axes.length, "axes", dtype);
            this.axes = axes;
            this.kept = kept;
        }

        @Override
        public int[] shape(int leastRank) {
            return new int[] {3, 2, 4, 3};
        }

        @Override
        public int[] axes(int rank) {
            return axes;
        }

        @Override
        public boolean flag() {
            return kept;
        }
    }
}
