package rewind.examples;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts a token from the n − 1 before it by counting: p(c | context) = (N(context, c) + T(context) p(c | shorter context)) /
 * (N(context) + T(context)), T being how many different tokens follow the context; without any context the shorter one is the uniform
 * law. Source: Witten and Bell, IEEE Transactions on Information Theory 37, 1991, doi:10.1109/18.87000, method C, interpolated.
 */
final class NGrams {
    private final int n;
    private final int tokens;
    private final Map<List<Integer>, Map<Integer, Integer>> followers = new HashMap<>();
    private final Map<List<Integer>, Integer> totals = new HashMap<>();

    /**
     * Counts.
     *
     * @param n the length of the n-grams, 1 for single tokens
     * @param tokens how many different tokens there are
     * @param text their numbers, from 0 on
     */
    NGrams(int n, int tokens, int... text) {
        this.n = n;
        this.tokens = tokens;
        for (int t = 0; t < text.length; t++) {
            for (int k = 0; k < n && k <= t; k++) {
                List<Integer> context = context(text, t, k);
                followers.computeIfAbsent(context, absent -> new HashMap<>()).merge(text[t], 1, Integer::sum);
                totals.merge(context, 1, Integer::sum);
            }
        }
    }

    private static List<Integer> context(int[] text, int t, int length) {
        return Arrays.stream(text, t - length, t).boxed().toList();
    }

    /** Returns the probability of the token at place t, given those before it. */
    double probability(int[] text, int t) {
        double p = 1.0 / tokens;
        for (int k = 0; k < n && k <= t; k++) {
            List<Integer> context = context(text, t, k);
            Map<Integer, Integer> seen = followers.get(context);
            if (seen == null) {
                return p;
            }
            p = (seen.getOrDefault(text[t], 0) + seen.size() * p) / (totals.get(context) + seen.size());
        }
        return p;
    }

    /** Returns the mean of −log₂ p over a text: how many bits a token takes. */
    double bits(int... text) {
        double sum = 0;
        for (int t = 0; t < text.length; t++) {
            sum -= Math.log(probability(text, t));
        }
        return sum / text.length / Math.log(2);
    }
}
