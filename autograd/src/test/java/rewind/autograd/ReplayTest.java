package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;

/** A computation that is done again with other numbers has the bits of one that is done anew. */
class ReplayTest {
    private final Tensor x = Tensor.randn(new Well19937c(1), 3, 4);
    private final Tensor U = Tensor.randn(new Well19937c(2), 4, 4);

    @Provide
    Arbitrary<Operation> operations() {
        return Arbitraries.of(Operations.all());
    }

    @Provide
    Arbitrary<RandomProgram> functions() {
        return Generators.programs();
    }

    /** The value of a function, after the sum of its elements, which is differentiated. */
    private static Function<List<Tensor>, List<Tensor>> summed(Function<List<Tensor>, Tensor> f) {
        return in -> {
            Tensor y = f.apply(in);
            return List.of(y.sum(), y);
        };
    }

    private static List<Tensor> anew(Function<List<Tensor>, List<Tensor>> f, List<Tensor> at, List<Tensor> data) {
        Tape tape = new Tape();
        List<Tensor> watched = at.stream().map(tape::watch).toList();
        List<Tensor> all = new ArrayList<>(watched);
        all.addAll(data);
        List<Tensor> results = new ArrayList<>(f.apply(all));
        Gradients gradients = tape.backward(results.get(0));
        watched.forEach(each -> results.add(gradients.of(each)));
        return results;
    }

    private static void assertSame(List<Tensor> actual, List<Tensor> expected, String as) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).toArray())
                    .as("%s, result %s", as, i)
                    .isEqualTo(expected.get(i).toArray());
        }
        assertThat(actual).hasSameSizeAs(expected);
    }

    private static List<Tensor> others(List<Tensor> inputs) {
        return inputs.stream().map(each -> each.flip().detach()).toList();
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void anyOperation(@ForAll("operations") Operation row, @ForAll DType dtype, @ForAll @IntRange(max = 1) int seed) {
        Call call = row.call(seed, dtype);
        Function<List<Tensor>, List<Tensor>> f = summed(call.function());
        Workspace.Replay replay;
        try {
            replay = Workspace.replay(f, call.inputs(), List.of());
        } catch (UnsupportedOperationException e) {
            assertThat(e)
                    .hasMessageMatching("replay: (numbers are read \\(\\w+\\) while it is computed"
                            + "|the operation .* of a user's own may do anything)");
            assertThat(row.signature()).matches("where\\(.*(Function|UnaryOperator).*|op\\(.*");
            return;
        }
        for (int again = 0; again < 2; again++) {
            List<Tensor> others = again == 0 ? others(call.inputs()) : call.inputs();
            assertSame(replay.run(others, List.of()), anew(f, others, List.of()), row.toString());
        }
    }

    @Property(tries = 300)
    void anyProgram(@ForAll("functions") RandomProgram program) {
        Function<List<Tensor>, List<Tensor>> f = summed(program);
        Workspace.Replay replay = Workspace.replay(f, program.inputs(), List.of());
        List<Tensor> others =
                program.inputs().stream().map(each -> each.add(1e-3).detach()).toList();
        assertSame(replay.run(others, List.of()), anew(f, others, List.of()), program.code());
        Workspace.Replay second = Workspace.replay(f, others, List.of());
        assertThat(second.differenceFrom(replay)).isEmpty();
    }

    /** What is given as data is not differentiated, but goes into what is. */
    @Property(tries = 100)
    void dataAreInputsWithoutGradient(@ForAll("functions") RandomProgram program) {
        List<Tensor> at = program.inputs().subList(0, 1);
        List<Tensor> data = program.inputs().subList(1, program.inputs().size());
        Function<List<Tensor>, List<Tensor>> f = summed(program);
        Workspace.Replay replay = Workspace.replay(f, others(at), others(data));
        assertSame(replay.run(at, data), anew(f, at, data), program.code());
    }

    private List<Tensor> step(List<Tensor> in) {
        return List.of(in.get(1).matmul(in.get(0)).tanh().square().mean());
    }

    @Example
    void runsGiveNewTensorsOrAlwaysTheSame() {
        Workspace.Replay replay = Workspace.replay(this::step, List.of(U), List.of(x));
        List<Tensor> first = replay.run(List.of(U), List.of(x));
        List<Tensor> kept = replay.again(List.of(U), List.of(x));
        double[] before = first.get(1).toArray();
        List<Tensor> later = replay.again(List.of(U.mul(2)), List.of(x));
        assertThat(later).isSameAs(kept);
        assertThat(first.get(1).toArray()).isEqualTo(before);
        assertThat(kept.get(1).toArray()).isNotEqualTo(before);
        assertThat(U.toArray()).isEqualTo(Tensor.randn(new Well19937c(2), 4, 4).toArray());
        assertThat(replay.memory()).isBetween(8L * (2 * 16 + 2 * 12), 8L * 400);
        assertThat(replay).hasToString("Replay of 13 actions");
    }

    /** An input that was the last one is not copied again: unless its numbers may be others by now. */
    @Example
    void inputsThatComeAgain() {
        Workspace.Replay replay = Workspace.replay(this::step, List.of(U), List.of(x));
        Workspace.Replay twice = Workspace.replay(in -> List.of(in.get(0).mul(2)), List.of(), List.of(U));
        Tensor other = U.mul(3);
        for (Tensor given : List.of(U, U, other, U)) {
            assertSame(replay.run(List.of(given), List.of(x)), anew(this::step, List.of(given), List.of(x)), "");
        }
        for (Tensor given : List.of(U, other)) {
            Tensor always = twice.again(List.of(), List.of(given)).get(0);
            Tensor now = given.mul(2);
            assertSame(replay.run(List.of(always), List.of(x)), anew(this::step, List.of(now), List.of(x)), "");
        }
        replay.put(0, other.toArray());
        assertSame(replay.run(List.of(U), List.of(x)), anew(this::step, List.of(U), List.of(x)), "");
        replay.carry(1, 0);
        assertSame(replay.run(List.of(U), List.of(x)), anew(this::step, List.of(U), List.of(x)), "");
        Workspace workspace = new Workspace();
        for (int i = 0; i < 3; i++) {
            try (Tape tape = new Tape(workspace)) {
                Tensor lent = tape.watch(U).mul(i).detach();
                Tensor now = U.mul(i);
                assertSame(replay.run(List.of(lent), List.of(x)), anew(this::step, List.of(now), List.of(x)), "");
            }
        }
    }

    /** Sizes at which right factors are arranged once for many products, gradients of weights wait for each other, and threads share work. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void weightsOfManySteps(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 2) int size) {
        int units = 24 * size * size * size;
        List<Tensor> at = List.of(
                Tensor.randn(dtype, new Well19937c(1), 3, units), Tensor.randn(dtype, new Well19937c(2), units, units));
        List<Tensor> data = List.of(Tensor.randn(dtype, new Well19937c(3), 40, 3));
        Function<List<Tensor>, List<Tensor>> f = in -> {
            Tensor h = in.get(2).matmul(in.get(0)).tanh();
            for (int t = 0; t < 6; t++) {
                h = in.get(2).matmul(in.get(0)).add(h.matmul(in.get(1))).tanh();
            }
            return List.of(h.square().mean(), h);
        };
        Workspace.Replay replay = Workspace.replay(f, at, data);
        for (double factor : new double[] {0.5, -0.3, 1}) {
            List<Tensor> others = at.stream().map(each -> each.mul(factor)).toList();
            assertSame(replay.run(others, data), anew(f, others, data), dtype + ", times " + factor);
        }
    }

    /** Whatever other numbers may change, and no action tells, is told or refused. */
    @Example
    void nothingStaleGoesUnnoticed() {
        RandomGenerator rng = new Well19937c(3);
        AtomicInteger outside = new AtomicInteger();
        IntSupplier counted = outside::incrementAndGet;
        List<Function<IntSupplier, Function<List<Tensor>, List<Tensor>>>> stale = List.of(
                n -> in -> List.of(in.get(0).mul(n.getAsInt()).sum()),
                n -> in -> List.of(
                        n.getAsInt() % 2 == 0 ? in.get(0).sum() : in.get(0).mean()),
                n -> in -> List.of(in.get(0).slice(0, n.getAsInt() % 2, 4).sum()),
                n -> in -> List.of(in.get(0).gather(n.getAsInt() % 4).sum()),
                n -> in -> List.of(in.get(0).clamp(0, n.getAsInt()).sum()),
                n -> in -> List.of(
                        n.getAsInt() % 2 == 0
                                ? in.get(0).sum()
                                : in.get(0).sum().add(1)),
                n -> in -> {
                    List<Tensor> both = List.of(in.get(0).sum(), in.get(0).mean());
                    return List.of(both.get(0), both.get(n.getAsInt() % 2));
                },
                n -> in -> List.of(in.get(0).sum(), Tensor.of(1.0, n.getAsInt())),
                n -> in -> Collections.nCopies(1 + n.getAsInt() % 2, in.get(0).sum()),
                n -> in -> List.of(
                        in.get(1).matmul(in.get(0)).mul(Tensor.randn(rng, 3, 4)).sum()));
        for (int i = 0; i < stale.size(); i++) {
            Function<List<Tensor>, List<Tensor>> always = stale.get(i).apply(counted);
            assertThatThrownBy(() -> Workspace.replay(always, List.of(U), List.of(x)))
                    .as("function %s", i)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith("replay: the function does something else each time: ");
        }
        for (int i = 0; i < stale.size() - 1; i++) {
            Function<List<Tensor>, List<Tensor>> sometimes = stale.get(i).apply(outside::get);
            Workspace.Replay first = Workspace.replay(sometimes, List.of(U), List.of(x));
            outside.incrementAndGet();
            Workspace.Replay second = Workspace.replay(sometimes, List.of(U.mul(2)), List.of(x.mul(3)));
            assertThat(first.differenceFrom(second)).as("function %s", i).isNotEmpty();
        }
        assertThatThrownBy(() -> Workspace.replay(stale.get(0).apply(counted), List.of(U), List.of(x)))
                .hasMessage(
                        "replay: the function does something else each time: operand 2 of the operation mul differs");
    }

    @Example
    void readingWhileItIsComputedIsRefused() {
        List<Function<List<Tensor>, List<Tensor>>> reading = List.of(
                in -> List.of(in.get(0).mul(in.get(1).sum().toDouble()).sum()),
                in -> List.of(
                        in.get(0).detach().toArray()[0] > 0
                                ? in.get(0).sum()
                                : in.get(0).mean()),
                in -> List.of(in.get(0).isFinite() ? in.get(0).sum() : in.get(0).mean()),
                in -> List.of(Tensor.op("own", a -> a[0].exp(), in.subList(0, 1), y -> dy -> dy.mul(y))
                        .sum()),
                in -> List.of(Grad.gradient(v -> v.square().sum(), in.get(0)).sum()));
        for (Function<List<Tensor>, List<Tensor>> each : reading) {
            assertThatThrownBy(() -> Workspace.replay(each, List.of(U), List.of(x)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageStartingWith("replay: ");
        }
        assertThatThrownBy(() -> Workspace.replay(reading.get(0), List.of(U), List.of(x)))
                .hasMessage("replay: numbers are read (get) while it is computed");
    }

    @Example
    void inputsOfAnotherKindAreRefused() {
        Workspace.Replay replay = Workspace.replay(this::step, List.of(U), List.of(x));
        assertThatThrownBy(() -> replay.run(List.of(U), List.of()))
                .hasMessage("replay: there must be 2 inputs as in the first performance, got 1");
        assertThatThrownBy(() -> replay.run(List.of(U), List.of(Tensor.ones(2, 4))))
                .hasMessage("replay: input 1 must be FLOAT64 [3, 4] as in the first performance, got FLOAT64 [2, 4]");
        assertThatThrownBy(() -> replay.run(List.of(U.to(DType.FLOAT32)), List.of(x)))
                .hasMessage("replay: input 0 must be FLOAT64 [4, 4] as in the first performance, got FLOAT32 [4, 4]");
        Tensor watched = new Tape().watch(x);
        assertThatThrownBy(() -> replay.run(List.of(U), List.of(watched)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("replay: input 1 must be detached, as nothing is recorded of a replay");
        assertThatThrownBy(() ->
                        Workspace.replay(in -> replay.again(List.of(in.get(0)), List.of(x)), List.of(), List.of(U)))
                .hasMessage("replay: input 0 must be detached, as nothing is recorded of a replay");
        assertThatThrownBy(() -> Workspace.replay(in -> List.of(in.get(0)), List.of(U), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("backward: the result must be a scalar, got the shape [4, 4]");
    }

    /** Ids are data: the gradient of an embedding is added up as it is on a tape, whatever else its matrix is used for. */
    @Property(tries = 30)
    void idsThatAreData(
            @ForAll DType dtype, @ForAll @IntRange(max = 99) int seed, @ForAll @IntRange(max = 3) int uses) {
        RandomGenerator rng = new Well19937c(seed);
        List<Tensor> at = List.of(Tensor.randn(dtype, rng, 5, 4));
        Function<List<Tensor>, List<Tensor>> f = in -> {
            Tensor E = in.get(0);
            Tensor first = E.gather(in.get(1));
            Tensor loss = first.square().mean();
            loss = uses == 0 ? loss : loss.add(E.mul(0.3).square().sum());
            loss = uses <= 1
                    ? loss
                    : loss.add(first.matmul(E.transpose()).tanh().sum());
            loss = uses <= 2
                    ? loss
                    : loss.add(E.gather(in.get(1).flip()).mul(first).sum().add(E.sum()));
            return List.of(loss, first);
        };
        Workspace.Replay replay = Workspace.replay(f, at, List.of(ids(dtype, rng)));
        for (int i = 0; i < 3; i++) {
            List<Tensor> others = at.stream().map(each -> each.mul(0.7)).toList();
            List<Tensor> data = List.of(ids(dtype, rng));
            assertSame(replay.run(others, data), anew(f, others, data), dtype + ", uses " + uses);
        }
        assertThatThrownBy(() -> replay.run(at, List.of(ids(dtype, rng).add(5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("gather: row \\d must lie inside the shape \\[5, 4\\]");
    }

    private static Tensor ids(DType dtype, RandomGenerator rng) {
        return Tensor.uniform(rng, 0, 5, 3, 7).map(Math::floor).to(dtype);
    }

    /** A number that is an exponent decides what a power of a root is, so that who replays must not have read it. */
    @Example
    void exponentsThatAreData() {
        Tensor v = Tensor.of(-1.5, 0, 2);
        for (double p : new double[] {1.5, 2, 3}) {
            List<Tensor> exponent = List.of(Tensor.of(p).sum());
            assertThatThrownBy(() -> Workspace.replay(
                            in -> List.of(in.get(0).abs().pow(in.get(1)).sum()), List.of(v), exponent))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("replay: numbers are read (get) while it is computed");
            Function<List<Tensor>, List<Tensor>> f =
                    in -> List.of(in.get(0).add(2).pow(in.get(1)).sum());
            assertSame(
                    Workspace.replay(f, List.of(v), List.of(Tensor.of(-1.0).sum()))
                            .run(List.of(v), exponent),
                    anew(f, List.of(v), exponent),
                    "the power " + p);
        }
    }

    /** A result that is always the same tensor is no constant: a replay that took it from outside would go on with what it held. */
    @Example
    void resultsOfOthersAreNoConstants() {
        Workspace.Replay other = Workspace.replay(in -> List.of(in.get(0).mul(2)), List.of(), List.of(U));
        Tensor always = other.again(List.of(), List.of(U)).get(0);
        Tensor kept = always.detach();
        List<UnaryOperator<Tensor>> uses = List.of(
                v -> v.mul(always),
                v -> v.matmul(always),
                v -> v.matmul(always.transpose()),
                v -> v.add(always.select(0, 1)),
                v -> v.add(always.mul(2).sum()),
                v -> v.sub(always.detach()),
                v -> Tensor.concat(0, v, always));
        for (UnaryOperator<Tensor> use : uses) {
            Function<List<Tensor>, List<Tensor>> f =
                    in -> List.of(use.apply(in.get(0)).square().sum());
            assertThatThrownBy(() -> Workspace.replay(f, List.of(U), List.of()))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                            "replay: a result of another replay is taken from outside, and changes with its runs: detach it, or make it"
                                    + " an input");
        }
        Function<List<Tensor>, List<Tensor>> f =
                in -> List.of(in.get(0).matmul(kept).square().sum());
        Workspace.Replay replay = Workspace.replay(f, List.of(U), List.of());
        other.again(List.of(), List.of(U.mul(3)));
        assertSame(replay.run(List.of(U), List.of()), anew(f, List.of(U), List.of()), "");
    }

    /** Results that are always the same tensors are arranged anew for products, and so are parts of them; detached ones stay. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void resultsAsFactors(@ForAll DType dtype) {
        Tensor w = Tensor.randn(dtype, new Well19937c(1), 32, 32);
        Tensor left = Tensor.randn(dtype, new Well19937c(2), 8, 32);
        Workspace.Replay replay = Workspace.replay(in -> List.of(in.get(0).mul(2)), List.of(), List.of(w));
        Tensor result = replay.again(List.of(), List.of(w)).get(0);
        Tensor part = result.reshape(2, 16, 32).select(0, 1);
        for (int i = 0; i < 4; i++) {
            Tensor kept = result.detach();
            Tensor watched = new Tape().watch(result);
            double[] before = kept.toArray();
            Tensor own = Workspace.copy(result);
            for (int again = 0; again < 3; again++) {
                assertThat(left.matmul(result).toArray())
                        .isEqualTo(left.matmul(own).toArray());
                assertThat(left.matmul(part.transpose()).toArray())
                        .isEqualTo(left.matmul(own.slice(0, 16, 32).transpose()).toArray());
            }
            assertThat(part.toArray()).isEqualTo(own.slice(0, 16, 32).toArray());
            assertThat(replay.again(List.of(), List.of(w.mul(-i))).get(0)).isSameAs(result);
            assertThat(kept.toArray()).isEqualTo(before);
            assertThat(watched.toArray()).isEqualTo(before);
            assertThat(result.toArray()).isNotEqualTo(before);
        }
    }

    /** A value that the function stored is gone when its memory serves again. */
    @Example
    void valuesThatAreStoredOutside() {
        List<Tensor> stored = new ArrayList<>();
        Function<List<Tensor>, List<Tensor>> f = in -> {
            Tensor h = in.get(0).matmul(in.get(0)).tanh();
            stored.clear();
            stored.addAll(List.of(h, h.detach(), h.mul(2)));
            return List.of(h.matmul(in.get(0)).square().sum());
        };
        Workspace.Replay replay = Workspace.replay(f, List.of(U), List.of());
        assertThat(replay.run(List.of(U), List.of())).hasSize(2);
        for (Tensor each : stored) {
            assertThatThrownBy(each::toArray)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "toArray: a value from within a function that is replayed was used outside; return it from the"
                                    + " function, or do without replay");
            assertThatThrownBy(() -> each.add(1)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> Workspace.replay(f, List.of(each), List.of()))
                    .isInstanceOf(IllegalStateException.class);
        }
        Workspace.Replay once = Workspace.perform(f, List.of(U), List.of());
        assertThat(once.refusal()).isEmpty();
        double[] h = U.matmul(U).tanh().toArray();
        assertThat(stored.get(0).toArray()).isEqualTo(h);
        assertThat(stored.get(1).matmul(U).toArray())
                .isEqualTo(U.matmul(U).tanh().matmul(U).toArray());
        assertSame(once.results(), anew(f, List.of(U), List.of()), "performed once");
    }

    /** A state that goes from run to run, with arrays for what comes and goes. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void statesAreCarriedOn(@ForAll DType dtype) {
        Tensor at = Tensor.zeros(dtype, Shape.of(1, 4));
        Tensor V = U.to(dtype);
        Workspace.Replay replay = Workspace.replay(
                in -> {
                    Tensor h = in.get(0).add(in.get(1).matmul(V)).tanh();
                    return List.of(h, h.sum(1));
                },
                List.of(),
                List.of(at, at));
        Tensor h = at;
        double[] actual = new double[4];
        for (int t = 0; t < 5; t++) {
            double[] arriving = {t, -1, 0.5, 2};
            replay.put(0, arriving);
            replay.run();
            replay.carry(0, 1);
            replay.get(0, actual);
            h = Tensor.of(Shape.of(1, 4), arriving).to(dtype).add(h.matmul(V)).tanh();
            assertThat(actual).isEqualTo(h.toArray());
        }
        assertThatThrownBy(() -> replay.put(0, 1, 2)).hasMessage("replay: input 0 has 4 elements, but the array has 2");
        assertThatThrownBy(() -> replay.get(1, actual))
                .hasMessage("replay: result 1 has 1 elements, but the array has 4");
        assertThatThrownBy(() -> replay.carry(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "replay: result 1 and input 0 must be of one shape and type, got .* \\[1] and .* \\[1, 4]");
    }

    /** Inputs that are results, or parts of them, as in a line of delays, are those of the run whatever is carried on first. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void inputsThatAreResults(@ForAll DType dtype) {
        Tensor at = Tensor.zeros(dtype, Shape.of(2));
        Workspace.Replay delays = Workspace.replay(
                in -> List.of(
                        in.get(1),
                        in.get(0),
                        in.get(2).reshape(2, 1).reshape(2),
                        in.get(0).add(in.get(2))),
                List.of(),
                List.of(at, at, at));
        delays.put(0, 1, 2);
        delays.put(1, 3, 4);
        double[][] expected = {{1, 2}, {3, 4}, {0, 0}};
        double[] actual = new double[2];
        for (int t = 0; t < 5; t++) {
            delays.run();
            for (int i = 0; i < 3; i++) {
                delays.carry(i, (i + 1) % 3);
            }
            expected = new double[][] {expected[2], expected[1], expected[0]};
            for (int i = 0; i < 3; i++) {
                delays.get((i + 2) % 3, actual);
                assertThat(actual).isEqualTo(expected[i]);
                assertThat(delays.inputs().get(i).toArray()).isEqualTo(expected[i]);
            }
        }
    }
}
