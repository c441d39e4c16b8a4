package rewind.benchmarks.gradbench;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;

/**
 * {@code ht}: how far measured points are from places on a hand, which are vertices or, where the input has coordinates {@code us}, lie on
 * triangles. All places are linear in the movements of the bones; so the Jacobian of those, a few hundred numbers, is taken, and the
 * linear map applied to it.
 */
final class HandTracking {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "objective",
                    input -> {
                        HandTracking problem = new HandTracking(input);
                        return Evaluation.of(problem::errors);
                    },
            "jacobian",
                    input -> {
                        HandTracking problem = new HandTracking(input);
                        return Evaluation.of(problem::jacobian);
                    });

    private final HandModel model;
    private final Tensor theta;
    private final Tensor points;
    private final Tensor us;
    private final int[][] vertices;

    private HandTracking(Input input) {
        Input data = input.part("data");
        model = new HandModel(data.part("model"));
        theta = input.tensor("theta");
        points = data.matrix("points");
        us = input.matrix("us");
        int[] places = data.integers("correspondences");
        vertices = us.size() == 0
                ? new int[][] {places}
                : corners(data.part("model").tensor("triangles"), places);
    }

    private static int[][] corners(Tensor triangles, int[] places) {
        return triangles.gather(places).unstack(1).stream()
                .map(corner -> IntStream.range(0, places.length)
                        .map(i -> (int) corner.get(i))
                        .toArray())
                .toArray(int[][]::new);
    }

    private Tensor errors() {
        return points.sub(places(skinned(model.movements(theta)), us)).reshape(-1);
    }

    /** The skin moved, or what is linear in it: [vertices, columns]. */
    private Tensor skinned(Tensor movements) {
        return model.skin().matmul(movements);
    }

    /** Takes for every point its vertex, or the place in its triangle: [points, columns]. */
    private Tensor places(Tensor skinned, Tensor us) {
        Tensor first = skinned.gather(vertices[0]);
        if (vertices.length == 1) {
            return first;
        }
        Tensor u = us.slice(1, 0, 1);
        Tensor v = us.slice(1, 1, 2);
        Tensor rest = u.oneMinus().sub(v);
        return first.mul(u)
                .add(skinned.gather(vertices[1]).mul(v))
                .add(skinned.gather(vertices[2]).mul(rest));
    }

    /** Returns ∂errors/∂(us of the same point, theta), [3·points, 2 + 26], without the first two columns if there are no us. */
    private Tensor jacobian() {
        Tensor movements = Grad.jacobian(model::movements, theta); // [movements, 3, 26]
        int columns = 3 * theta.size();
        Tensor byTheta =
                places(skinned(movements.reshape(-1, columns)), us).neg().reshape(3 * points.size(0), theta.size());
        return us.size() == 0 ? byTheta : Tensor.concat(1, byCoordinates(), byTheta);
    }

    /** Every error depends on the coordinates of its own point alone, so that a gradient of their sum has the derivatives of each. */
    private Tensor byCoordinates() {
        Tensor skinned = skinned(model.movements(theta));
        List<Tensor> axes = IntStream.range(0, 3)
                .mapToObj(axis -> Grad.gradient(
                        u -> points.sub(places(skinned, u)).select(1, axis).sum(), us))
                .toList();
        return Tensor.stack(1, axes).reshape(3 * points.size(0), 2);
    }
}
