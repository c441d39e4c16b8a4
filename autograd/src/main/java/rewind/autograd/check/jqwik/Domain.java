package rewind.autograd.check.jqwik;

import java.util.Arrays;
import java.util.List;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** Where an operation is smooth, far enough around for a difference quotient. */
@FunctionalInterface
interface Domain {
    /** The least distance from a kink. */
    double GAP = 0.05;

    Domain ANY = (x, arguments) -> true;

    /** With elements. */
    Domain FILLED = (x, arguments) -> x.get(0).size() > 0;

    /** Not near zero, where there is a kink. */
    Domain NONZERO = (x, arguments) -> least(x.get(0).abs()) >= GAP;

    /** Far from the pole of a logarithm or a root. */
    Domain POSITIVE = above(0.1);

    /** The second operand far from zero. */
    Domain DIVISIBLE = (x, arguments) -> least(x.get(1).abs()) >= 0.3;

    /** Far from zero. */
    Domain INVERTIBLE = (x, arguments) -> least(x.get(0).abs()) >= 0.3;

    /** Both operands far from zero, so that the angle of the point that they are makes no jump. */
    Domain OFF_AXES = (x, arguments) -> INVERTIBLE.holds(x, arguments) && DIVISIBLE.holds(x, arguments);

    /** Where arcsine and arccosine are not steep. */
    Domain INSIDE = (x, arguments) -> least(x.get(0).abs().oneMinus()) >= 0.1;

    /** Far from the poles of the tangent. */
    Domain APART_FROM_POLES = (x, arguments) -> least(x.get(0).cos().abs()) >= 0.3;

    /** Not near whole numbers, where others begin. */
    Domain BETWEEN_WHOLE =
            (x, arguments) -> least(x.get(0).sub(x.get(0).round()).abs()) >= GAP;

    /** Not near the middles between whole numbers. */
    Domain NEAR_WHOLE = (x, arguments) -> BETWEEN_WHOLE.holds(List.of(x.get(0).add(0.5)), arguments);

    /** Not near ±3. */
    Domain APART_FROM_THREE = (x, arguments) -> least(x.get(0).abs().sub(3).abs()) >= GAP;

    /** All elements different, so that it is clear which is the largest. */
    Domain DISTINCT = (x, arguments) -> x.get(0).size() > 0 && areDistinct(x.get(0));

    /** Two operands nowhere nearly equal. */
    Domain APART = (x, arguments) -> least(x.get(0).sub(x.get(1)).abs()) >= GAP;

    /** Not nearly equal to a number among the arguments. */
    Domain APART_FROM_NUMBERS = (x, arguments) -> arguments.stream()
            .filter(Double.class::isInstance)
            .allMatch(number -> least(x.get(0).sub((Double) number).abs()) >= GAP);

    /** The last operand consists of whole numbers in a range that depends on the first. */
    Domain ROWS =
            (x, arguments) -> x.get(0).rank() > 0 && areWhole(x.get(1), x.get(0).size(0));

    /** The second operand consists of whole numbers below the size of the first axis of the first, whose shape it has. */
    Domain LINES = (x, arguments) -> x.get(0).rank() > 0
            && x.get(0).shape().equals(x.get(1).shape())
            && areWhole(x.get(1), x.get(0).size(0));

    /** Whole numbers below the number of classes. */
    Domain CLASSES = (x, arguments) -> areWhole(x.get(0), (Integer) arguments.get(1));

    boolean holds(List<Tensor> operands, List<Object> arguments);

    static Domain above(double low) {
        return (x, arguments) -> least(x.get(0)) >= low;
    }

    private static double least(Tensor x) {
        return Arrays.stream(x.toArray()).min().orElse(Double.POSITIVE_INFINITY);
    }

    private static boolean areDistinct(Tensor x) {
        double[] sorted = Arrays.stream(x.toArray()).sorted().toArray();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] - sorted[i - 1] < GAP) {
                return false;
            }
        }
        return true;
    }

    static boolean areWhole(Tensor x, int below) {
        return Arrays.stream(x.toArray()).allMatch(each -> each == Math.rint(each) && each >= 0 && each < below);
    }

    /** Whether tensors of these shapes broadcast against each other. */
    static boolean broadcast(Shape left, Shape right) {
        for (int back = 1; back <= Math.min(left.rank(), right.rank()); back++) {
            int l = left.size(-back);
            int r = right.size(-back);
            if (l != r && l != 1 && r != 1) {
                return false;
            }
        }
        return true;
    }
}
