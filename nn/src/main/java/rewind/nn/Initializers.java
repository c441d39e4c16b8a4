package rewind.nn;

import java.util.Arrays;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The usual initializers. */
public final class Initializers {
    private Initializers() {}

    /** Zeros. */
    public static Initializer zeros() {
        return constant(0);
    }

    /** The same value everywhere. */
    public static Initializer constant(double value) {
        return (rng, shape) -> Tensor.full(value, shape.toArray());
    }

    /**
     * Xavier normal, N(0, 1)·√(2 / Σ sizes). Source: Glorot and Bengio, AISTATS 2010, eq. 12, with a normal law as in EpyNN.
     *
     * @throws IllegalArgumentException when used for a scalar
     */
    public static Initializer xavier() {
        return (rng, shape) -> {
            Check.that(shape.rank() > 0, "xavier: the parameter must have at least one axis, got the shape %s", shape);
            int[] sizes = shape.toArray();
            return Tensor.randn(rng, sizes)
                    .mul(Math.sqrt(2.0 / Arrays.stream(sizes).sum()));
        };
    }

    /**
     * Glorot uniform, from [−a, a) with a = √(6 / (rows + columns)), for a matrix (rows, columns). Source: Glorot and Bengio, AISTATS
     * 2010, eq. 16.
     *
     * @throws IllegalArgumentException when used for anything but a matrix
     */
    public static Initializer glorotUniform() {
        return (rng, shape) -> {
            Check.that(shape.rank() == 2, "glorotUniform: the parameter must be a matrix, got the shape %s", shape);
            return symmetric(rng, Math.sqrt(6.0 / (shape.size(0) + shape.size(1))), shape);
        };
    }

    /**
     * Uniform from [−1/√n, 1/√n), n being the number of rows, the inputs of a matrix (inputs, units). Source: ML-From-Scratch.
     *
     * @throws IllegalArgumentException when used for a scalar, which has no rows
     */
    public static Initializer uniformByInputs() {
        return (rng, shape) -> {
            Check.that(shape.rank() >= 1, "uniformByInputs: the parameter must have rows, got the shape %s", shape);
            return symmetric(rng, 1 / Math.sqrt(shape.size(0)), shape);
        };
    }

    private static Tensor symmetric(RandomGenerator rng, double bound, Shape shape) {
        return Tensor.uniform(rng, -bound, bound, shape.toArray());
    }

    /**
     * A random matrix with orthonormal rows or columns, whichever are fewer: Q of the QR decomposition of a normal matrix (of its
     * transpose if it is wider than tall), times the signs of R's diagonal, which makes it uniformly distributed. Source: Saxe,
     * McClelland and Ganguli, ICLR 2014; Mezzadri, Notices of the AMS 54 (2007) for the signs.
     *
     * @throws IllegalArgumentException when used for anything but a matrix
     */
    public static Initializer orthogonal() {
        return (rng, shape) -> {
            Check.that(shape.rank() == 2, "orthogonal: the parameter must be a matrix, got the shape %s", shape);
            return orthonormal(Tensor.randn(rng, shape.toArray()));
        };
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
        QRDecomposition qr = new QRDecomposition(normal.toMatrix());
        RealMatrix r = qr.getR();
        double[] signs = new double[shape.size(1)];
        Arrays.setAll(signs, i -> r.getEntry(i, i) < 0 ? -1 : 1);
        Tensor q = Tensor.of(qr.getQ()).slice(1, 0, signs.length);
        return q.mul(Tensor.of(signs));
    }
}
