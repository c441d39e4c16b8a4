package rewind.autograd.program;

/**
 * An equation: a symbol and what it is.
 *
 * @param at the step at which it holds; that of the symbol, but for what a step hands back to the one before it
 * @param adjoint whether it belongs to the sweep
 * @param result whether it is a result of the program
 */
record Line(Term.Symbol left, Term right, int at, boolean adjoint, boolean result) {
    Line(Term.Symbol left, Term right, boolean adjoint, boolean result) {
        this(left, right, left.step(), adjoint, result);
    }

    Line with(Term other) {
        return new Line(left, other, at, adjoint, result);
    }

    /** Whether it says what a step hands back. */
    boolean isHandedBack() {
        return at != left.step();
    }
}
