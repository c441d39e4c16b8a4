package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.activation;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.layer;
import static rewind.nn.Layers.recurrent;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Description;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.Merge;
import rewind.nn.recurrent.Unroll;

/** A name of a user's own stands for one thing in a model, or for several that are told apart by their options. */
@Tag("once")
class OwnPartsTest {
    /** Self-attention with the heads as a captured option, over (steps, features). */
    private static Layer attention(int heads) {
        return (scope, input) -> {
            int width = input.size(-1) / heads;
            Tensor V = scope.parameter("V", input.size(-1), input.size(-1));
            return x -> {
                Tensor split =
                        x.matmul(V).reshape(x.size(0), x.size(1), heads, width).permute(0, 2, 1, 3);
                Tensor weights = split.matmul(split.transpose()).softmax(-1);
                return weights.matmul(split)
                        .permute(0, 2, 1, 3)
                        .reshape(x.shape().toArray());
            };
        };
    }

    private static CellDefinition<Tensor> leaky(double rate) {
        return (scope, inputs, units) -> {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, h) -> h.mul(rate).add(x.matmul(U));
        };
    }

    private static Activation scaled(double factor) {
        return Activation.of("scaled", x -> x.mul(factor));
    }

    private static Initializer all(double value) {
        return Initializers.named("all", (rng, shape) -> Tensor.full(value, shape.toArray()));
    }

    private static Layer noise(double rate) {
        return layer("noise", (scope, input) -> x -> scope.pass().training() ? x.mul(rate) : x);
    }

    private static Layer clipped(double limit) {
        return layer("clipped", (scope, input) -> {
            scope.clipGradients(limit);
            return x -> x;
        });
    }

    /** Of the first state of a sequence, whose gradient goes back a number of steps. */
    private static Layer truncated(int steps) {
        return layer("truncated", (scope, input) -> {
            Tensor U = scope.parameter("U", 8, 8);
            return x -> Unroll.of(
                            (Tensor step, Tensor h) -> step.add(h.matmul(U)).tanh())
                    .truncateChunks(steps)
                    .over(x, Tensor.zeros(x.size(0), 8))
                    .sequence();
        });
    }

    /** The identity, whose derivative is taken to be a number. */
    private static UnaryOperator<Tensor> identity(double derivative) {
        return x -> Tensor.op("identity", in -> in[0].mul(1), List.of(x), y -> dy -> dy.mul(derivative));
    }

    /** A class that does not tell its option. */
    private record Forgetful(double factor) implements Layer {
        @Override
        public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
            return x -> x.mul(factor);
        }

        @Override
        public Description description() {
            return Description.own("forgetful");
        }
    }

    static List<Arguments> pairs() {
        return List.of(
                Arguments.of("layer attention", layer("attention", attention(4)), layer("attention", attention(2))),
                Arguments.of("layer halve", function("halve", x -> x.div(2)), function("halve", x -> x.div(3))),
                Arguments.of(
                        "cell leaky",
                        recurrent("leaky", leaky(0.5), 8).sequences(true),
                        recurrent("leaky", leaky(0.25), 8).sequences(true)),
                Arguments.of(
                        "cell leaky",
                        recurrent("leaky", leaky(0.5), 8).sequences(true).bidirectional(Merge.SUM),
                        Sequential.of(recurrent("leaky", leaky(0.25), 8)
                                .sequences(true)
                                .named("other"))),
                Arguments.of("activation scaled", dense(8).activation(scaled(1)), activation(scaled(2))),
                Arguments.of("initializer all", dense(8).initializer(all(1)), dense(8).initializer(all(2))),
                Arguments.of("layer noise", noise(0.5), noise(0.25)),
                Arguments.of("layer clipped", clipped(0.5), clipped(0.25)),
                Arguments.of("layer forgetful", new Forgetful(1), new Forgetful(2)),
                // derivatives alone
                Arguments.of("layer same", function("same", Tensor::detach), function("same", x -> x)),
                Arguments.of("layer same", function("same", identity(1)), function("same", identity(-1))),
                Arguments.of(
                        "activation same",
                        activation(Activation.of("same", identity(1))),
                        dense(8).activation(Activation.of("same", identity(0.5)))),
                Arguments.of("layer truncated", truncated(2), truncated(4)),
                // single ids
                Arguments.of("layer id", function("id", x -> x.equalTo(150)), function("id", x -> x.equalTo(151))),
                Arguments.of("layer id", function("id", x -> x.equalTo(999)), function("id", x -> x.equalTo(998))),
                Arguments.of("layer id", function("id", x -> x.equalTo(1000)), function("id", x -> x.equalTo(1001))),
                Arguments.of(
                        "layer id", function("id", x -> x.equalTo(54_321)), function("id", x -> x.equalTo(54_322))),
                Arguments.of("layer id", function("id", x -> x.equalTo(-77)), function("id", x -> x.equalTo(-78))),
                Arguments.of("layer id", function("id", x -> x.greater(7e4)), function("id", x -> x.greater(8e4))));
    }

    private static Model model(Layer one, Layer two) {
        return Sequential.of(one, two).build(Shape.of(5, 8), 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void differentThingsOfOneNameAreNotSaved(String what, Layer one, Layer two) {
        assertThatThrownBy(() -> model(one, two).toBytes())
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("model: " + what
                        + " stands for different things here, of which Model.load would find only one; give"
                        + " them different names, or save in what layers differ:"
                        + " layer(Description.own(\"name\").with(\"option\", value), …)");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairs")
    void theSameThingTwiceIsSaved(String what, Layer one, Layer two) {
        assertThat(model(two, two).toBytes()).isNotEmpty();
    }

    /** Two lambdas, or two references to one method, are two objects; that they do the same is found out. */
    @Test
    void thingsThatDoTheSameAreSaved() throws IOException {
        Model model = Sequential.of(
                        embedding(5, 8),
                        layer("attention", attention(4)),
                        layer("attention", attention(4)),
                        noise(0.5),
                        noise(0.5),
                        recurrent("minimal", MinimalGatedUnit::define, 4).sequences(true),
                        recurrent("minimal", MinimalGatedUnit::define, 6),
                        dense(2).activation(scaled(2)).initializer(all(1)),
                        dense(2).activation(scaled(2)).initializer(all(1)))
                .build(Shape.of(5), 1);
        Registry own = Registry.of()
                .layer("attention", attention(4))
                .layer("noise", d -> noise(0.5))
                .cell("minimal", MinimalGatedUnit::define)
                .activation("scaled", x -> x.mul(2))
                .initializer("all", (rng, shape) -> Tensor.full(1, shape.toArray()));
        Model loaded = Model.load(model.toBytes(), own);
        Tensor x = Tensor.of(new double[][] {{0, 1, 2, 3, 4}});
        assertThat(loaded.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
    }

    // ---- what differs far from usual numbers alone ----

    /** Functions with a number in them that ordinary samples do not reach. */
    private static List<UnaryOperator<Tensor>> of(double number) {
        return List.of(
                x -> x.clamp(-number, number),
                x -> x.minimum(number),
                x -> x.maximum(-number),
                x -> x.clamp(0, number),
                x -> Tensor.where(x.greater(number), x.mul(2), x),
                x -> x.div(number).tanh(),
                x -> x.mul(number).exp(), // 0 or infinite for most
                x -> x.sub(number).log().sqrt(), // NaN for most
                x -> x.equalTo(0).mul(number).add(x),
                x -> Tensor.where(x.equalTo(x), x, Tensor.full(number)), // of NaN alone
                x -> Tensor.where(
                        x.equalTo(Double.POSITIVE_INFINITY), Tensor.full(number), x.tanh())); // of infinity alone
    }

    /** As a layer, as an activation, behind a layer that gives small numbers alone, in a layer, and in a cell. */
    private static List<Layer> places(UnaryOperator<Tensor> f) {
        CellDefinition<Tensor> cell = (scope, inputs, units) -> {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, h) -> f.apply(x.matmul(U)).add(h.mul(0.5));
        };
        return List.of(
                function("own", f),
                dense(2).activation(Activation.of("own", f)),
                Sequential.of(activation("tanh"), activation(Activation.of("own", f))),
                layer("outer", (scope, in) -> x -> scope.apply("inner", function("own", f), x.tanh())),
                Layers.timeDistributed(Sequential.of(activation("sigmoid"), function("own", f))),
                recurrent("own", cell, 2).sequences(true));
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void numbersOfAnySizeTellFunctionsApart(
            @ForAll @DoubleRange(min = -2, max = 5) double power,
            @ForAll @DoubleRange(min = 1.5, max = 50) double factor,
            @ForAll @IntRange(max = 10) int which,
            @ForAll @IntRange(max = 5) int place) {
        double number = Math.pow(10, power);
        Layer one = places(of(number).get(which)).get(place);
        Layer same = places(of(number).get(which)).get(place);
        Layer other = places(of(number * factor).get(which)).get(place);
        String what = "function " + which + " of " + number + " and " + factor + " times it, place " + place;
        Model ambiguous = Sequential.of(one, other).build(Shape.of(3, 2), 1);
        assertThatThrownBy(ambiguous::toBytes).as(what).hasMessageContaining(" stands for different things here");
        assertThat(Sequential.of(one, same).build(Shape.of(3, 2), 1).toBytes())
                .as(what)
                .isNotEmpty();
    }

    /** Two that are undefined for ordinary numbers are the same if they are so for the same ones. */
    @Test
    void nanIsEqualToNan() {
        Supplier<Layer> log = () -> function("ln", Tensor::log);
        Supplier<Layer> never = () -> function("never", x -> x.mul(Double.NaN));
        Supplier<Layer> always = () -> function("infinite", x -> x.mul(0).add(1).div(0));
        for (Supplier<Layer> each : List.of(log, never, always)) {
            assertThat(model(each.get(), each.get()).toBytes()).isNotEmpty();
        }
        assertThatThrownBy(() -> model(
                                function("ln", Tensor::log),
                                function("ln", x -> x.log().mul(2)))
                        .toBytes())
                .hasMessageContaining("layer ln stands for different things");
    }

    @Test
    void optionsTellLayersOfOneNameApart() throws IOException {
        Model model = Sequential.of(described(4), described(2), described(4)).build(Shape.of(5, 8), 1);
        Model loaded =
                Model.load(model.toBytes(), Registry.of().layer("attention", d -> described(d.integer("heads"))));
        Tensor x = Tensor.randn(new Well19937c(1), 3, 5, 8);
        assertThat(loaded.predict(x).toArray()).isEqualTo(model.predict(x).toArray());
        assertThat(model.parameters().stored()).containsExactly("attention/V", "attention2/V", "attention3/V");
        assertThatThrownBy(() -> layer(Description.of("dense"), attention(1)))
                .hasMessage("layer: the description must begin with Description.own(\"name\"), got the kind dense");
    }

    private static Layer described(int heads) {
        return layer(Description.own("attention").with("heads", heads), attention(heads));
    }
}
