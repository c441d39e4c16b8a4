package rewind.autograd.check.jqwik;

import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * A value with a function that gives simpler ones.
 *
 * @param value the value
 * @param dimensions how far it is from the simplest one, the weightiest first
 * @param simpler gives what to try next, itself {@link Shrinkable}
 */
record Simplifying<T>(T value, long[] dimensions, Function<T, Stream<Shrinkable<T>>> simpler) implements Shrinkable<T> {
    /** A value that can be made simpler once. */
    Simplifying(T value, long distance, Function<T, Stream<T>> once) {
        this(
                value,
                new long[] {distance},
                full -> once.apply(full)
                        .map(simple -> new Simplifying<>(simple, new long[] {0}, any -> Stream.empty())));
    }

    @Override
    public Stream<Shrinkable<T>> shrink() {
        return simpler.apply(value);
    }

    @Override
    public ShrinkingDistance distance() {
        return ShrinkingDistance.of(dimensions);
    }
}
