package rewind.benchmarks.systems;

import org.apache.commons.math3.random.Well19937c;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rewind.autograd.Tensor;

/** Functions of every element of a tensor, on no tape, per element. */
@State(Scope.Benchmark)
public class RewindElementwise {
    static final int ELEMENTS = 4096;

    /** See {@link Precision}. */
    @Param("FLOAT64")
    public String dtype;

    private Tensor x;

    /** Draws normal numbers. */
    @Setup
    public void prepare() {
        Tensor normal = Tensor.randn(new Well19937c(1), ELEMENTS);
        x = Precision.valueOf(dtype).tensor(normal.shape(), normal.toArray());
    }

    /** eˣ. */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public Object exp() {
        return x.exp();
    }

    /** tanh x. */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public Object tanh() {
        return x.tanh();
    }

    /** σ(x). */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public Object sigmoid() {
        return x.sigmoid();
    }
}
