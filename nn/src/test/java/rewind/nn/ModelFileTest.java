package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.layer;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Architectures;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.format.FormatException;
import rewind.nn.format.Safetensors;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Description;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;
import rewind.nn.train.loop.Checkpoint;

/** What is saved and loaded is the same model; what has no name is told when it is saved. */
@Tag("once")
class ModelFileTest {
    @TempDir
    Path directory;

    private static Tensor halve(Tensor x) {
        return x.mul(0.5);
    }

    /** In every respect: function, training, description, notes. */
    @Property(tries = 70)
    void loadingIsTheInverseOfSaving(@ForAll long seed) throws IOException {
        Architectures random = new Architectures(seed);
        Model model = random.model();
        Dataset data = random.data(model, 4);

        Safetensors file = Safetensors.read(ModelFile.content(model).toBytes());
        Model loaded = ModelFile.model(file, Architectures.own());

        assertThat(loaded.layer().description()).isEqualTo(model.layer().description());
        assertThat(loaded.input()).isEqualTo(model.input());
        assertThat(loaded.seed()).isEqualTo(model.seed());
        assertThat(loaded.notes()).isEqualTo(model.notes());
        assertThat(loaded.summary()).isEqualTo(model.summary());
        assertThat(loaded.clipping()).isEqualTo(model.clipping());
        same(loaded, model, m -> m.predict(data.x()));
        same(loaded, model, m -> m.forward(m.parameters(), data.x(), Pass.training(new Well19937c(seed))));
        assertThat(train(loaded, data)).isEqualTo(train(model, data));
        for (String name : model.parameters().stored()) {
            same(loaded, model, m -> m.parameters().get(name));
        }
        Model rebuilt = Model.build(loaded.layer(), loaded.input(), loaded.seed(), loaded.dtype());
        Model built = Model.build(model.layer(), model.input(), model.seed(), model.dtype());
        same(rebuilt, built, m -> m.predict(data.x()));
    }

    /** Trains, and tells how that ended: gates without bounds may overflow. */
    private static String train(Model model, Dataset data) {
        try {
            Training.of(model).epochs(2).batchSize(3).fit(data);
            return "trained";
        } catch (ArithmeticException e) {
            return e.getMessage();
        }
    }

    private static void same(Model actual, Model expected, java.util.function.Function<Model, Tensor> f) {
        Tensor a = f.apply(actual);
        Tensor b = f.apply(expected);
        assertThat(a.dtype()).isEqualTo(b.dtype());
        assertThat(Arrays.equals(a.toArray(), b.toArray())).isTrue();
    }

    @Test
    void aFileIsEnough() throws IOException {
        Path file = directory.resolve("model.safetensors");
        Model model = Sequential.of(rnn(3), dense(1)).build(Shape.of(4, 2), 1).note("scaling", "0 1");
        model.freeze("rnn");
        model.save(file);
        model.save(file); // replaces it

        Model loaded = Model.load(file);

        Tensor x = Tensor.randn(new Well19937c(1), 5, 4, 2);
        assertThat(loaded.predict(x).toArray()).containsExactly(model.predict(x).toArray());
        assertThat(loaded.frozen()).containsExactly("rnn/U", "rnn/V", "rnn/b");
        assertThat(loaded.note("scaling")).contains("0 1");
        try (Stream<Path> files = java.nio.file.Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    // ---- a user's own ----

    /** A layer class of a user, with an option. */
    private record Scaled(double factor) implements Layer {
        @Override
        public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
            Tensor gain = scope.parameter("gain", Initializers.constant(1), input.size(-1));
            return x -> x.mul(gain).mul(factor);
        }

        @Override
        public Description description() {
            return Description.own("scaled").with("factor", factor);
        }
    }

    private static final CellDefinition<LstmState> TWO = (scope, inputs, units) -> {
        Tensor U = scope.parameter("U", inputs, units);
        return (x, s) -> new LstmState(x.matmul(U).add(s.C_()), s.h());
    };

    private static final Layer GATED = (scope, input) ->
            x -> scope.apply("gate", dense(input.size(-1), "sigmoid"), x).mul(x);

    private static Model ofOwnParts() {
        return Sequential.of(
                        new Scaled(2),
                        recurrent("two", TWO, zeros -> new LstmState(zeros, zeros), 3)
                                .sequences(true),
                        recurrent("minimal", MinimalGatedUnit::define, 4),
                        layer("gated", GATED),
                        dense(2).activation(Activation.of(
                                "mish", x -> x.mul(x.softplus().tanh()))),
                        dense(2).initializer(
                                        Initializers.named("sevens", (rng, shape) -> Tensor.full(7, shape.toArray()))),
                        function("halve", ModelFileTest::halve))
                .build(Shape.of(3, 2), 1);
    }

    private static final List<UnaryOperator<Registry>> OWN = List.of(
            own -> own.layer("scaled", d -> new Scaled(d.number("factor"))),
            own -> own.cell("two", TWO, zeros -> new LstmState(zeros, zeros)),
            own -> own.cell("minimal", MinimalGatedUnit::define),
            own -> own.layer("gated", GATED),
            own -> own.activation("mish", x -> x.mul(x.softplus().tanh())),
            own -> own.initializer("sevens", (rng, shape) -> Tensor.full(7, shape.toArray())),
            own -> own.function("halve", ModelFileTest::halve));

    @Test
    void aUsersOwnPartsAreFoundByName() throws IOException {
        Path file = directory.resolve("own.safetensors");
        Model model = ofOwnParts();
        model.save(file);
        String remedy = " is not built in; give Model.load a registry with it: Registry.of().";
        List<String> missing = List.of(
                "layer scaled" + remedy + "layer(\"scaled\", …)",
                "cell two" + remedy + "cell(\"two\", …)",
                "cell minimal" + remedy + "cell(\"minimal\", …)",
                "layer gated" + remedy + "layer(\"gated\", …)",
                "activation mish" + remedy + "activation(\"mish\", …)",
                "initializer sevens" + remedy + "initializer(\"sevens\", …)",
                "layer halve" + remedy + "layer(\"halve\", …)");

        Registry registry = Registry.of();
        for (int i = 0; i < OWN.size(); i++) {
            Registry incomplete = registry;
            assertThatThrownBy(() -> Model.load(file, incomplete))
                    .isExactlyInstanceOf(FormatException.class)
                    .hasMessage(file + ": " + missing.get(i));
            registry = OWN.get(i).apply(registry);
        }
        Model loaded = Model.load(file, registry);

        Tensor x = Tensor.randn(new Well19937c(1), 5, 3, 2);
        assertThat(loaded.predict(x).toArray()).containsExactly(model.predict(x).toArray());
        assertThat(loaded.summary()).isEqualTo(model.summary());
        assertThatThrownBy(() -> Registry.of().function("a", x1 -> x1).layer("a", GATED))
                .hasMessage("registry: there must be one layer a only");
    }

    /** A name of a user's own is none of the built-in ones, even if it is spelled like one. */
    @Test
    void ownNamesDoNotHideBuiltInOnes() throws IOException {
        Model model = Sequential.of(dense(2).activation(Activation.of("tanh", ModelFileTest::halve)))
                .build(Shape.of(2), 1);
        Safetensors file = ModelFile.content(model);
        Tensor x = Tensor.ones(1, 2);

        assertThatThrownBy(() -> ModelFile.model(file, Registry.of())).hasMessageStartingWith("activation tanh is not");
        Model loaded = ModelFile.model(file, Registry.of().activation("tanh", ModelFileTest::halve));
        assertThat(loaded.predict(x).toArray()).containsExactly(model.predict(x).toArray());
    }

    static List<Arguments> unnamed() {
        Layer lambda = (scope, input) -> x -> x;
        String own = " of one's own must have a name to be saved; use ";
        return List.of(
                Arguments.of(
                        Sequential.of(dense(2), lambda, lambda),
                        "layer cannot be saved: a layer" + own
                                + "layer(\"name\", …), and Registry.of().layer(\"name\", …) to load"),
                Arguments.of(
                        Sequential.of(rnn(3), Sequential.of(dense(2), dense(2).activation(x -> x.tanh()))),
                        "sequential/dense2 cannot be saved: an activation" + own
                                + "activation(\"tanh\") for a standard one, or Activation.of(\"name\", function) and"
                                + " Registry.of().activation(\"name\", function)"),
                Arguments.of(
                        Sequential.of(
                                rnn(3).sequences(true),
                                rnn(3).initializer((rng, shape) -> Tensor.zeros(shape.toArray()))),
                        "rnn2 cannot be saved: an initializer" + own
                                + "Initializers.named(\"name\", initializer), and Registry.of().initializer(\"name\","
                                + " initializer) to load"),
                Arguments.of(
                        Sequential.of(recurrent(MinimalGatedUnit::define, 2).bidirectional()),
                        "recurrent cannot be saved: a cell" + own
                                + "recurrent(\"name\", cell, …), and Registry.of().cell(\"name\", cell) to load"));
    }

    @ParameterizedTest
    @MethodSource
    void unnamed(Sequential layers, String message) {
        Model model = layers.build(Shape.of(3, 2), 1);
        Path file = directory.resolve("none");
        assertThatThrownBy(() -> model.save(file))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("model: " + message);
        assertThat(file).doesNotExist();
    }

    // ---- parameters alone ----

    @Test
    void parametersFromElsewhere() throws IOException {
        Path file = directory.resolve("weights.safetensors");
        RandomGenerator rng = new Well19937c(3);
        Model model = Sequential.of(dense(2)).build(Shape.of(3), 1);
        Tensor U = Tensor.randn(rng, 3, 2);
        Tensor b = Tensor.randn(rng, 1, 2);
        Safetensors.of(Map.of("dense/b", b, "dense/U", U)).write(file);

        model.loadParameters(file);

        assertThat(model.parameters().stored()).containsExactly("dense/U", "dense/b");
        assertThat(model.parameters().get("dense/U").toArray()).containsExactly(U.toArray());
        assertThat(model.parameters().get("dense/b").toArray()).containsExactly(b.toArray());
        assertThatThrownBy(() -> Model.load(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + ": there is no description of a model, only parameters; use loadParameters");
        new Checkpoint().write(file);
        assertThatThrownBy(() -> Model.load(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file
                        + ": this is a checkpoint of a training run, which Training.of(model).resume(…) continues");
    }

    @Test
    void parametersThatDoNotFitChangeNothing() throws IOException {
        Tensor U = Tensor.ones(3, 2);
        Tensor b = Tensor.ones(1, 2);
        refused(Map.of("dense/U", U), "parameters must be named [dense/U, dense/b], got [dense/U]");
        refused(
                Map.of("dense/U", U, "dense/b", Tensor.ones(1, 3)),
                "parameter dense/b must have the shape [1, 2], got [1, 3]");
        refused(
                Map.of("dense/U", U, "dense/b", b.to(rewind.autograd.DType.FLOAT32)),
                "parameter dense/b must be of type FLOAT64, got FLOAT32");
    }

    private void refused(Map<String, Tensor> tensors, String message) throws IOException {
        Path file = directory.resolve("wrong.safetensors");
        Safetensors.of(tensors).write(file);
        Model model = Sequential.of(dense(2)).build(Shape.of(3), 1);
        double[] before = Flat.of(model);
        assertThatThrownBy(() -> model.loadParameters(file))
                .isExactlyInstanceOf(FormatException.class)
                .hasMessage(file + ": " + message);
        assertThat(Flat.of(model)).containsExactly(before);
    }
}
