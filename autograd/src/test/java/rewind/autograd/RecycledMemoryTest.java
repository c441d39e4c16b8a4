package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.autograd.kernel.Kernels;

/**
 * Every operation of the table in recycled arrays that hold NaN: whatever does not write, or clear, all of its result shows it. Values,
 * pullbacks, and values within a reverse sweep, those without a derivative too, must be bit for bit those of new arrays.
 */
class RecycledMemoryTest {
    /** No operation of the table makes a tensor of more elements from what is drawn for it. */
    private static final int LONGEST = 300;

    /** So many arrays of each length are taken at the same time at most. */
    private static final int ARRAYS = 12;

    @Provide
    Arbitrary<Operation> operations() {
        return Arbitraries.of(Operations.all());
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void valuesAndGradientsDoNotDependOnWhatArraysHeld(
            @ForAll("operations") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 4) int seed) {
        Call call = row.call(seed, dtype);
        assertThat(run(call, garbage())).isDeepEqualTo(run(call, new Workspace()));
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void neitherDoValuesWithinASweep(
            @ForAll("operations") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 4) int seed) {
        Call call = row.call(seed, dtype);
        double[][] value = new double[1][];
        try (Tape tape = new Tape(garbage())) {
            Tensor w = tape.watch(Tensor.of(1.0));
            Tensor y = Tensor.op("probe", in -> in[0].mul(1), List.of(w), output -> dy -> {
                Tensor zero = dy.sum().mul(0);
                value[0] = call.function()
                        .apply(call.inputs().stream()
                                .map(x -> x.add(zero.to(x.dtype())))
                                .toList())
                        .toArray();
                return dy;
            });
            tape.backward(y.sum());
        }
        Call shifted =
                new Call(call.inputs().stream().map(x -> x.add(0)).toList(), call.function(), call.expected(), 0, null);
        assertThat(value[0]).isEqualTo(shifted.value().toArray());
    }

    /** The value, and the gradients of the inputs where there are any. */
    private static double[][] run(Call call, Workspace workspace) {
        try (Tape tape = new Tape(workspace)) {
            List<Tensor> inputs = call.inputs().stream().map(tape::watch).toList();
            Tensor y = call.function().apply(inputs);
            double[][] results = new double[1 + inputs.size()][];
            results[0] = y.toArray();
            if (y.isRecorded()) {
                // each dy is another, and none is 0
                Tensor dy = Tensor.of(y.shape(), ramp(y.size())).to(y.dtype());
                Gradients gradients = tape.backward(y.mul(dy).sum());
                for (int i = 0; i < inputs.size(); i++) {
                    results[1 + i] = gradients.of(inputs.get(i)).toArray();
                }
            }
            return results;
        }
    }

    private static double[] ramp(int n) {
        double[] ramp = new double[n];
        Arrays.setAll(ramp, i -> 1 + i % 7 / 8.0);
        return ramp;
    }

    private static Workspace garbage() {
        Workspace workspace = new Workspace();
        for (DType dtype : DType.values()) {
            Kernels<Object> kernels = dtype.kernels();
            for (int length = 1; length <= LONGEST; length++) {
                for (int i = 0; i < ARRAYS; i++) {
                    Object array = kernels.allocate(length);
                    kernels.fill(Double.NaN, array, 0, length);
                    workspace.pool().give(kernels, array);
                }
            }
        }
        return workspace;
    }
}
