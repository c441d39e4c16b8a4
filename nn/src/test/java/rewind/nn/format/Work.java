package rewind.nn.format;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * How much something did, told by what it allocated: unlike time, this is nearly the same in every run.
 *
 * @param bytes what this thread allocated
 */
public record Work(long bytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Something whose work counts. */
    @FunctionalInterface
    public interface Task {
        void run() throws IOException;
    }

    /** Does it, and returns what it took; an exception of the task counts as its end. */
    public static Work of(Task task) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            task.run();
        } catch (FormatException e) {
            // refused, with what work that took
        }
        return new Work(THREADS.getCurrentThreadAllocatedBytes() - before);
    }
}
