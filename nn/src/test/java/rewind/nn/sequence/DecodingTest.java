package rewind.nn.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.data.Vocabulary;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;

/** What is written by models and decoders: beside plain loops over whole prefixes, and all sequences that there are. */
class DecodingTest {
    private static final int TOKENS = 4;
    private static final int END = 3;
    private static final int MOST = 4;

    private static List<Model> models(DType dtype) {
        List<List<Layer>> networks = List.of(
                List.of(embedding(TOKENS, 3), gru(5).sequences(true), dense(TOKENS, "softmax")),
                List.of(oneHot(TOKENS), lstm(4).sequences(true), lstm(5).sequences(true), dense(TOKENS)),
                List.of(embedding(TOKENS, 3), recurrent(MinimalGatedUnit::define, 4), dense(TOKENS, "softmax")),
                List.of(embedding(TOKENS, 4), peepholeLstm(4).sequences(true), tiedDense("embedding/E")));
        List<Model> models = new ArrayList<>();
        networks.forEach(layers ->
                models.add(sharp(Sequential.of(layers.toArray(Layer[]::new)).build(Shape.of(6), 3, dtype))));
        models.add(sharp(
                Sequential.of(gru(5).sequences(true), dense(TOKENS, "softmax")).build(Shape.of(6, TOKENS), 3, dtype)));
        return models;
    }

    /** With larger weights, so that sequences differ. */
    private static Model sharp(Model model) {
        model.set(model.parameters().map((name, p) -> p.mul(3)));
        return model;
    }

    /** ln p of the token after others, by a pass over all of them. */
    private static double[] after(Model model, List<Integer> ids) {
        Tensor all = Tensor.of(ids.stream().mapToInt(each -> each).toArray()).expandDims(0);
        Tensor scores = model.scores(
                model.parameters(),
                model.input().rank() == 1 ? all : all.oneHot(TOKENS),
                rewind.nn.layer.Pass.inference());
        Tensor last = scores.rank() == 3 ? scores.select(1, ids.size() - 1) : scores;
        return last.to(DType.FLOAT64).logSoftmax(1).toArray();
    }

    private static List<Integer> joined(int[] start, List<Integer> rest) {
        List<Integer> all = new ArrayList<>(Arrays.stream(start).boxed().toList());
        all.addAll(rest);
        return all;
    }

    private static Decoded plainGreedy(Model model, int... start) {
        List<Integer> ids = new ArrayList<>();
        double sum = 0;
        while (ids.size() < MOST) {
            double[] logs = after(model, joined(start, ids));
            int best = IntStream.range(0, TOKENS)
                    .boxed()
                    .max(Comparator.comparingDouble(i -> logs[i]))
                    .orElseThrow();
            sum += logs[best];
            if (best == END) {
                return new Decoded(Tensor.of(ids.stream().mapToInt(i -> i).toArray()), sum, sum, true);
            }
            ids.add(best);
        }
        return new Decoded(Tensor.of(ids.stream().mapToInt(i -> i).toArray()), sum, sum, false);
    }

    private static void assertSame(Decoded found, Decoded expected, double tolerance) {
        assertThat(found.ids().toIntArray()).isEqualTo(expected.ids().toIntArray());
        assertThat(found.logProbability()).isCloseTo(expected.logProbability(), within(tolerance));
        assertThat(found.score()).isCloseTo(expected.score(), within(tolerance));
        assertThat(found.ended()).isEqualTo(expected.ended());
    }

    @ParameterizedTest
    @EnumSource
    void greedyTakesTheMostProbableOfEachStepAndIsABeamOfOne(DType dtype) {
        List<int[]> starts = List.of(new int[] {0}, new int[] {1, 2, 0}, new int[] {2, 1}, new int[] {1});
        for (Model model : models(dtype)) {
            Decoding decoding = Decoding.of(model).end(END).atMost(MOST).after(starts);
            List<Decoded> greedy = decoding.greedy();
            List<List<Decoded>> beam = decoding.lengthNormalization(1).beam(1);
            for (int i = 0; i < starts.size(); i++) {
                assertSame(greedy.get(i), plainGreedy(model, starts.get(i)), 1e-4);
                assertThat(beam.get(i)).hasSize(1);
                assertThat(beam.get(i).get(0).ids().toIntArray())
                        .isEqualTo(greedy.get(i).ids().toIntArray());
                assertThat(beam.get(i).get(0).logProbability())
                        .isEqualTo(greedy.get(i).logProbability());
            }
        }
    }

    /** All sequences up to a length, with their probabilities. */
    private static void collect(
            Model model, int[] start, List<Integer> ids, double log, double alpha, List<Decoded> all) {
        double[] logs = after(model, joined(start, ids));
        for (int id = 0; id < TOKENS; id++) {
            double sum = log + logs[id];
            List<Integer> longer = new ArrayList<>(ids);
            longer.add(id);
            if (id == END || longer.size() == 3) {
                int[] written =
                        (id == END ? ids : longer).stream().mapToInt(i -> i).toArray();
                all.add(new Decoded(Tensor.of(written), sum, sum / Math.pow(longer.size(), alpha), id == END));
            } else {
                collect(model, start, longer, sum, alpha, all);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.7})
    void aBeamOfFullWidthFindsAllSequences(double alpha) {
        List<int[]> starts = List.of(new int[] {0}, new int[] {2, 1});
        for (Model model : models(DType.FLOAT64).subList(0, 3)) {
            List<List<Decoded>> found = Decoding.of(model)
                    .end(END)
                    .atMost(3)
                    .lengthNormalization(alpha)
                    .after(starts)
                    .beam(64);
            for (int i = 0; i < starts.size(); i++) {
                List<Decoded> all = new ArrayList<>();
                collect(model, starts.get(i), List.of(), 0, alpha, all);
                all.sort(Comparator.comparingDouble(Decoded::score).reversed());
                assertThat(found.get(i)).hasSameSizeAs(all);
                for (int k = 0; k < all.size(); k++) {
                    assertSame(found.get(i).get(k), all.get(k), 1e-9);
                }
                assertThat(all.stream()
                                .mapToDouble(each -> Math.exp(each.logProbability()))
                                .sum())
                        .isCloseTo(1, within(1e-9));
            }
        }
    }

    /** Wider beams miss less: probabilities are never lower than those of a narrower one that kept all of its prefixes. */
    @Test
    void prefixesAreKeptByProbability() {
        Decoder<Tensor> trap = (ids, state) -> new Decoder.Step<>(
                Tensor.of(new double[][] {{0.4, 0.6, 0}, {0.05, 0.05, 0.9}, {0.35, 0.35, 0.3}})
                        .log()
                        .gather(ids.add(state.mul(0))),
                state);
        Decoding decoding = Decoding.of(Tensor.zeros(1), trap).end(2).atMost(3).after(new int[] {2});
        Decoder<Tensor> garden = (ids, state) -> new Decoder.Step<>(
                Tensor.of(new double[][] {{0, 0, 1}, {0.5, 0.5, 0}, {0.45, 0.55, 0}})
                        .log()
                        .gather(ids),
                state);
        Decoding path = Decoding.of(Tensor.zeros(1), garden).end(2).atMost(3).after(new int[] {2});
        assertThat(path.greedy().get(0).ids().toIntArray()).startsWith(1);
        Decoded best = path.beam(2).get(0).get(0);
        assertThat(best.ids().toIntArray()).containsExactly(0); // 0.45, though the first step says 0.55
        assertThat(best.logProbability()).isCloseTo(Math.log(0.45), within(1e-12));
        assertThat(decoding.beam(5).get(0))
                .hasSizeLessThanOrEqualTo(5)
                .isSortedAccordingTo(Comparator.comparingDouble(Decoded::score).reversed());
    }

    @Test
    void drawsHaveTheProbabilitiesOfTheModelAndTheirSeed() {
        Model model = models(DType.FLOAT64).get(0);
        int many = 2000;
        Decoding decoding = Decoding.of(model).end(END).atMost(2).after(Collections.nCopies(many, new int[] {0, 1}));
        List<Decoded> drawn = decoding.sample(new Well19937c(5));
        List<Decoded> again = decoding.sample(new Well19937c(5));
        double[] first = after(model, List.of(0, 1));
        for (int a = 0; a < TOKENS; a++) {
            for (int b = 0; b < TOKENS; b++) {
                double p = Math.exp(first[a] + (a == END ? 0 : after(model, List.of(0, 1, a))[b]));
                int[] ids = a == END ? new int[0] : b == END ? new int[] {a} : new int[] {a, b};
                long count = drawn.stream()
                        .filter(each -> Arrays.equals(each.ids().toIntArray(), ids))
                        .count();
                assertThat((double) count / many).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / many) + 1e-9));
            }
        }
        for (int i = 0; i < many; i++) {
            assertThat(again.get(i).ids().toIntArray())
                    .isEqualTo(drawn.get(i).ids().toIntArray());
        }
        assertThat(decoding.sample(new Well19937c(6)).get(0).logProbability()).isNegative();
        List<Decoded> narrow =
                decoding.sample(new Well19937c(5), p -> p.temperature(0.5).topK(1));
        assertThat(narrow.get(7).ids().toIntArray())
                .isEqualTo(decoding.greedy().get(7).ids().toIntArray());
        assertThat(narrow.get(7).logProbability())
                .isEqualTo(decoding.greedy().get(7).logProbability());
    }

    /** The same network written with a scope: a state of two tensors, and what an encoder gave. */
    @Test
    void aDecoderIsAsGoodAsAModel() {
        Model model = sharp(Sequential.of(embedding(TOKENS, 3), lstm(4).sequences(true), dense(TOKENS, "softmax"))
                .build(Shape.of(6), 3));
        Scope scope = Scope.of(model.parameters());
        Cell<LstmState> cell = lstm(4).cell(scope.child("lstm"), 3);
        Tensor table = model.parameters().get("embedding/E");
        Decoder<Map<String, Object>> decoder = (ids, state) -> {
            LstmState next = cell.step(table.gather(ids), (LstmState) state.get("lstm"));
            Tensor logits = scope.scores("dense", dense(TOKENS, "softmax"), next.output());
            return new Decoder.Step<>(logits, Map.of("lstm", next, "more", List.of(state.get("more"))));
        };
        LstmState zero = new LstmState(Tensor.zeros(3, 4), Tensor.zeros(3, 4));
        Decoding byModel = Decoding.of(model).end(END).after(Collections.nCopies(3, new int[] {1}));
        Decoding byDecoder = Decoding.of(Map.of("lstm", (Object) zero, "more", Tensor.arange(0, 3, 1)), decoder)
                .end(END)
                .after(new int[] {1});
        for (int i = 0; i < 3; i++) {
            assertSame(
                    byDecoder.atMost(6).greedy().get(i),
                    byModel.atMost(6).greedy().get(i),
                    1e-12);
            for (int k = 0; k < 5; k++) {
                assertSame(
                        byDecoder.atMost(6).beam(5).get(i).get(k),
                        byModel.atMost(6).beam(5).get(i).get(k),
                        1e-12);
            }
            assertSame(
                    byDecoder.atMost(6).sample(new Well19937c(1)).get(i),
                    byModel.atMost(6).sample(new Well19937c(1)).get(i),
                    1e-12);
        }
    }

    /** What belongs to a sequence stays with it, whichever prefixes a beam goes on with. */
    @Test
    void everySequenceKeepsItsOwnMemory() {
        Tensor memory = Tensor.of(new double[][] {{3, 1, 0, 0}, {0, 1, 3, 0}});
        Decoder<List<Tensor>> recalls = (ids, state) -> new Decoder.Step<>(
                state.get(0).add(state.get(1).expandDims(1).mul(Tensor.of(0, 0, 0, 2.0))),
                List.of(state.get(0), state.get(1).add(1)));
        Decoding decoding = Decoding.of(List.of(memory, Tensor.zeros(2)), recalls)
                .end(END)
                .atMost(5)
                .after(new int[] {0});
        List<List<Decoded>> found = decoding.beam(3);
        assertThat(found.get(0).get(0).ids().toIntArray()).containsOnly(0);
        assertThat(found.get(1).get(0).ids().toIntArray()).containsOnly(2);
    }

    @Test
    void namedTensorsBelongToTheSequences() {
        Layer conditioned = (scope, input) -> in -> {
            Tensor bias = scope.input("class", in, TOKENS);
            Tensor h = scope.apply("gru", gru(4).sequences(true), scope.apply("oneHot", oneHot(TOKENS), in));
            return scope.apply("dense", dense(TOKENS), h).add(bias.expandDims(1));
        };
        Model model = Model.build(conditioned, Shape.of(5), 1);
        Tensor classes = Tensor.of(new double[][] {{50, 0, 0, 0}, {0, 0, 50, 0}});
        Decoding decoding =
                Decoding.of(model).given(Map.of("class", classes)).atMost(3).after(new int[] {1}, new int[] {1});
        assertThat(decoding.greedy().get(0).ids().toIntArray()).containsExactly(0, 0, 0);
        assertThat(decoding.greedy().get(1).ids().toIntArray()).containsExactly(2, 2, 2);
        assertThat(decoding.beam(3).get(1).get(0).ids().toIntArray()).containsExactly(2, 2, 2);
        assertThatThrownBy(() -> decoding.after(new int[] {1}).greedy())
                .hasMessageContaining("class must be of 1 sequences, got the shape [2, 4]");
    }

    @Test
    void aVocabularyTellsWhereSequencesStartAndEnd() {
        Vocabulary words =
                Vocabulary.words().start("<s>").end("</s>").padding("_").of("b a a", "a c");
        int size = words.size();
        Model model = sharp(Sequential.of(embedding(size, 3), gru(6).sequences(true), dense(size, "softmax"))
                .build(Shape.of(4), 11));
        Decoding decoding = Decoding.of(model).vocabulary(words).atMost(8);
        for (Decoded each : decoding.beam(12).get(0)) {
            assertThat(each.ids().greater(words.end()).toArray()).doesNotContain(0);
        }
        for (Decoded each : decoding.after("a", "c b", "").sample(new Well19937c(2))) {
            assertThat(words.encode(words.decode(each.ids())))
                    .isEqualTo(each.ids().toIntArray());
        }
        double all = decoding.atMost(1).beam(100).get(0).stream()
                .mapToDouble(each -> Math.exp(each.logProbability()))
                .sum();
        assertThat(all).isCloseTo(1, within(1e-12));
        assertThat(decoding).hasToString("Decoding by " + model + ", at most 8 tokens, end 2, never [1, 0]");
    }

    @Test
    void whatCannotBeDecodedIsRefused() {
        Model both = Sequential.of(embedding(4, 3), gru(4).sequences(true).bidirectional(), dense(4))
                .build(Shape.of(5), 1);
        assertThatThrownBy(() -> Decoding.of(both).after(new int[] {1}).greedy())
                .hasMessageContaining("does not give step by step");
        Model hidden = Sequential.of(
                        embedding(4, 3), gru(4).sequences(true), dense(4), function("p", x -> x.softmax(-1)))
                .build(Shape.of(5), 1);
        assertThatThrownBy(() -> Decoding.of(hidden).after(new int[] {1}).greedy())
                .hasMessageContaining("must be scores, got probabilities");
        Model sigmoid = Sequential.of(embedding(4, 3), gru(4).sequences(true), dense(4, "sigmoid"))
                .build(Shape.of(5), 1);
        assertThatThrownBy(() -> Decoding.of(sigmoid).after(new int[] {1}).greedy())
                .hasMessageContaining("must end with softmax");
        Model values = Sequential.of(gru(4).sequences(true), dense(4)).build(Shape.of(5, 3), 1);
        assertThatThrownBy(() -> Decoding.of(values).after(new int[] {1}).greedy())
                .hasMessageContaining("or one-hot, (steps, 4), got samples [5, 3]; reading(…)");
        Tensor state = Tensor.zeros(2, 1);
        Decoding never = Decoding.of(
                        state, (ids, s) -> new Decoder.Step<>(Tensor.zeros(2, 2).log(), s))
                .after(new int[] {0});
        assertThatThrownBy(never::greedy).hasMessageContaining("not for all tokens, got others for sequence 0");
        assertThatThrownBy(() -> never.beam(2)).hasMessageContaining("not for all tokens");
        assertThatThrownBy(() -> never.end(2).greedy())
                .hasMessageContaining("with one for the end token 2, got the shape [2, 2]");
        assertThatThrownBy(() -> never.never(5).greedy()).hasMessageContaining("a token 5 that is never written");
        assertThatThrownBy(() -> never.after(List.of(new int[] {1}, new int[] {1}, new int[] {0})))
                .hasMessageContaining("for one sequence or for the 2 of the first state, got 3");
        assertThatThrownBy(() -> Decoding.of(values).beam(2)).hasMessageContaining("a token to begin with");
        assertThatThrownBy(() -> never.after("a")).hasMessageContaining("vocabulary(…) tells it");
        assertThatThrownBy(() -> Decoding.of("state", (ids, s) -> new Decoder.Step<>(ids, s)))
                .hasMessageContaining("a list or map of such, got java.lang.String");
    }
}
