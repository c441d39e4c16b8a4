package rewind.autograd.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/**
 * Numerical derivatives of a contraction with respect to one of its inputs, each with an estimate of its own error;
 * {@link GradientCheck} has the formulas.
 */
final class Differences {
    private static final int STEPS = 5;
    private static final int WITNESSES = 2;

    private final Contraction s;
    private final int input;
    private final double[] x;
    private final double epsilon;

    /** A part of all terms together, since a change may be rounded away: an eighth for a dtype so coarse that this counts. */
    private final double unseen;

    Differences(Contraction s, int input) {
        this.s = s;
        this.input = input;
        this.x = s.at().get(input).toArray();
        this.epsilon = s.epsilon();
        this.unseen = s.magnitude() / (epsilon > DType.FLOAT64.epsilon() ? 8 : 1024);
    }

    /** max(1, |x|) of an element. */
    double size(int element) {
        return Math.max(1, Math.abs(x[element]));
    }

    /**
     * ∂s/∂x of an element.
     *
     * @param enough whether an estimate need not be improved
     */
    Reference element(int element, Predicate<Reference> enough) {
        return estimate(unit(element), size(element), enough);
    }

    /** The derivative of s(x + t·direction) with respect to t at 0. */
    Reference along(double[] direction, Predicate<Reference> enough) {
        return estimate(direction, 1, enough);
    }

    private double[] unit(int element) {
        double[] direction = new double[x.length];
        direction[element] = 1;
        return direction;
    }

    private Reference estimate(double[] direction, double size, Predicate<Reference> enough) {
        List<Reference> estimates = new ArrayList<>();
        for (int k = 0; k < STEPS; k++) {
            Reference estimate = extrapolated(direction, size, step(k));
            if (enough.test(estimate)) {
                return estimate;
            }
            if (Double.isFinite(estimate.value())) {
                estimates.add(estimate);
            }
        }
        return IntStream.range(0, Math.max(1, estimates.size() - 1))
                .filter(k -> !estimates.isEmpty())
                .mapToObj(k -> witnessed(estimates, k))
                .min(Comparator.comparingDouble(Reference::uncertainty))
                .orElse(Reference.difference(Double.NaN, 0, size * step(STEPS - 1)));
    }

    /** ε^(1/5), ε^(4/15), …, ε^(7/15). */
    private double step(int k) {
        return Math.pow(epsilon, (3 + k) / 15.0);
    }

    /** An estimate whose error is at least its distance to those of the next smaller steps. */
    private static Reference witnessed(List<Reference> estimates, int k) {
        Reference estimate = estimates.get(k);
        double spread = estimates.subList(k + 1, Math.min(estimates.size(), k + 1 + WITNESSES)).stream()
                .mapToDouble(each -> Math.abs(each.value() - estimate.value()))
                .max()
                .orElse(0);
        return Reference.difference(estimate.value(), estimate.uncertainty() + spread, estimate.step());
    }

    /** (4 D(h/2) − D(h)) / 3; its error is less than that of D(h/2), which is about the distance to it. */
    private Reference extrapolated(double[] direction, double size, double step) {
        double h = size * step;
        Slope far = slope(direction, -h, h);
        Slope near = slope(direction, -h / 2, h / 2);
        double value = (4 * near.value - far.value) / 3;
        double truncation = Math.abs(far.value - near.value) / 3;
        double zero = 8 * Math.pow(epsilon, 2.0 / 3) / size * (near.magnitude > 0 ? near.magnitude : s.weights());
        return Reference.difference(value, truncation + Math.max(zero, 3 * noise(near, h)), h);
    }

    private double noise(Slope slope, double h) {
        return 8 * epsilon * Math.max(slope.magnitude, unseen) / h;
    }

    /** The slopes on both sides of an element, if their difference does not go to zero with the step. */
    Optional<Kink> kink(int element, double tolerance) {
        double[] direction = unit(element);
        double h = size(element) * step(1);
        Slope below = slope(direction, -h / 16, 0);
        Slope above = slope(direction, 0, h / 16);
        double jump = above.value - below.value;
        double before = slope(direction, 0, h).value - slope(direction, -h, 0).value;
        double allowed = tolerance * Math.max(Math.abs(above.value), Math.abs(below.value))
                + 4 * noise(above, h / 16)
                + 4 * noise(below, h / 16);
        double growth = jump / before; // 1/16 for a smooth function, 1 at a kink, 16 at a jump
        boolean kink = Math.abs(jump) > 2 * allowed && growth > 0.5 && growth < 8;
        return kink ? Optional.of(new Kink(below.value, above.value)) : Optional.empty();
    }

    private record Slope(double value, double magnitude) {}

    private Slope slope(double[] direction, double start, double end) {
        Tensor below = moved(direction, start);
        Tensor above = moved(direction, end);
        double[] from = below.toArray();
        double[] to = above.toArray();
        double moved = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            moved += (to[i] - from[i]) * direction[i];
            squares += direction[i] * direction[i];
        }
        double span = moved / squares; // end − start, but for the rounding of above and below
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
