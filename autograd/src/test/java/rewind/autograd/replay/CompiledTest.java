package rewind.autograd.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

/** A function that is replayed by itself gives the bits of a tape in every call, and nothing stale stays unnoticed for long. */
class CompiledTest {
    private static final int CALLS = 60;

    /** How often the function was called: a replay does not call it. */
    private final AtomicInteger calls = new AtomicInteger();

    private Function<List<Tensor>, List<Tensor>> counted(Function<List<Tensor>, List<Tensor>> f) {
        return in -> {
            calls.incrementAndGet();
            return f.apply(in);
        };
    }

    /** A sum over the steps of a small recurrent network, and its last state. */
    private static List<Tensor> net(List<Tensor> in) {
        Tensor h = in.get(2).matmul(in.get(0)).tanh();
        for (int t = 0; t < 3; t++) {
            h = in.get(2).matmul(in.get(0)).add(h.matmul(in.get(1))).tanh();
        }
        return List.of(h.square().mean(), h);
    }

    private static List<Tensor> onTape(Function<List<Tensor>, List<Tensor>> f, List<Tensor> x, List<Tensor> data) {
        Tape tape = new Tape();
        List<Tensor> at = x.stream().map(tape::watch).toList();
        List<Tensor> all = new ArrayList<>(at);
        all.addAll(data);
        List<Tensor> results = new ArrayList<>(f.apply(all));
        Gradients gradients = tape.backward(results.get(0));
        at.forEach(each -> results.add(gradients.of(each)));
        return results;
    }

    private static void assertSame(List<Tensor> actual, List<Tensor> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).toArray()).containsExactly(expected.get(i).toArray());
            assertThat(actual.get(i).isRecorded()).isFalse();
        }
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void bitsOfATapeWhateverTheShapes(@ForAll DType dtype, @ForAll @IntRange(min = 1, max = 3) int shapes) {
        RandomGenerator rng = new Well19937c(7);
        Compiled step = Compiled.of(counted(CompiledTest::net));
        List<Tensor> kept = List.of();
        List<Tensor> copies = List.of();
        for (int i = 0; i < CALLS; i++) {
            List<Tensor> x = List.of(Tensor.randn(dtype, rng, 3, 4), Tensor.randn(dtype, rng, 4, 4));
            List<Tensor> data = List.of(Tensor.randn(dtype, rng, 1 + i % shapes, 3));
            List<Tensor> results = step.run(x, data);
            assertSame(results, onTape(CompiledTest::net, x, data));
            assertSame(kept, copies); // what was returned before is not written over
            kept = results;
            copies = results.stream().map(each -> each.add(0)).toList();
        }
        assertThat(calls.getAndSet(0)).isLessThan(14 * shapes);
    }

    @Example
    void whatCannotBeReplayedIsComputed() {
        RandomGenerator rng = new Well19937c(3);
        List<Function<List<Tensor>, List<Tensor>>> functions = List.of(
                in -> List.of(in.get(0).mul(in.get(1).sum().toDouble()).sum()),
                in -> List.of(in.get(0)
                        .mul(in.get(0).draw("N(0, 1)", rng, r -> Tensor.randn(r, 2)))
                        .sum()
                        .add(in.get(0).sum())),
                in -> List.of(in.get(0).mul(calls.get()).sum()));
        for (Function<List<Tensor>, List<Tensor>> f : functions) {
            Compiled step = Compiled.of(counted(f));
            int before = calls.get();
            List<Tensor> x = List.of(Tensor.of(1.0, 2));
            List<Tensor> data = List.of(Tensor.of(3.0, 4));
            for (int i = 0; i < 20; i++) {
                step.run(x, data);
            }
            assertThat(calls.get() - before).isGreaterThanOrEqualTo(20);
            assertThat(step.refusal(x, data)).isNotEmpty();
            assertThat(step.replayed(x, data)).isNull();
        }
    }

    /** Something outside that changes after many calls. */
    @Example
    void whatChangesLaterIsAnError() {
        AtomicInteger outside = new AtomicInteger(1);
        Compiled step = Compiled.of(in -> List.of(in.get(0).mul(outside.get()).sum()));
        List<Tensor> x = List.of(Tensor.of(1.0, 2));
        for (int i = 0; i < CALLS; i++) {
            step.run(x, List.of());
        }
        outside.set(2);
        step.doubt();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        step.run(x, List.of());
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "a computation has other numbers than the first ones would have made of it: operand 2 of the operation mul"
                                + " differs");
    }

    /** What is recorded elsewhere stays so. */
    @Example
    void gradientsOfOthersGoThrough() {
        Compiled square = Compiled.of(in -> List.of(in.get(0).square().sum()));
        for (int i = 0; i < 10; i++) {
            assertThat(Grad.gradient(x -> square.run(List.of(), List.of(x)).get(0), Tensor.of(1.0, 2))
                            .toArray())
                    .containsExactly(2, 4);
        }
    }

    /** A factor without derivative is arranged for the product anew, a constant from outside is not. */
    @Example
    void detachedAndOutsideFactors() {
        RandomGenerator rng = new Well19937c(11);
        Tensor outside = Tensor.randn(rng, 16, 16);
        Function<List<Tensor>, List<Tensor>> f = in -> List.of(in.get(0)
                .matmul(in.get(1).detach())
                .matmul(in.get(1).mul(2).detach())
                .matmul(outside)
                .square()
                .sum());
        Compiled step = Compiled.of(counted(f));
        Tensor w = Tensor.randn(rng, 16, 16);
        for (int i = 0; i < 40; i++) {
            w = i % 7 < 5 ? w : Tensor.randn(rng, 16, 16);
            List<Tensor> x = List.of(Tensor.randn(rng, 16, 16));
            assertSame(step.run(x, List.of(w)), onTape(f, x, List.of(w)));
        }
        assertThat(calls.getAndSet(0)).isLessThan(14);
    }

    /** A function that has tapes of its own. */
    @Example
    void tapesInside() {
        Compiled step = Compiled.of(in -> {
            Tape own = new Tape();
            Tensor watched = own.watch(Tensor.of(3.0));
            Tensor slope = own.backward(watched.square().sum()).of(watched);
            return List.of(in.get(0).mul(slope).sum());
        });
        for (int i = 0; i < 10; i++) {
            assertThat(step.run(List.of(Tensor.of(1.0)), List.of()).get(1).toArray())
                    .containsExactly(6);
        }
    }

    @Example
    void whatTheFunctionThrowsIsThrown() {
        Compiled step = Compiled.of(in -> List.of(in.get(0).matmul(in.get(1)).sum()));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> step.run(List.of(Tensor.zeros(2, 3)), List.of(Tensor.zeros(2, 3))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("matmul: ");
        }
    }

    @Example
    void severalThreadsMayCall() throws Exception {
        Compiled step = Compiled.of(CompiledTest::net);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                RandomGenerator rng = new Well19937c(i);
                List<Tensor> x = List.of(Tensor.randn(rng, 3, 4), Tensor.randn(rng, 4, 4));
                List<Tensor> data = List.of(Tensor.randn(rng, 2, 3));
                tasks.add(() -> Arrays.equals(
                        step.run(x, data).get(2).toArray(),
                        onTape(CompiledTest::net, x, data).get(2).toArray()));
            }
            for (Future<Boolean> each : threads.invokeAll(tasks)) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Example
    void anotherValueOfThePropertyIsIgnored() {
        assertThat(Compiled.allowed("true")).isTrue();
        assertThat(Compiled.allowed("false")).isFalse();
        assertThat(Compiled.allowed("no")).isTrue(); // and told
    }

    /** What is drawn comes in the same order as without replays, whether by an operation or by a generator in the function. */
    @Example
    void drawsAreThoseOfATape() {
        List<Function<RandomGenerator, Function<List<Tensor>, List<Tensor>>>> drawing = List.of(
                rng -> in -> List.of(in.get(0)
                        .mul(in.get(0).draw("N(0, 1)", rng, r -> Tensor.randn(r, 2)))
                        .sum()),
                rng -> in -> List.of(in.get(0).mul(Tensor.randn(rng, 2)).sum()),
                rng -> in -> List.of(in.get(0)
                        .mul(rng.nextDouble() + in.get(0).sum().toDouble() * rng.nextDouble())
                        .sum()),
                rng -> in -> List.of(
                        Tensor.op("own", a -> a[0].mul(rng.nextDouble()), in.subList(0, 1), y -> dy -> dy.mul(2))
                                .sum()),
                rng -> in -> {
                    Tensor noise = Tensor.randn(rng, 2);
                    return List.of(in.get(0)
                            .mul(in.get(0).detach().add(noise).detach())
                            .sum());
                });
        for (int i = 0; i < drawing.size(); i++) {
            Compiled step = Compiled.of(drawing.get(i).apply(new Well19937c(5)));
            Function<List<Tensor>, List<Tensor>> plain = drawing.get(i).apply(new Well19937c(5));
            for (int call = 0; call < CALLS; call++) {
                List<Tensor> x = List.of(Tensor.of(1.0, call));
                assertSame(step.run(x, List.of()), onTape(plain, x, List.of()));
            }
        }
    }

    /** A function is called once for every call that is not replayed. */
    @Example
    void theFunctionIsCalledOncePerCall() {
        Compiled step = Compiled.of(counted(CompiledTest::net));
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            RandomGenerator rng = new Well19937c(i);
            step.run(List.of(Tensor.randn(rng, 3, 4), Tensor.randn(rng, 4, 4)), List.of(Tensor.randn(rng, 2, 3)));
            seen.add(calls.get());
        }
        assertThat(seen.subList(0, 10)).containsExactly(1, 2, 3, 4, 5, 6, 6, 6, 6, 6);
        assertThat(calls.getAndSet(0)).isEqualTo(7); // and one comparison
    }

    /** A state that is carried in a field: a constant that differs from call to call. */
    @Example
    void carriedInAField() {
        List<Function<List<Tensor>, List<Tensor>>> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            AtomicReference<Tensor> state = new AtomicReference<>(Tensor.zeros(2, 2));
            both.add(in -> {
                Tensor h = in.get(0).matmul(state.get()).add(in.get(1)).tanh();
                state.set(h.detach());
                return List.of(h.square().sum(), h);
            });
        }
        Compiled step = Compiled.of(both.get(0));
        for (int call = 0; call < CALLS; call++) {
            List<Tensor> x = List.of(Tensor.randn(new Well19937c(call), 2, 2));
            assertSame(step.run(x, x), onTape(both.get(1), x, x));
        }
    }

    /** One that is stored for others to read is right until the function is not called any more, and then cannot be read. */
    @Example
    void storedForOthers() {
        AtomicReference<Tensor> last = new AtomicReference<>();
        Compiled step = Compiled.of(in -> {
            Tensor h = in.get(0).matmul(in.get(0)).tanh();
            last.set(h.detach());
            return List.of(h.matmul(in.get(0)).square().sum(), h);
        });
        for (int call = 0; call < 10; call++) {
            Tensor x = Tensor.randn(new Well19937c(call), 2, 2);
            Tensor h = step.run(List.of(x), List.of()).get(1);
            if (call < 5) {
                assertThat(last.get().toArray()).isEqualTo(h.toArray());
            }
        }
        assertThatThrownBy(() -> last.get().toArray())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was used outside; return it from the function");
        step.run(List.of(Tensor.zeros(3, 3)), List.of());
        assertThat(last.get().toArray()).isEqualTo(new double[9]);
    }

    /** An exponent among the data of which a power of a root knows more than its number. */
    @Example
    void powersOfRoots() {
        Function<List<Tensor>, List<Tensor>> f = in -> List.of(in.get(0)
                .sub(1)
                .abs()
                .pow(in.get(1))
                .sum()
                .add(in.get(0).square().sqrt().pow(in.get(1).detach()).sum()));
        Compiled step = Compiled.of(f);
        for (int call = 0; call < CALLS; call++) {
            List<Tensor> x = List.of(Tensor.of(1.0, call, -0.3));
            List<Tensor> p = List.of(Tensor.of(1.0 + call % 3).sum());
            assertSame(step.run(x, p), onTape(f, x, p));
        }
    }

    /** A comparison for which there is no memory ends the replays, and nothing else. */
    @Example
    void aHeapTooSmallForAComparison() {
        AtomicInteger full = new AtomicInteger();
        Compiled step = Compiled.of(in -> {
            if (full.getAndDecrement() > 0) {
                throw new OutOfMemoryError("Java heap space");
            }
            return List.of(in.get(0).square().sum());
        });
        for (int call = 0; call < CALLS; call++) {
            full.set(call == 20 ? 1 : full.get());
            List<Tensor> results = step.run(List.of(Tensor.of(1.0, call)), List.of());
            assertThat(results.get(0).toDouble()).isEqualTo(1.0 + call * call);
            assertThat(results.get(1).toArray()).containsExactly(2, 2 * call);
        }
        assertThat(step.refusal(List.of(Tensor.of(1.0, 2)), List.of()))
                .isEqualTo("there is no memory for a comparison");
    }
}
