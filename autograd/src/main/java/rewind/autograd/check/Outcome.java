package rewind.autograd.check;

/**
 * The verdict of a check, and the report that explains it.
 *
 * @param report empty if the check passed
 */
public record Outcome(Verdict verdict, String report) {
    static final Outcome PASSED = new Outcome(Verdict.PASS, "");

    /** Whether the check passed. */
    public boolean passed() {
        return verdict == Verdict.PASS;
    }
}
