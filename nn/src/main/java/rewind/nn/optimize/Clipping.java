package rewind.nn.optimize;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/** Keeps gradients from exploding. */
public final class Clipping {
    /** Below it a factor loses digits as a FLOAT32. */
    private static final double SMALLEST_FACTOR = Float.MIN_NORMAL;

    private Clipping() {}

    /** Returns the Euclidean norm over all gradients together; infinite only if it is more than a double can hold. */
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
    public static Parameters byNorm(Parameters gradients, Predicate<String> names, double limit) {
        Check.that(limit > 0, "clipping: the limit must be positive, got %s", limit);
        double norm = norm(gradients, names);
        if (!(norm > limit)) {
            return gradients;
        }
        double factor = limit / norm;
        if (factor >= SMALLEST_FACTOR) {
            return gradients.map((name, g) -> names.test(name) ? g.mul(factor) : g);
        }
        // the norm, or the factor, is out of range: first as parts of the largest element
        double largest = largest(gradients, names);
        Parameters parts = gradients.map((name, g) -> names.test(name) ? g.div(largest) : g);
        double rest = limit / norm(parts, names);
        return parts.map((name, part) -> names.test(name) ? part.mul(rest) : part);
    }

    /**
     * As {@link #byNorm(Parameters, double)}, of the gradients of some layers, each layer by itself.
     *
     * @param limits per layer, by the beginning of its parameters' names
     */
    public static Parameters byNorms(Parameters gradients, Map<String, Double> limits) {
        Parameters clipped = gradients;
        for (Map.Entry<String, Double> layer : limits.entrySet()) {
            clipped = byNorm(clipped, name -> name.startsWith(layer.getKey()), layer.getValue());
        }
        return clipped;
    }

    private static double norm(Parameters gradients, Predicate<String> names) {
        double norm = Tensor.of(each(gradients, names, g -> g.norm().toDouble()))
                .norm()
                .toDouble();
        if (norm < Double.POSITIVE_INFINITY) {
            return norm;
        }
        double largest = largest(gradients, names); // a norm may exceed the element type, though no element does
        return Double.isInfinite(largest)
                ? largest
                : largest
                        * Tensor.of(each(
                                        gradients,
                                        names,
                                        g -> g.div(largest).norm().toDouble()))
                                .norm()
                                .toDouble();
    }

    private static double largest(Parameters gradients, Predicate<String> names) {
        double[] largest =
                each(gradients, names, g -> g.size() == 0 ? 0 : g.abs().max().toDouble());
        return Arrays.stream(largest).max().orElse(0);
    }

    private static double[] each(Parameters gradients, Predicate<String> names, ToDoubleFunction<Tensor> f) {
        return gradients.stored().stream()
                .filter(names)
                .mapToDouble(name -> f.applyAsDouble(gradients.get(name)))
                .toArray();
    }
}
