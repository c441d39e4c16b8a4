package rewind.nn;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/** Sizes of a recurrent layer and its input: m samples, s steps, e elements per step, u units. */
record Sizes(int m, int s, int e, int u) {
    /** Small sizes, each from 1. */
    static final class Any implements ArbitrarySupplier<Sizes> {
        @Override
        public Arbitrary<Sizes> get() {
            return Combinators.combine(to(5), to(7), to(6), to(6)).as(Sizes::new);
        }

        private static Arbitrary<Integer> to(int most) {
            return Arbitraries.integers().between(1, most);
        }
    }
}
