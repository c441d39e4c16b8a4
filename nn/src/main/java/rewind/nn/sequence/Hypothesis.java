package rewind.nn.sequence;

/**
 * A sequence as it is being written: a token after another one.
 *
 * @param before what it was without its last token; null if it has none
 * @param id its last token
 * @param logProbability of all tokens
 */
record Hypothesis(Hypothesis before, int id, double logProbability, int length) {
    static final Hypothesis EMPTY = new Hypothesis(null, -1, 0, 0);

    Hypothesis and(int next, double logProbabilityOfNext) {
        return new Hypothesis(this, next, logProbability + logProbabilityOfNext, length + 1);
    }

    boolean endsWith(int token) {
        return length > 0 && id == token;
    }

    /** The token that is read at a step: of what it follows, or the last one. */
    int tokenAt(int step, int... start) {
        return step < start.length ? start[step] : length > 0 ? id : start[0];
    }

    /** Its tokens, with or without the last one. */
    int[] ids(boolean withoutLast) {
        int[] ids = new int[withoutLast ? length - 1 : length];
        Hypothesis at = withoutLast ? before : this;
        for (int i = ids.length - 1; i >= 0; i--) {
            ids[i] = at.id;
            at = at.before;
        }
        return ids;
    }
}
