package rewind.benchmarks.gradbench;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.math3.special.Gamma;
import rewind.autograd.Tensor;

/** {@code gmm}: the logarithm of the posterior probability of a mixture of normal distributions, with Wishart's prior. */
final class GaussianMixture {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "objective",
                    input -> {
                        GaussianMixture mixture = new GaussianMixture(input);
                        return Evaluation.ofValue(mixture::logPosterior, mixture.independent());
                    },
            "jacobian",
                    input -> {
                        GaussianMixture mixture = new GaussianMixture(input);
                        return Evaluation.ofGradients(
                                mixture::logPosterior,
                                dx -> Map.of(
                                        "alpha", dx.get(0).toNestedArray(),
                                        "mu", dx.get(1).toNestedArray(),
                                        "q", dx.get(2).toNestedArray(),
                                        "l", dx.get(3).toNestedArray()),
                                mixture.independent());
                    });

    private final Input input;
    private final Tensor x;
    private final int dimensions;
    private final int components;
    private final int freedom;
    private final double precision;
    private final int[] places;

    private GaussianMixture(Input input) {
        this.input = input;
        x = input.matrix("x");
        dimensions = input.integer("d");
        components = input.integer("k");
        freedom = input.integer("m");
        precision = input.number("gamma");
        places = places(dimensions);
    }

    private Tensor[] independent() {
        return new Tensor[] {input.tensor("alpha"), input.matrix("mu"), input.matrix("q"), input.matrix("l")};
    }

    /** Where Q_ji stands, for every i and j: among the d elements of the diagonal, then those below it by columns, then 0. */
    private static int[] places(int d) {
        int[] places = new int[d * d];
        int below = d;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                places[i * d + j] = j == i ? i : j > i ? below++ : d + d * (d - 1) / 2;
            }
        }
        return places;
    }

    /** Returns log p(x | α, μ, q, l) + log p(Q), up to nothing. */
    private Tensor logPosterior(List<Tensor> in) {
        Tensor alpha = in.get(0);
        Tensor mu = in.get(1);
        Tensor q = in.get(2);
        Tensor l = in.get(3);
        int n = x.size(0);
        Tensor scales = q.exp();
        Tensor factors = Tensor.concat(0, scales.transpose(), l.transpose())
                .pad(0, 0, 1)
                .gather(places)
                .reshape(dimensions, dimensions, components); // Qᵀ of every component, the components last
        Tensor centres = factors.mul(mu.transpose().expandDims(1)).sum(0); // Q·μ
        Tensor distances = x.matmul(factors.reshape(dimensions, dimensions * components))
                .reshape(n, dimensions, components)
                .sub(centres)
                .square()
                .sum(1); // |Q·(x − μ)|²
        Tensor logWeights = alpha.add(q.sum(1));
        Tensor likelihood = logWeights
                .sub(distances.div(2))
                .logSumExp(1)
                .sum()
                .sub(alpha.logSumExp().mul(n))
                .sub(0.5 * n * dimensions * Math.log(2 * Math.PI));
        return likelihood.add(logPrior(scales, q, l));
    }

    private Tensor logPrior(Tensor scales, Tensor q, Tensor l) {
        double degrees = dimensions + freedom + 1;
        double constant = degrees * dimensions * (Math.log(precision) - 0.5 * Math.log(2)) - logGamma(degrees / 2);
        Tensor squares = scales.square().sum().add(l.square().sum());
        return q.sum()
                .mul(freedom)
                .sub(squares.mul(0.5 * precision * precision))
                .add(components * constant);
    }

    /** The logarithm of the gamma function of several variables. */
    private double logGamma(double a) {
        double sum = 0.25 * dimensions * (dimensions - 1) * Math.log(Math.PI);
        for (int j = 0; j < dimensions; j++) {
            sum += Gamma.logGamma(a - 0.5 * j);
        }
        return sum;
    }
}
