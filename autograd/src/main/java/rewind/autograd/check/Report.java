package rewind.autograd.check;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MultidimensionalCounter;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** The text of a failed check of s; {@link GradientCheck} shows one. */
record Report(String title, List<String> inputNames, double tolerance, long seed, Contraction s) {
    private static final String NEW_LINE = "\n  ";

    /** The worst element of the first input with findings, and how many there are; empty if there is none. */
    Optional<String> failure(List<Findings> findings) {
        return IntStream.range(0, findings.size())
                .filter(input -> !findings.get(input).isEmpty())
                .mapToObj(input -> describe(input, findings.get(input)) + others(input, findings))
                .findFirst();
    }

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

    private String describe(int input, Findings findings) {
        Finding worst = findings.worst();
        return String.join(
                NEW_LINE,
                title + ", " + input(input) + ", " + place(input, worst),
                numbers(worst),
                error(worst),
                count(input, findings) + origin(worst));
    }

    private String input(int input) {
        return "input " + (inputNames.isEmpty() ? input : inputNames.get(input)) + " " + shape(input);
    }

    private String place(int input, Finding finding) {
        return finding.ofElement()
                ? element(shape(input), finding.position())
                : format("random direction %s of %s", finding.position() + 1, GradientCheck.DIRECTIONS);
    }

    private static String element(Shape shape, int position) {
        int[] index = shape.rank() == 0 ? new int[0] : new MultidimensionalCounter(shape.toArray()).getCounts(position);
        return "element " + Arrays.toString(index);
    }

    private static String numbers(Finding finding) {
        Reference reference = finding.reference();
        return reference.isDifference()
                ? format(
                        "reverse mode %.10g   central difference %.10g   (h = %.1e)",
                        finding.reverse(), reference.value(), reference.step())
                : format("reverse mode %.10g   derivation %.10g", finding.reverse(), reference.value());
    }

    private String error(Finding finding) {
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

    private String others(int first, List<Findings> findings) {
        return IntStream.range(first + 1, findings.size())
                .filter(input -> !findings.get(input).isEmpty())
                .mapToObj(input -> NEW_LINE + "also " + input(input) + ": " + count(input, findings.get(input)))
                .collect(Collectors.joining());
    }

    private Shape shape(int input) {
        return s.at().get(input).shape();
    }

    private static String format(String text, Object... details) {
        return String.format(Locale.ROOT, text, details);
    }
}
