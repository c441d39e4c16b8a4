package rewind.autograd.check;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** Central differences of a contraction with respect to one of its inputs; {@link GradientCheck} has the formulas. */
final class Differences {
    private final Contraction s;
    private final int input;
    private final double[] x;
    private final double epsilon;
    private final double step;

    /** An eighth of what all terms together may have changed unseen, for a dtype so coarse that this counts. */
    private final double unseen;

    Differences(Contraction s, int input) {
        this.s = s;
        this.input = input;
        this.x = s.at().get(input).toArray();
        this.epsilon = s.epsilon();
        this.step = Math.cbrt(epsilon);
        this.unseen = epsilon > DType.FLOAT64.epsilon() ? s.magnitude() / 8 : 0;
    }

    /** max(1, |x|) of an element. */
    double size(int element) {
        return Math.max(1, Math.abs(x[element]));
    }

    /** ∂s/∂x of an element. */
    Reference element(int element) {
        double[] direction = new double[x.length];
        direction[element] = 1;
        return measured(direction, step * size(element));
    }

    /** The derivative of s(x + t·direction) with respect to t at 0. */
    Reference along(double[] direction) {
        return measured(direction, step);
    }

    private Reference measured(double[] direction, double h) {
        Slope near = slope(direction, h);
        Slope far = slope(direction, 2 * h);
        double truncation = Math.abs(far.value - near.value);
        double noise = 8 * epsilon * Math.max(near.magnitude, unseen) / h;
        return new Reference(near.value, noise + (Double.isFinite(truncation) ? truncation : 0), h);
    }

    private record Slope(double value, double magnitude) {}

    private Slope slope(double[] direction, double h) {
        Tensor below = moved(direction, -h);
        Tensor above = moved(direction, h);
        double[] from = below.toArray();
        double[] to = above.toArray();
        double moved = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            moved += (to[i] - from[i]) * direction[i];
            squares += direction[i] * direction[i];
        }
        double span = moved / squares; // 2h, but for the rounding of above and below
        Contraction.Change change = s.change(replaced(below), replaced(above));
        return new Slope(change.value() / span, change.magnitude());
    }

    private Tensor moved(double[] direction, double h) {
        double[] values = x.clone();
        for (int i = 0; i < x.length; i++) {
            values[i] += h * direction[i];
        }
        Tensor at = s.at().get(input);
        return Tensor.of(at.shape(), values).to(at.dtype());
    }

    private List<Tensor> replaced(Tensor value) {
        List<Tensor> inputs = new ArrayList<>(s.at());
        inputs.set(input, value);
        return inputs;
    }
}
