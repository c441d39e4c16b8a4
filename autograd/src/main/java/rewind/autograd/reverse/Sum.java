package rewind.autograd.reverse;

/** What has arrived so far at an entry that a sweep has still to visit. */
public interface Sum<V> {
    /** Adds a cotangent of the entry's space. */
    void add(V dx);

    /** The sum of everything, of which there was at least one. */
    V total();

    /** Says that the total is not needed any more. */
    default void release() {}

    /** A sum that adds by {@link Space#plus}; what arrives first, and mostly alone, is taken as it is. */
    static <V> Sum<V> plain(Space<V> space) {
        return new Sum<>() {
            private V sum;

            @Override
            public void add(V dx) {
                sum = sum == null ? dx : space.plus(sum, dx);
            }

            @Override
            public V total() {
                return sum;
            }
        };
    }
}
