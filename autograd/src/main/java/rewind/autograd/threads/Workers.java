package rewind.autograd.threads;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

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
    private final Job job = new Job();

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
        divide(n, grain, Math.min(threadsFor(work), grains), task);
    }

    /**
     * Does the parts 0 … n − 1, given as ranges of them.
     *
     * @throws RuntimeException what a part throws; the others may then be left undone
     */
    public void run(int parts, Task task) {
        divide(parts, 1, parts, task);
    }

    private void divide(int n, int grain, int parts, Task task) {
        if (parts <= 1 || threads == 1 || !taken.compareAndSet(false, true)) {
            apart(task, 0, n, NOT_INLINED);
            return;
        }
        Throwable failure;
        try {
            start();
            job.begin(n, grain, parts, task);
            wake(Math.min(parts, threads) - 1);
            job.takePart();
            job.await();
        } finally {
            failure = job.end();
            taken.set(false);
        }
        rethrow(failure);
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

    /**
     * The parts of the call that is being done, and how many of them are. There is one for all calls, so that a call makes no objects; a
     * worker that comes late must not mistake the next call for the one it looked at.
     */
    private static final class Job {
        /** A number of the next part that no call has. */
        private static final int NONE = Integer.MAX_VALUE;

        /** The number of the call, and in the lower half the next part: only who moves it on from what was read may use the rest. */
        private final AtomicLong claims = new AtomicLong(NONE);

        private final AtomicInteger done = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        // written while there is no part to be had
        private Task task;
        private int n;
        private int grain;
        private volatile int parts;

        void begin(int n, int grain, int parts, Task task) {
            this.n = n;
            this.grain = grain;
            this.parts = parts;
            this.task = task;
            done.set(0);
            claims.set(((claims.get() >> Integer.SIZE) + 1) << Integer.SIZE);
        }

        boolean hasParts() {
            return (int) claims.get() < parts;
        }

        void takePart() {
            while (true) {
                long claim = claims.get();
                int part = (int) claim;
                if (part >= parts) {
                    return;
                }
                Task mine = task;
                int from = cut(part);
                int to = cut(part + 1);
                if (claims.compareAndSet(claim, claim + 1)) {
                    perform(mine, from, to);
                }
            }
        }

        private void perform(Task mine, int from, int to) {
            try {
                if (failure.get() == null) {
                    apart(mine, from, to, NOT_INLINED);
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            } finally {
                done.incrementAndGet();
            }
        }

        private int cut(int part) {
            int grains = (n + grain - 1) / grain;
            return Math.min(n, (int) ((long) grains * part / parts) * grain);
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

        /** Returns what a part threw, or null, and forgets it and the parts, which hold arrays. */
        Throwable end() {
            claims.set(claims.get() | NONE);
            task = null;
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
                if (job.hasParts()) {
                    job.takePart();
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
                    if (job.hasParts()) {
                        return;
                    }
                    Thread.onSpinWait();
                }
            }
            asleep = true;
            // a call that came before it could see this is looked for once more
            if (!job.hasParts()) {
                LockSupport.park(Workers.this);
                interrupted();
            }
            asleep = false;
        }
    }
}
