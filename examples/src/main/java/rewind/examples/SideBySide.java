package rewind.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does several things at the same time, such as training networks: each is decided by its seed, so it does not matter what runs beside it. */
final class SideBySide {
    private SideBySide() {}

    /** Returns the results under the names of the tasks, in their order; throws what the first of them throws. */
    static <K, T> Map<K, T> run(Map<K, ? extends Callable<T>> tasks) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            Map<K, Future<T>> running = new LinkedHashMap<>();
            tasks.forEach((name, task) -> running.put(name, pool.submit(task)));
            Map<K, T> done = new LinkedHashMap<>();
            for (Map.Entry<K, Future<T>> each : running.entrySet()) {
                done.put(each.getKey(), each.getValue().get());
            }
            return done;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            pool.shutdownNow();
        }
    }
}
