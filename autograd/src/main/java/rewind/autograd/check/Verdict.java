package rewind.autograd.check;

/** What a check found. */
public enum Verdict {
    /** All opinions agree. */
    PASS,

    /** The differences are too noisy to tell. */
    INCONCLUSIVE,

    /** The slopes on both sides differ, and what reverse mode gives lies between them: a derivative that is a convention. */
    KINK,

    /** A derivative is wrong. */
    FAIL
}
