package rewind.autograd.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.fixture.ChildJvm;

@Timeout(60)
class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void everyPartIsDoneOnce(int threads) {
        Workers workers = new Workers(threads, 0);
        for (int parts = 0; parts < 40; parts++) {
            AtomicIntegerArray done = new AtomicIntegerArray(parts);
            workers.run(parts, each(done::incrementAndGet));
            for (int i = 0; i < parts; i++) {
                assertThat(done.get(i)).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aRangeIsCutIntoPiecesThatBeginAtMultiplesOfTheGrain(int threads) {
        Workers workers = new Workers(threads, 0);
        for (int n = 0; n < 70; n++) {
            AtomicIntegerArray done = new AtomicIntegerArray(n);
            int last = n;
            workers.split(n, 8, 1, (from, to) -> {
                assertThat(from % 8).isZero();
                assertThat(to % 8 == 0 || to == last).isTrue();
                for (int i = from; i < to; i++) {
                    done.incrementAndGet(i);
                }
            });
            for (int i = 0; i < n; i++) {
                assertThat(done.get(i)).isEqualTo(1);
            }
        }
    }

    /** Each part waits for the other: one thread could not do both. */
    @Test
    void partsRunAtTheSameTime() {
        Workers workers = new Workers(2, 0);
        for (int i = 0; i < 100; i++) {
            CountDownLatch both = new CountDownLatch(2);
            workers.run(2, each(part -> {
                both.countDown();
                await(both);
            }));
            assertThat(both.getCount()).isZero();
        }
    }

    @Test
    void aSleepingWorkerWakesUp() throws InterruptedException {
        Workers workers = new Workers(2, 0);
        for (int i = 0; i < 20; i++) {
            CountDownLatch both = new CountDownLatch(2);
            workers.run(2, each(part -> {
                both.countDown();
                await(both);
            }));
            Thread.sleep(2);
        }
    }

    @Test
    void littleWorkIsDoneByTheCaller() {
        Workers workers = new Workers(3, 1000);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        workers.split(100, 1, 999, (from, to) -> threads.add(Thread.currentThread()));
        assertThat(threads).containsExactly(Thread.currentThread());
        assertThat(workers.threadsFor(999)).isEqualTo(1);
        assertThat(workers.threadsFor(1000)).isEqualTo(3);
    }

    @Test
    void whatAPartThrowsReachesTheCaller() {
        Workers workers = new Workers(2, 0);
        for (int i = 0; i < 50; i++) {
            int wrong = i % 4;
            RuntimeException failure = new IllegalStateException("part " + wrong);
            assertThatThrownBy(() -> workers.run(4, each(part -> throwIf(part == wrong, failure))))
                    .isSameAs(failure);
            OutOfMemoryError error = new OutOfMemoryError("a test");
            assertThatThrownBy(() -> workers.run(4, each(part -> throwIf(part == wrong, error))))
                    .isSameAs(error);
            everyPartIsDoneOnce(2);
        }
    }

    @Test
    void theOtherThreadsFailureReachesTheCaller() {
        Workers workers = new Workers(2, 0);
        Thread caller = Thread.currentThread();
        CountDownLatch both = new CountDownLatch(2);
        assertThatThrownBy(() -> workers.run(2, each(part -> {
                    both.countDown();
                    await(both);
                    throwIf(Thread.currentThread() != caller, new IllegalStateException("elsewhere"));
                })))
                .hasMessage("elsewhere");
    }

    @Test
    void interruptsDoNotStopTheWork() {
        Workers workers = new Workers(3, 0);
        workers.run(3, each(part -> {}));
        for (int i = 0; i < 30; i++) {
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("rewind-worker"))
                    .forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            AtomicInteger sum = new AtomicInteger();
            workers.run(10, each(sum::addAndGet));
            assertThat(sum.get()).isEqualTo(45);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aPartMayDivideItsWorkItself() {
        Workers workers = new Workers(2, 0);
        AtomicInteger sum = new AtomicInteger();
        workers.run(4, each(outer -> workers.run(5, each(inner -> sum.addAndGet(10 * outer + inner)))));
        assertThat(sum.get()).isEqualTo(5 * 60 + 4 * 10);
    }

    @Test
    void threadsAreDaemonsAndAtLeastOne() {
        new Workers(2, 0).run(2, each(part -> {}));
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("rewind-worker"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
        assertThatThrownBy(() -> new Workers(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("rewind.threads: the number of threads must be from 1 to 256, got \"0\"");
    }

    @Test
    void theNumberOfThreadsIsThatOfTheProperty() {
        assertThat(Workers.ofProperty("3").threads()).isEqualTo(3);
        assertThat(Workers.ofProperty(null).threads())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two", "", " ", "0", "-1", "2.5", "257", "100000", "99999999999999999999", "NaN"})
    void aPropertyThatIsNoSuchNumberIsExplained(String wanted) {
        assertThatThrownBy(() -> Workers.ofProperty(wanted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rewind.threads: the number of threads must be from 1 to 256, got \"" + wanted
                        + "\"; without the system property there are as many as processors");
    }

    @Test
    void aWrongPropertyIsExplainedEveryTime() {
        String output = ChildJvm.run(List.of("-Drewind.threads=0"), Asks.class);
        assertThat(output.lines().filter(line -> line.contains("got \"0\""))).hasSize(3);
    }

    /** Asks for the shared threads, three times. */
    static final class Asks {
        private Asks() {}

        public static void main(String[] args) {
            for (int i = 0; i < 3; i++) {
                try {
                    Workers.shared();
                } catch (IllegalArgumentException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    /** Neither a sleeping worker nor one that looks for work holds what was divided, also after a failure. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsHeldAfterACall(boolean fails) throws InterruptedException {
        Workers workers = new Workers(2, 0);
        List<WeakReference<Object>> operands = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            operands.add(divide(workers, fails));
        }
        for (WeakReference<Object> operand : operands) {
            for (int i = 0; i < 200 && operand.get() != null; i++) {
                System.gc();
                Thread.sleep(5);
            }
            assertThat(operand.get()).isNull();
        }
    }

    /** Both threads take part; returns one of the operands. */
    private static WeakReference<Object> divide(Workers workers, boolean fails) {
        double[] operand = new double[1000];
        CountDownLatch both = new CountDownLatch(2);
        try {
            workers.split(2, 1, 1, (from, to) -> {
                both.countDown();
                await(both);
                operand[from] = 1.0;
                throwIf(fails, new Failure(operand));
            });
        } catch (Failure e) {
            assertThat(fails && e.operand == operand).isTrue();
        }
        return new WeakReference<>(operand);
    }

    /** Holds what the part that failed worked on. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Object operand;

        Failure(Object operand) {
            this.operand = operand;
        }
    }

    private static Workers.Task each(IntConsumer part) {
        return (from, to) -> IntStream.range(from, to).forEach(part);
    }

    private static void throwIf(boolean condition, Throwable e) {
        if (condition && e instanceof Error) {
            throw (Error) e;
        }
        if (condition) {
            throw (RuntimeException) e;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
