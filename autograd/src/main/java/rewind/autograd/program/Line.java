package rewind.autograd.program;

/**
 * An equation: a symbol and what it is.
 *
 * @param adjoint whether it belongs to the sweep
 * @param result whether it is a result of the program
 */
record Line(Term.Symbol left, Term right, boolean adjoint, boolean result) {
    Line with(Term other) {
        return new Line(left, other, adjoint, result);
    }
}
