package rewind.nn.train.loop;

import java.nio.channels.ClosedByInterruptException;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Ends training or an evaluation between two batches, because the thread was interrupted. The thread's flag is set whenever it is thrown. */
final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Interruption(Throwable cause) {
        super(cause);
    }

    /** Throws if the thread is interrupted. */
    static void look() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Interruption(null);
        }
    }

    /** What a user sees. */
    CancellationException told(String message) {
        CancellationException told = new CancellationException(message);
        told.initCause(getCause());
        return told;
    }

    /**
     * What a source of data gives, or an interruption if it gave up waiting for that reason. The flag alone tells, too: a source may keep
     * it set and throw whatever it likes.
     */
    static <T> T heard(Supplier<T> source) {
        try {
            return source.get();
        } catch (Interruption e) {
            throw e;
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted() || isCause(e)) {
                throw of(e);
            }
            throw e;
        }
    }

    static Interruption of(Throwable e) {
        Thread.currentThread().interrupt(); // an InterruptedException has cleared it
        return new Interruption(e);
    }

    private static boolean isCause(Throwable e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof InterruptedException || each instanceof ClosedByInterruptException) {
                return true;
            }
        }
        return false;
    }

    /**
     * The batches of a pass, until the thread is interrupted.
     *
     * @param always whether the flag is looked at before the first batch and after the last one, too, or only between two
     */
    static <T> Iterator<T> between(Stream<T> batches, boolean always) {
        Iterator<T> all = batches.iterator();
        return new Iterator<>() {
            private boolean begun;

            @Override
            public boolean hasNext() {
                if (always) {
                    look();
                }
                boolean more = heard(all::hasNext);
                if (begun && more) {
                    look();
                }
                return more;
            }

            @Override
            public T next() {
                begun = true;
                return heard(all::next);
            }
        };
    }

    /** How many batches a pass has. */
    static <T> long count(Supplier<Stream<T>> batches) {
        try (Stream<T> all = heard(batches)) {
            long count = 0;
            for (Iterator<T> each = between(all, true); each.hasNext(); each.next()) {
                count++;
            }
            return count;
        }
    }

    /** Whether there is no other batch; an interruption while waiting for one is heard after this batch. */
    static boolean isEnd(Iterator<?> rest) {
        try {
            return !rest.hasNext();
        } catch (Interruption e) {
            return false;
        }
    }
}
