package rewind.autograd.reverse;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Where a value is recorded: its entry in every recording that knows it. Mostly that is one, or none; derivatives inside derivatives
 * have several. Immutable.
 */
public final class Places<V> implements Iterable<Entry<V>> {
    private static final Places<?> NONE = new Places<>(null, null);

    private final Entry<V> entry;
    private final Places<V> others;

    private Places(Entry<V> entry, Places<V> others) {
        this.entry = entry;
        this.others = others;
    }

    /** The places of a constant. */
    @SuppressWarnings("unchecked") // it holds nothing
    public static <V> Places<V> none() {
        return (Places<V>) NONE;
    }

    public boolean isNone() {
        return entry == null;
    }

    /** These places and one more, in a recording that none of them is in. */
    public Places<V> and(Entry<V> more) {
        return new Places<>(more, this);
    }

    /** The entry in a recording, or null. */
    public Entry<V> in(Recording<V> recording) {
        for (Places<V> each = this; each.entry != null; each = each.others) {
            if (each.entry.recording() == recording) {
                return each.entry;
            }
        }
        return null;
    }

    /** The places in all other recordings. */
    public Places<V> without(Recording<V> recording) {
        if (entry == null) {
            return this;
        }
        Places<V> rest = others.without(recording);
        return entry.recording() == recording ? rest : rest == others ? this : rest.and(entry);
    }

    /** Whether what is computed from the value is recorded somewhere. */
    public boolean isRecorded() {
        return records() != null;
    }

    /** A recording that what is computed from the value is added to, or null; of several the last. */
    public Recording<V> records() {
        Recording<V> last = null;
        for (Places<V> each = this; each.entry != null; each = each.others) {
            last = each.entry.recording().isRecording() ? each.entry.recording() : last;
        }
        return last;
    }

    /** The recording that does not meet others of its kind, or null. */
    public Recording<V> own() {
        for (Places<V> each = this; each.entry != null; each = each.others) {
            if (!each.entry.recording().isNested()) {
                return each.entry.recording();
            }
        }
        return null;
    }

    /** Whether the value may be used in a recording: of two different ones that meet, one must belong to a derivative. */
    public boolean meets(Recording<V> recording) {
        Recording<V> own = own();
        return recording.isNested() || own == null || own == recording;
    }

    /**
     * Refuses values of closed recordings.
     *
     * @throws IllegalStateException if one is closed
     */
    public void requireOpen(String operation) {
        for (Places<V> each = this; each.entry != null; each = each.others) {
            each.entry.recording().requireOpen(operation);
        }
    }

    @Override
    public Iterator<Entry<V>> iterator() {
        return new Iterator<>() {
            private Places<V> next = Places.this;

            @Override
            public boolean hasNext() {
                return next.entry != null;
            }

            @Override
            public Entry<V> next() {
                if (next.entry == null) {
                    throw new NoSuchElementException();
                }
                Entry<V> found = next.entry;
                next = next.others;
                return found;
            }
        };
    }
}
