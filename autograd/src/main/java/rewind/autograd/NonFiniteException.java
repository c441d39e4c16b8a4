package rewind.autograd;

/** The first NaN or infinity on a tape that checks for them, see {@link Tape#checkFinite}. */
public final class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    private final int position;

    NonFiniteException(int position, String message) {
        super(message);
        this.position = position;
    }

    /** Returns the place of the operation on the tape, counted from 0: it is less than what {@link Tape#size} was afterwards. */
    public int position() {
        return position;
    }
}
