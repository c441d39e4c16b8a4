package rewind.autograd.check;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Central differences of a contraction with respect to one of its inputs; {@link GradientCheck} has the formulas. */
final class Differences {
    private static final double EPSILON = DType.FLOAT64.epsilon();
    private static final double STEP = Math.cbrt(EPSILON);

    private final Contraction s;
    private final int input;
    private final double[] x;

    Differences(Contraction s, int input) {
        this.s = s;
        this.input = input;
        this.x = s.at().get(input).toArray();
    }

    /** max(1, |x|) of an element. */
    double size(int element) {
        return Math.max(1, Math.abs(x[element]));
    }

    /** ∂s/∂x of an element. */
    Reference element(int element) {
        double[] direction = new double[x.length];
        direction[element] = 1;
        return measured(direction, STEP * size(element));
    }

    /** The derivative of s(x + t·direction) with respect to t at 0. */
    Reference along(double[] direction) {
        return measured(direction, STEP);
    }

    private Reference measured(double[] direction, double h) {
        Slope near = slope(direction, h);
        Slope far = slope(direction, 2 * h);
        double truncation = Math.abs(far.value - near.value);
        double noise = 8 * EPSILON * near.magnitude / h;
        return new Reference(near.value, noise + (Double.isFinite(truncation) ? truncation : 0), h);
    }

    private record Slope(double value, double magnitude) {}

    private Slope slope(double[] direction, double h) {
        double[] below = x.clone();
        double[] above = x.clone();
        double moved = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            below[i] -= h * direction[i];
            above[i] += h * direction[i];
            moved += (above[i] - below[i]) * direction[i];
            squares += direction[i] * direction[i];
        }
        double span = moved / squares; // 2h, but for the rounding of above and below
        Contraction.Change change = s.change(replaced(below), replaced(above));
        return new Slope(change.value() / span, change.magnitude());
    }

    private List<Tensor> replaced(double[] values) {
        List<Tensor> inputs = new ArrayList<>(s.at());
        inputs.set(input, Tensor.of(inputs.get(input).shape(), values));
        return inputs;
    }
}
