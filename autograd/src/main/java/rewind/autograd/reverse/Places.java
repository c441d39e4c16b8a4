package rewind.autograd.reverse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Where a value is recorded: its entry in every recording that knows it. Mostly that is one, and then the {@link Entry} itself, or
 * none; derivatives inside derivatives have several. Immutable.
 */
public abstract sealed class Places<V> implements Iterable<Entry<V>> permits Entry, Places.Others {
    private static final Places<?> NONE = new Others<>(List.of());

    /** None, or several. */
    static final class Others<V> extends Places<V> {
        private final List<Entry<V>> entries;

        private Others(List<Entry<V>> entries) {
            this.entries = entries;
        }

        @Override
        List<Entry<V>> entries() {
            return entries;
        }

        @Override
        public Entry<V> in(Recording<V> recording) {
            for (Entry<V> entry : entries) {
                if (entry.recording() == recording) {
                    return entry;
                }
            }
            return null;
        }

        @Override
        public Recording<V> records() {
            Recording<V> last = null;
            for (Entry<V> entry : entries) {
                last = entry.recording().isRecording() ? entry.recording() : last;
            }
            return last;
        }

        @Override
        public Recording<V> own() {
            for (Entry<V> entry : entries) {
                if (!entry.recording().isNested()) {
                    return entry.recording();
                }
            }
            return null;
        }

        @Override
        public void requireOpen(String operation) {
            for (Entry<V> entry : entries) {
                entry.recording().requireOpen(operation);
            }
        }
    }

    /** The places of a constant. */
    @SuppressWarnings("unchecked") // it holds nothing
    public static <V> Places<V> none() {
        return (Places<V>) NONE;
    }

    abstract List<Entry<V>> entries();

    @Override
    public final Iterator<Entry<V>> iterator() {
        return isNone() ? Collections.emptyIterator() : entries().iterator();
    }

    /** Whether the value is a constant everywhere. */
    public final boolean isNone() {
        return this == NONE;
    }

    /** The entry in a recording, or null. */
    public abstract Entry<V> in(Recording<V> recording);

    /** A recording that what is computed from the value is added to, or null; of several the last. */
    public abstract Recording<V> records();

    /** The recording that does not meet others of its kind, or null. */
    public abstract Recording<V> own();

    /** Refuses values of closed recordings, with an IllegalStateException. */
    public abstract void requireOpen(String operation);

    /** Whether what is computed from the value is recorded somewhere. */
    public final boolean isRecorded() {
        return records() != null;
    }

    /** Whether the value may be used in a recording: of two different ones that meet, one must belong to a derivative. */
    public final boolean meets(Recording<V> recording) {
        Recording<V> own = own();
        return recording.isNested() || own == null || own == recording;
    }

    /** These places and one more before them, in a recording that none of them is in. */
    public final Places<V> and(Entry<V> more) {
        if (isNone()) {
            return more;
        }
        List<Entry<V>> all = new ArrayList<>(List.of(more));
        all.addAll(entries());
        return new Others<>(List.copyOf(all));
    }

    /** The places in all other recordings. */
    public final Places<V> without(Recording<V> recording) {
        if (in(recording) == null) {
            return this;
        }
        List<Entry<V>> rest = entries().stream()
                .filter(entry -> entry.recording() != recording)
                .toList();
        return rest.isEmpty() ? none() : rest.size() == 1 ? rest.get(0) : new Others<>(rest);
    }
}
