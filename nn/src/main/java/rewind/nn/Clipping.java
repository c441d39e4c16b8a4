package rewind.nn;

import java.util.function.Predicate;
import rewind.autograd.Tensor;

/** Keeps gradients from exploding. */
public final class Clipping {
    private Clipping() {}

    /** Returns the Euclidean norm over all gradients together. */
    public static double norm(Parameters gradients) {
        return norm(gradients, name -> true);
    }

    /**
     * Scales gradients down together to a limit: if their common Euclidean norm N exceeds it, each is multiplied by limit/N. Source:
     * Pascanu, Mikolov and Bengio, ICML 2013.
     */
    public static Parameters byNorm(Parameters gradients, double limit) {
        return byNorm(gradients, name -> true, limit);
    }

    /**
     * Limits every element of the gradients to −limit … limit. Unlike {@link #byNorm} it changes their direction.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public static Parameters byValue(Parameters gradients, double limit) {
        Check.that(limit > 0, "clipping: the limit must be positive, got %s", limit);
        return gradients.map((name, g) -> g.clamp(-limit, limit));
    }

    /** As {@link #byNorm(Parameters, double)}, of the gradients alone whose stored names are accepted. */
    static Parameters byNorm(Parameters gradients, Predicate<String> names, double limit) {
        Check.that(limit > 0, "clipping: the limit must be positive, got %s", limit);
        double norm = norm(gradients, names);
        return norm > limit ? gradients.map((name, g) -> names.test(name) ? g.mul(limit / norm) : g) : gradients;
    }

    private static double norm(Parameters gradients, Predicate<String> names) {
        double[] norms = gradients.stored().stream()
                .filter(names)
                .mapToDouble(name -> gradients.get(name).norm().toDouble())
                .toArray();
        return Tensor.of(norms).norm().toDouble();
    }
}
