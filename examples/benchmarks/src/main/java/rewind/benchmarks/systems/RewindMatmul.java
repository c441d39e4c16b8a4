package rewind.benchmarks.systems;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** This library's matrix product as its users call it: {@code x.matmul(y)} on no tape, with checks and a new array for the result. */
@State(Scope.Benchmark)
public class RewindMatmul {
    /** See {@link MatmulShape}. */
    @Param("64x64x64")
    public String shape;

    /** See {@link Precision}. */
    @Param("FLOAT64")
    public String dtype;

    private Tensor x;
    private Tensor y;

    /** Makes the matrices. */
    @Setup
    public void prepare() {
        MatmulShape n = MatmulShape.parse(shape);
        Precision precision = Precision.valueOf(dtype);
        x = precision.tensor(Shape.of(n.m(), n.k()), n.left());
        y = precision.tensor(Shape.of(n.k(), n.n()), n.right());
    }

    /** X·Y. */
    @Benchmark
    public Object product() {
        return x.matmul(y);
    }
}
