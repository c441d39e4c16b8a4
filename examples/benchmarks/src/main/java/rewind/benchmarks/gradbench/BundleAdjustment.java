package rewind.benchmarks.gradbench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.Workspace;

/**
 * {@code ba}: how far points, as cameras see them, are from where they were observed. An observation depends on 15 numbers, 11 of its
 * camera (rotation, centre, focal length, principal point, two of distortion), 3 of its point, and its weight. A block of observations is
 * computed side by side; the gradient of a sum over it has the derivatives of each by its own numbers.
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
    private final int[] cameraOf;
    private final int[] pointOf;
    private final int[] blocks;
    private final Workspace.Replay both;
    private final Workspace.Replay across;
    private final Workspace.Replay down;

    /** Of every observation the two errors of its place, and that of its weight. */
    private record Errors(double[] places, double[] weights) {
        Map<String, Object> summary() {
            double[] first = {places[0], places[1]};
            return Map.of(
                    "reproj_error", Map.of("elements", first, "repeated", (double) weights.length),
                    "w_err", Map.of("element", weights[0], "repeated", (double) weights.length));
        }
    }

    /** The input has one camera, point, weight and feature, of which there are to be many; observations take them in turn. */
    private BundleAdjustment(Input input) {
        observations = input.integer("p");
        cameras = repeated(input.tensor("cam"), input.integer("n"));
        points = repeated(input.tensor("x"), input.integer("m"));
        weights = Tensor.full(input.number("w"), observations);
        features = repeated(input.tensor("feat"), observations);
        cameraOf = inTurn(cameras.size(0));
        pointOf = inTurn(points.size(0));
        int block = Math.min(BLOCK, observations);
        blocks = IntStream.iterate(0, from -> from < observations, from -> from + block)
                .map(from -> Math.min(from, observations - block)) // the last one may overlap the one before
                .toArray();
        both = Workspace.replay(in -> List.of(reprojection(in)), List.of(), List.of(numbers(0), observed(0)));
        across = derivative(0);
        down = derivative(1);
    }

    private static Tensor repeated(Tensor row, int count) {
        return Tensor.zeros(count, row.size()).add(row);
    }

    private int[] inTurn(int count) {
        return IntStream.range(0, observations).map(i -> i % count).toArray();
    }

    /** The sum of one of the errors over a block, with its gradient. */
    private Workspace.Replay derivative(int axis) {
        return Workspace.replay(
                in -> List.of(reprojection(in).select(0, axis).sum()), List.of(numbers(0)), List.of(observed(0)));
    }

    private Errors errors() {
        double[] places = new double[2 * observations];
        for (int from : blocks) {
            double[] errors = both.again(List.of(), List.of(numbers(from), observed(from)))
                    .get(0)
                    .transpose()
                    .toArray();
            System.arraycopy(errors, 0, places, 2 * from, errors.length);
        }
        return new Errors(places, weightErrors(weights).toArray());
    }

    private SparseRows jacobian() {
        SparseRows rows = structure();
        for (int from : blocks) {
            List<Tensor> numbers = List.of(numbers(from));
            List<Tensor> observed = List.of(observed(from));
            Tensor dx = across.again(numbers, observed).get(1);
            Tensor dy = down.again(numbers, observed).get(1);
            double[] values = Tensor.concat(1, dx, dy).toArray();
            System.arraycopy(values, 0, rows.values(), 2 * NUMBERS * from, values.length);
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

    /** Returns the 15 numbers of every observation of a block, as rows. */
    private Tensor numbers(int from) {
        int to = from + Math.min(BLOCK, observations);
        return Tensor.concat(
                1,
                cameras.gather(Arrays.copyOfRange(cameraOf, from, to)),
                points.gather(Arrays.copyOfRange(pointOf, from, to)),
                weights.slice(0, from, to).expandDims(1));
    }

    private Tensor observed(int from) {
        return features.slice(0, from, from + Math.min(BLOCK, observations));
    }

    private static Tensor weightErrors(Tensor weights) {
        return weights.square().oneMinus();
    }

    /**
     * Returns w·(f·distorted(X/Z, Y/Z) + principal point − observed) of a block, [2, block], where (X, Y, Z) is the point as the camera
     * sees it.
     *
     * @param in the numbers and what was observed, an observation a row
     */
    private static Tensor reprojection(List<Tensor> in) {
        Tensor numbers = in.get(0).transpose();
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
        return projected.sub(in.get(1).transpose()).mul(numbers.select(0, 14));
    }

    /**
     * Returns points turned around axes r by angles θ = |r|, by Rodrigues: x·cos θ + (r × x)·(sin θ)/θ + r·(r·x)·(1 − cos θ)/θ². The
     * quotients are functions of θ²; where that is 0, they are the beginnings of their series.
     */
    private static Tensor rotated(Tensor axis, Tensor x) {
        Tensor square = axis.square().sum(0);
        Tensor turns = square.greater(0);
        Tensor angle = square.add(turns.oneMinus()).sqrt(); // 1 in place of 0
        Tensor cosine = angle.cos();
        Tensor sine = Tensor.where(turns, angle.sin().div(angle), square.div(-6).add(1));
        Tensor versine = Tensor.where(
                turns, cosine.oneMinus().div(angle.square()), square.div(-24).add(0.5));
        Tensor turned = x.mul(square.mul(versine).oneMinus()).add(cross(axis, x).mul(sine));
        return turned.add(axis.mul(axis.mul(x).sum(0).mul(versine)));
    }

    private static Tensor cross(Tensor x, Tensor y) {
        return x.gather(1, 2, 0).mul(y.gather(2, 0, 1)).sub(x.gather(2, 0, 1).mul(y.gather(1, 2, 0)));
    }
}
