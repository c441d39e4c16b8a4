package rewind.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace.Recorded;

/**
 * Derivatives of all elements of a result by all elements of an input, both in row-major order. A gradient is one of a scalar.
 *
 * @param result the shape of the result
 * @param input the shape of the input
 * @param rows per element of the result those by the input
 */
record Jacobian(Shape result, Shape input, double[][] rows) {
    static Jacobian ofGradient(Tensor gradient) {
        return new Jacobian(Shape.of(), gradient.shape(), new double[][] {gradient.toArray()});
    }

    /** What the rule of an operation for one argument says. */
    static Jacobian byRule(Recorded op, int argument) {
        Shape result = op.value().shape();
        double[][] rows = new double[result.size()][];
        for (int i = 0; i < rows.length; i++) {
            double[] unit = new double[rows.length];
            unit[i] = 1;
            Tensor dy = Tensor.of(result, unit).to(op.value().dtype());
            rows[i] = op.pullBack(argument, dy).toArray();
        }
        return new Jacobian(result, op.inputs().get(argument).shape(), rows);
    }

    /** What differences say of an operation, for its operands or others. */
    static Jacobian byDifferences(Recorded op, List<Tensor> operands, int argument) {
        Tensor x = operands.get(argument);
        Shape result = op.value().shape();
        double[][] rows = new double[result.size()][x.size()];
        for (int j = 0; j < x.size(); j++) {
            double[] column = column(op, operands, argument, j);
            for (int i = 0; i < rows.length; i++) {
                rows[i][j] = column[i];
            }
        }
        return new Jacobian(result, x.shape(), rows);
    }

    /** With the step, ε^(1/5), ε^(1/3) or ε^(7/15), for which rounding and the estimate of the error are smallest together. */
    private static double[] column(Recorded op, List<Tensor> operands, int argument, int j) {
        Tensor x = operands.get(argument);
        double epsilon = x.dtype().epsilon();
        double[] best = new double[op.value().size()];
        double least = Double.POSITIVE_INFINITY;
        for (int k = 3; k <= 7; k += 2) {
            double h = StrictMath.pow(epsilon, k / 15.0) * Math.max(1, Math.abs(x.toArray()[j]));
            double[] far = slope(op, operands, argument, j, h);
            double[] near = slope(op, operands, argument, j, h / 2);
            double error = 24 * epsilon / h * Math.max(1, ofGradient(op.value()).largest());
            for (int i = 0; i < far.length; i++) {
                error = Math.max(error, Math.abs(near[i] - far[i]) / 3);
            }
            if (error < least || k == 3) {
                least = error;
                Arrays.setAll(best, i -> (4 * near[i] - far[i]) / 3);
            }
        }
        return best;
    }

    private static double[] slope(Recorded op, List<Tensor> operands, int argument, int j, double h) {
        Tensor below = moved(operands.get(argument), j, -h);
        Tensor above = moved(operands.get(argument), j, h);
        double span = above.toArray()[j] - below.toArray()[j];
        double[] from = op.again(replaced(operands, argument, below)).toArray();
        double[] to = op.again(replaced(operands, argument, above)).toArray();
        double[] slope = new double[to.length];
        Arrays.setAll(slope, i -> (to[i] - from[i]) / span);
        return slope;
    }

    private static Tensor moved(Tensor x, int element, double h) {
        double[] values = x.toArray();
        values[element] += h;
        return Tensor.of(x.shape(), values).to(x.dtype());
    }

    static List<Tensor> replaced(List<Tensor> tensors, int at, Tensor by) {
        List<Tensor> changed = new ArrayList<>(tensors);
        changed.set(at, by);
        return changed;
    }

    /** The largest magnitude of an entry. */
    double largest() {
        return Arrays.stream(rows)
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** Whether no entry differs from that of another one by more than a part of the largest. */
    boolean isNear(Jacobian other, double part) {
        double allowed = part * Math.max(largest(), other.largest());
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                if (!(Math.abs(rows[i][j] - other.rows[i][j]) <= allowed)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** An entry by the positions of its result and its input. */
    interface Entries {
        double at(int result, int input);
    }

    /** The Jacobian of the same shapes with other entries. */
    Jacobian with(Entries entries) {
        double[][] changed = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            int row = i;
            changed[i] = new double[rows[i].length];
            Arrays.setAll(changed[i], j -> entries.at(row, j));
        }
        return new Jacobian(result, input, changed);
    }

    /** The index along an axis of the element at a position. */
    static int index(Shape shape, int position, int axis) {
        return position / stride(shape, axis) % shape.size(axis);
    }

    /** The distance of two elements that are next to each other along an axis. */
    static int stride(Shape shape, int axis) {
        int stride = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            stride *= shape.size(i);
        }
        return stride;
    }
}
