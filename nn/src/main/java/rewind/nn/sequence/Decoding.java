package rewind.nn.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.data.Vocabulary;
import rewind.nn.distribution.Categorical;
import rewind.nn.layer.Options;
import rewind.nn.train.Trainable;

/**
 * Sequences written token after token, by any model that carries states from step to step, or by a {@link Decoder}: p(y) = Π p(y⟨t⟩ | y⟨1⟩ …
 * y⟨t−1⟩) with p = softmax(logits). Every step costs one step, however long the sequence is.
 *
 * <pre>{@code
 * Decoding writing = Decoding.of(model).vocabulary(words).atMost(50);
 * Decoded likely = writing.after("The").greedy().get(0);
 * List<Decoded> drawn = writing.after("The", "A").sample(rng, p -> p.temperature(0.8).topP(0.9));
 * List<Decoded> best = writing.after("The").lengthNormalization(1).beam(5).get(0);
 * String text = words.decode(best.get(0).ids());
 *
 * Decoding translating = Decoding.of(encoded, decoder).vocabulary(words);        // one sequence for each row of the state
 * }</pre>
 *
 * <p>Immutable; every option returns a new one.
 */
public final class Decoding extends Options<Decoding> {
    /** Of a model that tells nothing. */
    private static final int UNKNOWN = -1;

    private final Trainable model; // null: a decoder
    private final TokenStream.Beginning decoder; // null: a model
    private final int sequences;
    private UnaryOperator<Tensor> reading;
    private Map<String, Tensor> given = Map.of();
    private Vocabulary vocabulary;
    private List<int[]> prompts = List.of();
    private int end = UNKNOWN;
    private List<Integer> never = List.of();
    private int most = 100;
    private double normalization;

    private Decoding(Trainable model, TokenStream.Beginning decoder, int sequences) {
        this.model = model;
        this.decoder = decoder;
        this.sequences = sequences;
    }

    /**
     * Returns decoding by a model from tokens to scores or probabilities of the next token, after every step or after the last one. It reads the
     * numbers of tokens, or one-hot rows.
     */
    public static Decoding of(Trainable model) {
        return new Decoding(model, null, UNKNOWN);
    }

    /**
     * Returns decoding by steps of one's own.
     *
     * @param first the state before the first token; its tensors have an axis of sequences first
     * @throws IllegalArgumentException if they have not
     */
    public static <S> Decoding of(S first, Decoder<S> decoder) {
        int rows = DecoderStream.sequences(first);
        return new Decoding(null, (each, copies) -> DecoderStream.begin(decoder, first, copies), rows);
    }

    // ---- options ----

    /**
     * Takes start and end tokens from a vocabulary, as far as it has such, and never writes start or padding. Sequences begin with the start token
     * unless {@link #after} tells something else.
     */
    public Decoding vocabulary(Vocabulary words) {
        List<String> roles = words.roles();
        Decoding known = with(to -> to.vocabulary = words);
        Decoding begun = prompts.isEmpty() && roles.contains("start") ? known.after(new int[] {words.start()}) : known;
        Decoding started = roles.contains("start") ? begun.never(words.start()) : begun;
        Decoding padded = roles.contains("padding") ? started.never(words.padding()) : started;
        return roles.contains("end") ? padded.end(words.end()) : padded;
    }

    /** Sets the token with which a sequence ends; by default none does. */
    public Decoding end(int id) {
        Check.that(id >= 0, "decoding: the number of the end token must not be negative, got %s", id);
        return with(to -> to.end = id);
    }

    /** Leaves out tokens, beside those that were left out before: what is written is distributed as if they did not exist. */
    public Decoding never(int... ids) {
        List<Integer> more = new ArrayList<>(never);
        Arrays.stream(ids).forEach(more::add);
        return with(to -> to.never = more);
    }

    /**
     * Sets how many tokens a sequence has at most, those that it follows not counted; by default 100.
     *
     * @throws IllegalArgumentException if not positive
     */
    public Decoding atMost(int tokens) {
        Check.that(tokens > 0, "decoding: the greatest number of tokens must be positive, got %s", tokens);
        return with(to -> to.most = tokens);
    }

    /**
     * Sets the exponent α of {@link Decoded#score}, by which the results of a beam are ordered: 0, the default, prefers short sequences, which are
     * more probable; 1 takes the mean over the tokens.
     *
     * @throws IllegalArgumentException if negative or not finite
     */
    public Decoding lengthNormalization(double alpha) {
        Check.that(
                alpha >= 0 && Double.isFinite(alpha),
                "decoding: the exponent of the length must be finite and not negative, got %s",
                alpha);
        return with(to -> to.normalization = alpha);
    }

    /** Sets the tokens that sequences follow, one or more for each sequence, which need not be equally many. */
    public Decoding after(int[]... tokens) {
        return after(List.of(tokens));
    }

    /**
     * As {@link #after(int[][])}; {@code Collections.nCopies(10, tokens)} begins ten sequences alike.
     *
     * @throws IllegalArgumentException if there is no sequence, one has no token, or there is neither one nor as many as the first state has
     */
    public Decoding after(List<int[]> tokens) {
        Check.that(
                !tokens.isEmpty() && tokens.stream().allMatch(each -> each.length > 0),
                "decoding: there must be at least one sequence, and a token in each to begin with");
        Check.that(
                sequences == UNKNOWN || tokens.size() == 1 || tokens.size() == sequences,
                "decoding: there must be tokens for one sequence or for the %s of the first state, got %s",
                sequences,
                tokens.size());
        List<int[]> own = tokens.stream().map(int[]::clone).toList();
        return with(to -> to.prompts = own);
    }

    /**
     * Sets the texts that sequences follow, after a start token if the vocabulary has one.
     *
     * @throws IllegalArgumentException if there is no vocabulary, or a token is not known to it
     */
    public Decoding after(String... texts) {
        Check.that(vocabulary != null, "decoding: there must be a vocabulary to read texts; vocabulary(…) tells it");
        int[] before = vocabulary.roles().contains("start") ? new int[] {vocabulary.start()} : new int[0];
        return after(Arrays.stream(texts)
                .map(text -> IntStream.concat(Arrays.stream(before), Arrays.stream(vocabulary.encode(text)))
                        .toArray())
                .toList());
    }

    /** Sets what a model reads of numbers of tokens, (sequences, 1): (sequences, 1, …). */
    public Decoding reading(UnaryOperator<Tensor> ofIds) {
        return with(to -> to.reading = ofIds);
    }

    /** Sets named tensors that a model takes besides, (sequences, …) each, see {@link rewind.nn.layer.Pass#given}. */
    public Decoding given(Map<String, Tensor> named) {
        return with(to -> to.given = Map.copyOf(named));
    }

    // ---- what is written ----

    /** Returns for every sequence the most probable token after the other; the first of equally probable ones. */
    public List<Decoded> greedy() {
        return chosen(Categorical::mode);
    }

    /** Returns sequences that are drawn from the model's distribution. The same generator gives the same sequences. */
    public List<Decoded> sample(RandomGenerator rng) {
        return sample(rng, p -> p);
    }

    /**
     * Returns sequences that are drawn from narrowed distributions. Their probabilities are those of the model, not of what is narrowed.
     *
     * @param narrowed such as {@code p -> p.temperature(0.7).topK(40)}
     */
    public List<Decoded> sample(RandomGenerator rng, UnaryOperator<Categorical> narrowed) {
        return chosen(p -> narrowed.apply(p).sample(rng));
    }

    /**
     * Returns for every start the best sequences that are found by a beam, the one with the highest {@link Decoded#score} first. After each step
     * those prefixes are kept that are most probable, as many as the beam is wide, less those that have ended. Width 1 is {@link #greedy}; wide
     * enough for all prefixes, nothing is missed. Source: Graves, arXiv:1211.3711; Sutskever, Vinyals and Le, NIPS 2014.
     *
     * @param width how many there are at most
     * @throws IllegalArgumentException if not positive
     */
    public List<List<Decoded>> beam(int width) {
        Check.that(width > 0, "decoding: the width of a beam must be positive, got %s", width);
        List<int[]> starts = starts();
        BeamSearch search = new BeamSearch(this, starts, width);
        return search.run(begin(starts.size(), width));
    }

    private List<Decoded> chosen(Function<Categorical, Tensor> choice) {
        List<int[]> starts = starts();
        Hypothesis[] written = new Hypothesis[starts.size()];
        Arrays.fill(written, Hypothesis.EMPTY);
        TokenStream stream = begin(written.length, 1);
        int[] ids = new int[written.length];
        for (int t = 0; Arrays.stream(written).anyMatch(this::isOpen); t++) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = written[i].tokenAt(t, starts.get(i));
            }
            Tensor logits = allowed(stream.step(ids));
            boolean[] writes = new boolean[ids.length];
            for (int i = 0; i < ids.length; i++) {
                writes[i] = t + 1 >= starts.get(i).length && isOpen(written[i]);
            }
            double[][] logs = logProbabilities(logits, writes);
            int[] next = choice.apply(new Categorical(logits)).toIntArray();
            for (int i = 0; i < ids.length; i++) {
                written[i] = writes[i] ? written[i].and(next[i], logs[i][next[i]]) : written[i];
            }
        }
        return Arrays.stream(written).map(this::decoded).toList();
    }

    private TokenStream begin(int rows, int copies) {
        return decoder == null ? ModelStream.begin(model, rows, copies, reading, given) : decoder.begin(rows, copies);
    }

    private List<int[]> starts() {
        Check.that(
                !prompts.isEmpty(),
                "decoding: there must be a token to begin with; after(…) tells it, or a vocabulary with a start token");
        return prompts.size() < sequences ? Collections.nCopies(sequences, prompts.get(0)) : prompts;
    }

    // ---- for searches ----

    /** Whether more is to be written. */
    boolean isOpen(Hypothesis written) {
        return written.length() < most && !written.endsWith(end);
    }

    /** The logits with those of tokens left out that are never written. */
    Tensor allowed(Tensor logits) {
        Check.that(
                logits.rank() == 2 && logits.size(1) > end,
                "decoding: a step must give logits (sequences, tokens), with one for the end token %s, got the shape %s",
                end,
                logits.shape());
        Tensor all = logits.to(DType.FLOAT64);
        if (never.isEmpty()) {
            return all;
        }
        double[] mask = new double[all.size(1)];
        for (int id : never) {
            Check.that(id >= 0 && id < mask.length, "decoding: there must be a token %s that is never written", id);
            mask[id] = 1;
        }
        return Tensor.where(Tensor.of(mask), Tensor.of(Double.NEGATIVE_INFINITY), all);
    }

    /** ln p of every token, of those rows where something is written. */
    static double[][] logProbabilities(Tensor logits, boolean... writes) {
        int tokens = logits.size(1);
        double[] scores = logits.toArray();
        double[] all = logits.logSoftmax(1).toArray();
        double[][] rows = new double[writes.length][];
        for (int i = 0; i < writes.length; i++) {
            double greatest = Arrays.stream(scores, i * tokens, (i + 1) * tokens)
                    .reduce(Double.NEGATIVE_INFINITY, Math::max); // NaN if one is
            Check.that(
                    !writes[i] || Double.isFinite(greatest),
                    "decoding: logits must be finite, or −∞ for what never comes, but not for all tokens, got others for sequence %s",
                    i);
            rows[i] = Arrays.copyOfRange(all, i * tokens, (i + 1) * tokens);
        }
        return rows;
    }

    /** The result of what was written. */
    Decoded decoded(Hypothesis written) {
        boolean ended = written.endsWith(end);
        return new Decoded(
                Tensor.of(written.ids(ended)),
                written.logProbability(),
                written.logProbability() / StrictMath.pow(written.length(), normalization),
                ended);
    }

    /** Returns what decodes, and the options. */
    @Override
    public String toString() {
        return "Decoding by " + (model == null ? "a decoder of " + sequences + " sequences" : model)
                + ", at most " + most + " tokens"
                + (end == UNKNOWN ? "" : ", end " + end)
                + (never.isEmpty() ? "" : ", never " + never)
                + (normalization == 0 ? "" : ", lengthNormalization " + normalization);
    }
}
