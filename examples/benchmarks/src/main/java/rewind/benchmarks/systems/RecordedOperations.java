package rewind.benchmarks.systems;

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
 * What an operation costs when there is next to nothing to compute: a chain x ← tanh(x ⊙ w + b) of three hundred operations on tensors
 * [1, 8], per operation. The tapes share a workspace.
 */
@State(Scope.Benchmark)
public class RecordedOperations {
    private static final int ROUNDS = 100;

    /** How many operations one call does. */
    public static final int OPERATIONS = 3 * ROUNDS;

    private static final int WIDTH = 8;

    /** See {@link Precision}. */
    @Param("FLOAT64")
    public String dtype;

    private final Workspace workspace = new Workspace();
    private Tensor x;
    private Tensor w;
    private Tensor b;
    private Tensor cotangent;

    /** Makes the tensors. */
    @Setup
    public void prepare() {
        Precision precision = Precision.valueOf(dtype);
        x = row(precision, 0.5);
        w = row(precision, 0.9);
        b = row(precision, 0.1);
        cotangent = row(precision, 1);
    }

    private static Tensor row(Precision precision, double value) {
        return precision.tensor(Shape.of(1, WIDTH), Tensor.full(value, 1, WIDTH).toArray());
    }

    private static Tensor chain(Tensor x, Tensor w, Tensor b) {
        Tensor y = x;
        for (int round = 0; round < ROUNDS; round++) {
            y = y.mul(w).add(b).tanh();
        }
        return y;
    }

    /** On no tape. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public Object unrecorded() {
        return chain(x, w, b);
    }

    /** Recorded. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public Object forward() {
        try (Tape tape = new Tape(workspace)) {
            return chain(tape.watch(x), tape.watch(w), tape.watch(b));
        }
    }

    /** Recorded, and differentiated with respect to x, w and b. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public Object forwardAndBackward() {
        try (Tape tape = new Tape(workspace)) {
            Tensor watched = tape.watch(x);
            return tape.backward(chain(watched, tape.watch(w), tape.watch(b)), cotangent)
                    .of(watched);
        }
    }
}
