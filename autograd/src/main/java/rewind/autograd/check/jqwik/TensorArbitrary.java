package rewind.autograd.check.jqwik;

import static rewind.autograd.check.jqwik.Generators.require;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoublePredicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.arbitraries.ArbitraryDecorator;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Tensors of random numbers, evenly distributed between two bounds. Immutable: every option returns a new one. */
public final class TensorArbitrary extends ArbitraryDecorator<Tensor> {
    /** The least distance from a point that is avoided. */
    private static final double GAP = 0.05;

    private final Arbitrary<Shape> shapes;
    private DType dtype = DType.FLOAT64;
    private double low = -2;
    private double high = 2;
    private double[] avoided = {};

    TensorArbitrary(Arbitrary<Shape> shapes) {
        this.shapes = shapes;
    }

    /** Sets the element type, by default FLOAT64. */
    public TensorArbitrary ofType(DType dtype) {
        TensorArbitrary changed = typedClone();
        changed.dtype = dtype;
        return changed;
    }

    /**
     * Sets the bounds, by default −2 and 2.
     *
     * @throws IllegalArgumentException unless low &lt; high, both finite, or if nothing remains between the points to avoid
     */
    public TensorArbitrary between(double low, double high) {
        require(
                low < high && Double.isFinite(low) && Double.isFinite(high),
                "bounds must be finite with low < high, got %s and %s",
                low,
                high);
        TensorArbitrary changed = typedClone();
        changed.low = low;
        changed.high = high;
        return changed.requireRoom();
    }

    /**
     * Sets points that numbers keep a distance of 0.05 from, where a function has a kink or a pole.
     *
     * @throws IllegalArgumentException if nothing remains between them
     */
    public TensorArbitrary awayFrom(double... points) {
        TensorArbitrary changed = typedClone();
        changed.avoided = points.clone();
        return changed.requireRoom();
    }

    private TensorArbitrary requireRoom() {
        double[] sorted = Arrays.stream(avoided).sorted().toArray();
        double from = low;
        double widest = 0;
        for (double point : sorted) {
            widest = Math.max(widest, Math.min(point - GAP, high) - from);
            from = Math.max(from, point + GAP);
        }
        widest = Math.max(widest, high - from);
        require(
                widest >= GAP,
                "between %s and %s there must be room at a distance of %s from %s",
                low,
                high,
                GAP,
                Arrays.toString(avoided));
        return this;
    }

    @Override
    protected Arbitrary<Tensor> arbitrary() {
        return shapes.flatMap(shape -> Arbitraries.fromGenerator(random -> shrinkable(random, shape)));
    }

    private Shrinkable<Tensor> shrinkable(Random random, Shape shape) {
        DoublePredicate allowed = this::allows;
        double[] numbers = new double[shape.size()];
        Arrays.setAll(numbers, i -> number(random));
        return new Simplifying<>(
                Tensor.of(shape, numbers).to(dtype),
                1,
                x -> Digits.few(x).stream()
                        .filter(few -> Arrays.stream(few.toArray()).allMatch(allowed)));
    }

    private double number(Random random) {
        double number;
        do {
            number = Generators.between(random, low, high);
            number = dtype == DType.FLOAT32 ? (float) number : number;
        } while (!allows(number));
        return number;
    }

    private boolean allows(double number) {
        return low <= number
                && number <= high
                && Arrays.stream(avoided).allMatch(point -> Math.abs(number - point) >= GAP);
    }
}
