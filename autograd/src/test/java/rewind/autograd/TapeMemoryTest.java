package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.math3.random.MersenneTwister;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Closing a tape: whose arrays are used again, what stays valid, and what must not be used any more. */
class TapeMemoryTest {
    private final Workspace workspace = new Workspace();

    @Test
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void aClosedTapeGivesItsArraysToTheNext() {
        Object array;
        try (Tape tape = new Tape(workspace)) {
            array = tape.watch(Tensor.of(1.0, 2)).exp().buffer().data;
        }
        try (Tape tape = new Tape(workspace)) {
            assertThat(tape.watch(Tensor.of(3.0, 4, 5)).exp().buffer().data).isNotSameAs(array);
            Tensor first = tape.watch(Tensor.of(3.0, 4)).exp();
            assertThat(first.buffer().data).isSameAs(array);
            assertThat(first.exp().buffer().data).isNotSameAs(array);
        }
    }

    @Test
    void closingTwiceGivesArraysBackOnce() {
        Tape tape = new Tape(workspace);
        Tensor unused = tape.watch(Tensor.of(1.0, 2)).exp();
        tape.close();
        tape.close();
        Tape next = new Tape(workspace);
        Tensor x = next.watch(Tensor.of(1.0, 2));
        assertThat(x.exp().buffer().data).isNotSameAs(x.square().buffer().data);
    }

    /** Everything that a user may keep, while later tapes fill the same memory with other numbers. */
    @Test
    void whatIsKeptStaysAsItIs() {
        List<Tensor> kept = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        for (int step = 0; step < 5; step++) {
            try (Tape tape = new Tape(workspace)) {
                Tensor input = Tensor.randn(new MersenneTwister(step), 3, 4);
                Tensor x = tape.watch(input);
                Tensor y = x.tanh();
                Tensor byReference = Tensor.op("output", in -> in[0].exp(), List.of(y), z -> dz -> z);
                Tensor viewed = Tensor.op(
                        "view",
                        in -> in[0].exp(),
                        List.of(y),
                        z -> dz -> z.reshape(12).reshape(3, 4));
                kept.add(input);
                kept.add(y.detach());
                kept.add(y.exp().slice(0, 1, 3).transpose().detach());
                kept.add(y.square().select(0, 1).detach());
                kept.add(tape.backward(y.square().sum()).of(x));
                kept.add(tape.backward(byReference, Tensor.ones(3, 4)).of(x));
                Tensor watched = tape.watch(y);
                kept.add(tape.backward(
                                Tensor.op("output", in -> in[0].exp(), List.of(watched), z -> dz -> z), y.detach())
                        .of(watched));
                Tensor middle = tape.watch(viewed);
                kept.add(tape.backward(middle.mul(viewed).sum()).of(middle));
                kept.add(tape.backwardRecorded(y.pow(3).sum()).of(x).detach());
                kept.add(Grad.gradient(v -> v.mul(y).sum(), input).detach());
                kept.subList(values.size(), kept.size()).forEach(each -> values.add(each.toArray()));
            }
        }
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i).toArray()).as("value %s", i).containsExactly(values.get(i));
        }
    }

    @Test
    void gradientsCanBeReadAfterClosing() {
        Tape tape = new Tape(workspace);
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor unrelated = tape.watch(Tensor.of(3.0));
        Gradients gradients = tape.backward(x.square().sum());
        tape.close();
        assertThat(gradients.of(x).toArray()).containsExactly(2, 4);
        assertThat(gradients.of(unrelated).toDouble()).isZero();
        assertThat(gradients.of(x).isRecorded()).isFalse();
    }

    /** A thousand training steps in the memory of one. */
    @Test
    @DisabledIfSystemProperty(named = "rewind.memory", matches = "plain", disabledReason = "nothing is used again")
    void stepsThatCloseTheirTapesNeedNoNewArrays() {
        MersenneTwister rng = new MersenneTwister(4);
        Tensor x = Tensor.randn(rng, 16, 8);
        Tensor weights = Tensor.randn(rng, 8, 8);
        List<Object> arrays = new ArrayList<>();
        for (int step = 0; step < 3; step++) {
            try (Tape tape = new Tape(workspace)) {
                Tensor W = tape.watch(weights);
                Tensor h = x.matmul(W).tanh();
                Tensor loss = h.square().mean();
                weights = weights.sub(tape.backward(loss).of(W).mul(0.1));
                arrays.add(h.buffer().data);
            }
        }
        assertThat(arrays.get(1)).isSameAs(arrays.get(0));
        assertThat(arrays.get(2)).isSameAs(arrays.get(0));
    }

    @Test
    void aTapeWithoutWorkspaceOnlyForbids() {
        Tape tape = new Tape();
        Tensor y = tape.watch(Tensor.of(1.0, 2)).exp();
        Tensor detached = y.detach();
        double[] before = detached.toArray();
        tape.close();
        assertThat(detached.toArray()).containsExactly(before);
        assertThatThrownBy(y::toArray).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void usingAValueOfAClosedTapeIsAnError() {
        Tape tape = new Tape(workspace);
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor y = x.square().sum();
        Tensor recorded = tape.backwardRecorded(y).of(x);
        tape.close();
        Tape other = new Tape();
        assertClosed("add", () -> y.add(1));
        assertClosed("sub", () -> Tensor.of(1.0).sub(y));
        assertClosed("greater", () -> y.greater(0));
        assertClosed("reshape", () -> x.reshape(2, 1));
        assertClosed("slice", () -> x.slice(0, 0, 1));
        assertClosed("own", () -> Tensor.op("own", in -> in[0], List.of(x), z -> dz -> dz));
        assertClosed("mul", () -> recorded.mul(2));
        assertClosed("toArray", y::toArray);
        assertClosed("get", y::toDouble);
        assertClosed("get", () -> x.get(1));
        assertClosed("gather", () -> Tensor.ones(2).gather(x));
        assertClosed("toString", y::toString);
        assertClosed("toArray", x::toVector);
        assertClosed("toArray", x::toNestedArray);
        assertClosed("isFinite", y::isFinite);
        assertClosed("map", () -> x.map(Math::exp));
        assertClosed("detach", y::detach);
        assertClosed("watch", () -> other.watch(x));
        assertClosed("watch", () -> tape.watch(Tensor.of(1.0)));
        assertClosed("watch", () -> Grad.gradient(v -> v, y));
        assertClosed("backward", () -> tape.backward(y));
        assertClosed("backward", () -> tape.backwardRecorded(y));
        assertThat(x.shape()).isEqualTo(Shape.of(2));
    }

    private static void assertClosed(String op, ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(op + ": a value of a closed tape was used; detach() what must outlive the tape");
    }

    private static void assertClosed(String op, Supplier<?> use) {
        assertClosed(op, (ThrowingCallable) use::get);
    }
}
