package rewind.autograd;

/** The first NaN or infinity on a tape that checks for them, see {@link Tape#checkFinite}. */
public final class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    private static final String HINT =
            "; if a where() does not choose this element, give it functions as branches: where(condition, f, g, x)";

    private final int position;

    NonFiniteException(int position, String message) {
        super(message + HINT);
        this.position = position;
    }

    /** Returns the place of the operation on the tape, counted from 0: it is less than what {@link Tape#size} was afterwards. */
    public int position() {
        return position;
    }
}
