package rewind.benchmarks.systems;

import org.apache.commons.math3.random.Well19937c;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rewind.autograd.Tensor;

/** The same functions with {@link Math}, in a loop into an array that is there already. */
@State(Scope.Benchmark)
public class MathElementwise {
    private static final int ELEMENTS = RewindElementwise.ELEMENTS;

    /** The only type that these functions have. */
    @Param("FLOAT64")
    public String dtype;

    private double[] x;
    private final double[] y = new double[ELEMENTS];

    /** Draws normal numbers. */
    @Setup
    public void prepare() {
        x = Tensor.randn(new Well19937c(1), ELEMENTS).toArray();
    }

    /** eˣ. */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public double[] exp() {
        for (int i = 0; i < ELEMENTS; i++) {
            y[i] = Math.exp(x[i]);
        }
        return y;
    }

    /** tanh x. */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public double[] tanh() {
        for (int i = 0; i < ELEMENTS; i++) {
            y[i] = Math.tanh(x[i]);
        }
        return y;
    }

    /** 1/(1 + e⁻ˣ). */
    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public double[] sigmoid() {
        for (int i = 0; i < ELEMENTS; i++) {
            y[i] = 1 / (1 + Math.exp(-x[i]));
        }
        return y;
    }
}
