package rewind.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The record and the reverse sweep: order, sharing, cost, and what a sweep must leave alone. */
class TapeTest {
    private final Tape tape = new Tape();

    // ---- cost ----

    @Test
    void aChainOfAMillionOperations() {
        Tensor x = tape.watch(Tensor.of(1.0));
        Tensor y = x;
        for (int i = 0; i < 1_000_000; i++) {
            y = y.neg();
        }
        assertThat(tape.size()).isEqualTo(1_000_001);
        assertThat(tape.backward(y.mul(3)).of(x).toDouble()).isEqualTo(3);
        tape.close();
    }

    /** A walk over all paths would take 2ⁿ steps. */
    @Test
    void everyPullbackRunsOnceHoweverManyPathsLeadThere() {
        Counter counter = new Counter();
        Tensor x = tape.watch(Tensor.of(1.0));
        Tensor doubled = x;
        Tensor mean = x;
        for (int i = 0; i < 1000; i++) {
            doubled = i < 60 ? doubled.add(doubled) : doubled;
            mean = counter.add(mean, mean).mul(0.5);
        }
        assertThat(tape.backward(doubled).of(x).toDouble()).isEqualTo(0x1p60);
        assertThat(tape.backward(mean).of(x).toDouble()).isEqualTo(1);
        assertThat(counter.calls).isEqualTo(2 * 1000);
    }

    /** One array for all that arrives: a new sum for each of these would be 80 MB. */
    @Test
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "T parts cost T² without sums in place")
    void contributionsAreAddedInPlace() {
        int n = 100_000;
        Tensor dy = Tensor.ones(n);
        Tensor x = tape.watch(dy);
        List<Tensor> uses = IntStream.range(0, 100)
                .mapToObj(i -> Tensor.op("constantSlope", in -> Tensor.of(0.0), List.of(x), z -> dz -> dy))
                .toList();
        Tensor result = Tensor.stack(0, uses).sum();
        Tensor[] gradient = new Tensor[1];
        long least = Long.MAX_VALUE; // before it is compiled, a loop of the Vector API allocates its vectors
        for (int run = 0; run < 100 && least >= 2 * 8L * n; run++) {
            least = Math.min(
                    least, allocatedBy(() -> gradient[0] = tape.backward(result).of(x)));
        }
        assertThat(gradient[0].get(n - 1)).isEqualTo(100);
        assertThat(dy.get(n - 1)).isEqualTo(1);
        assertThat(least).isLessThan(2 * 8L * n);
    }

    /** Zeros of the whole size for every part would be 2·80 GB here; each part may take a few objects. */
    @Test
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "T parts cost T² without sums in place")
    void aHundredThousandPartsOfOneTensor() {
        int n = 100_000;
        Tensor weights = Tensor.arange(n);
        Tensor x = tape.watch(Tensor.ones(n));
        long bytes = allocatedBy(() -> {
            Tensor selected = Tensor.stack(0, x.unstack(0));
            Tensor sliced = Tensor.concat(
                    0, IntStream.range(0, n).mapToObj(i -> x.slice(0, i, i + 1)).toList());
            Tensor gradient =
                    tape.backward(selected.mul(weights).add(sliced).sum()).of(x);
            assertSame(gradient, weights.add(1));
        });
        assertThat(bytes).isLessThan(n * 5_000L);
    }

    /** The sweep is recorded here, so that the parts' cotangents are put together by an operation. */
    @Test
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "T parts cost T² without sums in place")
    void secondDerivativeOfThousandsOfParts() {
        int n = 4000;
        Tensor x = Tensor.randn(new MersenneTwister(1), n);
        Tensor v = Tensor.randn(new MersenneTwister(2), n);
        long bytes = allocatedBy(() -> {
            Tensor product =
                    Grad.hvp(in -> Tensor.stack(0, in.unstack(0)).pow(3).sum(), x, v);
            assertThat(product.isClose(x.mul(v).mul(6), 1e-14, 0)).isTrue();
        });
        assertThat(bytes).isLessThan(n * 10_000L);
    }

    // ---- what a gradient is ----

    @Test
    void contributionsToASharedValueAddUp() {
        Tensor x = tape.watch(Tensor.of(2.0, 3));
        Tensor shared = x.square();
        Tensor result =
                shared.mul(5).add(shared).sum().add(shared.get(0)).add(x.sum()).add(shared.select(0, 1));
        // shared counts 6 times, its second element once more
        assertThat(tape.backward(result).of(x).toArray()).containsExactly(6 * 4 + 1, 7 * 6 + 1);
    }

    @Test
    void zerosForWhatTheResultDoesNotDependOn() {
        Tensor x = tape.watch(Tensor.of(2.0));
        Tensor unrelated = tape.watch(Tensor.ones(2, 3));
        Tensor later = x.square();
        Tensor result = x.mul(3);
        Tensor laterStill = tape.watch(later);
        Gradients gradients = tape.backward(result);
        assertSame(gradients.of(unrelated), Tensor.zeros(2, 3));
        assertSame(gradients.of(laterStill), Tensor.zeros());
        assertSame(gradients.of(x), Tensor.of(3.0));
        assertSame(tape.backward(Tensor.of(7.0)).of(unrelated), Tensor.zeros(2, 3));
        assertSame(tape.backward(x.detach().exp()).of(x), Tensor.zeros());
    }

    @Test
    void anyWatchedValueMayBeTheResult() {
        Tensor x = tape.watch(Tensor.of(2.0));
        assertThat(tape.backward(x).of(x).toDouble()).isEqualTo(1);
        assertThat(tape.backward(Tensor.ones(1, 1).mul(x)).of(x).toDouble()).isEqualTo(1);
    }

    @Test
    void theGradientOfAnIntermediateValueIsKeptIfItIsWatched() {
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor middle = tape.watch(x.square());
        Gradients gradients = tape.backward(middle.pow(3).sum());
        assertThat(gradients.of(middle).toArray()).containsExactly(3, 48);
        assertThat(gradients.of(x).toArray()).containsExactly(6, 192);
    }

    @Test
    void watchingTwiceGivesTwoVariables() {
        Tensor value = Tensor.of(3.0);
        Tensor x = tape.watch(value);
        Tensor y = tape.watch(value);
        Gradients gradients = tape.backward(x.mul(x).mul(y));
        assertThat(gradients.of(x).toDouble()).isEqualTo(18);
        assertThat(gradients.of(y).toDouble()).isEqualTo(9);
    }

    @Test
    void aCotangentSelectsAmongResults() {
        Tensor x = tape.watch(Tensor.of(2.0, 3));
        Tensor dx = tape.backward(x.square(), Tensor.of(1.0, 10)).of(x);
        assertThat(dx.toArray()).containsExactly(4, 60);
    }

    @Test
    void gradientsAreConstantsUnlessTheSweepIsRecorded() {
        Tensor x = tape.watch(Tensor.of(2.0, 3));
        Tensor result = x.pow(4).sum();
        int size = tape.size();
        assertThat(tape.backward(result).of(x).isRecorded()).isFalse();
        assertThat(tape.size()).isEqualTo(size);
        assertThat(tape.backwardRecorded(result).of(x).isRecorded()).isTrue();
        assertThat(tape.size()).isGreaterThan(size);
    }

    @Test
    void recordedSweepsAreDifferentiatedAgain() {
        Tensor x = tape.watch(Tensor.of(2.0, 3));
        Tensor first = tape.backwardRecorded(x.pow(4).sum()).of(x);
        Tensor second = tape.backwardRecorded(first, Tensor.ones(2)).of(x);
        Tensor third = tape.backward(second.sum()).of(x);
        assertThat(first.toArray()).containsExactly(32, 108);
        assertThat(second.toArray()).containsExactly(48, 108);
        assertThat(third.toArray()).containsExactly(48, 72);
    }

    // ---- what a sweep leaves alone ----

    @Test
    void aTapeCanBeSweptAnyNumberOfTimes() {
        Tensor x = tape.watch(Tensor.randn(new MersenneTwister(3), 5));
        Tensor result = x.tanh().mul(x).softmax().square().sum();
        Tensor expected = tape.backward(result).of(x);
        tape.backwardRecorded(result);
        tape.backward(result.mul(2));
        assertSame(tape.backward(result).of(x), expected);
    }

    @Test
    void theFirstContributionIsNotCopiedAndNotChanged() {
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor dy = Tensor.of(3.0, 4);
        assertThat(tape.backward(x, dy).of(x).buffer().data).isSameAs(dy.buffer().data);
        // dy reaches x twice, and a part of it again
        Tensor dx =
                tape.backward(x.add(x).add(x.slice(0, 0, 1).pad(0, 0, 1)), dy).of(x);
        assertThat(dx.toArray()).containsExactly(9, 8);
        assertThat(dy.toArray()).containsExactly(3, 4);
    }

    @Test
    void aRuleThatFailsLeavesTheTapeRecording() {
        Tensor x = tape.watch(Tensor.of(1.0));
        Tensor y = Tensor.op("broken", in -> in[0], List.of(x), z -> dz -> {
            throw new IllegalStateException("broken rule");
        });
        assertThatThrownBy(() -> tape.backward(y)).hasMessage("broken rule");
        assertThat(x.exp().isRecorded()).isTrue();
        assertThat(tape.backward(x.mul(2)).of(x).toDouble()).isEqualTo(2);
    }

    @Test
    void aRuleMaySweepTheTapeItself() {
        Tensor x = tape.watch(Tensor.of(3.0));
        Tensor cube = x.pow(3);
        Tensor y = Tensor.op("slopeOfCube", in -> in[0].square().mul(3), List.of(x), z -> dz -> {
            Tensor slope = tape.backward(cube).of(x);
            return dz.mul(slope).div(x).mul(2);
        });
        int size = tape.size();
        Tensor second = tape.backward(y).of(x);
        assertThat(second.toDouble()).isEqualTo(18);
        assertThat(second.isRecorded()).isFalse();
        assertThat(tape.size()).isEqualTo(size);
    }

    /** What a rule captures stays alive as long as the tape: none is made that will not be used. */
    @Test
    void onlyRulesOfRecordedInputsAreAsked() {
        int[] asked = new int[2];
        Function<Tensor, Tensor> times = x -> Tensor.op(
                "times",
                in -> in[0].mul(in[1]),
                List.of(x, Tensor.of(5.0)),
                y -> {
                    asked[0]++;
                    return dy -> dy.mul(5);
                },
                y -> {
                    asked[1]++;
                    return dy -> dy.mul(x);
                });
        assertThat(times.apply(Tensor.of(2.0)).isRecorded()).isFalse();
        assertThat(asked).containsExactly(0, 0);
        Tensor x = tape.watch(Tensor.of(2.0));
        assertThat(tape.backward(times.apply(x)).of(x).toDouble()).isEqualTo(5);
        assertThat(asked).containsExactly(1, 0);
        assertThat(Tensor.op("captures", in -> in[0].mul(x), List.of(Tensor.of(2.0)), y -> dy -> dy)
                        .isRecorded())
                .isFalse();
    }

    // ---- errors ----

    @Test
    void onlyScalarsCanBeDifferentiatedWithoutACotangent() {
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        String text =
                "backward: the result must be a scalar, got the shape [2]; reduce it, or pass a cotangent of that shape";
        assertRefused(() -> tape.backward(x.exp()), text);
        assertRefused(() -> tape.backwardRecorded(x.exp()), text);
        assertRefused(
                () -> tape.backward(x.sum(), Tensor.of(1.0, 2)),
                "backward: the cotangent must have the result's shape [], got [2]");
    }

    @Test
    void twoTapesDoNotMeet() {
        Tape other = new Tape();
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor y = other.watch(Tensor.of(3.0));
        assertRefused(
                () -> x.mul(y),
                "mul: operands must be on one tape, got values of two tapes; detach() the one that is a constant here"
                        + " (shapes [2], [])");
        assertThatThrownBy(() -> x.greater(y)).hasMessageStartingWith("greater: operands must be on one tape");
        assertRefused(() -> other.watch(x), "watch: a tensor [2] that lies on another tape must be detached first");
        assertRefused(
                () -> other.backward(x.sum()),
                "backward: the result must lie on this tape, got a value [] of another one");
        assertThat(x.mul(y.detach()).isRecorded()).isTrue();
        assertThat(other.backward(y).of(y).toDouble()).isEqualTo(1);
    }

    @Test
    void gradientsAreAskedForWatchedTensors() {
        Tensor x = tape.watch(Tensor.of(1.0, 2));
        Tensor middle = x.square();
        Gradients gradients = tape.backward(middle.sum());
        String text = "gradient: the tensor [2] must be the one that watch() returned on this tape";
        assertRefused(() -> gradients.of(middle), text);
        assertRefused(() -> gradients.of(x.detach()), text);
        assertRefused(() -> gradients.of(new Tape().watch(Tensor.of(1.0, 2))), text);
    }

    // ---- threads ----

    @Test
    void threadsWithTapesOfTheirOwnGetTheSameResults() throws Exception {
        List<Callable<Tensor>> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            int seed = i % 4;
            tasks.add(() -> gradientOfNetwork(seed));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Tensor>> gradients = threads.invokeAll(tasks);
            for (int i = 0; i < gradients.size(); i++) {
                assertSame(gradients.get(i).get(), gradientOfNetwork(i % 4));
            }
        } finally {
            threads.shutdown();
        }
    }

    private static Tensor gradientOfNetwork(int seed) {
        MersenneTwister rng = new MersenneTwister(seed);
        Tape own = new Tape();
        Tensor weights = own.watch(Tensor.randn(rng, 8, 8));
        Tensor state = Tensor.randn(rng, 4, 8);
        for (int step = 0; step < 20; step++) {
            state = state.matmul(weights).tanh();
        }
        return own.backward(state.square().mean()).of(weights);
    }

    // ---- helpers ----

    /** An addition that counts how often it is pulled back. */
    private static final class Counter {
        private int calls;

        Tensor add(Tensor x, Tensor y) {
            Rule rule = z -> dz -> {
                calls++;
                return dz;
            };
            return Tensor.op("add", in -> in[0].add(in[1]), List.of(x, y), rule, rule);
        }
    }

    private static long allocatedBy(Runnable task) {
        com.sun.management.ThreadMXBean thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        task.run();
        return thread.getCurrentThreadAllocatedBytes() - before;
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(text);
    }

    private static void assertSame(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.toArray()).isEqualTo(expected.toArray());
    }
}
