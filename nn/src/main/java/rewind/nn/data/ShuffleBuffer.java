package rewind.nn.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.math3.random.RandomGenerator;

/** Draws each next element from the first ones of a source that are left; at most {@code capacity} are in memory. */
final class ShuffleBuffer<T> implements Iterator<T> {
    private final Iterator<T> source;
    private final int capacity;
    private final RandomGenerator rng;
    private final List<T> buffer = new ArrayList<>();

    ShuffleBuffer(Iterator<T> source, int capacity, RandomGenerator rng) {
        this.source = source;
        this.capacity = capacity;
        this.rng = rng;
    }

    @Override
    public boolean hasNext() {
        return !buffer.isEmpty() || source.hasNext();
    }

    @Override
    public T next() {
        while (buffer.size() < capacity && source.hasNext()) {
            buffer.add(source.next());
        }
        if (buffer.isEmpty()) {
            throw new NoSuchElementException();
        }
        int place = rng.nextInt(buffer.size());
        T last = buffer.remove(buffer.size() - 1);
        return place == buffer.size() ? last : buffer.set(place, last);
    }
}
