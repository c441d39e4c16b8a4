package rewind.autograd.program;

import java.util.List;

/**
 * An equation that holds for one or more steps of a loop, or outside loops.
 *
 * @param line that of a step in the middle
 * @param first the first step, counted from 1; 0 outside loops
 * @param last the last step
 * @param vanishing what it speaks of that does not exist at the first or the last step, and is 0: h⟨0⟩
 */
record Equation(Line line, int first, int last, List<String> vanishing) {
    boolean isOfSteps() {
        return first > 0;
    }

    String left(Notation notation) {
        return writer(notation).write(line.left());
    }

    String right(Notation notation) {
        return writer(notation).write(line.right());
    }

    private Writer writer(Notation notation) {
        return new Writer(notation, line.left().step());
    }

    /** For which steps it holds, those of a sweep backwards: t = 1 … 5, h⟨0⟩ = 0. */
    String range() {
        if (!isOfSteps()) {
            return "";
        }
        String steps = line.adjoint() ? last + " … " + first : first + " … " + last;
        String range = "t = " + (first == last ? first : steps);
        return vanishing.isEmpty() ? range : range + ", " + String.join(" = ", vanishing) + " = 0";
    }
}
