package rewind.nn.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.require.Check;
import rewind.nn.layer.Options;

/**
 * What a vocabulary is to hold. The most frequent tokens have the lowest numbers; of equally frequent ones, those first in the order
 * of {@link String#compareTo}. Immutable; every option returns a new one.
 */
public final class VocabularyBuilder extends Options<VocabularyBuilder> {
    private final Tokens kind;
    private int minimumCount = 1;
    private int maximumSize = Integer.MAX_VALUE;
    private String unknown;

    VocabularyBuilder(Tokens kind) {
        this.kind = kind;
    }

    /**
     * Leaves out tokens that are there less often.
     *
     * @throws IllegalArgumentException if not positive
     */
    public VocabularyBuilder minimumCount(int count) {
        Check.that(count > 0, "vocabulary: the minimum count must be positive, got %s", count);
        return with(builder -> builder.minimumCount = count);
    }

    /**
     * Keeps only so many tokens, the most frequent ones; the token for unknown ones counts too.
     *
     * @throws IllegalArgumentException if not positive
     */
    public VocabularyBuilder maximumSize(int tokens) {
        Check.that(tokens > 0, "vocabulary: the maximum size must be positive, got %s", tokens);
        return with(builder -> builder.maximumSize = tokens);
    }

    /** Sets a token, of number 0, that stands for all that are not in the vocabulary. By default there is none: they are an error. */
    public VocabularyBuilder unknown(String token) {
        return with(builder -> builder.unknown = token);
    }

    /**
     * Returns the vocabulary of these texts.
     *
     * @throws IllegalArgumentException if no token is left
     */
    public Vocabulary of(String... texts) {
        return of(List.of(texts));
    }

    /** As {@link #of(String...)}. */
    public Vocabulary of(Iterable<String> texts) {
        Map<String, Integer> counts = new HashMap<>();
        texts.forEach(text -> kind.forEach(text, (token, position) -> counts.merge(token, 1, Math::addExact)));
        List<String> tokens = new ArrayList<>();
        if (unknown != null) {
            tokens.add(unknown);
            counts.remove(unknown);
        }
        counts.entrySet().stream()
                .filter(token -> token.getValue() >= minimumCount)
                .sorted(Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(Math.max(0, maximumSize - tokens.size()))
                .forEach(token -> tokens.add(token.getKey()));
        Check.that(
                !tokens.isEmpty(),
                "vocabulary: there must be a token, but in these texts none is there as often as the least count of %s",
                minimumCount);
        return new Vocabulary(kind, tokens, unknown);
    }

    /** Returns the kind of tokens and the options. */
    @Override
    public String toString() {
        return "VocabularyBuilder of tokens " + kind + ", minimumCount " + minimumCount
                + (maximumSize == Integer.MAX_VALUE ? "" : ", maximumSize " + maximumSize)
                + (unknown == null ? "" : ", unknown " + unknown);
    }
}
