package rewind.nn.optimize;

import java.util.Optional;
import rewind.autograd.Tensor;

/**
 * The search along a direction for a step that meets the strong conditions of Wolfe: φ(α) ≤ φ(0) + c₁αφ'(0) and |φ'(α)| ≤ c₂|φ'(0)|. Where
 * the values differ by rounding alone the slopes decide, (2c₁ − 1)φ'(0) ≥ φ'(α).
 *
 * <p>Sources: Nocedal and Wright, Numerical Optimization, second edition 2006, algorithms 3.5 and 3.6, equation 3.59 for the cubic; Hager and
 * Zhang, SIAM Journal on Optimization 16(1), 2005, equation 4.1 for the slopes.
 */
final class LineSearch {
    private static final double SUFFICIENT = 1e-4; // c₁
    private static final double CURVATURE = 0.9; // c₂
    private static final int MOST = 40; // probes in each phase
    private static final double LONGER = 2.5;
    private static final double EDGE = 0.1; // of an interval, in which no probe is made

    private final Along along;
    private final Probe start;
    private final double rounding;

    private LineSearch(Along along, Probe start, double rounding) {
        this.along = along;
        this.start = start;
        this.rounding = rounding * Math.abs(start.value());
    }

    /** The function along the direction. */
    interface Along {
        Probe at(double step);
    }

    /**
     * What the function is at a step.
     *
     * @param slope its derivative along the direction
     * @param x the place
     */
    record Probe(double step, double value, double slope, Tensor x, Tensor gradient) {
        boolean isFinite() {
            return Double.isFinite(value) && Double.isFinite(slope) && gradient.isFinite();
        }
    }

    /**
     * Returns a step that meets the conditions; or, where rounding does not let it be found, one of a smaller value; or none.
     *
     * @param start the step 0, where the slope is negative
     * @param first the step to try first
     * @param rounding of values, relative
     */
    static Optional<Probe> search(Along along, Probe start, double first, double rounding) {
        return new LineSearch(along, start, rounding).bracket(first);
    }

    private Optional<Probe> bracket(double first) {
        Probe before = start;
        double step = first;
        for (int i = 0; i < MOST; i++) {
            Probe now = along.at(step);
            if (meets(now)) {
                return Optional.of(now);
            }
            if (!isLower(now) || now.value() >= before.value()) {
                return zoom(before, now);
            }
            if (now.slope() >= 0) {
                return zoom(now, before);
            }
            before = now;
            step *= LONGER;
        }
        return better(before); // it goes down without end
    }

    /** Between a place low that goes down towards high, and high, which is higher, or rises, or is no number. */
    private Optional<Probe> zoom(Probe from, Probe to) {
        Probe low = from;
        Probe high = to;
        for (int i = 0; i < MOST; i++) {
            double step = between(low, high);
            if (step == low.step() || step == high.step()) {
                break; // there is no number between them
            }
            Probe now = along.at(step);
            if (meets(now)) {
                return Optional.of(now);
            }
            if (!isLower(now) || now.value() >= low.value()) {
                high = now;
            } else {
                if (now.slope() * (high.step() - low.step()) >= 0) {
                    high = low;
                }
                low = now;
            }
        }
        return better(low);
    }

    private Optional<Probe> better(Probe found) {
        return found.value() < start.value() ? Optional.of(found) : Optional.empty();
    }

    private boolean meets(Probe now) {
        boolean near = now.value() <= start.value() + rounding && now.slope() <= (2 * SUFFICIENT - 1) * start.slope();
        return (isLower(now) || (near && now.isFinite())) && Math.abs(now.slope()) <= -CURVATURE * start.slope();
    }

    private boolean isLower(Probe now) {
        return now.isFinite() && now.value() <= start.value() + SUFFICIENT * now.step() * start.slope();
    }

    /** The minimum of the cubic with the values and slopes of both ends, kept away from them; else their middle. */
    private static double between(Probe a, Probe b) {
        double width = b.step() - a.step();
        double d1 = a.slope() + b.slope() - 3 * (b.value() - a.value()) / width;
        double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - a.slope() * b.slope());
        double part = 1 - (b.slope() + d2 - d1) / (b.slope() - a.slope() + 2 * d2);
        return a.step() + width * (part >= EDGE && part <= 1 - EDGE ? part : 0.5);
    }
}
