package rewind.benchmarks.gradbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Grad;
import rewind.autograd.Grad.ValuesAndGradients;
import rewind.autograd.Tensor;

/** {@code kmeans}: points and the closest centroids, and a step of Newton's method. */
final class KMeans {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "cost",
                    input -> {
                        Tensor points = input.tensor("points");
                        Tensor centroids = input.tensor("centroids");
                        return Evaluation.of(() -> cost(points, centroids));
                    },
            "dir",
                    input -> {
                        Tensor points = input.tensor("points");
                        Tensor centroids = input.tensor("centroids");
                        return Evaluation.of(() -> direction(points, centroids));
                    });

    /** So many points at a time, for distances that stay in the cache. */
    private static final int BLOCK = 256;

    private KMeans() {}

    /** Returns Σ_i min_j |c_j − p_i|²: which centroid is closest is looked up, the distance to it is what has derivatives. */
    private static Tensor cost(Tensor points, Tensor centroids) {
        return points.sub(centroids.gather(closest(points, centroids.detach())))
                .square()
                .sum();
    }

    /** Returns for every point the j that makes |c_j − p|² smallest, which is where p·c_j − ½|c_j|² is greatest. */
    private static Tensor closest(Tensor points, Tensor centroids) {
        Tensor across = centroids.transpose();
        Tensor half = centroids.square().sum(1).div(2);
        List<Tensor> blocks = new ArrayList<>();
        for (int from = 0; from < points.size(0); from += BLOCK) {
            Tensor block = points.slice(0, from, Math.min(from + BLOCK, points.size(0)));
            blocks.add(block.matmul(across).sub(half).argMax(1));
        }
        return Tensor.concat(0, blocks);
    }

    /** Returns J/H, element by element: H is diagonal, so that its diagonal is H·1, and both come from one recording. */
    private static Tensor direction(Tensor points, Tensor centroids) {
        ValuesAndGradients both = Grad.valuesAndVjp(
                in -> List.of(Grad.gradient(c -> cost(points, c), in.get(0))),
                List.of(centroids),
                List.of(Tensor.full(1, centroids.shape().toArray())));
        return both.values().get(0).div(both.gradients().get(0));
    }
}
