package rewind.autograd.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MultidimensionalCounter;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * The first lines of a report on s; {@link GradientCheck} shows one.
 *
 * @param subject what is checked: reverse mode, or a derivation
 */
record Report(String title, Names names, String subject, double tolerance, long seed, Contraction s) {
    static final String NEW_LINE = "\n  ";
    private static final int OTHERS = 3;

    /** The first element, if there is one, where the function that s contracts has no finite value. */
    Optional<String> notFinite() {
        return IntStream.range(0, s.results().size())
                .mapToObj(k -> notFinite(k, s.results().get(k)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> notFinite(int k, Tensor result) {
        double[] values = result.toArray();
        String of = s.isGradient() ? "gradient of " + input(k) : "result " + result.shape();
        return IntStream.range(0, values.length)
                .filter(i -> !Double.isFinite(values[i]))
                .mapToObj(i -> title + ", " + of + ", " + element(result.shape(), i) + NEW_LINE + "value " + values[i]
                        + ": there is no derivative to compare")
                .findFirst();
    }

    /** The worst element of an input with findings of one verdict, how many there are, and which other inputs have some. */
    String of(int input, List<Findings> findings) {
        Findings own = findings.get(input);
        Finding worst = own.worst();
        List<String> lines = new ArrayList<>(List.of(
                title + ", " + input(input) + ", " + place(input, worst),
                format("%s %.10g   %s", subject, worst.reverse(), worst.reference()),
                error(worst),
                count(input, own) + origin(worst)));
        lines.addAll(others(input, findings));
        return String.join(NEW_LINE, lines);
    }

    String input(int input) {
        return names.of(input) + " " + shape(input);
    }

    private String place(int input, Finding finding) {
        return finding.ofElement()
                ? element(shape(input), finding.position())
                : format("random direction %s of %s", finding.position() + 1, GradientCheck.DIRECTIONS);
    }

    static String element(Shape shape, int position) {
        int[] index = shape.rank() == 0 ? new int[0] : new MultidimensionalCounter(shape.toArray()).getCounts(position);
        return "element " + Arrays.toString(index);
    }

    private String error(Finding finding) {
        if (finding.verdict() == Verdict.KINK) {
            Kink kink = finding.kink();
            return format("kink: the slope is %.10g below and %.10g above", kink.below(), kink.above());
        }
        if (finding.verdict() == Verdict.INCONCLUSIVE) {
            return "inconclusive: the difference is too uncertain to tell";
        }
        return Double.isFinite(finding.distance())
                ? format("relative error %.1e exceeds %.1e", finding.relativeError(), tolerance)
                : "a derivative that is not finite must be the same on both sides";
    }

    private String count(int input, Findings findings) {
        if (findings.compared() == 0) {
            return "no single element found to differ";
        }
        boolean all = findings.compared() == shape(input).size();
        return format(
                "%s of %s elements %s",
                findings.differing().size(), findings.compared(), all ? "differ" : "compared differ");
    }

    private String origin(Finding finding) {
        String random = !finding.ofElement() ? "; directions" : s.isRandom() ? "; cotangent" : "";
        return random.isEmpty() ? "" : random + " from seed " + seed;
    }

    private List<String> others(int first, List<Findings> findings) {
        List<String> others = IntStream.range(first + 1, findings.size())
                .filter(input -> !findings.get(input).isEmpty())
                .mapToObj(input -> "also " + input(input) + ": " + count(input, findings.get(input)))
                .toList();
        if (others.size() <= OTHERS + 1) {
            return others;
        }
        List<String> some = new ArrayList<>(others.subList(0, OTHERS));
        some.add("also " + (others.size() - OTHERS) + " more");
        return some;
    }

    private Shape shape(int input) {
        return s.at().get(input).shape();
    }

    private static String format(String text, Object... details) {
        return String.format(Locale.ROOT, text, details);
    }
}
