package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import rewind.autograd.Trace.Recorded;
import rewind.autograd.fixture.Draws;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;

/** Looking into an evaluation: operations, steps, names and their adjoints. */
class TraceTest {
    private static final Tensor X = Tensor.of(0.5, -1, 2);

    private static Tensor powers(List<Tensor> in) {
        Tensor p = in.get(0);
        for (int step = 0; step < 3; step++) {
            p.atStep("powers", step);
            p = p.mul(in.get(0)).named("p");
        }
        return p.atStep("powers", -1).sum().named("sum");
    }

    @Test
    void operationsInTheirOrder() {
        Trace trace = Trace.of(TraceTest::powers, List.of(X));
        assertThat(trace.operations()).extracting(Recorded::op).containsExactly("mul", "mul", "mul", "sum");
        assertThat(trace.operations()).extracting(Recorded::position).containsExactly(1, 2, 3, 4);
        assertThat(trace.operations()).extracting(Recorded::step).containsExactly(0, 1, 2, -1);
        assertThat(trace.operations()).extracting(Recorded::loop).containsExactly("powers", "powers", "powers", "");
        assertThat(trace.operations().get(1).from()).containsExactly(1, 0);
        assertThat(trace.operations().get(0).call())
                .isEqualTo(trace.operations().get(2).call());
        assertThat(trace.size()).isEqualTo(5);
        assertThat(trace.position()).isEqualTo(4);
        assertThat(trace.result().isRecorded()).isFalse();
        assertThat(Trace.of(in -> Tensor.of(1.0), List.of(X)).position()).isEqualTo(-1);
    }

    @Test
    void aLoopGoesOnAfterTheOneInsideIt() {
        Function<List<Tensor>, Tensor> f = in -> {
            Tensor h = in.get(0);
            for (int i = 0; i < 2; i++) {
                h.atStep("outer", i);
                for (int j = 0; j < 2; j++) {
                    h = h.atStep("inner", j).sin();
                }
                h = h.atStep("inner", -1).tanh().named("h");
            }
            return h.atStep("outer", -1).exp();
        };
        Trace trace = Trace.of(f, List.of(X));
        assertThat(trace.operations())
                .extracting(each -> each.loop() + each.step())
                .containsExactly("inner0", "inner1", "outer0", "inner0", "inner1", "outer1", "-1");
        assertThat(trace.named().keySet()).containsExactly(new Trace.Name("outer/h", 0), new Trace.Name("outer/h", 1));
    }

    /** What a sweep does belongs to the operations that it goes back through. */
    @Test
    void layers() {
        Function<List<Tensor>, List<Tensor>> layers = in -> {
            Tensor y = in.get(0).inLayer("first").exp();
            y.inLayer("second");
            Tensor z = y.atStep("loop", 3).sin();
            return List.of(z.atStep("loop", -1).inLayer("").cos());
        };
        Trace forward = Trace.complete(layers, List.of(X));
        assertThat(forward.operations()).extracting(Recorded::layer).containsExactly("first", "second", "");
        Trace sweep =
                Trace.complete(in -> Grad.vjp(layers, in.subList(0, 1), in.subList(1, 2)), List.of(X, Tensor.ones(3)));
        List<Recorded> pullbacks =
                sweep.operations().subList(3, sweep.operations().size());
        assertThat(pullbacks.stream().map(Recorded::layer).distinct()).containsExactly("", "second", "first");
        assertThat(pullbacks.stream()
                        .filter(each -> each.step() == 3)
                        .map(Recorded::layer)
                        .distinct())
                .containsExactly("second");
    }

    @Test
    void namedValuesAndTheirAdjoints() {
        Map<Trace.Name, Tensor> named = Trace.of(TraceTest::powers, List.of(X)).named();
        assertThat(named.keySet())
                .extracting(Trace.Name::toString)
                .containsExactly("powers/p at step 0", "powers/p at step 1", "powers/p at step 2", "sum at step 0");
        assertThat(named.get(new Trace.Name("powers/p", 1)).toArray()).containsExactly(0.125, -1, 8);
        Map<Trace.Name, Tensor> adjoints = Trace.adjoints(TraceTest::powers, List.of(X), Tensor.of(2.0));
        assertThat(adjoints.get(new Trace.Name("powers/p", 0)).toArray()).containsExactly(0.5, 2, 8);
        assertThat(adjoints.get(new Trace.Name("sum", 0)).toDouble()).isEqualTo(2);
    }

    @Test
    void namesWithoutALoopAreCounted() {
        Function<List<Tensor>, Tensor> f =
                in -> in.get(0).exp().named("e").exp().named("e").log().named("l");
        assertThat(Trace.of(f, List.of(X)).named().keySet())
                .containsExactly(new Trace.Name("e", 0), new Trace.Name("e", 1), new Trace.Name("l", 0));
    }

    @Test
    void aShiftIsAddedToTheNamedValue() {
        Tensor shift = Tensor.of(1.0, 0, 0);
        Trace shifted = Trace.shifted(TraceTest::powers, List.of(X), Map.of(new Trace.Name("powers/p", 2), shift));
        assertThat(shifted.result().toDouble()).isEqualTo(powers(List.of(X)).toDouble() + 1);
    }

    @Test
    void namesAreNothingWithoutATrace() {
        assertThat(X.named("x")).isSameAs(X);
        assertThat(X.atStep("loop", 1)).isSameAs(X);
        Tape tape = new Tape();
        Tensor x = tape.watch(X);
        assertThat(x.named("x").atStep("loop", 1)).isSameAs(x);
        assertThat(tape.size()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> x.named(" "))
                .withMessageStartingWith("named: a name must have letters");
    }

    @Test
    void tracesMeetDerivatives() {
        Function<List<Tensor>, Tensor> slope =
                in -> Grad.gradient(x -> x.named("inner").pow(3).sum(), in.get(0));
        Trace trace = Trace.of(slope, List.of(X));
        assertThat(trace.result().toArray()).containsExactly(0.75, 3, 12);
        assertThat(trace.named().keySet()).containsExactly(new Trace.Name("inner", 0));
        assertThat(Grad.gradient(x -> Trace.of(slope, List.of(x)).result().sum(), X)
                        .toArray())
                .containsExactly(3, -6, 12);
    }

    @Test
    void aFunctionMustHaveAResult() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trace.of(in -> null, List.of(X)))
                .withMessage("trace: the function must not return null");
    }

    /** Every operation can be repeated by itself, and its pullbacks applied: together they are the sweep of the engine. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void operationsAloneGiveTheWhole(
            @ForAll("operations") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 5) int seed) {
        Call call = row.call(seed, dtype);
        Trace trace = Trace.of(call.function(), call.inputs());
        Tensor[] cotangents = new Tensor[trace.size()];
        Tensor dy = new Draws(seed, "dy", trace.result().dtype())
                .tensor(Operations.NONZERO, trace.result().shape().toArray());
        cotangents[trace.position()] = dy;
        for (int k = trace.operations().size() - 1; k >= 0; k--) {
            Recorded op = trace.operations().get(k);
            assertThat(op.again(op.inputs()).toArray()).isEqualTo(op.value().toArray());
            for (int i = 0; i < op.inputs().size() && cotangents[op.position()] != null; i++) {
                int from = op.from().get(i);
                if (from >= 0) {
                    Tensor dx = op.pullBack(i, cotangents[op.position()]);
                    cotangents[from] = cotangents[from] == null ? dx : cotangents[from].add(dx);
                }
            }
        }
        Tape tape = new Tape();
        List<Tensor> watched = call.inputs().stream().map(tape::watch).toList();
        Gradients gradients = tape.backward(call.function().apply(watched), dy);
        for (int i = 0; i < watched.size(); i++) {
            Tensor expected = gradients.of(watched.get(i));
            Tensor actual = cotangents[i] == null ? expected.mul(0) : cotangents[i];
            assertThat(actual.isClose(expected, 64 * dtype.epsilon(), 64 * dtype.epsilon()))
                    .isTrue();
        }
    }

    @Provide
    Arbitrary<Operation> operations() {
        return Arbitraries.of(Operations.differentiable());
    }
}
