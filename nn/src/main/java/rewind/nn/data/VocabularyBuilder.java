package rewind.nn.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    private Map<String, String> byRole = Map.of();

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
     * Keeps only so many tokens, the most frequent ones; those for unknown ones, padding, start and end count too.
     *
     * @throws IllegalArgumentException if not positive
     */
    public VocabularyBuilder maximumSize(int tokens) {
        Check.that(tokens > 0, "vocabulary: the maximum size must be positive, got %s", tokens);
        return with(builder -> builder.maximumSize = tokens);
    }

    /** Sets a token, of number 0, that stands for all that are not in the vocabulary. By default there is none: they are an error. */
    public VocabularyBuilder unknown(String token) {
        return with("unknown", token);
    }

    /** Sets a token with which {@linkplain Vocabulary#enclosed sequences start}; texts must not have it. */
    public VocabularyBuilder start(String token) {
        return with("start", token);
    }

    /** Sets a token with which {@linkplain Vocabulary#enclosed sequences end}; texts must not have it. */
    public VocabularyBuilder end(String token) {
        return with("end", token);
    }

    /** Sets a token that stands where sequences are padded; texts must not have it. By default padding is 0. */
    public VocabularyBuilder padding(String token) {
        return with("padding", token);
    }

    private VocabularyBuilder with(String role, String token) {
        Map<String, String> more = new HashMap<>(byRole);
        more.put(role, token);
        Check.that(
                more.values().stream().distinct().count() == more.size(),
                "vocabulary: unknown, padding, start and end must be different tokens, got '%s' for the %s and before",
                token,
                role);
        return with(builder -> builder.byRole = more);
    }

    /**
     * Returns the vocabulary of these texts.
     *
     * @throws IllegalArgumentException if no token is left, or a text has that of padding, start or end
     */
    public Vocabulary of(String... texts) {
        return of(List.of(texts));
    }

    /** As {@link #of(String...)}. */
    public Vocabulary of(Iterable<String> texts) {
        Map<String, Integer> counts = new HashMap<>();
        texts.forEach(text -> kind.forEach(text, (token, position) -> counts.merge(token, 1, Math::addExact)));
        counts.remove(byRole.get("unknown"));
        List<String> roles =
                Vocabulary.ROLES.stream().filter(byRole::containsKey).toList();
        List<String> tokens = new ArrayList<>();
        for (String role : roles) {
            String token = byRole.get(role);
            Check.that(
                    !counts.containsKey(token),
                    "vocabulary: texts must not have the token of the %s, '%s'",
                    role,
                    token);
            tokens.add(token);
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
        return new Vocabulary(kind, tokens, roles);
    }

    /** Returns the kind of tokens and the options. */
    @Override
    public String toString() {
        return "VocabularyBuilder of tokens " + kind + ", minimumCount " + minimumCount
                + (maximumSize == Integer.MAX_VALUE ? "" : ", maximumSize " + maximumSize)
                + Vocabulary.ROLES.stream()
                        .filter(byRole::containsKey)
                        .map(role -> ", " + role + " " + byRole.get(role))
                        .collect(Collectors.joining());
    }
}
