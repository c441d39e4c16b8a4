package rewind.autograd.replay;

import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * A function and its gradients, for inputs of any shapes. The first calls with inputs of some shapes are computed on a tape. Then two
 * performances with different numbers are compared, and if they differ in nothing that does not follow from the inputs, later calls are
 * {@linkplain Workspace.Replay replayed}. What cannot be replayed, or draws at random, is computed on tapes for good. After 16, 32, … and
 * 1,024 calls one is computed on a tape as well, and must give the same bits; a difference is an error, told once, and from then on all is
 * computed on tapes.
 *
 * <p>A call that is replayed does not call the function, any other calls it once, so that what it draws from a generator comes in the same
 * order as without replays; twice only when derivatives inside, or something that changes at that moment, are found out. Numbers that the
 * function takes from outside, such as an annealed rate, therefore belong among the inputs. One that changes before the first replay keeps
 * the function from being replayed; one that changes later is found out by the next comparison. A tensor that the function stores outside
 * can be read only as long as the function is not replayed; afterwards reading it is an error.
 *
 * <pre>{@code
 * Compiled step = Compiled.of(in -> List.of(loss(in)));
 * for (...) {
 *     List<Tensor> lossAndGradients = step.run(List.of(U, V), List.of(x, y));
 * }
 * }</pre>
 *
 * <p>With {@code -Drewind.replay=false} nothing is replayed. Several threads may call it: one of them replays. What is kept for replays is
 * given up where memory gets scarce.
 */
public final class Compiled {
    private static final System.Logger LOG = System.getLogger("rewind.autograd");

    private static final boolean ALLOWED = allowed(System.getProperty("rewind.replay", "true"));

    /** So many calls with inputs of some shapes are computed on tapes: what is not called again is not worth more. */
    private static final int FIRST = 3;

    /** So many different shapes are kept in mind. */
    private static final int SHAPES = 16;

    /** A replay may take this part of the heap. */
    private static final int SHARE = 8;

    /** After a comparison, so many calls are trusted, and so many at most. */
    private static final int LEAST_TRUSTED = 16;

    private static final int MOST_TRUSTED = 1024;

    private final Function<List<Tensor>, List<Tensor>> f;
    private final Lock lock = new ReentrantLock();
    private final Map<List<Object>, ForShapes> attempts = new LinkedHashMap<>(SHAPES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, ForShapes> eldest) {
            return size() > SHAPES;
        }
    };

    private Compiled(Function<List<Tensor>, List<Tensor>> f) {
        this.f = f;
    }

    /**
     * Returns a function with its gradients.
     *
     * @param f a function of x followed by data; the first of its results is differentiated
     */
    public static Compiled of(Function<List<Tensor>, List<Tensor>> f) {
        return new Compiled(f);
    }

    /** What is known of inputs of some shapes. */
    private static final class ForShapes {
        private int calls;
        private String refused = "";
        /** How many calls were replayed since the last comparison, counted from 1; 0 before the first one. */
        private int trusted;

        private int most = LEAST_TRUSTED;
        /** Whether two performances were compared. */
        private boolean compared;
        /** The last performance that was noted. */
        private Reference<Workspace.Replay> replay = new SoftReference<>(null);

        private void keep(Workspace.Replay next, String refusal) {
            refused = refusal;
            replay = new SoftReference<>(refusal.isEmpty() ? next : null);
        }
    }

    static boolean allowed(String wanted) {
        if (!wanted.equals("true") && !wanted.equals("false")) {
            LOG.log(Level.WARNING, "rewind.replay: must be true or false, got \"{0}\"; it is ignored", wanted);
        }
        return !wanted.equals("false");
    }

    /**
     * Returns the results and, after them, the gradients of the first one with respect to x, in new memory.
     *
     * @param x what it is differentiated with respect to; none: only the values are computed
     * @param data the other inputs
     * @throws IllegalStateException if what is replayed has come to give other numbers than the function
     */
    public List<Tensor> run(List<Tensor> x, List<Tensor> data) {
        boolean recorded = Stream.concat(x.stream(), data.stream()).anyMatch(Tensor::isRecorded);
        if (ALLOWED && !recorded && lock.tryLock()) {
            try {
                ForShapes of = attempt(x, data);
                List<Tensor> results = of.calls++ < FIRST ? null : replayed(of, x, data);
                if (results != null) {
                    return results;
                }
            } finally {
                lock.unlock();
            }
        }
        return onTape(x, data);
    }

    /**
     * As {@link #run}, or null where it cannot be replayed; without first calls on tapes. For who knows better what to do then.
     */
    public List<Tensor> replayed(List<Tensor> x, List<Tensor> data) {
        lock.lock();
        try {
            return ALLOWED ? replayed(attempt(x, data), x, data) : null;
        } finally {
            lock.unlock();
        }
    }

    /** Says that something outside may have changed: the next comparison comes soon. */
    public void doubt() {
        lock.lock();
        try {
            attempts.values().forEach(each -> each.most = LEAST_TRUSTED);
        } finally {
            lock.unlock();
        }
    }

    /** Returns why calls with such inputs are not replayed, or an empty text if nothing is known that forbids it. */
    public String refusal(List<Tensor> x, List<Tensor> data) {
        lock.lock();
        try {
            return ALLOWED ? attempt(x, data).refused : "-Drewind.replay=false";
        } finally {
            lock.unlock();
        }
    }

    private ForShapes attempt(List<Tensor> x, List<Tensor> data) {
        List<Object> shapes = new ArrayList<>();
        shapes.add(x.size());
        for (List<Tensor> each : List.of(x, data)) {
            each.forEach(input -> shapes.add(input.shape()));
            each.forEach(input -> shapes.add(input.dtype()));
        }
        return attempts.computeIfAbsent(shapes, key -> new ForShapes());
    }

    private List<Tensor> replayed(ForShapes of, List<Tensor> x, List<Tensor> data) {
        if (!of.refused.isEmpty()) {
            return null;
        }
        Workspace.Replay replay = of.replay.get();
        if (replay == null) {
            of.compared = false;
            of.trusted = 0;
        }
        if (of.trusted == 0) {
            return noted(of, x, data);
        }
        List<Tensor> results = replay.run(x, data);
        if (++of.trusted > of.most) {
            compare(of, replay, results, x, data);
            of.trusted = 1;
            of.most = Math.min(2 * of.most, MOST_TRUSTED);
        }
        return results;
    }

    /**
     * Performs the function and notes what is done: with the numbers of two calls, which shows whether what is done depends on them, and
     * with those of a third one in the memory that replays take. Returns null if there are no results that are worth something.
     */
    private List<Tensor> noted(ForShapes of, List<Tensor> x, List<Tensor> data) {
        try {
            Workspace.Replay before = of.replay.get();
            return of.compared && before != null ? planned(of, before, x, data) : performed(of, x, data);
        } catch (RuntimeException e) { // also of a function that is right on a tape
            of.keep(null, String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            of.keep(null, "there is no memory to keep what was done");
        }
        return null;
    }

    private List<Tensor> performed(ForShapes of, List<Tensor> x, List<Tensor> data) {
        Workspace.Replay next = Workspace.perform(f, x, data);
        Workspace.Replay before = of.replay.get();
        of.compared = before != null;
        String refusal = next.draws() ? "it draws at random" : next.refusal();
        of.keep(next, of.compared && refusal.isEmpty() ? before.differenceFrom(next) : refusal);
        return resultsOf(next);
    }

    private static List<Tensor> planned(ForShapes of, Workspace.Replay before, List<Tensor> x, List<Tensor> data) {
        Workspace.Replay next = before.planned(x, data);
        of.trusted = 1;
        boolean large = next.memory() > Runtime.getRuntime().maxMemory() / SHARE;
        of.keep(next, large ? next.memory() + " bytes are much of the heap" : next.refusal());
        return next.refusal().isEmpty() ? resultsOf(next) : null;
    }

    private static List<Tensor> resultsOf(Workspace.Replay performance) {
        List<Tensor> results = performance.results();
        return results.isEmpty() ? null : results;
    }

    private void compare(
            ForShapes of, Workspace.Replay replay, List<Tensor> results, List<Tensor> x, List<Tensor> data) {
        Workspace.Replay anew;
        try {
            anew = Workspace.perform(f, x, data);
        } catch (RuntimeException e) {
            of.keep(null, String.valueOf(e.getMessage()));
            throw e;
        } catch (OutOfMemoryError e) { // a replay takes less than a performance
            of.keep(null, "there is no memory for a comparison");
            return;
        }
        List<Tensor> noted = resultsOf(anew);
        List<Tensor> expected = noted == null ? onTape(x, data) : noted;
        for (int i = 0; i < expected.size(); i++) {
            if (!Arrays.equals(expected.get(i).toArray(), results.get(i).toArray())) {
                String change = anew.refusal().isEmpty() ? anew.differenceFrom(replay) : anew.refusal();
                of.keep(null, change.isEmpty() ? "something outside of it has changed" : change);
                throw new IllegalStateException(
                        "a computation has other numbers than the first ones would have made of it: " + of.refused);
            }
        }
        if (!anew.refusal().isEmpty()) {
            of.keep(null, anew.refusal());
        }
    }

    private List<Tensor> onTape(List<Tensor> x, List<Tensor> data) {
        Tape tape = new Tape();
        List<Tensor> watched = x.stream().map(tape::watch).toList();
        List<Tensor> all = new ArrayList<>(watched);
        all.addAll(data);
        List<Tensor> results = new ArrayList<>(f.apply(all));
        if (!x.isEmpty()) {
            Gradients gradients = tape.backward(results.get(0));
            watched.forEach(each -> results.add(gradients.of(each)));
            results.replaceAll(Tensor::detach);
        }
        return results;
    }

    /** Returns for how many shapes of inputs it was called, and for how many of them it is replayed. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return text();
        } finally {
            lock.unlock();
        }
    }

    private String text() {
        long replayed =
                attempts.values().stream().filter(each -> each.trusted > 0).count();
        return "Compiled for " + attempts.size() + " shapes of inputs, of which " + replayed + " are replayed";
    }
}
