package rewind.autograd.check.jqwik;

import java.util.Optional;
import java.util.function.Predicate;
import net.jqwik.api.Shrinkable;

/** What jqwik does with a failing value, without its cleverness. */
final class Shrinking {
    private Shrinking() {}

    /** The value at which every simpler one no longer fails. */
    static <T> T minimal(Shrinkable<T> start, Predicate<T> fails) {
        Shrinkable<T> least = start;
        Optional<Shrinkable<T>> next = Optional.of(start);
        while (next.isPresent()) {
            least = next.get();
            Shrinkable<T> now = least;
            next = now.shrink()
                    .filter(simpler -> simpler.distance().compareTo(now.distance()) < 0)
                    .filter(simpler -> fails.test(simpler.value()))
                    .findFirst();
        }
        return least.value();
    }
}
