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
 * Vocabulary written = Vocabulary.words().start("<s>").end("</s>").of(trainingTexts);
 * Dataset continued = written.continued(trainingTexts);                        // x begins with the start, y ends with the end
 * }</pre>
 */
public final class Vocabulary {
    /** What the first tokens may be for, in their order. */
    static final List<String> ROLES = List.of("unknown", "padding", "start", "end");

    private static final String NOTE = "vocabulary/";

    private final Tokens kind;
    private final List<String> tokens;
    /** Of those that texts may have. */
    private final Map<String, Integer> ids = new HashMap<>();

    private final List<String> roles;

    Vocabulary(Tokens kind, List<String> tokens, List<String> roles) {
        this.kind = kind;
        this.tokens = List.copyOf(tokens);
        this.roles = List.copyOf(roles);
        for (int id = 0; id < tokens.size(); id++) {
            if (id >= roles.size() || roles.get(id).equals("unknown")) {
                ids.put(tokens.get(id), id);
            }
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

    /** Returns the number of tokens, with those that are for something else than texts. */
    public int size() {
        return tokens.size();
    }

    /** Returns all tokens by their numbers. */
    public List<String> tokens() {
        return tokens;
    }

    /** Returns the token that stands for unknown ones, if there is one; its number is 0. */
    public Optional<String> unknown() {
        return roles.contains("unknown") ? Optional.of(tokens.get(0)) : Optional.empty();
    }

    /** Returns what the first tokens are for, from number 0 on: some of unknown, padding, start and end, in this order. */
    public List<String> roles() {
        return roles;
    }

    /**
     * Returns the number of the token with which sequences start.
     *
     * @throws IllegalArgumentException if there is none
     */
    public int start() {
        return role("start");
    }

    /**
     * Returns the number of the token with which sequences end.
     *
     * @throws IllegalArgumentException if there is none
     */
    public int end() {
        return role("end");
    }

    /**
     * Returns the number of the token that stands where a sequence is padded.
     *
     * @throws IllegalArgumentException if there is none
     */
    public int padding() {
        return role("padding");
    }

    private int role(String role) {
        int id = roles.indexOf(role);
        Check.that(id >= 0, "vocabulary: there must be a token for the %s; the builder's %s(…) sets it", role, role);
        return id;
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
     * Returns the numbers of the tokens of a text, without start and end. Those that are for start, end or padding are not known as tokens of texts.
     *
     * @throws IllegalArgumentException if one is not known, and there is no token for such
     */
    public int[] encode(String text) {
        IntStream.Builder found = IntStream.builder();
        kind.forEach(text, (token, position) -> found.add(id(token, "at position", position)));
        return found.build().toArray();
    }

    /**
     * Returns the number of the start token, those of the tokens of a text, and that of the end token.
     *
     * @throws IllegalArgumentException as {@link #encode}, or if there is no token for start or end
     */
    public int[] enclosed(String text) {
        IntStream inside = IntStream.concat(IntStream.of(start()), Arrays.stream(encode(text)));
        return IntStream.concat(inside, IntStream.of(end())).toArray();
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
                id != null || unknown().isPresent(),
                "vocabulary: %s %s %s must be one of the %s that are known; built with unknown(…), there is a token for all others",
                id == null ? kind.describe(token) : null,
                where,
                position,
                size());
        return id == null ? 0 : id;
    }

    /**
     * Returns the text of numbers, up to the first end token, without those for start and padding; between words there are blanks.
     *
     * @throws IllegalArgumentException if there is no token of a number
     */
    public String decode(int... each) {
        List<String> all = Arrays.stream(each).mapToObj(this::token).toList();
        int end = Arrays.stream(each).boxed().toList().indexOf(roles.indexOf("end"));
        return IntStream.range(0, end < 0 ? each.length : end)
                .filter(i -> each[i] != roles.indexOf("start") && each[i] != roles.indexOf("padding"))
                .mapToObj(all::get)
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
        return oneHot(Tensor.of(each));
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
        Tensor parts = windows.all(Tensor.of(all).expandDims(1)).squeeze(2);
        return new Dataset(parts.slice(1, 0, length), parts.slice(1, 1, length + 1));
    }

    /**
     * Returns the numbers of the tokens of every text, padded to the longest, (texts, steps), with lengths; padding is 0 unless there is a token
     * for it.
     *
     * @param y what is to be learnt about the texts, (texts, …)
     * @throws IllegalArgumentException if a token is not known, there is no token at all, or not one target per text
     */
    public Dataset padded(List<String> texts, Tensor y) {
        List<int[]> encoded = texts.stream().map(this::encode).toList();
        Tensor x = padded(encoded);
        return new Dataset(x, y)
                .lengths(Lengths.of(
                        encoded.stream().mapToInt(each -> each.length).toArray()));
    }

    /**
     * Returns texts to learn to write them: x the start token and those of the text, (texts, steps), y those of the text and the end token,
     * (texts, steps, 1), as {@code categoricalCrossEntropy().ofIds(size())} takes them. Padded to the longest, with lengths.
     *
     * @throws IllegalArgumentException if a token is not known, there is no text, or no token for start or end
     */
    public Dataset continued(List<String> texts) {
        List<int[]> whole = texts.stream().map(this::enclosed).toList();
        List<int[]> x =
                whole.stream().map(each -> Arrays.copyOf(each, each.length - 1)).toList();
        List<int[]> y = whole.stream()
                .map(each -> Arrays.copyOfRange(each, 1, each.length))
                .toList();
        Lengths lengths = Lengths.of(x.stream().mapToInt(each -> each.length).toArray());
        return new Dataset(padded(x), padded(y).expandDims(2)).lengths(lengths).targetsPerStep(true);
    }

    private Tensor padded(List<int[]> encoded) {
        int steps = encoded.stream().mapToInt(each -> each.length).max().orElse(0);
        Check.that(steps > 0, "vocabulary: at least one of the texts must have a token");
        Shape shape = Shape.of(encoded.size(), steps); // which refuses what no array can hold
        double[] padded = new double[shape.size()];
        Arrays.fill(padded, Math.max(0, roles.indexOf("padding")));
        for (int i = 0; i < encoded.size(); i++) {
            for (int t = 0; t < encoded.get(i).length; t++) {
                padded[i * steps + t] = encoded.get(i)[t];
            }
        }
        return Tensor.of(shape, padded);
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
        lines.add(kind + roles.stream().map(role -> " " + role).collect(Collectors.joining()));
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
        List<String> words = List.of(lines.get(0).split(" ", -1));
        List<String> roles = words.subList(1, words.size());
        Optional<Tokens> kind = Arrays.stream(Tokens.values())
                .filter(each -> each.name().equals(words.get(0)))
                .findFirst();
        Check.that(
                kind.isPresent()
                        && ROLES.stream().filter(roles::contains).toList().equals(roles)
                        && tokens.size() >= Math.max(1, roles.size())
                        && tokens.stream().distinct().count() == tokens.size(),
                "vocabulary: a text must have the line CHARACTER, WORD or LABEL and then different tokens, one a line, got '%s'",
                lines.get(0));
        return new Vocabulary(kind.orElseThrow(), tokens, roles);
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
