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
    private static final int FINER = 5;
    private static final int WITNESSES = 2;

    /** With a step so small that the number would change s by less than this part of what it was seen to change, s is smooth. */
    private static final double SMALL = 1 / 16.0;

    private static final int[] SCATTER = {88, 94, 106, 112};

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
     * @param number what it is expected to be
     * @param enough whether an estimate need not be improved
     */
    Reference element(int element, double number, Predicate<Reference> enough) {
        return new Estimates(unit(element), size(element), number, enough).best();
    }

    /** The derivative of s(x + t·direction) with respect to t at 0, as {@link #element}. */
    Reference along(double[] direction, double number, Predicate<Reference> enough) {
        return new Estimates(direction, 1, number, enough).best();
    }

    /** A reference whose uncertainty includes how much it varies with the step: the rounding that there is indeed. */
    Reference scattered(int element, Reference reference) {
        return scattered(unit(element), size(element), reference);
    }

    Reference scatteredAlong(double[] direction, Reference reference) {
        return scattered(direction, 1, reference);
    }

    private Reference scattered(double[] direction, double size, Reference reference) {
        double scatter = IntStream.of(SCATTER)
                .mapToDouble(percent -> extrapolated(direction, size, reference.step() / size * percent / 100)
                        .reference
                        .value())
                .map(value -> Math.abs(value - reference.value()))
                .filter(Double::isFinite)
                .max()
                .orElse(0);
        return reference.widened(2 * scatter);
    }

    private double[] unit(int element) {
        double[] direction = new double[x.length];
        direction[element] = 1;
        return direction;
    }

    /** The estimates with one step after another. */
    private final class Estimates {
        private final double[] direction;
        private final double size;
        private final double number;
        private final Predicate<Reference> enough;
        private final List<Estimate> all = new ArrayList<>();
        private double change;

        Estimates(double[] direction, double size, double number, Predicate<Reference> enough) {
            this.direction = direction;
            this.size = size;
            this.number = number;
            this.enough = enough;
        }

        Reference best() {
            for (int k = 0; k < STEPS; k++) {
                Estimate estimate = next(step(k));
                boolean zero = estimate.change == 0 && Math.abs(number) <= estimate.reference.uncertainty();
                if (zero || enough.test(estimate.reference)) {
                    return estimate.reference;
                }
            }
            Reference best = least();
            return distance(best) > best.uncertainty() ? finer(best) : best;
        }

        private Estimate next(double step) {
            Estimate estimate = extrapolated(direction, size, step);
            // where nothing changes although it did with a larger step, the change was rounded away
            if (Double.isFinite(estimate.reference.value()) && (estimate.change > 0 || change == 0)) {
                all.add(estimate);
            }
            change = Math.max(change, estimate.change);
            return estimate;
        }

        /** Before a number is called wrong: do smaller steps confirm it, which show what is too fine for the others? */
        private Reference finer(Reference best) {
            double doubt = distance(best);
            for (int k = STEPS; k < STEPS + FINER && isVisible(doubt, step(k)); k++) {
                next(step(k));
            }
            return all.stream()
                    .map(estimate -> estimate.reference)
                    .filter(finer -> finer.step() < best.step() && distance(finer) <= finer.uncertainty())
                    .filter(finer -> finer.uncertainty() <= doubt / 2)
                    .findFirst()
                    .orElseGet(this::least);
        }

        /** Whether rounding would hide less than a tenth of a difference. */
        private boolean isVisible(double difference, double step) {
            return all.stream().anyMatch(each -> each.noise * each.reference.step() < difference / 10 * step * size);
        }

        private double distance(Reference estimate) {
            return Math.abs(number - estimate.value());
        }

        private Reference least() {
            return IntStream.range(0, Math.max(1, all.size() - 1))
                    .filter(k -> !all.isEmpty())
                    .mapToObj(this::witnessed)
                    .min(Comparator.comparingDouble(Reference::uncertainty))
                    .orElse(Reference.difference(Double.NaN, 0, size * step(STEPS - 1)));
        }

        /** An estimate whose error is at least its distance to those of the next smaller steps. */
        private Reference witnessed(int k) {
            Estimate estimate = all.get(k);
            double spread = all.subList(k + 1, Math.min(all.size(), k + 1 + WITNESSES)).stream()
                    .mapToDouble(each -> Math.abs(each.reference.value() - estimate.reference.value()))
                    .max()
                    .orElse(0);
            Reference widened = estimate.reference.widened(spread);
            boolean converged = widened.uncertainty() <= Math.max(Math.abs(widened.value()) / 10, 10 * estimate.noise);
            return widened.resolved(
                    converged || isFine(all.get(all.size() - 1).reference.step()));
        }

        /** Whether s would change by less in a step, if the number were right, than it was seen to change: no longer all there is. */
        private boolean isFine(double h) {
            return Math.abs(number) * h <= SMALL * change;
        }
    }

    /**
     * A derivative from differences with one step.
     *
     * @param noise the part of the uncertainty that is rounding
     * @param change by how much s changed
     */
    private record Estimate(Reference reference, double noise, double change) {}

    /** ε^(1/5), ε^(4/15), …, ε^(7/15), and on if need be. */
    private double step(int k) {
        return StrictMath.pow(epsilon, (3 + k) / 15.0);
    }

    /** (4 D(h/2) − D(h)) / 3; its error is less than that of D(h/2), which is about the distance to it. */
    private Estimate extrapolated(double[] direction, double size, double step) {
        double h = size * step;
        Slope far = slope(direction, -h, h);
        Slope near = slope(direction, -h / 2, h / 2);
        double value = (4 * near.value - far.value) / 3;
        double truncation = Math.abs(far.value - near.value) / 3;
        double zero = 8 * StrictMath.pow(epsilon, 2.0 / 3) / size * (near.magnitude > 0 ? near.magnitude : s.weights());
        double noise = Math.max(zero, 3 * noise(near, h));
        double change = Math.max(Math.abs(far.value), Math.abs(near.value)) * h;
        return new Estimate(Reference.difference(value, truncation + noise, h), noise, change);
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
