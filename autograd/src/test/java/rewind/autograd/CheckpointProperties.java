package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import rewind.autograd.check.jqwik.RandomProgram;

/** Functions that are called again in a sweep: whatever their operations, and however they are cut, the bits are those of plain calls. */
class CheckpointProperties {
    @Provide
    Arbitrary<RandomProgram> programs() {
        return new GraphProperties().sharing();
    }

    @Property(tries = 15)
    void theSameBits(
            @ForAll("programs") RandomProgram program, @ForAll @IntRange(max = 1_000_000) int cuts, @ForAll Way way) {
        Function<List<Tensor>, Tensor> plain = in -> sum(program.values(in));
        Function<List<Tensor>, Tensor> cut = in -> sum(inPieces(program, in, cuts));
        List<Tensor> expected = way.of.apply(plain, program.inputs());
        List<Tensor> actual = way.of.apply(cut, program.inputs());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).toArray())
                    .as("result %s", i)
                    .isEqualTo(expected.get(i).toArray());
        }
    }

    /** How derivatives are taken. */
    enum Way {
        ON_A_TAPE((f, x) -> swept(new Tape(), f, x)),
        IN_MEMORY_THAT_SERVES_AGAIN((f, x) -> {
            Workspace workspace = new Workspace();
            List<Tensor> results = List.of();
            for (int i = 0; i < 2; i++) {
                try (Tape tape = new Tape(workspace)) {
                    results = swept(tape, f, x);
                }
            }
            return results;
        }),
        CHECKED((f, x) -> swept(new Tape().checkFinite(), f, x)),
        ON_THE_SAME_TAPE_AGAIN(CheckpointProperties::onTheSameTape),
        INSIDE_A_DERIVATIVE((f, x) -> Grad.gradient(
                in -> Grad.gradient(f, in).stream()
                        .map(dx -> dx.square().sum())
                        .reduce(Tensor::add)
                        .orElseThrow(),
                x)),
        AS_A_TANGENT((f, x) -> List.of(Grad.jvp(at -> f.apply(with(x, at)), x.get(0), x.get(0)))),
        IN_A_REPLAY((f, x) ->
                Workspace.replay(in -> List.of(f.apply(in)), x, List.of()).run(x, List.of()));

        private final BiFunction<Function<List<Tensor>, Tensor>, List<Tensor>, List<Tensor>> of;

        Way(BiFunction<Function<List<Tensor>, Tensor>, List<Tensor>, List<Tensor>> of) {
            this.of = of;
        }
    }

    private static List<Tensor> swept(Tape tape, Function<List<Tensor>, Tensor> f, List<Tensor> x) {
        List<Tensor> at = x.stream().map(tape::watch).toList();
        Tensor y = f.apply(at);
        Gradients first = tape.backward(y);
        Gradients second = tape.backward(y);
        List<Tensor> results = new ArrayList<>(List.of(y.detach()));
        at.forEach(each -> results.add(first.of(each).detach()));
        at.forEach(each -> results.add(second.of(each).detach()));
        return results;
    }

    private static List<Tensor> onTheSameTape(Function<List<Tensor>, Tensor> f, List<Tensor> x) {
        Tape tape = new Tape(new Workspace());
        List<Tensor> at = x.stream().map(tape::watch).toList();
        Gradients dx = tape.backwardRecorded(f.apply(at));
        Tensor norm = at.stream()
                .map(each -> dx.of(each).square().sum())
                .reduce(Tensor::add)
                .orElseThrow();
        Gradients second = tape.backward(norm);
        return at.stream().map(second::of).toList();
    }

    private static List<Tensor> with(List<Tensor> x, Tensor first) {
        List<Tensor> all = new ArrayList<>(x);
        all.set(0, first);
        return all;
    }

    private static Tensor sum(List<Tensor> values) {
        return values.get(values.size() - 1).sum();
    }

    /** The program in pieces, each of which may consist of pieces; of their values they give what is needed later. */
    private static List<Tensor> inPieces(RandomProgram program, List<Tensor> in, int seed) {
        List<Tensor> values = new ArrayList<>(in);
        run(program, 0, program.steps().size(), values, 3, new MersenneTwister(seed).nextInt());
        return values;
    }

    private static void run(RandomProgram program, int from, int to, List<Tensor> values, int depth, int seed) {
        RandomGenerator rng = new MersenneTwister(seed);
        if (depth == 0 || to - from < 2) {
            program.steps().subList(from, to).forEach(step -> values.add(step.apply(values)));
            return;
        }
        int inputs = program.inputs().size();
        for (int start = from; start < to; ) {
            int first = start;
            int end = Math.min(to, start + 1 + rng.nextInt(to - from));
            int inner = rng.nextInt();
            int[] needed = IntStream.range(first, end)
                    .filter(i -> i == program.steps().size() - 1
                            || program.steps().subList(end, program.steps().size()).stream()
                                    .anyMatch(step -> step.operands().contains(inputs + i)))
                    .toArray();
            List<Tensor> before = List.copyOf(
                    values.stream().map(each -> each == null ? NONE : each).toList());
            List<Tensor> piece = Grad.checkpoint(
                    in -> {
                        List<Tensor> all = new ArrayList<>(in);
                        run(program, first, end, all, depth - 1, inner);
                        return Arrays.stream(needed)
                                .mapToObj(i -> all.get(inputs + i))
                                .toList();
                    },
                    before);
            for (int i = first; i < end; i++) {
                int at = Arrays.binarySearch(needed, i);
                values.add(at < 0 ? null : piece.get(at));
            }
            start = end;
        }
    }

    /** Stands for a value that nobody needs. */
    private static final Tensor NONE = Tensor.of(Double.NaN);

    private static final UnaryOperator<Tensor> CUBE = x -> x.mul(x.square());

    @Test
    void tensorsFromOutsideGetTheirGradients() {
        Tensor w = Tensor.of(2.0, 3);
        Tape tape = new Tape();
        Tensor at = tape.watch(w);
        Tensor y = Grad.checkpoint(x -> CUBE.apply(at).mul(x)).apply(Tensor.of(1.0, 10));
        assertThat(tape.backward(y.sum()).of(at).toArray()).containsExactly(12, 270);
    }

    @Test
    void recordingsKeepInputsAndResultsAlone() {
        int[] calls = {0};
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(3));
        Tensor y = Grad.checkpoint(v -> {
                    calls[0]++;
                    Tensor w = v;
                    for (int i = 0; i < 100; i++) {
                        w = w.tanh();
                    }
                    return w;
                })
                .apply(x);
        assertThat(tape.recording().get(1).name()).isEqualTo("checkpoint");
        assertThatThrownBy(() -> tape.recording().get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(tape.backward(y.sum()).of(x).isFinite()).isTrue();
        assertThat(calls[0]).isEqualTo(2);
        assertThat(tape.backward(x.sum()).of(x).toArray()).containsExactly(1, 1, 1);
        assertThat(calls[0]).as("where nothing has arrived it is not called").isEqualTo(2);
    }

    @Test
    void drawsAreTheFirstOnesAgain() {
        RandomGenerator rng = new MersenneTwister(1);
        int[] counted = {0};
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(3));
        Tensor[] drawn = new Tensor[1];
        UnaryOperator<Tensor> noisy = v -> {
            drawn[0] = v.draw("U(0, 1)", rng, r -> Tensor.uniform(r, 0, 1, 3));
            Grad.once(() -> counted[0]++);
            return v.mul(drawn[0]);
        };
        Tensor y = Grad.checkpoint(v -> Grad.checkpoint(noisy).apply(v).tanh()).apply(x);
        Tensor first = drawn[0];
        Tensor dx = tape.backward(y.sum()).of(x);
        assertThat(drawn[0]).isSameAs(first);
        assertThat(counted[0]).isEqualTo(1);
        assertThat(dx.toArray())
                .containsExactly(Grad.gradient(v -> v.mul(first).tanh().sum(), Tensor.ones(3))
                        .toArray());
    }

    @Test
    void whatIsSomethingElseTheSecondTimeIsRefused() {
        RandomGenerator rng = new MersenneTwister(1);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(3));
        Tensor y = Grad.checkpoint(v -> v.mul(rng.nextDouble()).tanh()).apply(x);
        assertThatThrownBy(() -> tape.backward(y.sum()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does something else when it is called again")
                .hasMessageContaining("draw");
        Tensor z = Grad.checkpoint(
                        v -> Tensor.of(rng.nextDouble() > 2 ? 1.0 : 0).add(v))
                .apply(x);
        assertThat(tape.backward(z.sum()).of(x).toArray()).containsExactly(1, 1, 1);
    }

    @Test
    void valuesThatAreNotReturnedAreRefused() {
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(3));
        Tensor[] within = new Tensor[1];
        Tensor y = Grad.checkpoint(v -> {
                    within[0] = v.tanh();
                    return within[0].square();
                })
                .apply(x);
        assertThatThrownBy(() -> y.add(within[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("checkpointed function")
                .hasMessageContaining("return it");
        assertThatThrownBy(
                        () -> Grad.checkpoint(v -> tape.backward(v.sum()).of(x)).apply(x))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use Grad in it");
        Tensor gradient =
                Grad.checkpoint(v -> Grad.gradient(w -> w.pow(3).sum(), v)).apply(x);
        assertThat(tape.backward(gradient.sum()).of(x).toArray()).containsExactly(6, 6, 6);
    }

    @Test
    void failuresLeaveTheTapeAsItIs() {
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.ones(3));
        assertThatThrownBy(() -> Grad.checkpoint(v -> v.tanh().matmul(v)).apply(x))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tape.backward(x.square().sum()).of(x).toArray()).containsExactly(2, 2, 2);
    }
}
