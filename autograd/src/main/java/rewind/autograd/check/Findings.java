package rewind.autograd.check;

import java.util.Comparator;
import java.util.List;

/**
 * What was not confirmed in the gradient with respect to one input.
 *
 * @param compared how many elements were compared one by one; 0 if only random directions were
 */
record Findings(List<Finding> differing, int compared) {
    static final Findings NONE = new Findings(List.of(), 0);

    boolean isEmpty() {
        return differing.isEmpty();
    }

    /** The gravest verdict. */
    Verdict verdict() {
        return differing.stream()
                .map(Finding::verdict)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.PASS);
    }

    /** Those with the gravest verdict alone. */
    Findings gravest() {
        Verdict verdict = verdict();
        return new Findings(
                differing.stream().filter(each -> each.verdict() == verdict).toList(), compared);
    }

    /** The one with the largest difference; the first of several equal ones, whatever their rounding. */
    Finding worst() {
        double largest = differing.stream().mapToDouble(Finding::distance).max().orElseThrow();
        return differing.stream()
                .filter(each -> each.distance() >= largest * (1 - 1e-6))
                .findFirst()
                .orElseThrow();
    }
}
