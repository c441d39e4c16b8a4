package rewind.nn.layer;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** The usual initializers. */
public final class Initializers {
    /** The built-in ones without options. */
    private static final Map<String, Supplier<Initializer>> PLAIN = new TreeMap<>(Map.of(
            "xavier", Initializers::xavier,
            "glorotUniform", Initializers::glorotUniform,
            "uniformByInputs", Initializers::uniformByInputs,
            "orthogonal", Initializers::orthogonal));

    private Initializers() {}

    /** An initializer that saved models can tell of. */
    private record Known(Description description, Initializer rule) implements Initializer {
        @Override
        public Tensor draw(RandomGenerator rng, Shape shape) {
            return rule.draw(rng, shape);
        }

        @Override
        public String toString() {
            return description.kind()
                    + (description.options().isEmpty()
                            ? ""
                            : description.options().values());
        }
    }

    private static Initializer known(String kind, Initializer rule) {
        return new Known(Description.of(kind), rule);
    }

    /** Returns an initializer of one's own under the name by which saved models know it, see {@link rewind.nn.Registry#initializer}. */
    public static Initializer named(String name, Initializer initializer) {
        return new Known(Description.own(name), initializer);
    }

    /**
     * Returns what saved models tell of an initializer.
     *
     * @throws IllegalArgumentException if it has no name that {@link rewind.nn.Model#load} could look up
     */
    public static Description description(Initializer initializer) {
        Check.that(
                initializer instanceof Known,
                "an initializer of one's own must have a name to be saved; use Initializers.named(\"name\", initializer), and"
                        + " Registry.of().initializer(\"name\", initializer) to load");
        return ((Known) initializer).description();
    }

    /** The built-in initializer that is described. */
    static Initializer described(Description description) {
        Initializer made = switch (description.kind()) {
            case "constant" -> constant(description.number("value"));
            case "normal" -> normal(description.number("deviation"));
            case "uniform" -> uniform(description.number("low"), description.number("high"));
            default -> plain(description.kind());
        };
        Check.that(description(made).equals(description), "initializer %s must not have such options", description);
        return made;
    }

    private static Initializer plain(String kind) {
        Check.that(
                PLAIN.containsKey(kind),
                "initializer %s must be constant, normal, uniform or one of %s",
                kind,
                PLAIN.keySet());
        return PLAIN.get(kind).get();
    }

    /** Zeros. */
    public static Initializer zeros() {
        return constant(0);
    }

    /** The same value everywhere. */
    public static Initializer constant(double value) {
        return new Known(
                Description.of("constant").with("value", value), (rng, shape) -> Tensor.full(value, shape.toArray()));
    }

    /**
     * Normal with mean 0.
     *
     * @param deviation the standard deviation
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public static Initializer normal(double deviation) {
        Check.that(
                deviation >= 0 && Double.isFinite(deviation),
                "normal: the deviation must be at least 0 and finite, got %s",
                deviation);
        return new Known(
                Description.of("normal").with("deviation", deviation),
                (rng, shape) -> Tensor.randn(rng, shape.toArray()).mul(deviation));
    }

    /**
     * Uniform from [low, high).
     *
     * @throws IllegalArgumentException if low exceeds high, or one of them is not finite
     */
    public static Initializer uniform(double low, double high) {
        Check.that(
                low <= high && Double.isFinite(high - low),
                "uniform: low must not exceed high, and both be finite, got %s and %s",
                low,
                high);
        return new Known(
                Description.of("uniform").with("low", low).with("high", high),
                (rng, shape) -> Tensor.uniform(rng, low, high, shape.toArray()));
    }

    /**
     * Xavier normal, N(0, 1)·√(2 / Σ sizes). Source: Glorot and Bengio, AISTATS 2010, eq. 12, with a normal law as in EpyNN.
     *
     * @throws IllegalArgumentException when used for a scalar
     */
    public static Initializer xavier() {
        return known("xavier", (rng, shape) -> {
            Check.that(shape.rank() > 0, "xavier: the parameter must have at least one axis, got the shape %s", shape);
            int[] sizes = shape.toArray();
            return Tensor.randn(rng, sizes)
                    .mul(Math.sqrt(2.0 / Arrays.stream(sizes).sum()));
        });
    }

    /**
     * Glorot uniform, from [−a, a) with a = √(6 / (rows + columns)), for a matrix (rows, columns). Source: Glorot and Bengio, AISTATS
     * 2010, eq. 16.
     *
     * @throws IllegalArgumentException when used for anything but a matrix
     */
    public static Initializer glorotUniform() {
        return known("glorotUniform", (rng, shape) -> {
            Check.that(shape.rank() == 2, "glorotUniform: the parameter must be a matrix, got the shape %s", shape);
            return symmetric(rng, Math.sqrt(6.0 / (shape.size(0) + shape.size(1))), shape);
        });
    }

    /**
     * Uniform from [−1/√n, 1/√n), n being the number of rows, the inputs of a matrix (inputs, units). Source: ML-From-Scratch.
     *
     * @throws IllegalArgumentException when used for a scalar, which has no rows
     */
    public static Initializer uniformByInputs() {
        return known("uniformByInputs", (rng, shape) -> {
            Check.that(shape.rank() >= 1, "uniformByInputs: the parameter must have rows, got the shape %s", shape);
            return symmetric(rng, 1 / Math.sqrt(shape.size(0)), shape);
        });
    }

    private static Tensor symmetric(RandomGenerator rng, double bound, Shape shape) {
        return Tensor.uniform(rng, -bound, bound, shape.toArray());
    }

    /**
     * A random matrix with orthonormal rows or columns, whichever are fewer: Q of the QR decomposition of a normal matrix (of its
     * transpose if it is wider than tall), times the signs of R's diagonal, which makes it uniformly distributed. Source: Saxe,
     * McClelland and Ganguli, ICLR 2014; Mezzadri, Notices of the AMS 54 (2007) for the signs.
     *
     * @throws IllegalArgumentException when used for anything but a matrix, or if a square of its longer side does not fit into the heap
     */
    public static Initializer orthogonal() {
        return known("orthogonal", (rng, shape) -> {
            Check.that(shape.rank() == 2, "orthogonal: the parameter must be a matrix, got the shape %s", shape);
            return orthonormal(Tensor.randn(rng, shape.toArray()));
        });
    }

    /** The orthogonal matrix of a normal draw. */
    static Tensor orthonormal(Tensor normal) {
        Shape shape = normal.shape();
        if (normal.size() == 0) {
            return normal;
        }
        if (shape.size(0) < shape.size(1)) {
            return orthonormal(normal.transpose()).transpose();
        }
        long heap = Runtime.getRuntime().maxMemory();
        long square = (long) shape.size(0) * shape.size(0) * Double.BYTES;
        Check.that(
                square <= heap,
                "orthogonal: a matrix with an axis of %s takes %s MB while it is drawn, which do not fit into the heap of %s MB;"
                        + " use fewer units or inputs, another initializer, or a larger -Xmx",
                shape.size(0),
                square >> 20,
                heap >> 20);
        QRDecomposition qr = new QRDecomposition(normal.toMatrix());
        RealMatrix r = qr.getR();
        double[] signs = new double[shape.size(1)];
        Arrays.setAll(signs, i -> r.getEntry(i, i) < 0 ? -1 : 1);
        Tensor q = Tensor.of(qr.getQ()).slice(1, 0, signs.length);
        return q.mul(Tensor.of(signs));
    }
}
