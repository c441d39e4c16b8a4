package rewind.benchmarks.systems;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The machine's peak, by {@link Chains} on every thread. This class can be loaded without the vector module, unlike that one. */
public final class Peak {
    private static final int ITERATIONS = 200_000;

    private Peak() {}

    /** Whether the JVM was started with the module that the measurement needs. */
    public static boolean measurable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** Returns the peak in floating-point operations per second, the best of several measurements, of some threads together. */
    public static double flopsPerSecond(Precision precision, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            double best = 0;
            for (int repetition = 0; repetition < 40; repetition++) {
                best = Math.max(best, once(precision, threads, pool));
            }
            return best;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("peak: a thread failed", e);
        } finally {
            pool.shutdown();
        }
    }

    private static double once(Precision precision, int threads, ExecutorService pool)
            throws InterruptedException, ExecutionException {
        List<Callable<Double>> work = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            work.add(() -> Chains.run(precision, ITERATIONS));
        }
        long start = System.nanoTime();
        for (Future<Double> each : pool.invokeAll(work)) {
            each.get();
        }
        return threads * Chains.flops(precision, ITERATIONS) / ((System.nanoTime() - start) / 1e9);
    }
}
