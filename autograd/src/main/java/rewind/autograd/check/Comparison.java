package rewind.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;

/** A gradient of a contraction, by reverse mode or by a rule, compared with references for every input. */
final class Comparison {
    /** A first estimate that confirms the gradient is good enough if its own error is below this part of it. */
    private static final double ROUGH = 1e-3;

    /** An estimate that is worse than this part of the largest derivative tells nothing. */
    private static final double USELESS = 0.1;

    private final Contraction s;
    private final List<Tensor> gradient;
    private final double tolerance;
    private final RandomGenerator rng;

    private double largestValue = Double.NaN;

    Comparison(Contraction s, List<Tensor> gradient, double tolerance, RandomGenerator rng) {
        this.s = s;
        this.gradient = gradient;
        this.tolerance = tolerance;
        this.rng = rng;
    }

    /** What differs, per input, from gradients of another origin. */
    List<Findings> with(List<Tensor> expected, String origin) {
        List<Findings> findings = new ArrayList<>();
        for (int input = 0; input < gradient.size(); input++) {
            double[] g = gradient.get(input).toArray();
            double[] d = expected.get(input).toArray();
            double uncertainty = 64 * s.epsilon() * Math.max(s.magnitude(), largest(g));
            List<Finding> differing = new ArrayList<>();
            for (int i = 0; i < g.length; i++) {
                Reference reference = Reference.given(origin, d[i], uncertainty);
                double scale = scale(g[i], reference);
                if (!same(g[i], d[i]) && excess(g[i], reference, scale) > 0) {
                    differing.add(new Finding(true, i, g[i], reference, scale, Verdict.FAIL, null));
                }
            }
            findings.add(new Findings(differing, g.length));
        }
        return findings;
    }

    /** What is not confirmed, per input, by differences. */
    List<Findings> withDifferences() {
        return withDifferences(true);
    }

    /**
     * As {@link #withDifferences()}.
     *
     * @param all whether those of later inputs matter if one differs
     */
    List<Findings> withDifferences(boolean all) {
        List<Findings> findings = new ArrayList<>();
        boolean known = false;
        for (int input = 0; input < gradient.size() && !known; input++) {
            findings.add(withDifferences(input));
            known = !all && !findings.get(input).isEmpty();
        }
        return findings;
    }

    private Findings withDifferences(int input) {
        OfInput compared = new OfInput(input);
        return compared.g.length > GradientCheck.LARGE
                ? compared.directions()
                : compared.elements(0, compared.g.length);
    }

    /** The difference for one element, and which of several numbers for it that confirms. */
    Reference difference(int input, int element) {
        OfInput of = new OfInput(input);
        return of.differences.element(element, of.g[element], estimate -> false);
    }

    /** Whether a number is near a reference. */
    boolean confirms(Reference reference, double number) {
        return same(number, reference.value()) || excess(number, reference, scale(number, reference)) <= 0;
    }

    /** The comparison for one input. */
    private final class OfInput {
        private final double[] g;
        private final Differences differences;
        private final double largest;

        OfInput(int input) {
            g = gradient.get(input).toArray();
            differences = new Differences(s, input);
            largest = largest(g);
        }

        Findings elements(int from, int to) {
            return new Findings(
                    IntStream.range(from, to)
                            .mapToObj(this::element)
                            .filter(finding -> finding.verdict() != Verdict.PASS)
                            .toList(),
                    to - from);
        }

        private Finding element(int i) {
            Reference reference =
                    differences.element(i, g[i], estimate -> settled(g[i], estimate, scale(g[i], estimate)));
            double scale = scale(g[i], reference);
            if (same(g[i], reference.value())) {
                return new Finding(true, i, g[i], reference, scale, Verdict.PASS, null);
            }
            Finding finding = new Finding(true, i, g[i], reference, scale, verdict(g[i], reference, scale), null);
            return finding.verdict() == Verdict.PASS
                    ? finding
                    : kink(finding).orElseGet(() -> judged(finding, () -> differences.scattered(i, reference)));
        }

        private Optional<Finding> kink(Finding finding) {
            double uncertainty = finding.reference().uncertainty();
            return Optional.of(finding)
                    .filter(each -> Double.isFinite(each.reverse()))
                    .flatMap(each -> differences.kink(each.position(), tolerance))
                    .filter(kink -> kink.jump() > 2 * uncertainty)
                    .filter(kink -> kink.covers(finding.reverse(), tolerance * finding.scale() + uncertainty))
                    .map(finding::at);
        }

        private Verdict verdict(double number, Reference reference, double scale) {
            return excess(number, reference, scale) > 0
                    ? Verdict.FAIL
                    : useless(reference) ? Verdict.INCONCLUSIVE : Verdict.PASS;
        }

        private boolean useless(Reference reference) {
            double allowed = USELESS * Math.max(largest, Math.abs(reference.value()));
            return reference.uncertainty() > Math.max(allowed, 100 * Math.sqrt(s.epsilon()) * s.magnitude());
        }

        Findings directions() {
            List<Finding> differing = IntStream.range(0, GradientCheck.DIRECTIONS)
                    .mapToObj(k -> along(k, 0, g.length))
                    .filter(finding -> finding.verdict() != Verdict.PASS)
                    .toList();
            if (differing.isEmpty()) {
                return Findings.NONE;
            }
            boolean finite = differing.stream().allMatch(finding -> Double.isFinite(finding.distance()));
            Findings elements = finite ? nearWorst() : elements(0, g.length);
            return elements.isEmpty() && finite ? new Findings(differing, 0) : elements;
        }

        /** Compares some elements: of two halves always goes to the one where a random direction disagrees more. */
        private Findings nearWorst() {
            int from = 0;
            int to = g.length;
            while (to - from > GradientCheck.LARGE) {
                int middle = (from + to) >>> 1;
                Finding left = along(0, from, middle);
                Finding right = along(0, middle, to);
                boolean first = excess(left) >= excess(right);
                from = first ? from : middle;
                to = first ? middle : to;
            }
            return elements(from, to);
        }

        /** Compares along a random direction in which only a range of elements changes. */
        private Finding along(int k, int from, int to) {
            double[] direction = new double[g.length];
            double squares = 0;
            for (int i = from; i < to; i++) {
                direction[i] = Contraction.random(rng) * differences.size(i);
                squares += g[i] * direction[i] * g[i] * direction[i];
            }
            double along = dot(g, direction);
            double least = Math.max(Math.abs(along), Math.sqrt(squares));
            Reference expected = differences.along(
                    direction,
                    along,
                    estimate -> settled(along, estimate, Math.max(least, Math.abs(estimate.value()))));
            double scale = Math.max(Math.abs(expected.value()), least);
            Verdict verdict = verdict(along, expected, scale);
            boolean harmless = verdict == Verdict.INCONCLUSIVE && expected.uncertainty() <= USELESS * scale;
            Finding finding = new Finding(false, k, along, expected, scale, harmless ? Verdict.PASS : verdict, null);
            return judged(finding, () -> differences.scatteredAlong(direction, expected));
        }
    }

    /**
     * Before anything is called wrong: it is not if the differences do not resolve the function, or if the rounding that there is, as
     * they scatter and as the largest value has it, explains all.
     */
    private Finding judged(Finding finding, Supplier<Reference> scattered) {
        if (finding.verdict() != Verdict.FAIL || !Double.isFinite(finding.distance())) {
            return finding;
        }
        largestValue = Double.isNaN(largestValue) ? s.largestValue() : largestValue;
        Reference rounded = scattered
                .get()
                .widened(24 * s.epsilon() * largestValue / finding.reference().step());
        boolean explained = excess(finding.reverse(), rounded, finding.scale()) <= 0;
        return explained || !rounded.resolved() ? finding.inconclusive(rounded) : finding;
    }

    private static double dot(double[] g, double[] direction) {
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            sum += direction[i] == 0 ? 0 : g[i] * direction[i];
        }
        return sum;
    }

    /** Whether an estimate confirms a number and is itself good enough. */
    private boolean settled(double number, Reference estimate, double scale) {
        return Math.abs(number - estimate.value()) <= tolerance * scale && estimate.uncertainty() <= ROUGH * scale;
    }

    private double excess(Finding finding) {
        return excess(finding.reverse(), finding.reference(), finding.scale());
    }

    /** By how much two numbers differ more than they may; infinite if one is not finite. */
    private double excess(double number, Reference reference, double scale) {
        double distance = Finding.distance(number, reference);
        return Double.isFinite(distance)
                ? distance - tolerance * scale - reference.uncertainty()
                : Double.POSITIVE_INFINITY;
    }

    private static double scale(double number, Reference reference) {
        return Math.max(Math.abs(number), Math.abs(reference.value()));
    }

    /** Equality for which NaN is NaN; 0 and −0 are near each other anyway. */
    private static boolean same(double number, double other) {
        return Double.compare(number, other) == 0;
    }

    private static double largest(double[] g) {
        return Arrays.stream(g).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    }
}
