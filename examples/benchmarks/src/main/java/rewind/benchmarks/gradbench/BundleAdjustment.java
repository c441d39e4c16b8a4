package rewind.benchmarks.gradbench;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Grad;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * {@code ba}: how far points, as cameras see them, are from where they were observed. An observation depends on 15 numbers, 11 of its
 * camera (rotation, centre, focal length, principal point, two of distortion), 3 of its point, and its weight. Many observations are
 * computed side by side, those numbers as rows; the gradient of a sum over them has the derivatives of each in its column.
 */
final class BundleAdjustment {
    private static final int CAMERA = 11;
    private static final int POINT = 3;
    private static final int NUMBERS = CAMERA + POINT + 1;

    /** So many observations side by side, for arrays that stay in the cache. */
    private static final int BLOCK = 256;

    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "objective",
                    input -> {
                        BundleAdjustment problem = new BundleAdjustment(input);
                        return new Evaluation<>(problem::errors, Errors::summary);
                    },
            "jacobian",
                    input -> {
                        BundleAdjustment problem = new BundleAdjustment(input);
                        return new Evaluation<>(problem::jacobian, sparse -> sparse.summary(2 * NUMBERS));
                    });

    private final int observations;
    private final Tensor cameras;
    private final Tensor points;
    private final Tensor weights;
    private final Tensor features;

    /** Of every observation the two errors of its place, and that of its weight. */
    private record Errors(double[] places, double[] weights) {
        Map<String, Object> summary() {
            double[] first = {places[0], places[1]};
            return Map.of(
                    "reproj_error", Map.of("elements", first, "repeated", (double) weights.length),
                    "w_err", Map.of("element", weights[0], "repeated", (double) weights.length));
        }
    }

    /** The input has one camera, point, weight and feature, of which there are to be many. */
    private BundleAdjustment(Input input) {
        observations = input.integer("p");
        cameras = repeated(input.tensor("cam"), input.integer("n"));
        points = repeated(input.tensor("x"), input.integer("m"));
        weights = Tensor.full(input.number("w"), observations);
        features = repeated(input.tensor("feat"), observations);
    }

    private static Tensor repeated(Tensor row, int count) {
        return Tensor.zeros(count, row.size()).add(row);
    }

    private Errors errors() {
        double[] places = new double[2 * observations];
        for (int from = 0; from < observations; from += BLOCK) {
            int to = Math.min(from + BLOCK, observations);
            double[] errors = reprojection(numbers(from, to), features(from, to))
                    .transpose()
                    .toArray();
            System.arraycopy(errors, 0, places, 2 * from, errors.length);
        }
        return new Errors(places, weightErrors(weights).toArray());
    }

    private SparseRows jacobian() {
        SparseRows rows = structure();
        Workspace workspace = new Workspace();
        for (int from = 0; from < observations; from += BLOCK) {
            int to = Math.min(from + BLOCK, observations);
            try (Tape tape = new Tape(workspace)) {
                Tensor numbers = tape.watch(numbers(from, to));
                Tensor errors = reprojection(numbers, features(from, to));
                Tensor dx = tape.backward(errors.select(0, 0).sum()).of(numbers);
                Tensor dy = tape.backward(errors.select(0, 1).sum()).of(numbers);
                double[] blocks = Tensor.concat(0, dx, dy).transpose().toArray();
                System.arraycopy(blocks, 0, rows.values(), 2 * NUMBERS * from, blocks.length);
            }
        }
        double[] ofWeights = Grad.gradient(w -> weightErrors(w).sum(), weights).toArray();
        System.arraycopy(ofWeights, 0, rows.values(), 2 * NUMBERS * observations, observations);
        return rows;
    }

    /** The matrix without its values: two rows per observation, then one per weight. */
    private SparseRows structure() {
        int blocks = 2 * NUMBERS * observations;
        int[] starts = new int[3 * observations + 1];
        int[] columns = new int[blocks + observations];
        int firstWeight = CAMERA * cameras.size(0) + POINT * points.size(0);
        for (int i = 0, to = 0; i < observations; i++) {
            for (int row = 2 * i; row < 2 * i + 2; row++) {
                for (int j = 0; j < CAMERA; j++) {
                    columns[to++] = CAMERA * (i % cameras.size(0)) + j;
                }
                for (int j = 0; j < POINT; j++) {
                    columns[to++] = CAMERA * cameras.size(0) + POINT * (i % points.size(0)) + j;
                }
                columns[to++] = firstWeight + i;
                starts[row + 1] = to;
            }
            columns[blocks + i] = firstWeight + i;
            starts[2 * observations + i + 1] = blocks + i + 1;
        }
        return new SparseRows(starts, columns, new double[columns.length]);
    }

    /** Returns the 15 numbers of some observations, which go through cameras and points in turn. */
    private Tensor numbers(int from, int to) {
        int[] camera = IntStream.range(from, to).map(i -> i % cameras.size(0)).toArray();
        int[] point = IntStream.range(from, to).map(i -> i % points.size(0)).toArray();
        Tensor weight = weights.slice(0, from, to).expandDims(1);
        return Tensor.concat(1, cameras.gather(camera), points.gather(point), weight)
                .transpose();
    }

    private Tensor features(int from, int to) {
        return features.slice(0, from, to).transpose();
    }

    private static Tensor weightErrors(Tensor weights) {
        return weights.square().oneMinus();
    }

    /** Returns w·(f·distorted(X/Z, Y/Z) + principal point − observed), where (X, Y, Z) is the point as the camera sees it: [2, block]. */
    private static Tensor reprojection(Tensor numbers, Tensor observed) {
        Tensor point = numbers.slice(0, 11, 14).sub(numbers.slice(0, 3, 6));
        Tensor seen = rotated(numbers.slice(0, 0, 3), point);
        Tensor plane = seen.slice(0, 0, 2).div(seen.select(0, 2));
        Tensor square = plane.square().sum(0);
        Tensor distortion = numbers.select(0, 10)
                .mul(square)
                .add(numbers.select(0, 9))
                .mul(square)
                .add(1);
        Tensor projected = plane.mul(distortion.mul(numbers.select(0, 6))).add(numbers.slice(0, 7, 9));
        return projected.sub(observed).mul(numbers.select(0, 14));
    }

    /**
     * Returns points turned around axes r by angles θ = |r|, by Rodrigues: x·cos θ + (r × x)·(sin θ)/θ + r·(r·x)·(1 − cos θ)/θ². The
     * quotients are functions of θ², with values at 0 too.
     */
    private static Tensor rotated(Tensor axis, Tensor x) {
        Tensor square = axis.square().sum(0);
        Tensor turns = square.greater(0);
        Tensor sine = Tensor.where(
                turns, s -> s.sqrt().sin().div(s.sqrt()), s -> s.div(-6).add(1), square);
        Tensor versine = Tensor.where(
                turns, s -> s.sqrt().cos().oneMinus().div(s), s -> s.div(-24).add(0.5), square);
        Tensor cosine = square.mul(versine).oneMinus();
        return x.mul(cosine)
                .add(cross(axis, x).mul(sine))
                .add(axis.mul(axis.mul(x).sum(0).mul(versine)));
    }

    private static Tensor cross(Tensor x, Tensor y) {
        return x.gather(1, 2, 0).mul(y.gather(2, 0, 1)).sub(x.gather(2, 0, 1).mul(y.gather(1, 2, 0)));
    }
}
