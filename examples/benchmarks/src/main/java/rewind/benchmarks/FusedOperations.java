package rewind.benchmarks;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * What the fused operations save, which stand beside their parts for this reason alone: a chain z ← f(z, a, b) as over the steps of an
 * LSTM with 64 samples and 128 units, per link. The tapes share a workspace.
 */
@State(Scope.Benchmark)
public class FusedOperations {
    private static final int LINKS = 16;
    private static final int SAMPLES = 64;
    private static final int UNITS = 128;
    private static final int GATES = 4;

    /** See {@link Precision}. */
    @Param("FLOAT64")
    public String dtype;

    /** See {@link FusedOperation}. */
    @Param("ADD_MATMUL")
    public String operation;

    private final Workspace workspace = new Workspace();
    private FusedOperation function;
    private Tensor z;
    private Tensor a;
    private Tensor b;
    private Tensor cotangent;

    /** Draws numbers between 0.1 and 0.9, of which the chains of the pullbacks do not underflow. */
    @Setup
    public void prepare() {
        Precision precision = Precision.valueOf(dtype);
        RandomGenerator rng = new Well19937c(1);
        function = FusedOperation.valueOf(operation);
        boolean product = function == FusedOperation.ADD_MATMUL;
        Shape samples = Shape.of(SAMPLES, UNITS);
        Shape gates = Shape.of(GATES, SAMPLES, UNITS);
        z = drawn(rng, precision, product ? gates : samples);
        a = drawn(rng, precision, samples);
        b = drawn(rng, precision, product ? Shape.of(GATES, UNITS, UNITS) : samples);
        cotangent = drawn(rng, precision, z.shape());
    }

    private static Tensor drawn(RandomGenerator rng, Precision precision, Shape shape) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> 0.1 + 0.8 * rng.nextDouble());
        return precision.tensor(shape, values);
    }

    private Tensor fused(Tensor first, Tensor x, Tensor y) {
        Tensor last = first;
        for (int link = 0; link < LINKS; link++) {
            last = function.fused(last, x, y);
        }
        return last;
    }

    private Tensor parts(Tensor first, Tensor x, Tensor y) {
        Tensor last = first;
        for (int link = 0; link < LINKS; link++) {
            last = function.parts(last, x, y);
        }
        return last;
    }

    /** The one operation, on no tape. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public Object fused() {
        return fused(z, a, b);
    }

    /** Its parts, on no tape. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public Object parts() {
        return parts(z, a, b);
    }

    /** The one operation, recorded, and differentiated with respect to all operands. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public Object fusedAndBackward() {
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(a);
            return tape.backward(fused(tape.watch(z), x, tape.watch(b)), cotangent)
                    .of(x);
        }
    }

    /** Its parts, recorded, and differentiated with respect to all operands. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public Object partsAndBackward() {
        try (Tape tape = new Tape(workspace)) {
            Tensor x = tape.watch(a);
            return tape.backward(parts(tape.watch(z), x, tape.watch(b)), cotangent)
                    .of(x);
        }
    }
}
