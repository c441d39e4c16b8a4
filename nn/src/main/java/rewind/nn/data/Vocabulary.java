package rewind.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Lengths;

/**
 * The tokens that a model knows, characters, words or the names of classes, with a number for each, from 0 on. Immutable.
 *
 * <pre>{@code
 * Vocabulary letters = Vocabulary.characters().of(text);
 * DataSource samples = letters.windows(text, 64, 64).map(ids -> ids.mapX(letters::oneHot).mapY(letters::oneHot));
 *
 * Vocabulary words = Vocabulary.words().minimumCount(2).unknown("?").of(trainingTexts);
 * Vocabulary classes = Vocabulary.labels().of(trainingLabels);
 * Dataset train = words.padded(trainingTexts, classes.oneHot(classes.ids(trainingLabels)));
 * }</pre>
 */
public final class Vocabulary {
    private static final String NOTE = "vocabulary/";

    private final Tokens kind;
    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private final String unknown;

    Vocabulary(Tokens kind, List<String> tokens, String unknown) {
        this.kind = kind;
        this.tokens = List.copyOf(tokens);
        this.unknown = unknown;
        for (String token : tokens) {
            ids.put(token, ids.size());
        }
    }

    /** Starts a vocabulary of Unicode characters. */
    public static VocabularyBuilder characters() {
        return new VocabularyBuilder(Tokens.CHARACTER);
    }

    /**
     * Starts a vocabulary of words: letters and digits, with apostrophes inside; every other character that is not blank is a word of
     * its own. Words that differ in case are different.
     */
    public static VocabularyBuilder words() {
        return new VocabularyBuilder(Tokens.WORD);
    }

    /** Starts a vocabulary of whole texts, such as the names of classes. */
    public static VocabularyBuilder labels() {
        return new VocabularyBuilder(Tokens.LABEL);
    }

    // ---- tokens ----

    /** Returns the number of tokens, with the one for unknown ones. */
    public int size() {
        return tokens.size();
    }

    /** Returns all tokens by their numbers. */
    public List<String> tokens() {
        return tokens;
    }

    /** Returns the token that stands for unknown ones, if there is one; its number is 0. */
    public Optional<String> unknown() {
        return Optional.ofNullable(unknown);
    }

    /**
     * Returns the token of a number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String token(int id) {
        Check.that(id >= 0 && id < size(), "vocabulary: a number must be one of 0 to %s, got %s", size() - 1, id);
        return tokens.get(id);
    }

    /**
     * Returns the numbers of the tokens of a text.
     *
     * @throws IllegalArgumentException if one is not known, and there is no token for such
     */
    public int[] encode(String text) {
        IntStream.Builder found = IntStream.builder();
        kind.forEach(text, (token, position) -> found.add(id(token, "at position", position)));
        return found.build().toArray();
    }

    /**
     * Returns the numbers of tokens as they are, not taken apart: of labels.
     *
     * @throws IllegalArgumentException if one is not known, and there is no token for such
     */
    public int[] ids(List<String> each) {
        return IntStream.range(0, each.size())
                .map(i -> id(each.get(i), "of entry", i))
                .toArray();
    }

    private int id(String token, String where, int position) {
        Integer id = ids.get(token);
        Check.that(
                id != null || unknown != null,
                "vocabulary: %s %s %s must be one of the %s that are known; built with unknown(…), there is a token for all others",
                id == null ? kind.describe(token) : null,
                where,
                position,
                size());
        return id == null ? 0 : id;
    }

    /**
     * Returns the text of numbers; between words there are blanks.
     *
     * @throws IllegalArgumentException if there is no token of a number
     */
    public String decode(int... each) {
        return Arrays.stream(each)
                .mapToObj(this::token)
                .collect(Collectors.joining(kind == Tokens.CHARACTER ? "" : " "));
    }

    // ---- tensors ----

    /**
     * Returns the text of numbers in their order, as {@code argMax} gives them.
     *
     * @throws IllegalArgumentException if an element is not a whole number, or there is no token of it
     */
    public String decode(Tensor each) {
        return decode(each.toIntArray());
    }

    /** Returns for each number a row with 1 in its place and 0 elsewhere, (numbers, size). */
    public Tensor oneHot(int... each) {
        return oneHot(numbers(each));
    }

    /** As {@link #oneHot(int...)}, for a tensor of numbers of any shape: (…) to (…, size). */
    public Tensor oneHot(Tensor each) {
        return each.oneHot(size());
    }

    /**
     * Returns parts of a text to learn to continue it from: x the numbers of {@code length} tokens, (samples, length), y those of the
     * tokens that follow each of them, (samples, length). Another part begins every {@code stride} tokens.
     *
     * @throws IllegalArgumentException if a token is not known, the text is too short, or length or stride is not positive
     */
    public Dataset windows(String text, int length, int stride) {
        Check.that(length > 0, "vocabulary: the length of a window must be positive, got %s", length);
        int[] all = encode(text);
        Check.that(
                all.length > length,
                "vocabulary: a text must have more tokens than the %s of a window, got %s",
                length,
                all.length);
        Windows windows = Windows.of(length + 1).stride(stride);
        Tensor parts = windows.all(numbers(all).expandDims(1)).squeeze(2);
        return new Dataset(parts.slice(1, 0, length), parts.slice(1, 1, length + 1));
    }

    /**
     * Returns the numbers of the tokens of every text, padded to the longest, (texts, steps), with lengths.
     *
     * @param y what is to be learnt about the texts, (texts, …)
     * @throws IllegalArgumentException if a token is not known, there is no token at all, or not one target per text
     */
    public Dataset padded(List<String> texts, Tensor y) {
        List<int[]> encoded = texts.stream().map(this::encode).toList();
        int[] lengths = encoded.stream().mapToInt(each -> each.length).toArray();
        int steps = Arrays.stream(lengths).max().orElse(0);
        Check.that(steps > 0, "vocabulary: at least one of the texts must have a token");
        Shape shape = Shape.of(texts.size(), steps); // which refuses what no array can hold
        double[] padded = new double[shape.size()];
        for (int i = 0; i < lengths.length; i++) {
            for (int t = 0; t < lengths[i]; t++) {
                padded[i * steps + t] = encoded.get(i)[t];
            }
        }
        return new Dataset(Tensor.of(shape, padded), y).lengths(Lengths.of(lengths));
    }

    private static Tensor numbers(int... each) {
        return Tensor.of(each);
    }

    // ---- with a model ----

    /**
     * Keeps this vocabulary with a model, with which it is saved.
     *
     * @param name such as {@code x} or {@code y}, for {@link #of(Notes, String)}
     */
    public void noteIn(Notes model, String name) {
        model.note(NOTE + name, toText());
    }

    /**
     * Returns a vocabulary that is kept with a model.
     *
     * @throws IllegalArgumentException if the model has none of this name
     */
    public static Vocabulary of(Notes model, String name) {
        return parse(model.note(NOTE + name)
                .orElseThrow(() -> Check.failure(
                        "vocabulary: the model has no vocabulary %s; before it is saved, noteIn(model, \"%s\") adds it",
                        name, name)));
    }

    /** Returns a text of this vocabulary, for {@link #parse}. */
    public String toText() {
        List<String> lines = new ArrayList<>();
        lines.add(kind + (unknown == null ? "" : " unknown"));
        tokens.forEach(token -> lines.add(Texts.escape(token)));
        return String.join("\n", lines);
    }

    /**
     * Returns the vocabulary of a text that {@link #toText} made.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    public static Vocabulary parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        List<String> tokens = lines.stream().skip(1).map(Texts::unescape).toList();
        boolean unknown = lines.get(0).endsWith(" unknown");
        String name = unknown ? lines.get(0).replace(" unknown", "") : lines.get(0);
        Optional<Tokens> kind = Arrays.stream(Tokens.values())
                .filter(each -> each.name().equals(name))
                .findFirst();
        Check.that(
                kind.isPresent()
                        && !tokens.isEmpty()
                        && tokens.stream().distinct().count() == tokens.size(),
                "vocabulary: a text must have the line CHARACTER, WORD or LABEL and then different tokens, one a line, got '%s'",
                lines.get(0));
        return new Vocabulary(kind.orElseThrow(), tokens, unknown ? tokens.get(0) : null);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vocabulary vocabulary && toText().equals(vocabulary.toText());
    }

    @Override
    public int hashCode() {
        return toText().hashCode();
    }

    /** Returns how many tokens of which kind there are, and the first of them. */
    @Override
    public String toString() {
        return "Vocabulary of " + tokens.size() + " tokens " + kind + " " + Check.shown(tokens);
    }
}
