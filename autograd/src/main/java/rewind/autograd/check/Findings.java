package rewind.autograd.check;

import java.util.List;

/**
 * What differs in the gradient with respect to one input.
 *
 * @param compared how many elements were compared one by one; 0 if only random directions were
 */
record Findings(List<Finding> differing, int compared) {
    boolean isEmpty() {
        return differing.isEmpty();
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
