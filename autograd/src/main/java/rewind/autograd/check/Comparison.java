package rewind.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.Tensor;

/** The gradient of a contraction by reverse mode, compared with references for every input. */
final class Comparison {
    private final Contraction s;
    private final double tolerance;
    private final RandomGenerator rng;

    Comparison(Contraction s, double tolerance, RandomGenerator rng) {
        this.s = s;
        this.tolerance = tolerance;
        this.rng = rng;
    }

    /** What differs, per input, from gradients of another origin. */
    List<Findings> with(List<Tensor> expected) {
        List<Tensor> gradient = s.gradient();
        List<Findings> findings = new ArrayList<>();
        for (int input = 0; input < gradient.size(); input++) {
            double[] g = gradient.get(input).toArray();
            double[] d = expected.get(input).toArray();
            double uncertainty = 64 * s.epsilon() * Math.max(s.magnitude(), largest(g));
            findings.add(elements(g, 0, g.length, i -> new Reference(d[i], uncertainty, Double.NaN)));
        }
        return findings;
    }

    /** What differs, per input, from central differences. */
    List<Findings> withDifferences() {
        List<Tensor> gradient = s.gradient();
        List<Findings> findings = new ArrayList<>();
        for (int input = 0; input < gradient.size(); input++) {
            double[] g = gradient.get(input).toArray();
            Differences differences = new Differences(s, input);
            findings.add(
                    g.length > GradientCheck.LARGE
                            ? directions(g, differences)
                            : elements(g, 0, g.length, differences::element));
        }
        return findings;
    }

    private Findings elements(double[] g, int from, int to, IntFunction<Reference> reference) {
        List<Finding> differing = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Reference expected = reference.apply(i);
            boolean alike = Double.compare(g[i], expected.value()) == 0; // NaN, infinities
            double scale = Math.max(Math.abs(g[i]), Math.abs(expected.value()));
            Finding finding = new Finding(true, i, g[i], expected, scale);
            if (!alike && excess(finding) > 0) {
                differing.add(finding);
            }
        }
        return new Findings(differing, to - from);
    }

    private Findings directions(double[] g, Differences differences) {
        List<Finding> differing = IntStream.range(0, GradientCheck.DIRECTIONS)
                .mapToObj(k -> along(k, g, 0, g.length, differences))
                .filter(finding -> excess(finding) > 0)
                .toList();
        if (differing.isEmpty()) {
            return new Findings(differing, 0);
        }
        boolean finite = differing.stream().allMatch(finding -> Double.isFinite(finding.distance()));
        Findings elements = finite ? nearWorst(g, differences) : elements(g, 0, g.length, differences::element);
        return elements.isEmpty() && finite ? new Findings(differing, 0) : elements;
    }

    /** Compares some elements: of two halves always goes to the one where a random direction disagrees more. */
    private Findings nearWorst(double[] g, Differences differences) {
        int from = 0;
        int to = g.length;
        while (to - from > GradientCheck.LARGE) {
            int middle = (from + to) >>> 1;
            double left = excess(along(0, g, from, middle, differences));
            double right = excess(along(0, g, middle, to, differences));
            from = left >= right ? from : middle;
            to = left >= right ? middle : to;
        }
        return elements(g, from, to, differences::element);
    }

    /** Compares along a random direction in which only a range of elements changes. */
    private Finding along(int k, double[] g, int from, int to, Differences differences) {
        double[] direction = new double[g.length];
        double along = 0;
        double squares = 0;
        for (int i = from; i < to; i++) {
            direction[i] = Contraction.random(rng) * differences.size(i);
            along += g[i] * direction[i];
            squares += g[i] * direction[i] * g[i] * direction[i];
        }
        Reference expected = differences.along(direction);
        double scale = Math.max(Math.abs(expected.value()), Math.max(Math.abs(along), Math.sqrt(squares)));
        return new Finding(false, k, along, expected, scale);
    }

    /** By how much two numbers differ more than they may; infinite if one is not finite. */
    private double excess(Finding finding) {
        double allowed = tolerance * finding.scale() + finding.reference().uncertainty();
        return Double.isFinite(finding.distance()) ? finding.distance() - allowed : Double.POSITIVE_INFINITY;
    }

    private static double largest(double[] g) {
        return Arrays.stream(g).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    }
}
