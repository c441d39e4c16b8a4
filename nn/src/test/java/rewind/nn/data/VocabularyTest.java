package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Losses.categoricalCrossEntropy;
import static rewind.nn.Optimizers.adam;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;

/** Texts as numbers and back, vocabularies kept with models, and what is unknown. */
class VocabularyTest {
    /** Any UTF-16, lone surrogates too, and more often what a text form could stumble over. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .all()
                .withChars("\\\"'\n\r\t u0041\0")
                .withChars('\uD83D', '\uDE00', '\uDE00', '\u2028', '\uFEFF')
                .ofMinLength(1)
                .ofMaxLength(30);
    }

    private static Model model() {
        return Sequential.of(Layers.dense(1)).build(Shape.of(2), 1);
    }

    @Property
    void charactersComeBackAsTheyWere(@ForAll("texts") String text) {
        Vocabulary vocabulary = Vocabulary.characters().of(text);
        int[] ids = vocabulary.encode(text);
        assertThat(vocabulary.decode(ids)).isEqualTo(text);
        assertThat(ids).hasSize(text.codePointCount(0, text.length()));
        assertThat(vocabulary.size())
                .isEqualTo((int) text.codePoints().distinct().count());
    }

    @Property(tries = 300)
    void aModelKeepsAVocabularyOfAnyText(@ForAll("texts") String text, @ForAll("texts") String unknown) {
        List<Vocabulary> all = new ArrayList<>(List.of(
                Vocabulary.characters().of(text),
                Vocabulary.characters().unknown(unknown).of(text),
                Vocabulary.labels().of(text, unknown, "", "\\u0041" + text)));
        if (!text.isBlank()) {
            all.add(Vocabulary.words().unknown(unknown).of(text));
        }
        for (Vocabulary vocabulary : all) {
            Model model = model();
            vocabulary.noteIn(model, "x");
            Vocabulary read = Vocabulary.of(model, "x");
            assertThat(read.tokens()).isEqualTo(vocabulary.tokens());
            assertThat(read.unknown()).isEqualTo(vocabulary.unknown());
            assertThat(read.encode(text)).isEqualTo(vocabulary.encode(text));
            assertThat(read).isEqualTo(vocabulary);
            assertThat(model.note("vocabulary/x").orElseThrow().codePoints())
                    .as("can be written in UTF-8")
                    .noneMatch(c -> Character.getType(c) == Character.SURROGATE);
        }
    }

    @Test
    void theMostFrequentTokensHaveTheLowestNumbers() {
        assertThat(Vocabulary.characters().of("abacab!").tokens()).containsExactly("a", "b", "!", "c");
        VocabularyBuilder words = Vocabulary.words();
        String[] texts = {"the cat, the dog", "the end."};
        assertThat(words.of(texts).tokens()).containsExactly("the", ",", ".", "cat", "dog", "end");
        assertThat(words.minimumCount(2).of(texts).tokens()).containsExactly("the");
        assertThat(words.maximumSize(2).of(texts).tokens()).containsExactly("the", ",");
        assertThat(words.maximumSize(2).unknown("?").of(texts).tokens()).containsExactly("?", "the");
        assertThat(words.unknown("the").of(texts).tokens()).containsExactly("the", ",", ".", "cat", "dog", "end");
    }

    @Test
    void wordsAreLettersAndDigitsInOneAndTheRestAlone() {
        Vocabulary words = Vocabulary.words().of("I don't – naïve x2 Straße?! 漢字 l’été ");
        String text = "don't naïve x2! l’été";
        assertThat(Arrays.stream(words.encode(text)).mapToObj(words::token))
                .containsExactly("don't", "naïve", "x2", "!", "l’été");
        assertThat(words.decode(words.encode(text))).isEqualTo("don't naïve x2 ! l’été");
        assertThat(words.tokens()).contains("–", "Straße", "?", "漢字").hasSize(10);
    }

    @Test
    void unknownTokensAreATokenIfChosen() {
        Vocabulary vocabulary = Vocabulary.characters().unknown("_").of("aab");
        assertThat(vocabulary.encode("abc😀")).containsExactly(1, 2, 0, 0);
        assertThat(vocabulary.decode(1, 2, 0)).isEqualTo("ab_");
        assertThat(vocabulary.unknown()).hasValue("_");
    }

    @Test
    void oneHotRowsHaveTheOneInTheirPlace() {
        Vocabulary classes = Vocabulary.labels().of("no", "yes", "yes", "a b");
        assertThat(classes.tokens()).containsExactly("yes", "a b", "no");
        assertThat(classes.oneHot(classes.ids(List.of("no", "yes"))).toRows())
                .isDeepEqualTo(new double[][] {{0, 0, 1}, {1, 0, 0}});
        assertThat(classes.oneHot(Tensor.zeros(4, 5)).shape()).isEqualTo(Shape.of(4, 5, 3));
    }

    @Property(tries = 300)
    void windowsOfATextAreFollowedByTheirNextTokens(
            @ForAll("texts") String text,
            @ForAll @IntRange(min = 1, max = 6) int length,
            @ForAll @IntRange(min = 1, max = 8) int stride) {
        Vocabulary vocabulary = Vocabulary.characters().of(text);
        int[] ids = vocabulary.encode(text);
        Assume.that(ids.length > length);
        Dataset data = vocabulary.windows(text, length, stride);
        int sample = 0;
        for (int start = 0; start + length < ids.length; start += stride, sample++) {
            for (int t = 0; t < length; t++) {
                assertThat(data.x().get(sample, t)).isEqualTo(ids[start + t]);
                assertThat(data.y().get(sample, t)).isEqualTo(ids[start + t + 1]);
            }
        }
        assertThat(data.x().shape())
                .isEqualTo(Shape.of(sample, length))
                .isEqualTo(data.y().shape());
    }

    @Test
    void textsArePaddedToTheLongest() {
        Vocabulary words = Vocabulary.words().of("a a a b b c");
        Dataset data = words.padded(List.of("b c", "", "c a b"), Tensor.zeros(3, 1));
        assertThat(data.x().toRows()).isDeepEqualTo(new double[][] {{1, 2, 0}, {0, 0, 0}, {2, 0, 1}});
        assertThat(data.lengths()).hasToString("Optional[[2, 0, 3]]");
        assertThat(data.bucketedByLength().batches(2).toList().get(0).x().toRows())
                .isDeepEqualTo(new double[][] {{0, 0}, {1, 2}});
    }

    @Test
    void aModelLearnsTheNextCharacterFromBatchesThatAreEncodedAsTheyCome() {
        String text = "abcadcb".repeat(20);
        Vocabulary letters = Vocabulary.characters().of(text);
        DataSource samples = letters.windows(text, 14, 14)
                .map(ids -> ids.mapX(letters::oneHot).mapY(letters::oneHot));
        Model model = Sequential.of(gru(8).sequences(true), dense(4, "softmax")).build(Shape.of(14, 4), 1);
        Training.of(model)
                .loss(categoricalCrossEntropy())
                .optimizer(adam(0.05))
                .epochs(30)
                .batchSize(4)
                .fit(samples);
        int[] follow = letters.encode("abcadcbabcadcb");
        Tensor last =
                model.predict(letters.oneHot(follow).expandDims(0)).select(0, 0).argMax(1);
        int[] learnt = Arrays.stream(last.toArray()).mapToInt(id -> (int) id).toArray();
        assertThat(letters.decode(learnt)).endsWith("cadcbabcadcba");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static List<Arguments> isRefused() {
        Vocabulary letters = Vocabulary.characters().of("abc");
        Vocabulary words = Vocabulary.words().of("a few words");
        String rest = "; built with unknown(…), there is a token for all others";
        return List.of(
                refusal(
                        "vocabulary: the length of a window must be positive, got 0",
                        () -> letters.windows("abc", 0, 1)),
                refusal(
                        "vocabulary: the character 'ß' (U+00DF) at position 2 must be one of the 3 that are known"
                                + rest,
                        () -> letters.encode("abß")),
                refusal(
                        "vocabulary: the character '😀' (U+1F600) at position 0 must be one of the 3 that are known"
                                + rest,
                        () -> letters.encode("😀")),
                refusal(
                        "vocabulary: the character '\\u000A' (U+000A) at position 1 must be one of the 3 that are known"
                                + rest,
                        () -> letters.encode("a\n")),
                refusal(
                        "vocabulary: the word 'many' at position 2 must be one of the 3 that are known" + rest,
                        () -> words.encode("a many words")),
                refusal(
                        "vocabulary: the label 'maybe' of entry 1 must be one of the 2 that are known" + rest,
                        () -> Vocabulary.labels().of("yes", "no").ids(List.of("no", "maybe"))),
                refusal("vocabulary: a number must be one of 0 to 2, got 3", () -> letters.decode(0, 3)),
                refusal(
                        "vocabulary: there must be a token, but in these texts none is there as often as the least count of 1",
                        () -> Vocabulary.words().of(" \n")),
                refusal(
                        "vocabulary: the minimum count must be positive, got 0",
                        () -> Vocabulary.words().minimumCount(0)),
                refusal(
                        "vocabulary: the maximum size must be positive, got 0",
                        () -> Vocabulary.words().maximumSize(0)),
                refusal(
                        "vocabulary: a text must have more tokens than the 3 of a window, got 3",
                        () -> letters.windows("abc", 3, 1)),
                refusal(
                        "vocabulary: at least one of the texts must have a token",
                        () -> words.padded(List.of("", " "), Tensor.zeros(2, 1))),
                refusal(
                        "vocabulary: the model has no vocabulary x; before it is saved, noteIn(model, \"x\") adds it",
                        () -> Vocabulary.of(model(), "x")),
                refusal(
                        "vocabulary: a text must have the line CHARACTER, WORD or LABEL and then different tokens,"
                                + " one a line, got 'WORD'",
                        () -> Vocabulary.parse("WORD\na\na")),
                refusal(
                        "vocabulary: a text must have the line CHARACTER, WORD or LABEL and then different tokens,"
                                + " one a line, got ''",
                        () -> Vocabulary.parse("")));
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }

    @Test
    void equalVocabulariesHaveTheSameTokensOfTheSameKind() {
        Vocabulary one = Vocabulary.words().of("a b");
        assertThat(one)
                .isEqualTo(Vocabulary.words().of("b a"))
                .hasSameHashCodeAs(Vocabulary.words().of("b a"));
        for (Object other : List.of(
                Vocabulary.words().of("a c"),
                Vocabulary.labels().of("a", "b"),
                Vocabulary.words().unknown("a").of("b"),
                "a b")) {
            assertThat(one).isNotEqualTo(other).doesNotHaveSameHashCodeAs(other);
        }
    }

    @Test
    void optionsMayBeAtTheEndsOfTheirRanges() {
        VocabularyBuilder least = Vocabulary.words().minimumCount(1).maximumSize(1);
        assertThat(least.of("a b b").tokens()).containsExactly("b");
        assertThat(least.unknown("?").of("a b b").tokens()).containsExactly("?");
        assertThat(least.unknown("?"))
                .hasToString("VocabularyBuilder of tokens WORD, minimumCount 1, maximumSize 1, unknown ?");
    }

    @Test
    void sequencesStartAndEndWithTokensOfTheirOwn() {
        VocabularyBuilder builder =
                Vocabulary.characters().end("$").start("^").padding("_").unknown("?");
        Vocabulary letters = builder.of("aab");
        assertThat(letters.tokens()).containsExactly("?", "_", "^", "$", "a", "b");
        assertThat(letters.roles()).containsExactly("unknown", "padding", "start", "end");
        assertThat(letters.enclosed("ba")).containsExactly(2, 5, 4, 3);
        assertThat(letters.encode("a^_$?")).as("texts have no such tokens").containsExactly(4, 0, 0, 0, 0);
        assertThat(letters.decode(2, 4, 1, 5, 0, 3, 4)).isEqualTo("ab?");
        assertThat(letters.decode()).isEmpty();
        Dataset continued = letters.continued(List.of("ab", "", "b"));
        assertThat(continued.x().toIntArray()).containsExactly(2, 4, 5, 2, 1, 1, 2, 5, 1);
        assertThat(continued.y().shape()).isEqualTo(Shape.of(3, 3, 1));
        assertThat(continued.y().toIntArray()).containsExactly(4, 5, 3, 3, 1, 1, 5, 3, 1);
        assertThat(continued.lengths().orElseThrow()).hasToString("[3, 1, 2]");
        assertThat(continued.targetsPerStep()).isTrue();
        Model model = model();
        letters.noteIn(model, "y");
        assertThat(Vocabulary.of(model, "y")).isEqualTo(letters);
        assertThat(Vocabulary.parse(letters.toText()).end()).isEqualTo(3);
        assertThat(Vocabulary.parse("WORD unknown\n?\na").roles())
                .as("as older files have it")
                .containsExactly("unknown");
        assertThat(builder)
                .hasToString(
                        "VocabularyBuilder of tokens CHARACTER, minimumCount 1, unknown ?, padding _, start ^, end $");
    }

    @Test
    void tokensOfSequencesAreTheirsAlone() {
        VocabularyBuilder words = Vocabulary.labels().start("go");
        assertThatThrownBy(() -> words.end("go")).hasMessageContaining("different tokens, got 'go' for the end");
        assertThatThrownBy(() -> words.of("a", "go"))
                .hasMessage("vocabulary: texts must not have the token of the start, 'go'");
        Vocabulary built = words.of("a");
        assertThatThrownBy(() -> built.encode("go")).hasMessageContaining("'go'");
        assertThatThrownBy(() -> built.enclosed("a"))
                .hasMessage("vocabulary: there must be a token for the end; the builder's end(…) sets it");
        for (String text : List.of("WORD end start\na\nb", "WORD start end\na", "WORD begin\na", "WORD \na")) {
            assertThatThrownBy(() -> Vocabulary.parse(text)).hasMessageContaining("must have the line CHARACTER");
        }
    }
}
