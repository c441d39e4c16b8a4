package rewind.benchmarks.systems;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The machine's peak on one thread, see {@link Chains}. */
@State(Scope.Benchmark)
public class FusedMultiplyAdd {
    public static final int ITERATIONS = 20_000;

    /** See {@link Precision}. */
    @Param({"FLOAT64", "FLOAT32"})
    public String dtype;

    /** Multiply-adds in registers. */
    @Benchmark
    public double peak() {
        return Chains.run(Precision.valueOf(dtype), ITERATIONS);
    }
}
