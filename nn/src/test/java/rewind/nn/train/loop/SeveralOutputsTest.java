package rewind.nn.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.*;
import static rewind.nn.Losses.*;
import static rewind.nn.Optimizers.adam;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Loss;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** Models of several inputs and outputs, losses that layers add, and what changes in the course of training: replayed, saved, continued. */
class SeveralOutputsTest {
    private static final AtomicInteger CALLS = new AtomicInteger();

    /** Of a series and numbers that belong to all of it: a number, a kind, and a penalty on the state. */
    private static final Layer TWO = (scope, input) -> x -> {
        CALLS.incrementAndGet();
        Tensor h = scope.apply("gru", gru(3), x);
        Tensor both = Tensor.concat(1, h, scope.input("static", x, 2));
        scope.output("kind", dense(3, "softmax"), both);
        Tensor weight = scope.pass().scheduled(x, place -> 0.1 / place.epoch() + place.updates() * 1e-3, 0.5);
        scope.pass().outputs().addLoss(h.square().mean(1).mul(weight));
        return scope.apply("number", dense(1), both);
    };

    private static final int SAMPLES = 22;
    private static final Dataset DATA = data();

    private static Dataset data() {
        Well19937c rng = new Well19937c(3);
        Tensor x = Tensor.randn(rng, SAMPLES, 4, 2);
        double[] kinds = new double[SAMPLES];
        Arrays.setAll(kinds, i -> rng.nextInt(3));
        return new Dataset(x, x.sum(1, 2).expandDims(1))
                .with("static", Tensor.randn(rng, SAMPLES, 2))
                .with("kind", Tensor.of(kinds));
    }

    private static Model model() {
        return Model.build(layer("two", TWO), Shape.of(4, 2), 7);
    }

    private static Training training(Model model) {
        return Training.of(model)
                .loss(meanSquaredError().times(place -> 1 + place.epochs() - place.epoch(), 2))
                .loss("kind", categoricalCrossEntropy().ofIds(3).times(0.5))
                .optimizer(adam(0.01))
                .epochs(7)
                .batchSize(4)
                .validation(DATA.slice(0, 6));
    }

    @Test
    void aReplayHasTheBitsOfATape() {
        List<double[]> results = new ArrayList<>();
        List<History> histories = new ArrayList<>();
        List<Integer> calls = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            CALLS.set(0);
            Model model = model();
            histories.add(training(model).compiled(compiled).fit(DATA));
            results.add(Flat.of(model));
            calls.add(CALLS.get());
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
        assertThat(histories.get(1).epochs()).isEqualTo(histories.get(0).epochs());
        assertThat(calls.get(1)).isLessThan(calls.get(0) - 10);
    }

    @Test
    void lossesAreAdded() {
        Model model = model();
        Pass pass = Pass.inference().given(DATA.named());
        Tensor number = model.forward(model.parameters(), DATA.x(), pass);
        Tensor kind = pass.outputs().named().get("kind").output();
        double expected = 2 * number.sub(DATA.y()).square().mean().toDouble()
                + 0.5
                        * categoricalCrossEntropy()
                                .of(kind, DATA.named().get("kind").oneHot(3))
                                .toDouble()
                + pass.outputs().loss().orElseThrow().mean().toDouble();
        assertThat(training(model).evaluate(DATA)).isCloseTo(expected, within(1e-9));
        Map<String, Tensor> outputs = model.predictAll(DATA.x(), DATA.named());
        assertThat(outputs.keySet()).containsExactly("output", "kind");
        assertThat(outputs.get("output").toArray()).isEqualTo(number.toArray());
        assertThat(outputs.get("kind").toArray()).isEqualTo(kind.toArray());
    }

    @Test
    void whatIsContinuedEndsWithTheSameBits(@TempDir Path folder) {
        Path middle = folder.resolve("middle.safetensors");
        Model whole = model();
        training(whole)
                .on(new TrainingListener() {
                    @Override
                    public void batchDone(TrainingRun run) {
                        if (run.epoch() == 3 && run.batch() == 2) {
                            run.checkpoint(middle);
                        }
                    }
                })
                .fit(DATA);
        Model rest = model();
        training(rest).resume(middle).fit(DATA);
        assertThat(Flat.of(rest)).isEqualTo(Flat.of(whole));
    }

    @Test
    void aModelIsSavedAndLoaded() throws Exception {
        Model model = model();
        Model loaded = Model.load(model.toBytes(), Registry.of().layer("two", TWO));
        assertThat(loaded.predictAll(DATA.x(), DATA.named()).get("kind").toArray())
                .isEqualTo(model.predictAll(DATA.x(), DATA.named()).get("kind").toArray());
    }

    static Stream<Dataset> ways() {
        Dataset other = DATA.slice(2, 5);
        return Stream.of(
                DATA.select(1, 0, -1),
                other.concat(other),
                DATA.shuffled(1).split(0.5, 1).get(0),
                DATA.mapX(Tensor::neg).mapY(Tensor::neg));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void namedTensorsStayWithTheirSamples(Dataset changed) {
        for (int i = 0; i < changed.size(); i++) {
            double[] x = changed.x().select(0, i).abs().toArray();
            for (int j = 0; j < DATA.size(); j++) {
                if (Arrays.equals(x, DATA.x().select(0, j).abs().toArray())) {
                    for (String name : DATA.named().keySet()) {
                        assertThat(changed.named().get(name).select(0, i).toArray())
                                .isEqualTo(DATA.named().get(name).select(0, j).toArray());
                    }
                }
            }
        }
        assertThat(changed.toString()).endsWith(", besides [static, kind]");
    }

    /** Labels of which nobody knows the steps, of sequences of different lengths. */
    @Test
    void ctcOfPaddedSequences() {
        Well19937c rng = new Well19937c(5);
        Tensor labels = Tensor.of(new double[][] {{1, 2}, {2, -1}, {1, 1}, {-1, -1}})
                .gather(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
        Dataset data = new Dataset(Tensor.randn(rng, 12, 6, 3), labels)
                .lengths(Lengths.of(6, 4, 5, 3, 5, 4, 6, 3, 4, 2, 5, 1));
        List<double[]> results = new ArrayList<>();
        for (boolean compiled : new boolean[] {false, true}) {
            Model model = Model.build(Sequential.of(gru(5).sequences(true), dense(3, "softmax")), Shape.of(6, 3), 2);
            History history = Training.of(model)
                    .loss(ctc(0))
                    .optimizer(adam(0.05))
                    .epochs(20)
                    .batchSize(4)
                    .compiled(compiled)
                    .fit(data);
            assertThat(history.epochs().get(19).loss())
                    .isLessThan(0.5 * history.epochs().get(0).loss());
            results.add(Flat.of(model));
            Tensor scores = model.scores(
                    model.parameters(),
                    data.x(),
                    Pass.inference().lengths(data.lengths().orElseThrow()));
            double expected = ctc(0).perSample(
                            Activation.SOFTMAX, scores, labels, data.lengths().orElseThrow())
                    .mean()
                    .toDouble();
            assertThat(Training.of(model).loss(ctc(0)).evaluate(data)).isCloseTo(expected, within(1e-12));
        }
        assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    @Test
    void whatDoesNotFitIsTold() {
        Dataset plain = new Dataset(DATA.x(), DATA.y());
        assertThatThrownBy(() -> training(model()).fit(plain.with("static", Tensor.zeros(SAMPLES, 2))))
                .hasMessage(
                        "training: the loss of the output kind needs targets of this name, which dataset.with(\"kind\", …) gives, got"
                                + " [static]");
        assertThatThrownBy(() -> training(model()).validation(DATA).fit(plain.with("kind", Tensor.zeros(SAMPLES))))
                .hasMessage(
                        "two, given samples [4, 2]: input: there must be a tensor static [4, 2] besides the input, got [kind];"
                                + " dataset.with(name, …) or pass.given(…) gives it");
        assertThatThrownBy(() -> model().predict(DATA.x()))
                .hasMessageContaining("input: there must be a tensor static [22, 2] besides the input, got []");
        assertThatThrownBy(() -> training(model()).fit(DATA.with("static", Tensor.zeros(SAMPLES, 3))))
                .hasMessageContaining("input: static must have the shape [4, 2], got [4, 3]");
        assertThatThrownBy(() -> training(model()).fit(DATA.with("kind", Tensor.full(3, SAMPLES))))
                .hasMessageContaining(
                        "ofIds: targets must be the number of a class, 0 to 2, but of kind sample 0 has [3.0]");
        assertThatThrownBy(() -> training(model()).fit(DATA.with("static", Tensor.full(Double.NaN, SAMPLES, 2))))
                .hasMessageContaining("dataset: static must be finite, but sample 0, element 0 is NaN");
        assertThatThrownBy(() -> DATA.with("more", Tensor.zeros(3)))
                .hasMessage("dataset: more must be of 22 samples, got the shape [3]");
        assertThatThrownBy(() -> DATA.concat(plain))
                .hasMessage("concat: both must have the same named tensors, got [static, kind], then []");
        assertThatThrownBy(
                        () -> training(Model.build(gru(1), Shape.of(4, 2), 1)).fit(DATA))
                .hasMessageStartingWith(
                        "loss: there must be an output kind, which scope.output gives, and its target, which dataset.with"
                                + " gives, got outputs [] and tensors [static, kind]");
        UnaryOperator<Layer> twice = each -> (scope, input) -> x -> {
            scope.output("a", each, x);
            return scope.output("a", each, x);
        };
        assertThatThrownBy(() -> Model.build(twice.apply(dense(1)), Shape.of(2), 1))
                .hasMessageContaining("output: there must be one of each name, but a comes twice");
        Layer adds = (scope, input) -> x -> {
            scope.pass().outputs().addLoss(x.mean());
            return x;
        };
        assertThatThrownBy(() -> Model.build(adds, Shape.of(1), 1))
                .hasMessageContaining("addLoss: there must be one loss for every sample, (batch), got the shape []");
        Loss loss = meanSquaredError().times(place -> 1, 0.5);
        assertThat(loss.of(Tensor.zeros(2, 1), Tensor.ones(2, 1)).toDouble()).isEqualTo(0.5);
        assertThat(loss).hasToString("meanSquaredError times a scheduled factor");
        assertThatThrownBy(() -> Pass.training(new Well19937c(1)).scheduled(DATA.x(), place -> 1, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("scheduled: the pass must be at a place in training; at(place) tells it");
    }
}
