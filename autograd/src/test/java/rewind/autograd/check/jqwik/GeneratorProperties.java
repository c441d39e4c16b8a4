package rewind.autograd.check.jqwik;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.autograd.check.jqwik.Generators.broadcastable;
import static rewind.autograd.check.jqwik.Generators.numbers;
import static rewind.autograd.check.jqwik.Generators.programs;
import static rewind.autograd.check.jqwik.Generators.sequences;
import static rewind.autograd.check.jqwik.Generators.shapes;
import static rewind.autograd.check.jqwik.Generators.tensors;
import static rewind.autograd.check.jqwik.Generators.wellConditioned;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** What the generators promise. */
class GeneratorProperties {
    @Property(tries = 200)
    void shapesAreWithinTheirBounds(@ForAll("someShapes") Shape shape) {
        assertThat(shape.rank()).isBetween(1, 4);
        assertThat(Arrays.stream(shape.toArray())).allMatch(size -> 2 <= size && size <= 5);
    }

    @Provide
    Arbitrary<Shape> someShapes() {
        return shapes().ranks(1, 4).sizes(2, 5);
    }

    /** Scalars, and on request axes without elements, come without waiting for them. */
    @Example
    void specialShapesAreFrequent() {
        assertThat(drawn(shapes(), 100)).anyMatch(shape -> shape.rank() == 0).anyMatch(shape -> shape.rank() == 3);
        assertThat(drawn(shapes(), 300)).noneMatch(shape -> shape.size() == 0);
        assertThat(drawn(shapes().sizes(0, 3), 100)).anyMatch(shape -> shape.size() == 0);
    }

    @Property(tries = 200)
    void shapesBroadcast(@ForAll("broadcasting") List<Shape> shapes) {
        Tensor sum = shapes.stream()
                .map(each -> Tensor.zeros(DType.FLOAT64, each))
                .reduce(Tensor::add)
                .orElseThrow();
        assertThat(shapes).hasSize(3).contains(sum.shape());
    }

    @Provide
    Arbitrary<List<Shape>> broadcasting() {
        return broadcastable(3, shapes().sizes(0, 3));
    }

    @Example
    void pairsBroadcastInEveryWay() {
        List<List<Shape>> pairs = drawn(Generators.broadcastablePairs(), 300);
        assertThat(pairs).anyMatch(pair -> pair.get(0).rank() < pair.get(1).rank());
        assertThat(pairs).anyMatch(pair -> pair.get(0).rank() > pair.get(1).rank());
        assertThat(pairs)
                .anyMatch(pair -> pair.get(0).rank() == pair.get(1).rank()
                        && pair.get(0).size() < pair.get(1).size());
    }

    @Property(tries = 200)
    void numbersLieInTheirDomain(@ForAll("domain") Tensor x) {
        assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(Arrays.stream(x.toArray())).allMatch(each -> -1 <= each && each <= 3 && Math.abs(each) >= 0.05);
    }

    @Provide
    Arbitrary<Tensor> domain() {
        return tensors().ofType(DType.FLOAT32).between(-1, 3).awayFrom(0);
    }

    @Example
    void numbersHaveAllTheirBits() {
        List<Double> drawn = drawn(numbers(-2, 2), 1000);
        assertThat(drawn).allMatch(each -> -2 <= each && each <= 2).doesNotHaveDuplicates();
        assertThat(drawn.stream().filter(each -> Double.toString(each).length() > 14))
                .hasSizeGreaterThan(950);
    }

    @Example
    void numbersShrinkToShortOnesThatAreNotZero() {
        numbers(-2, 2).generator(1000).stream(new Random(1)).limit(100).forEach(each -> {
            double least = Shrinking.minimal(each, any -> true);
            assertThat(least).isNotZero().isBetween(-2.0, 2.0);
            assertThat(new BigDecimal(Double.toString(least))
                            .stripTrailingZeros()
                            .precision())
                    .isLessThanOrEqualTo(3);
        });
    }

    @Example
    void differentNumbersStayDifferent() {
        tensors(shapes().ranks(2, 2).sizes(2, 3)).generator(1000).stream(new Random(1))
                .limit(50)
                .forEach(each -> {
                    Tensor least = Shrinking.minimal(each, any -> true);
                    assertThat(least.shape()).isEqualTo(Shape.of(2, 2));
                    assertThat(Arrays.stream(least.toArray()).distinct()).hasSize(4);
                });
    }

    @Property(tries = 100)
    void conditionIsBounded(@ForAll @IntRange(min = 1, max = 6) int n, @ForAll Random random) {
        Tensor x = wellConditioned(n, 5).generator(1000).next(random).value();
        var singular = new SingularValueDecomposition(MatrixUtils.createRealMatrix(x.toRows())).getSingularValues();
        assertThat(x.shape()).isEqualTo(Shape.of(n, n));
        assertThat(Arrays.stream(singular)).allMatch(each -> 1 / Math.sqrt(5) <= each && each <= Math.sqrt(5));
        Tensor least = Shrinking.minimal(wellConditioned(n).generator(1000).next(random), any -> true);
        assertThat(Matrices.condition(least)).isLessThanOrEqualTo(10);
    }

    @Property(tries = 100)
    void sequencesHaveLengths(@ForAll("padded") Sequences batch) {
        assertThat(batch.values().rank()).isEqualTo(3);
        assertThat(batch.values().size(0)).isBetween(1, 4);
        assertThat(batch.values().size(2)).isEqualTo(2);
        assertThat(batch.lengths()).hasSize(batch.values().size(0));
        assertThat(Arrays.stream(batch.lengths()))
                .allMatch(length -> 0 <= length && length <= batch.values().size(1));
    }

    @Provide
    Arbitrary<Sequences> padded() {
        return sequences(4, 5, 2);
    }

    @Example
    void lengthsShrinkToAllSteps() {
        sequences(4, 5, 2).generator(1000).stream(new Random(1)).limit(20).forEach(each -> {
            Sequences least = Shrinking.minimal(each, any -> true);
            assertThat(least.values().shape()).isEqualTo(Shape.of(1, 1, 2));
            assertThat(least.lengths()).containsExactly(1);
        });
    }

    @Example
    void whatDoesNotFitIsRefused() {
        assertRefused(() -> shapes().ranks(2, 1), "ranks must be 0 <= least <= most, got 2 and 1");
        assertRefused(() -> shapes().sizes(-1, 1), "sizes must be 0 <= least <= most, got -1 and 1");
        assertRefused(() -> broadcastable(0, shapes()), "broadcastable: there must be at least one shape, got 0");
        assertRefused(() -> numbers(1, Double.NaN), "bounds must be finite with low < high, got 1.0 and NaN");
        assertRefused(
                () -> tensors().between(-0.04, 0.04).awayFrom(0),
                "between -0.04 and 0.04 there must be room at a distance of 0.05 from [0.0]");
        assertRefused(() -> wellConditioned(0), "wellConditioned: there must be at least one row, got 0");
        assertRefused(
                () -> wellConditioned(2, 1),
                "wellConditioned: the condition number must be finite and greater than 1, got 1.0");
        assertRefused(
                () -> sequences(1, 0, 1), "sequences: samples, steps and features must be at least 1, got 1, 0 and 1");
        assertRefused(() -> programs().steps(0), "a program must have at least one operation, got 0");
        assertRefused(() -> programs().inputs(0), "a program must have at least one input, got 0");
        assertThatThrownBy(() -> programs().operations("cot()"::equals))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("at least one operation must be allowed, of [neg(), square(), ");
        assertRefused(
                () -> programs()
                        .operations("matmul(Tensor)"::equals)
                        .shapes(shapes().ranks(1, 1))
                        .generator(1000)
                        .next(new Random(1)),
                "programs: no operation fits the shapes; allow others, of the operations or of the shapes");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static <T> List<T> drawn(Arbitrary<T> arbitrary, int count) {
        return arbitrary.generator(1000).stream(new Random(5))
                .limit(count)
                .map(each -> each.value())
                .toList();
    }
}
