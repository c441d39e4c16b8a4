package rewind.nn.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.recurrent.RnnFormulasTest.cube;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
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
import rewind.nn.fixture.ForeignCell;
import rewind.nn.fixture.ForeignSystem;
import rewind.nn.fixture.LayerKind;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.Sizes;
import rewind.nn.hand.HandActivation;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.Merge;
import rewind.nn.recurrent.Recurrent;

/** Weights to and from the layouts of PyTorch, Keras and ONNX. */
class WeightLayoutTest {
    private static final Near NEAR = Near.within(1e-12, 1e-15);

    /** A layer with its other system's weights, drawn at random. */
    private record Drawn(WeightLayout layout, Model model, String path, Map<String, Tensor> weights) {
        static Drawn of(ForeignSystem system, Recurrent<?, ?> layer, boolean both, Sizes n, RandomGenerator rng) {
            Layer all = both ? layer.bidirectional() : layer;
            Model model = Sequential.of(dense(n.e()), all).build(Shape.of(n.s(), n.e()), 1);
            WeightLayout layout = system.layout(all);
            Map<String, Tensor> weights = new LinkedHashMap<>();
            layout.to(model.parameters(), layer.name())
                    .forEach((name, like) -> weights.put(
                            name, Tensor.randn(rng, like.shape().toArray()).mul(0.5)));
            return new Drawn(layout, model, layer.name(), weights);
        }

        Parameters converted() {
            return layout.from(weights, model.parameters(), path);
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void thereAndBackIsTheSame(
            @ForAll ForeignSystem system,
            @ForAll LayerKind kind,
            @ForAll boolean both,
            @ForAll boolean bias,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll long seed) {
        Assume.that(system.has(kind));
        RandomGenerator rng = new Well19937c(seed);
        Recurrent<?, ?> layer = kind == LayerKind.RNN ? rnn(n.u()).bias(bias) : kind.layer(n.u());
        Drawn drawn = Drawn.of(system, layer, both, n, rng);
        Parameters ours = drawn.model
                .parameters()
                .map((name, p) -> Tensor.randn(rng, p.shape().toArray()));

        Map<String, Tensor> theirs = drawn.layout.to(ours, drawn.path);
        Parameters back = drawn.layout.from(theirs, drawn.model.parameters(), drawn.path);

        assertThat(back.stored()).isEqualTo(ours.stored());
        for (String name : ours.stored()) {
            Parameters expected = name.startsWith("dense/") ? drawn.model.parameters() : ours;
            assertThat(back.get(name).toArray())
                    .as(name)
                    .isEqualTo(expected.get(name).toArray());
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void backAndThereIsTheSameButForTheSumOfBiases(
            @ForAll ForeignSystem system,
            @ForAll LayerKind kind,
            @ForAll boolean both,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll long seed) {
        Assume.that(system.has(kind));
        Drawn drawn = Drawn.of(system, kind.layer(n.u()), both, n, new Well19937c(seed));

        Map<String, Tensor> back = drawn.layout.to(drawn.converted(), drawn.path);

        assertThat(back).containsOnlyKeys(drawn.weights.keySet());
        int directions = both ? 2 : 1;
        for (int direction = 0; direction < directions; direction++) {
            ForeignSystem.Weights expected = system.weights(
                    drawn.weights, direction, directions, kind.gates().size(), n.u());
            ForeignSystem.Weights actual =
                    system.weights(back, direction, directions, kind.gates().size(), n.u());
            for (int gate = 0; gate < kind.gates().size(); gate++) {
                boolean apart = kind == LayerKind.RESET_AFTER_GRU && gate == system.position(kind, "n");
                for (int unit = 0; unit < n.u(); unit++) {
                    double first = expected.inputBias(gate, unit);
                    double second = expected.recurrentBias(gate, unit);
                    assertThat(actual.inputBias(gate, unit)).isEqualTo(apart ? first : first + second);
                    assertThat(actual.recurrentBias(gate, unit)).isEqualTo(apart ? second : 0);
                }
            }
        }
        back.forEach((name, tensor) -> {
            if (!name.contains("bias") && !name.equals("B")) {
                assertThat(tensor.shape()).isEqualTo(drawn.weights.get(name).shape());
                assertThat(tensor.toArray())
                        .as(name)
                        .isEqualTo(drawn.weights.get(name).toArray());
            }
        });
    }

    /** The layer with converted weights computes what the other system's documentation says. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void sameFunction(
            @ForAll ForeignSystem system,
            @ForAll LayerKind kind,
            @ForAll boolean both,
            @ForAll boolean bias,
            @ForAll @Size(3) List<HandActivation> any,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll long seed) {
        Assume.that(system.has(kind));
        RandomGenerator rng = new Well19937c(seed);
        List<HandActivation> activations = expressible(system, kind, any);
        Recurrent<?, ?> layer = layer(kind, n.u(), activations).sequences(true);
        Drawn drawn = Drawn.of(system, layer, both, n, rng);
        if (!bias) {
            drawn.weights.keySet().removeIf(name -> name.contains("bias") || name.equals("B"));
        }
        Layer alone = both ? layer.bidirectional() : layer;
        Model model = Model.build(alone, Shape.of(n.s(), n.e()), 1);
        model.set(system.layout(alone).from(drawn.weights, model.parameters(), ""));
        Tensor X = Tensor.randn(rng, n.m(), n.s(), n.e()).mul(0.5);

        ForeignCell[] foreign = ForeignCell.directions(
                system,
                kind,
                drawn.weights,
                both ? 2 : 1,
                n.u(),
                activations.get(0),
                activations.get(1),
                activations.get(2));
        NEAR.verify("outputs", model.predict(X), ForeignCell.outputs(foreign, cube(X)));
    }

    /** ⟨g, from(w)⟩ = ⟨gradientsTo(g), w⟩: from is linear, and gradients go back through its transpose. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void gradientsGoThroughTheTranspose(
            @ForAll ForeignSystem system,
            @ForAll LayerKind kind,
            @ForAll boolean both,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll long seed) {
        Assume.that(system.has(kind));
        RandomGenerator rng = new Well19937c(seed);
        Drawn drawn = Drawn.of(system, kind.layer(n.u()), both, n, rng);
        Parameters g = drawn.model
                .parameters()
                .map((name, p) -> Tensor.randn(rng, p.shape().toArray()));

        Parameters ours = drawn.converted();
        double here = 0;
        for (String name : ours.stored()) {
            here += name.startsWith("dense/")
                    ? 0
                    : g.get(name).mul(ours.get(name)).sum().toDouble();
        }
        double there = 0;
        for (Map.Entry<String, Tensor> each :
                drawn.layout.gradientsTo(g, drawn.path).entrySet()) {
            there += each.getValue().mul(drawn.weights.get(each.getKey())).sum().toDouble();
        }
        NEAR.verify("product", Tensor.of(here), Tensor.of(there));
    }

    @Test
    void layersOfAStackStandSideBySide() {
        Model model = Sequential.of(lstm(2).sequences(true), lstm(2)).build(Shape.of(4, 3), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        weights.putAll(WeightLayout.pytorch(lstm(2)).to(model.parameters(), "lstm"));
        weights.putAll(WeightLayout.pytorch(lstm(2), 1).to(model.parameters(), "lstm2"));
        Model other = Sequential.of(lstm(2).sequences(true), lstm(2)).build(Shape.of(4, 3), 2);

        other.set(WeightLayout.pytorch(lstm(2), 0).from(weights, other.parameters(), "lstm"));
        other.set(WeightLayout.pytorch(lstm(2), 1).from(weights, other.parameters(), "lstm2"));

        assertThat(weights).hasSize(8).containsKeys("weight_ih_l0", "bias_hh_l1");
        Tensor x = Tensor.randn(new Well19937c(3), 2, 4, 3);
        assertThat(other.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
    }

    /** The layer would be another function in the other system. */
    static Stream<Arguments> refusedLayers() {
        return Stream.of(
                refused("reset after the recurrent product", () -> WeightLayout.pytorch(gru(2))),
                refused(
                        "activation of h in rnn must be one of [tanh, relu]",
                        () -> WeightLayout.pytorch(rnn(2).activation("elu"))),
                refused("set by its name, got custom", () -> WeightLayout.pytorch(rnn(2).activation(x -> x.tanh()))),
                refused(
                        "activation of z in gru must be one of [sigmoid]",
                        () -> WeightLayout.pytorch(gru(2).resetAfter(true).updateActivation("tanh"))),
                refused(
                        "activation of hh in gru must be one of [tanh]",
                        () -> WeightLayout.pytorch(gru(2).resetAfter(true).activation("relu"))),
                refused("activation of o in lstm", () -> WeightLayout.pytorch(lstm(2).outputActivation("tanh"))),
                refused("activation of g in lstm", () -> WeightLayout.pytorch(lstm(2).candidateActivation("relu"))),
                refused("activation of C in lstm", () -> WeightLayout.pytorch(lstm(2).activation("identity"))),
                refused("none that runs backwards alone", () -> WeightLayout.pytorch(lstm(2).reversed(true))),
                refused("must be concatenated, got SUM", () -> WeightLayout.pytorch(lstm(2).bidirectional(Merge.SUM))),
                refused("gru has one activation for [z, r]", () -> WeightLayout.keras(gru(2).resetActivation("tanh"))),
                refused(
                        "lstm has one activation for [f, i, o]",
                        () -> WeightLayout.keras(lstm(2).inputActivation("relu"))),
                refused("lstm has one activation for [g, C]", () -> WeightLayout.keras(lstm(2).activation("relu"))),
                refused("gru has one activation for [z, r]", () -> WeightLayout.onnx(gru(2).resetActivation("tanh"))),
                refused(
                        "lstm has one activation for [i, o, f]",
                        () -> WeightLayout.onnx(lstm(2).forgetActivation("relu"))),
                refused("activation of h in rnn must be one of", () -> WeightLayout.onnx(rnn(2).activation("gelu"))),
                refused("must not have layer normalisation", () -> WeightLayout.onnx(lstm(2).layerNormalization(true))),
                refused("no counterpart", () -> WeightLayout.keras(Layers.recurrent(MinimalGatedUnit::define, 2))),
                refused("must be rnn, gru or lstm", () -> WeightLayout.onnx(dense(2))),
                refused("or both, or another one that weights are known of", () -> WeightLayout.keras(dropout(0.5))),
                refused("must not be negative, got -1", () -> WeightLayout.pytorch(lstm(2), -1)));
    }

    /** The weights are not those of the layer. */
    static Stream<Arguments> refusedWeights() {
        Tensor none = Tensor.zeros(1);
        return Stream.of(
                refused("has no place for", with(WeightLayout.pytorch(lstm(2)), "weight_hr_l0", none)),
                refused("weight_ih_l0_reverse", with(WeightLayout.pytorch(lstm(2)), "weight_ih_l0_reverse", none)),
                refused("must be a tensor bias_hh_l0", with(WeightLayout.pytorch(lstm(2)), "bias_hh_l0", null)),
                refused("must be a tensor weight_ih_l0", with(WeightLayout.pytorch(lstm(2)), "weight_ih_l0", null)),
                refused(
                        "must have the shape [8, 3], got [1]",
                        with(WeightLayout.pytorch(lstm(2)), "weight_ih_l0", none)),
                refused("P, which the layer has no place for", with(WeightLayout.onnx(lstm(2)), "P", none)),
                refused("must have the shape [8]", with(WeightLayout.keras(lstm(2)), "bias", Tensor.zeros(2, 8))));
    }

    private static Arguments refused(String message, ThrowingCallable call) {
        return Arguments.of(message, call);
    }

    /** Reads the weights of an LSTM of 2 units for 3 features with one of them changed, or removed by null. */
    private static ThrowingCallable with(WeightLayout layout, String name, Tensor value) {
        Model model = Sequential.of(lstm(2)).build(Shape.of(4, 3), 1);
        Map<String, Tensor> weights = new LinkedHashMap<>(layout.to(model.parameters(), "lstm"));
        weights.put(name, value);
        weights.values().removeIf(tensor -> tensor == null);
        return () -> layout.from(weights, model.parameters(), "lstm");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"refusedLayers", "refusedWeights"})
    void refuses(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    void kerasGruOfTheOtherFormIsRefused() {
        Model before = Sequential.of(gru(2)).build(Shape.of(4, 3), 1);
        Model after = Sequential.of(gru(2).resetAfter(true)).build(Shape.of(4, 3), 1);
        WeightLayout toBefore = WeightLayout.keras(gru(2));
        WeightLayout toAfter = WeightLayout.keras(gru(2).resetAfter(true));
        Map<String, Tensor> ofBefore = toBefore.to(before.parameters(), "gru");
        Map<String, Tensor> ofAfter = toAfter.to(after.parameters(), "gru");

        assertThatThrownBy(() -> toAfter.from(ofBefore, after.parameters(), "gru"))
                .hasMessageStartingWith("keras: bias must have two rows, as the layer has resetAfter(true)");
        assertThatThrownBy(() -> toBefore.from(ofAfter, before.parameters(), "gru"))
                .hasMessageStartingWith("keras: bias must have one axis, as the layer has resetAfter(false)");
    }

    @Test
    void biasIsNotDropped() {
        Model model = Sequential.of(rnn(2).bias(false)).build(Shape.of(4, 3), 1);
        Map<String, Tensor> weights =
                new LinkedHashMap<>(WeightLayout.keras(rnn(2).bias(false)).to(model.parameters(), "rnn"));
        assertThat(weights).containsOnlyKeys("kernel", "recurrent_kernel");
        weights.put("bias", Tensor.zeros(2));

        assertThatThrownBy(() -> WeightLayout.keras(rnn(2).bias(false)).from(weights, model.parameters(), "rnn"))
                .hasMessage("rnn: the layer must have a bias, as the weights have one");
    }

    @Test
    void gatesWithoutBias() {
        for (Recurrent<?, ?> layer : List.of(
                gru(2).resetAfter(true).bias(false).named("r"),
                lstm(2).bias(false).named("r"))) {
            Model model = Sequential.of(layer).build(Shape.of(4, 3), 1);
            Model other = Sequential.of(layer).build(Shape.of(4, 3), 2);
            for (WeightLayout layout :
                    List.of(WeightLayout.pytorch(layer), WeightLayout.keras(layer), WeightLayout.onnx(layer))) {
                Map<String, Tensor> weights = layout.to(model.parameters(), "r");
                assertThat(weights.keySet()).noneMatch(name -> name.contains("bias") || name.equals("B"));
                Parameters back = layout.from(weights, other.parameters(), "r");
                assertThat(back.get("r/U").toArray())
                        .containsExactly(model.parameters().get("r/U").toArray());
                assertThat(back.get("r/V").toArray())
                        .containsExactly(model.parameters().get("r/V").toArray());
            }
        }
    }

    /** Activations of gates, candidate and state as the system allows them. */
    private static List<HandActivation> expressible(ForeignSystem system, LayerKind kind, List<HandActivation> any) {
        return switch (system) {
            case PYTORCH -> {
                boolean relu = kind == LayerKind.RNN && any.get(0).ordinal() % 2 == 0;
                yield List.of(
                        HandActivation.SIGMOID, HandActivation.TANH, relu ? HandActivation.RELU : HandActivation.TANH);
            }
            case KERAS -> List.of(any.get(0), any.get(1), kind == LayerKind.LSTM ? any.get(1) : any.get(2));
            case ONNX -> any;
        };
    }

    private static Recurrent<?, ?> layer(LayerKind kind, int units, List<HandActivation> activations) {
        String gate = activations.get(0).standardName();
        String candidate = activations.get(1).standardName();
        String state = activations.get(2).standardName();
        return switch (kind) {
            case RNN -> rnn(units).activation(state);
            case GRU, RESET_AFTER_GRU ->
                gru(units)
                        .resetAfter(kind == LayerKind.RESET_AFTER_GRU)
                        .updateActivation(gate)
                        .resetActivation(gate)
                        .activation(candidate);
            case LSTM ->
                lstm(units)
                        .forgetActivation(gate)
                        .inputActivation(gate)
                        .outputActivation(gate)
                        .candidateActivation(candidate)
                        .activation(state);
        };
    }
}
