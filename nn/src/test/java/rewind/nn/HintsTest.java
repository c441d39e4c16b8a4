package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layer;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;
import static rewind.nn.Listeners.earlyStopping;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Logs;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Replay;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.loss.Metric;
import rewind.nn.train.History;
import rewind.nn.train.listen.EarlyStopping;

/** Errors that tell the remedy, and values that tell what they are. */
class HintsTest {
    private static final String NO_SEQUENCE =
            ": a sample must be (steps, features) with at least one step, got the shape [4]; ";

    @Test
    void aRecurrentLayerAfterALastOutputNamesSequences() {
        Shape input = Shape.of(6, 1);
        List.of(gru(4), lstm(4).bidirectional(), gru(4).named("own"), recurrent(MinimalGatedUnit::define, 4))
                .forEach(second -> assertThatThrownBy(
                                () -> Sequential.of(gru(4), second).build(input, 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(
                                NO_SEQUENCE + "gru gives its last output alone, sequences(true) gives all"));
        assertThatThrownBy(() -> Sequential.of(lstm(4).named("a"), dropout(0.5), dense(4), rnn(2))
                        .build(input, 1))
                .hasMessage("rnn" + NO_SEQUENCE + "a gives its last output alone, sequences(true) gives all");
        assertThatThrownBy(() -> Sequential.of(lstm(2).bidirectional(), gru(2)).build(input, 1))
                .hasMessage("gru" + NO_SEQUENCE + "lstm gives its last output alone, sequences(true) gives all");
        assertThatThrownBy(() -> Sequential.of(gru(4).sequences(true), function("last", x -> x.select(1, -1)), gru(2))
                        .build(input, 1))
                .hasMessage("gru2: a sample must be (steps, features) with at least one step, got the shape [4]");
    }

    @Test
    void soDoesWhateverLiesBetweenOrAround() {
        Layer inner = layer("mine", (scope, in) -> x -> scope.apply("b", gru(2), scope.apply("a", gru(4), x)));
        Layer pooling = layer("pooling", (scope, in) -> x -> {
            if (x.rank() != 3) {
                throw new IllegalArgumentException("pooling: there must be steps");
            }
            return x.mean(1);
        });
        Map.of(
                        "gru", Sequential.of(Sequential.of(gru(4)), gru(4)),
                        "mine/a", Sequential.of(inner),
                        "lstm", Sequential.of(lstm(4), timeDistributed(dense(1))),
                        "sequential/gru", Sequential.of(Sequential.of(gru(4)), Sequential.of(dropout(0.5), gru(4))),
                        "rnn", Sequential.of(rnn(4), timeDistributed(layerNormalization())),
                        "own", Sequential.of(gru(4).named("own"), pooling))
                .forEach((name, layer) -> assertThatThrownBy(() -> layer.build(Shape.of(6, 1), 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .message()
                        .endsWith("gives its last output alone, sequences(true) gives all")
                        .containsOnlyOnce("sequences(true)")
                        .contains("; " + (name.equals("gru") ? "sequential/gru" : name) + " gives"));
    }

    @Test
    void anUnknownParameterListsThoseThereAre() {
        Layer late = (scope, input) ->
                x -> scope.pass().training() ? x.add(scope.parameter("late", 1)) : x.mul(scope.parameter("early", 1));
        Model model = Sequential.of(late, dense(1)).build(Shape.of(1), 1);
        String there = "[layer/early, dense/U, dense/b]";
        assertThatThrownBy(() -> model.forward(model.parameters(), Tensor.ones(1, 1), Pass.training(new Replay())))
                .hasMessageEndingWith(
                        "layer/late must have been declared when the model was built, there are " + there);
        assertThatThrownBy(() -> model.parameters().get("dense/V"))
                .hasMessage("parameter dense/V must be one of " + there);
    }

    @Test
    void aBatchAxisIsNotPartOfASample() {
        assertThatThrownBy(() -> Sequential.of(gru(4), dense(1)).build(Shape.of(32, 6, 1), 1))
                .hasMessage("gru: a sample must be (steps, features) with at least one step, got the shape [32, 6, 1];"
                        + " a sample has no batch axis");
        Model batch = Sequential.of(dense(1)).build(Shape.of(32, 2), 1);
        assertThatThrownBy(() -> batch.predict(Tensor.ones(32, 2)))
                .hasMessageEndingWith("build takes the shape of a sample, without the batch axis");
    }

    @Test
    void classesOfARegressionAreNotCounted() {
        Tensor y = Tensor.of(new double[][] {{0.5}, {3.7}});
        for (Metric metric : List.of(Metrics.accuracy(), Metrics.recall(0), Metrics.fScore())) {
            for (Tensor target : List.of(y, y.select(1, 0))) {
                assertThatThrownBy(() -> metric.of(target, target))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(metric.name()
                                + ": targets of one column must be probabilities of class 1, from 0 to 1, got 3.7;"
                                + " of other quantities rootMeanSquaredError() tells how good they are met");
            }
        }
        assertThat(Metrics.accuracy().of(Tensor.of(-3.0, 5), Tensor.of(0.0, 1))).isEqualTo(1);
    }

    @Test
    void quantitiesBetween0And1AreDoubted() {
        Model model = Sequential.of(dense(1, "sigmoid")).build(Shape.of(1), 1);
        Training training = Training.of(model).epochs(2).metrics(Metrics.rootMeanSquaredError(), Metrics.recall());
        Dataset quantities = new Dataset(Tensor.ones(3, 1), Tensor.of(new double[][] {{0}, {0.3}, {1}}));
        Dataset classes = quantities.mapY(y -> y.greater(0.2));
        String doubt = "recall: a target is 0.3, and classes are told apart at 0.5; if targets are quantities,"
                + " rootMeanSquaredError() tells how good they are met";
        assertThat(Logs.of("rewind.nn.train.loop.DataCheck", () -> training.fit(quantities)))
                .containsExactly(doubt);
        assertThat(Logs.of("rewind.nn.train.loop.DataCheck", () -> training.fit(classes)))
                .isEmpty();
        assertThat(Logs.of(
                        "rewind.nn.train.loop.DataCheck",
                        () -> training.loss(Losses.binaryCrossEntropy()).fit(quantities)))
                .isEmpty();
        assertThat(Logs.of(
                        "rewind.nn.train.loop.DataCheck",
                        () -> Training.of(model)
                                .epochs(1)
                                .metrics(Metrics.rootMeanSquaredError())
                                .fit(quantities)))
                .isEmpty();
    }

    @Test
    void earlyStoppingSaysSo() {
        Model model = Sequential.of(dense(1)).build(Shape.of(1), 1);
        Dataset data = new Dataset(Tensor.ones(2, 1), Tensor.ones(2, 1));
        Training training = Training.of(model).optimizer(sgd(1e-300)).epochs(9);
        double loss = training.evaluate(data);
        assertThat(logged(() -> training.on(earlyStopping(2)).fit(data)))
                .containsExactly("earlyStopping: stopped after epoch 3, smallest training loss was " + loss
                        + " in epoch 1; its parameters are taken back");
        assertThat(logged(() -> training.on(earlyStopping(3).restoreBest(false)).fit(data)))
                .containsExactly("earlyStopping: stopped after epoch 4, smallest training loss was " + loss
                        + " in epoch 1; the parameters of the last epoch stay");
        Metric undefined = Metric.named("undefined", (o, t) -> Double.NaN);
        assertThat(logged(() -> training.metrics(undefined)
                        .on(earlyStopping(2).maximize("undefined"))
                        .fit(data)))
                .containsExactly(
                        "earlyStopping: stopped after epoch 2, largest training undefined was NaN in all epochs");
        assertThat(logged(() -> training.validation(data).on(earlyStopping(2)).fit(data)))
                .containsExactly("earlyStopping: stopped after epoch 3, smallest validation loss was " + loss
                        + " in epoch 1; its parameters are taken back");
        assertThat(logged(() -> training.validation(data)
                        .metrics(Metrics.accuracy())
                        .on(earlyStopping(2).maximize("validation/accuracy"))
                        .fit(data)))
                .singleElement()
                .asString()
                .contains(", largest validation accuracy was ");
        assertThat(logged(() -> training.on(earlyStopping(9)).fit(data))).isEmpty();
    }

    private static List<String> logged(Runnable run) {
        return Logs.of(EarlyStopping.class.getName(), run);
    }

    // ---- toString ----

    @Test
    void layersTellHowTheyAreMade() {
        Map.ofEntries(
                        Map.entry("gru(4)", gru(4)),
                        Map.entry(
                                "gru(4, sequences=true, resetAfter=true)",
                                gru(4).sequences(true).resetAfter(true)),
                        Map.entry("rnn(2, name=own, clipGradients=0.25)", rnn(2).named("own")),
                        Map.entry("bidirectional(lstm(3), CONCAT)", lstm(3).bidirectional()),
                        Map.entry(
                                "dense(1, activation=softmax, bias=false)",
                                dense(1, "softmax").bias(false)),
                        Map.entry("dense(1, initializer=orthogonal)", dense(1).initializer(Initializers.orthogonal())),
                        Map.entry("dense(1, activation=custom)", dense(1).activation(x -> x.mul(2))),
                        Map.entry("named(top, dense(1))", dense(1).named("top")),
                        Map.entry("dropout(0.5)", dropout(0.5)),
                        Map.entry("embedding(5, 2)", embedding(5, 2)),
                        Map.entry("flatten()", flatten()),
                        Map.entry("oneHot(3)", oneHot(3)),
                        Map.entry("layerNormalization(1.0E-5)", layerNormalization()),
                        Map.entry("activation(tanh)", activation("tanh")),
                        Map.entry("timeDistributed(dense(2))", timeDistributed(dense(2))),
                        Map.entry("recurrent(3, cell)", recurrent(MinimalGatedUnit::define, 3)),
                        Map.entry(
                                "recurrent(3, sequences=true, mgu)",
                                recurrent("mgu", MinimalGatedUnit::define, 3).sequences(true)),
                        Map.entry("sequential([gru(4), dense(1)])", Sequential.of(gru(4), dense(1))))
                .forEach((text, layer) -> assertThat(layer).hasToString(text));
    }

    @Test
    void valuesTellWhatTheyAre() {
        Model model = Sequential.of(gru(2), dense(1)).build(Shape.of(6, 1), 1, DType.FLOAT32);
        String text = "Model [6, 1] -> [1], 27 parameters of type FLOAT32: sequential([gru(2), dense(1)])";
        assertThat(model).hasToString(text);
        assertThat(Parameters.of(Map.of("dense/U", Tensor.zeros(2, 1))))
                .hasToString("Parameters of 2 numbers {dense/U FLOAT64 [2, 1]}");
        Dataset data = new Dataset(Tensor.zeros(3, 6, 1), Tensor.zeros(3, 1));
        assertThat(data).hasToString("Dataset of 3 samples: x FLOAT64 [3, 6, 1], y FLOAT64 [3, 1]");
        assertThat(data.mapY(y -> Tensor.zeros(3, 6, 1)).lengths(Lengths.of(1, 5, 0)))
                .hasToString(
                        "Dataset of 3 samples: x FLOAT64 [3, 6, 1], y FLOAT64 [3, 6, 1], lengths up to 5, targets per step");
        Training training = Training.of(model)
                .loss(meanSquaredError())
                .optimizer(adam(0.5))
                .metrics(Metrics.rootMeanSquaredError());
        assertThat(training)
                .hasToString(
                        "Training of " + text + "; loss meanSquaredError, optimizer Adam[learningRate=0.5, beta1=0.9,"
                                + " beta2=0.999, epsilon=1.0E-8], schedule Steady[], 10 epochs, batches of 32, metrics [rootMeanSquaredError], no validation");
        assertThat(training.validation(data).accumulate(2).toString())
                .endsWith("validation " + data)
                .contains("2 per update");
        History history = training.epochs(12).validation(data).fit(data);
        assertThat(history.toString().lines()).hasSize(12).contains("…");
        assertThat(history.toString().lines().skip(1).findFirst().orElseThrow())
                .matches(
                        "epoch 1  loss \\S+  rootMeanSquaredError \\S+  validation/loss \\S+  validation/rootMeanSquaredError \\S+");
    }
}
