package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;

/** All evals by the names of their modules, with their functions. */
final class Evals {
    private static final Map<String, Map<String, Function<Input, Evaluation<?>>>> ALL = Map.ofEntries(
            Map.entry("ba", BundleAdjustment.FUNCTIONS),
            Map.entry("det", Determinant.FUNCTIONS),
            Map.entry("gmm", GaussianMixture.FUNCTIONS),
            Map.entry("hello", Hello.FUNCTIONS),
            Map.entry("ht", HandTracking.FUNCTIONS),
            Map.entry("kmeans", KMeans.FUNCTIONS),
            Map.entry("llsq", LeastSquares.FUNCTIONS),
            Map.entry("lse", LogSumExp.FUNCTIONS),
            Map.entry("lstm", Lstm.FUNCTIONS),
            Map.entry("ode", RungeKutta.FUNCTIONS),
            Map.entry("particle", Particle.FUNCTIONS),
            Map.entry("saddle", Saddle.FUNCTIONS));

    private Evals() {}

    /**
     * Returns the functions of a module.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static Map<String, Function<Input, Evaluation<?>>> functions(String module) {
        return find(ALL, "module", module);
    }

    /**
     * Returns a function of a module.
     *
     * @throws IllegalArgumentException if there is no such module, or it has no function of that name
     */
    static Function<Input, Evaluation<?>> function(String module, String name) {
        return find(functions(module), "function", name);
    }

    private static <T> T find(Map<String, T> all, String kind, String name) {
        T found = all.get(name);
        if (found == null) {
            throw new IllegalArgumentException("gradbench: there is no " + kind + " " + name + " among "
                    + all.keySet().stream().sorted().toList());
        }
        return found;
    }
}
