package rewind.spark;

import java.util.concurrent.Callable;

/** What failed on an executor, as it would have been told on one machine. */
final class Failures {
    private Failures() {}

    static <T> T told(Callable<T> job) {
        try {
            return job.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the thread was interrupted while it waited for Spark", e);
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalArgumentException) {
                    throw new IllegalArgumentException(cause.getMessage(), e);
                }
                if (cause instanceof ArithmeticException) {
                    throw copy(cause.getMessage(), e);
                }
            }
            throw e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("Spark failed: " + e.getMessage(), e);
        }
    }

    private static ArithmeticException copy(String message, Exception cause) {
        ArithmeticException told = new ArithmeticException(message);
        told.initCause(cause);
        return told;
    }
}
