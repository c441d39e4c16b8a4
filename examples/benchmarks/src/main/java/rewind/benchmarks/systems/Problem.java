package rewind.benchmarks.systems;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * What every system computes in one training step: the outputs of a layer over all steps of a batch of sequences, and the gradient of
 * the sum of their squares with respect to all weights.
 *
 * @param weights the weights by PyTorch's names and in its layout, row-major
 * @param x the sequences (m, T, e), row-major
 */
public record Problem(CellKind kind, Sizes sizes, Precision precision, Map<String, double[]> weights, double[] x) {
    /**
     * Draws weights from the uniform distribution over ±1/√u, as PyTorch does, and normal inputs. The numbers are numbers of the
     * precision, so that every system gets exactly the same.
     */
    public static Problem drawn(CellKind kind, Sizes sizes, Precision precision) {
        RandomGenerator rng = new Well19937c(1);
        int rows = kind.gates() * sizes.u();
        double bound = 1 / Math.sqrt(sizes.u());
        Map<String, double[]> weights = new LinkedHashMap<>();
        weights.put("weight_ih_l0", uniform(rng, precision, bound, rows * sizes.e()));
        weights.put("weight_hh_l0", uniform(rng, precision, bound, rows * sizes.u()));
        weights.put("bias_ih_l0", uniform(rng, precision, bound, rows));
        weights.put("bias_hh_l0", uniform(rng, precision, bound, rows));
        double[] x = new double[sizes.m() * sizes.T() * sizes.e()];
        for (int i = 0; i < x.length; i++) {
            x[i] = precision.rounded(rng.nextGaussian());
        }
        return new Problem(kind, sizes, precision, weights, x);
    }

    private static double[] uniform(RandomGenerator rng, Precision precision, double bound, int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = precision.rounded((2 * rng.nextDouble() - 1) * bound);
        }
        return values;
    }

    /** Returns the texts by which {@link #of} knows this problem in another JVM. */
    List<String> arguments() {
        return List.of(kind.name(), sizes.toString(), precision.name());
    }

    /** Draws the problem of these {@link #arguments}. */
    static Problem of(String... arguments) {
        return drawn(CellKind.valueOf(arguments[0]), Sizes.parse(arguments[1]), Precision.valueOf(arguments[2]));
    }

    /** Returns the shape of a weight: rows of all gates, and columns unless it is a bias. */
    int[] shape(String weight) {
        int rows = kind.gates() * sizes.u();
        return switch (weight) {
            case "weight_ih_l0" -> new int[] {rows, sizes.e()};
            case "weight_hh_l0" -> new int[] {rows, sizes.u()};
            default -> new int[] {rows};
        };
    }

    /**
     * Returns the number of floating-point operations in the matrix products of one training step, 2·m·T·G·u·(2e + 3u) for G gates:
     * X·U and its gradient for U, h·V and its gradients for h and V. What is done element by element is not counted.
     */
    public double flops() {
        return 2.0 * sizes.m() * sizes.T() * kind.gates() * sizes.u() * (2.0 * sizes.e() + 3.0 * sizes.u());
    }
}
