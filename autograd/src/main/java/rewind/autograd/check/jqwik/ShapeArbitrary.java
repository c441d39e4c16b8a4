package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Generators.require;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.arbitraries.ArbitraryDecorator;
import rewind.autograd.Shape;

/** Shapes; they shrink to fewer axes and smaller sizes. Immutable: every option returns a new one. */
public final class ShapeArbitrary extends ArbitraryDecorator<Shape> {
    private int leastRank = 0;
    private int mostRank = 3;
    private int leastSize = 1;
    private int mostSize = 4;

    ShapeArbitrary() {}

    /**
     * Sets the numbers of axes; 0 is that of a scalar.
     *
     * @throws IllegalArgumentException unless 0 ≤ least ≤ most
     */
    public ShapeArbitrary ranks(int least, int most) {
        require(0 <= least && least <= most, "ranks must be 0 <= least <= most, got %s and %s", least, most);
        ShapeArbitrary changed = typedClone();
        changed.leastRank = least;
        changed.mostRank = most;
        return changed;
    }

    /**
     * Sets the sizes of axes; a least size of 0 asks for tensors without elements, too.
     *
     * @throws IllegalArgumentException unless 0 ≤ least ≤ most
     */
    public ShapeArbitrary sizes(int least, int most) {
        require(0 <= least && least <= most, "sizes must be 0 <= least <= most, got %s and %s", least, most);
        ShapeArbitrary changed = typedClone();
        changed.leastSize = least;
        changed.mostSize = most;
        return changed;
    }

    /** Whether a shape is one of these. */
    boolean includes(Shape shape) {
        return leastRank <= shape.rank()
                && shape.rank() <= mostRank
                && Arrays.stream(shape.toArray()).allMatch(size -> leastSize <= size && size <= mostSize);
    }

    /** One of these shapes; more axes are likelier. */
    Shape draw(Random random) {
        int more = mostRank - leastRank + 1;
        int rank = leastRank + Math.max(random.nextInt(more), random.nextInt(more));
        return Shape.of(IntStream.generate(() -> leastSize + random.nextInt(mostSize - leastSize + 1))
                .limit(rank)
                .toArray());
    }

    @Override
    protected Arbitrary<Shape> arbitrary() {
        return Arbitraries.integers()
                .between(leastSize, mostSize)
                .list()
                .ofMinSize(leastRank)
                .ofMaxSize(mostRank)
                .map(sizes -> Shape.of(sizes.stream().mapToInt(size -> size).toArray()));
    }
}
