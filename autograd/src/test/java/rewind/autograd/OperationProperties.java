package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.fixture.Checks;
import rewind.autograd.fixture.Coverage;
import rewind.autograd.fixture.CoverageReport;
import rewind.autograd.fixture.Differences;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.autograd.fixture.Tolerance;

/** What holds for the derivative of every operation, whatever its formula. Each row of the table is tried with each seed. */
class OperationProperties {
    /**
     * A difference quotient with step h = 6e-6 is off by h²/6·|f‴| and by ε·|f|/h: below 1e-8 for the functions of the table, whose
     * values and derivatives stay below 1e3. Wrong rules are off by much more than 1e-6.
     */
    private static final double DIFFERENCE = 1e-6;

    /** In ε: a few dozen roundings in sums of numbers of size 1e3. */
    private static final double ROUNDINGS = 45_000;

    @Property(generation = GenerationMode.EXHAUSTIVE)
    @Checks(orders = {1, 2})
    void derivativesEqualDifferences(
            @ForAll("differentiable") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 39) int seed) {
        Call call = row.call(seed, dtype);
        GradientCheck.ofAll(call.function())
                .named(row.signature())
                .at(call.inputs())
                .seed(seed)
                .secondOrder()
                .verify();
    }

    /** ⟨dy, J·v⟩ = ⟨Jᵀ·dy, v⟩, and both are the derivative in the direction v. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    @Checks(orders = {1})
    void pushingForwardIsAdjointToPullingBack(
            @ForAll("differentiable") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 9) int seed) {
        Call call = row.call(seed, dtype);
        Tensor dy = cotangent(call.value(), seed);
        for (int i = 0; i < call.inputs().size(); i++) {
            int input = i;
            Tensor x = call.inputs().get(i);
            Tensor v = direction(x, seed);
            Tensor forward = Grad.jvp(t -> call.function().apply(with(call.inputs(), input, t)), x, v);
            Tensor back = Grad.vjp(t -> call.function().apply(with(call.inputs(), input, t)), x, dy);
            assertThat(forward.shape()).isEqualTo(dy.shape());
            Tensor left = dy.mul(forward).sum();
            double rounding = ROUNDINGS * call.epsilon();
            assertClose(left, back.mul(v).sum(), rounding);
            Call inDoubles = call.to(DType.FLOAT64);
            List<Tensor> exact = inDoubles.inputs();
            double slope = Differences.along(
                    t -> call.function()
                            .apply(with(exact, input, t))
                            .to(DType.FLOAT64)
                            .mul(dy.to(DType.FLOAT64))
                            .sum()
                            .toDouble(),
                    exact.get(i),
                    v.to(DType.FLOAT64),
                    inDoubles.epsilon());
            assertClose(left, Tensor.of(slope), Math.max(DIFFERENCE, rounding));
        }
    }

    /** FLOAT32 rounds what FLOAT64 computes from the same numbers, and no more. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void singlePrecisionRoundsDoublePrecision(
            @ForAll("differentiable") Operation row, @ForAll @IntRange(max = 23) int seed) {
        Call single = row.call(seed, DType.FLOAT32);
        Tensor value = single.value();
        Call exact = single.to(DType.FLOAT64);
        Tensor dy = cotangent(value, seed);
        assertRounded(value, exact.value());
        List<Tensor> rounded = pulledBack(single, dy);
        List<Tensor> gradients = pulledBack(exact, dy.to(exact.value().dtype()));
        for (int i = 0; i < gradients.size(); i++) {
            assertThat(rounded.get(i).dtype()).isEqualTo(DType.FLOAT32);
            assertRounded(rounded.get(i), gradients.get(i));
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void pullbacksAreLinear(
            @ForAll("differentiable") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 9) int seed) {
        Call call = row.call(seed, dtype);
        Tensor dy = cotangent(call.value(), seed);
        Tensor dz = cotangent(call.value(), seed + 1000);
        List<Tensor> both = pulledBack(call, dy.mul(2.5).sub(dz.mul(1.5)));
        List<Tensor> ofDy = pulledBack(call, dy);
        List<Tensor> ofDz = pulledBack(call, dz);
        for (int i = 0; i < both.size(); i++) {
            assertClose(both.get(i), ofDy.get(i).mul(2.5).sub(ofDz.get(i).mul(1.5)), ROUNDINGS * call.epsilon());
        }
        for (Tensor zero : pulledBack(call, dy.mul(0))) {
            assertThat(Arrays.stream(zero.toArray())).allMatch(each -> each == 0);
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void constantsHaveNoDerivative(
            @ForAll("constant") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 9) int seed) {
        Call call = row.call(seed, dtype);
        Tape tape = new Tape();
        List<Tensor> watched = call.inputs().stream().map(tape::watch).toList();
        Tensor value = call.function().apply(watched);
        assertThat(value.isRecorded()).isFalse();
        assertThat(tape.size()).isEqualTo(watched.size());
        Gradients gradients = tape.backward(value.sum());
        for (Tensor x : watched) {
            assertSame(gradients.of(x), Tensor.zeros(x.shape().toArray()));
        }
    }

    /** On a tape, on none, and in memory that an earlier tape left full of NaN. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void recordingDoesNotChangeValues(
            @ForAll("all") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 9) int seed) {
        Call call = row.call(seed, dtype);
        Tensor value = call.value();
        assertThat(value.isRecorded()).isFalse();
        Tape tape = new Tape();
        List<Tensor> watched = call.inputs().stream().map(tape::watch).toList();
        Tensor recorded = call.function().apply(watched);
        assertThat(recorded.isRecorded()).isEqualTo(row.differentiable());
        assertSame(recorded, value);
        int size = tape.size();
        call.value();
        assertThat(tape.size()).isEqualTo(size);

        try (Tape reused = new Tape(dirtyWorkspace())) {
            List<Tensor> again = call.inputs().stream().map(reused::watch).toList();
            Tensor result = call.function().apply(again);
            assertSame(result, value);
            if (row.differentiable()) {
                Tensor dy = cotangent(value, seed);
                Gradients expected = tape.backward(recorded, dy);
                Gradients actual = reused.backward(result, dy);
                for (int i = 0; i < again.size(); i++) {
                    assertSame(actual.of(again.get(i)), expected.of(watched.get(i)));
                }
            }
        }
    }

    /** No argument of any operation is left out; in a run of this class alone, too. One of its properties alone cannot tell. */
    @AfterContainer
    static void nothingIsLeftUnchecked() {
        if (Coverage.ALL.isOf(OperationProperties.class)) {
            new CoverageReport(Coverage.ALL).write();
            assertThat(Coverage.ALL.missing(1, 2)).isEmpty();
        }
    }

    @Provide
    Arbitrary<Operation> all() {
        return Arbitraries.of(Operations.all());
    }

    @Provide
    Arbitrary<Operation> differentiable() {
        return Arbitraries.of(Operations.differentiable());
    }

    @Provide
    Arbitrary<Operation> constant() {
        return Arbitraries.of(
                Operations.all().stream().filter(row -> !row.differentiable()).toList());
    }

    private static Tensor cotangent(Tensor value, int seed) {
        return new Draws(seed, "cotangent", value.dtype())
                .tensor(Operations.NONZERO, value.shape().toArray());
    }

    private static Tensor direction(Tensor x, int seed) {
        return new Draws(seed, "direction", x.dtype())
                .tensor(Operations.NONZERO, x.shape().toArray());
    }

    private static List<Tensor> with(List<Tensor> inputs, int at, Tensor x) {
        List<Tensor> changed = new ArrayList<>(inputs);
        changed.set(at, x);
        return changed;
    }

    private static List<Tensor> pulledBack(Call call, Tensor dy) {
        Tape tape = new Tape();
        List<Tensor> watched = call.inputs().stream().map(tape::watch).toList();
        Gradients gradients = tape.backward(call.function().apply(watched), dy);
        return watched.stream().map(gradients::of).toList();
    }

    private static Workspace dirtyWorkspace() {
        Workspace workspace = new Workspace();
        for (int length = 0; length <= 64; length++) {
            for (int copies = 0; copies < 10; copies++) {
                for (DType dtype : DType.values()) {
                    Object array = dtype.kernels().allocate(length);
                    dtype.kernels().fill(Double.NaN, array, 0, length);
                    workspace.pool().give(dtype.kernels(), array);
                }
            }
        }
        return workspace;
    }

    private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double[] right = expected.toArray();
        double[] left = actual.toArray();
        for (int i = 0; i < right.length; i++) {
            assertThat(left[i])
                    .as("element %s of %s", i, expected.shape())
                    .isCloseTo(right[i], Tolerance.of(tolerance, right[i]));
        }
    }

    /** At most 64 terms of at most four factors, each good to 4 ulp; where terms cancel, it is the largest result that counts. */
    private static void assertRounded(Tensor actual, Tensor expected) {
        double tolerance = 64 * 16 * DType.FLOAT32.epsilon() * Tolerance.scale(expected.toArray());
        assertThat(actual.isClose(expected, 0, tolerance))
                .as("%s is rounded from%n%s", actual, expected)
                .isTrue();
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.toArray()).isEqualTo(expected.toArray());
    }
}
