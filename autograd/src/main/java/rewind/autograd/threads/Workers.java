package rewind.autograd.threads;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * The threads that large loops are split over.
 *
 * <p>The thread that calls takes part, and waits until all parts are done. If the others are at work for another thread
 * it does everything itself. Which thread does which part is left to chance: parts must not depend on each other.
 *
 * <p>The system property {@code rewind.threads} sets the number of threads, the caller's included, from 1 to 256; without
 * it there are as many as processors. A value that is no such number is an error at every call, not only at the first.
 */
public final class Workers {
    /** Below this number of multiplications, or other steps as long, handing over takes longer than the work. */
    private static final long LEAST_WORK = 100_000;

    /** So long a worker looks for the next call before it goes to sleep: waking it takes about as long. */
    private static final long SPIN_NANOS = 50_000;

    /** More threads would take longer to start than they could ever save. */
    private static final int MOST_THREADS = 256;

    /** So many nested calls of a method by itself that HotSpot no longer inlines the last. */
    private static final int NOT_INLINED = 2;

    private final int threads;
    private final long leastWork;
    private final AtomicBoolean taken = new AtomicBoolean();
    private Worker[] started = {};
    private volatile Job current;

    /** Work on the elements from {@code from} to before {@code to}. */
    public interface Task {
        void run(int from, int to);
    }

    /**
     * So many threads, the caller's included; calls of less work are not divided.
     *
     * @throws IllegalArgumentException if the number is not from 1 to 256
     */
    public Workers(int threads, long leastWork) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw refused(Integer.toString(threads));
        }
        this.threads = threads;
        this.leastWork = leastWork;
    }

    /**
     * Those that all kernels use.
     *
     * @throws IllegalArgumentException if {@code rewind.threads} is not a number from 1 to 256
     */
    public static Workers shared() {
        return Shared.WORKERS != null ? Shared.WORKERS : ofProperty(Shared.PROPERTY);
    }

    private static final class Shared {
        static final String PROPERTY = System.getProperty("rewind.threads");

        /** Null if the property is wrong: an error here would be told once, and afterwards be a NoClassDefFoundError. */
        static final Workers WORKERS = workers();

        private static Workers workers() {
            try {
                return ofProperty(PROPERTY);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
    }

    /** As many as the property's value, or null, asks for. */
    public static Workers ofProperty(String wanted) {
        try {
            int threads = wanted == null
                    ? Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS)
                    : Integer.parseInt(wanted.trim());
            return new Workers(threads, LEAST_WORK);
        } catch (NumberFormatException e) {
            throw refused(wanted);
        }
    }

    private static IllegalArgumentException refused(String threads) {
        return new IllegalArgumentException("rewind.threads: the number of threads must be from 1 to " + MOST_THREADS
                + ", got \"" + threads + "\"; without the system property there are as many as processors");
    }

    /** The number of threads, the caller's included. */
    public int threads() {
        return threads;
    }

    /** The number of threads among which so much work should be divided. */
    public int threadsFor(long work) {
        return work < leastWork ? 1 : threads;
    }

    /**
     * Cuts 0 … n − 1 into one range for each thread, at multiples of {@code grain}, if there is enough work.
     *
     * @param work about the number of multiplications
     */
    public void split(int n, int grain, long work, Task task) {
        int grains = (n + grain - 1) / grain;
        int parts = Math.min(threadsFor(work), grains);
        if (parts <= 1) {
            apart(task, 0, n, NOT_INLINED);
        } else {
            run(parts, part -> task.run(cut(part, parts, grains, grain, n), cut(part + 1, parts, grains, grain, n)));
        }
    }

    /**
     * Calls a method in a way in which HotSpot does not inline it into the callers of this one, as it inlines no method into itself
     * more than once. JDK 17 leaves vectors in objects, 30 times as slow, where loops over them and all that they call end up
     * more than 15 calls (MaxInlineLevel) deep in one compilation.
     */
    private static void apart(Task task, int from, int to, int calls) {
        if (calls > 0) {
            apart(task, from, to, calls - 1);
        } else {
            task.run(from, to);
        }
    }

    private static int cut(int part, int parts, int grains, int grain, int n) {
        return Math.min(n, (int) ((long) grains * part / parts) * grain);
    }

    /**
     * Does the parts 0 … n − 1.
     *
     * @throws RuntimeException what a part throws; the others may then be left undone
     */
    public void run(int parts, IntConsumer part) {
        Task several = (from, to) -> {
            for (int i = from; i < to; i++) {
                part.accept(i);
            }
        };
        if (parts <= 1 || threads == 1 || !taken.compareAndSet(false, true)) {
            apart(several, 0, parts, NOT_INLINED);
            return;
        }
        Job call = new Job(parts, several);
        try {
            start();
            current = call;
            wake(Math.min(parts, threads) - 1);
            call.takePart();
            call.await();
        } finally {
            current = null;
            taken.set(false);
        }
        rethrow(call.end());
    }

    /** Where the system refuses more threads, those there are do the work. */
    private void start() {
        if (started.length > 0) {
            return;
        }
        Worker[] workers = new Worker[threads - 1];
        int count = 0;
        try {
            for (; count < workers.length; count++) {
                workers[count] = new Worker();
                workers[count].start();
            }
        } catch (OutOfMemoryError e) {
            // thrown if no thread can be created; the caller remains
        }
        started = Arrays.copyOf(workers, count);
    }

    private void wake(int count) {
        for (int i = 0; i < Math.min(count, started.length); i++) {
            if (started[i].asleep) {
                LockSupport.unpark(started[i]);
            }
        }
    }

    /** One call's parts, and how many of them are done. */
    private static final class Job {
        private final int parts;
        private Task several;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(int parts, Task several) {
            this.parts = parts;
            this.several = several;
        }

        void takePart() {
            for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        apart(several, i, i + 1, NOT_INLINED);
                    }
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    done.incrementAndGet();
                }
            }
        }

        /** The caller has nothing else to do, and the rest takes no longer than what it did itself. */
        void await() {
            for (int spins = 0; done.get() < parts; spins++) {
                if (spins < 10_000) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }

        /**
         * Returns what a part threw, or null, and forgets it and the parts, which hold arrays: a worker may keep the call
         * in sight while it sleeps.
         */
        Throwable end() {
            several = null;
            return failure.getAndSet(null);
        }
    }

    private static void rethrow(Throwable e) {
        if (e instanceof Error) {
            throw (Error) e;
        }
        if (e != null) {
            // a part declares no checked exceptions
            throw (RuntimeException) e;
        }
    }

    private final class Worker extends Thread {
        volatile boolean asleep;

        Worker() {
            super(null, null, "rewind-worker", 0, false);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (true) {
                Job call = current;
                if (call != null && call.next.get() < call.parts) {
                    call.takePart();
                } else {
                    rest();
                }
            }
        }

        /** Returns when there may be something to do. */
        private void rest() {
            long until = System.nanoTime() + SPIN_NANOS;
            while (System.nanoTime() < until) {
                for (int i = 0; i < 20; i++) {
                    Job call = current;
                    if (call != null && call.next.get() < call.parts) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            }
            asleep = true;
            // a call that came before it could see this is looked for once more
            Job call = current;
            if (call == null || call.next.get() >= call.parts) {
                LockSupport.park(Workers.this);
                interrupted();
            }
            asleep = false;
        }
    }
}
