package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;
import static rewind.nn.recurrent.RnnFormulasTest.cube;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.check.GradientCheck;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.Sizes;
import rewind.nn.fixture.Sweep;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandAdjoints;
import rewind.nn.hand.HandGate;
import rewind.nn.hand.HandGatedUnit;
import rewind.nn.hand.HandGru;
import rewind.nn.hand.HandLstm;
import rewind.nn.hand.HandMath;
import rewind.nn.hand.HandResetAfterGru;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/** The adjoint of every named value of a cell at every step equals the one that is derived by hand. */
class AdjointsTest {
    private static final HandActivation TANH = HandActivation.TANH;
    private static final HandActivation SIGMOID = HandActivation.SIGMOID;

    /** A layer with sequences, and the adjoints derived by hand for an input and a cotangent. */
    private record Case(Model model, Tensor x, BiFunction<Tensor, Tensor, HandAdjoints> hand) {
        static Case of(Layer layer, Sizes n, long seed) {
            RandomGenerator rng = new Well19937c(seed);
            Model model = Sequential.of(layer).build(Shape.of(n.s(), n.e()), seed);
            Sweep.draw(model, n, rng);
            return new Case(model, Tensor.randn(rng, n.m(), n.s(), n.e()), null);
        }

        Case with(BiFunction<Tensor, Tensor, HandAdjoints> derivation) {
            return new Case(model, x, derivation);
        }

        HandGate gate(String layer, String gate, HandActivation act) {
            return HandGate.of(model.parameters(), layer, gate, act);
        }

        double[][] zeros() {
            return new double[x.size(0)][model.output().size(-1)];
        }

        GradientCheck check() {
            return GradientCheck.of(in -> model.predict(in))
                    .named("layer")
                    .inputNames("x")
                    .at(x)
                    .againstAdjoints((in, dA) -> hand.apply(in.get(0), dA).tensors());
        }

        /** Compares the adjoints of all values that carry the names. */
        void verify(Sizes n, List<String> names) {
            Tensor dA = Tensor.randn(new Well19937c(3), n.m(), n.s(), n.u());
            Map<Trace.Name, Tensor> adjoints = Trace.adjoints(in -> model.predict(in.get(0)), List.of(x), dA);
            Map<Trace.Name, Tensor> expected = hand.apply(x, dA).tensors();
            assertThat(expected).hasSize(names.size() * n.s());
            expected.forEach((name, tensor) ->
                    Near.formulas(DType.FLOAT64).verify("adjoint of " + name, adjoints.get(name), tensor));
        }
    }

    private static Case rnnCase(Sizes n, long seed) {
        Case layer = Case.of(rnn(n.u()).sequences(true), n, seed);
        Parameters p = layer.model.parameters();
        HandRnn hand = new HandRnn(
                p.get("rnn/U").toRows(), p.get("rnn/V").toRows(), p.get("rnn/b").toRows(), TANH);
        return layer.with((x, dA) -> {
            HandAdjoints adjoints = new HandAdjoints("rnn");
            hand.backward(hand.forward(cube(x), layer.zeros()), cube(dA), adjoints);
            return adjoints;
        });
    }

    private static Case gruCase(Sizes n, boolean resetAfter, long seed) {
        Case layer = Case.of(gru(n.u()).resetAfter(resetAfter).sequences(true), n, seed);
        HandGate z = layer.gate("gru", "z", SIGMOID);
        HandGate r = layer.gate("gru", "r", SIGMOID);
        HandGate hh = layer.gate("gru", "hh", TANH);
        return resetAfter
                ? layer.with((x, dA) -> adjoints(
                        new HandResetAfterGru(
                                z,
                                r,
                                hh,
                                layer.model.parameters().get("gru/chh").toRows()),
                        x,
                        dA,
                        layer.zeros()))
                : layer.with((x, dA) -> adjoints(new HandGru(z, r, hh), x, dA, layer.zeros()));
    }

    private static <G extends HandGatedUnit<G>> HandAdjoints adjoints(G hand, Tensor x, Tensor dA, double[][] zeros) {
        HandAdjoints adjoints = new HandAdjoints("gru");
        hand.backward(cube(x), zeros, hand.forward(cube(x), zeros), cube(dA), zeros, adjoints);
        return adjoints;
    }

    private static Case lstmCase(Sizes n, long seed, HandAdjoints adjoints) {
        Case layer = Case.of(lstm(n.u()).sequences(true), n, seed);
        HandLstm hand = new HandLstm(
                layer.gate("lstm", "f", SIGMOID),
                layer.gate("lstm", "i", SIGMOID),
                layer.gate("lstm", "g", TANH),
                layer.gate("lstm", "o", SIGMOID),
                TANH);
        return layer.with((x, dA) -> {
            double[][] zeros = layer.zeros();
            hand.backward(hand.forward(cube(x), zeros, zeros), cube(dA), zeros, zeros, adjoints);
            return adjoints;
        });
    }

    @Property(tries = 100)
    void ofRnn(@ForAll(supplier = Sizes.Any.class) Sizes n, @ForAll long seed) {
        rnnCase(n, seed).verify(n, List.of("h", "h_"));
    }

    @Property(tries = 100)
    void ofGru(@ForAll(supplier = Sizes.Any.class) Sizes n, @ForAll boolean resetAfter, @ForAll long seed) {
        gruCase(n, resetAfter, seed).verify(n, List.of("h", "z_", "r_", "hh_"));
    }

    @Property(tries = 100)
    void ofLstm(@ForAll(supplier = Sizes.Any.class) Sizes n, @ForAll long seed) {
        lstmCase(n, seed, new HandAdjoints("lstm")).verify(n, List.of("h", "C_", "f_", "i_", "g_", "o_"));
    }

    /** The same in one line, with differences as the third opinion. */
    @Test
    void checkedAsAnyDerivation() {
        Sizes n = new Sizes(2, 3, 2, 2);
        rnnCase(n, 1).check().verify();
        gruCase(n, false, 1).check().verify();
        gruCase(n, true, 1).check().verify();
        lstmCase(n, 1, new HandAdjoints("lstm")).check().verify();
    }

    /** A mistake in one gate at one step is reported as that gate at that step, though all earlier adjoints are wrong as well. */
    @Test
    void aPlantedMistakeIsFoundWhereItIs() {
        Sizes n = new Sizes(2, 4, 2, 3);
        for (String gate : List.of("f_", "i_", "g_", "o_", "C_")) {
            // the first cell state is zero, and so is the adjoint of the first f_
            for (int step = gate.equals("f_") ? 1 : 0; step < 4; step++) {
                String report =
                        lstmCase(n, 5, planting(gate, step)).check().failure().orElseThrow();
                assertThat(report)
                        .startsWith("gradient check: layer, adjoint of lstm/" + gate + " at step " + step + " [2, 3], ")
                        .contains(": the derivation is wrong", "this looks like a sign error");
            }
        }
    }

    private static HandAdjoints planting(String wrongName, int wrongStep) {
        return new HandAdjoints("lstm") {
            @Override
            public double[] planted(String name, int step, double[] adjoint) {
                boolean wrong = name.equals(wrongName) && step == wrongStep;
                return wrong ? HandMath.row(adjoint.length, j -> -adjoint[j]) : adjoint;
            }
        };
    }

    @Test
    void theReportOfAPlantedMistake() {
        Optional<String> report =
                lstmCase(new Sizes(2, 4, 2, 3), 5, planting("i_", 2)).check().failure();
        assertThat(report.map(text -> text.replaceAll(", called at .*", ""))).hasValue("""
                gradient check: layer, adjoint of lstm/i_ at step 2 [2, 3], element [0, 1]
                  reverse mode -0.1016747568   derivation 0.1016747568
                  relative error 2.0e+00 exceeds 1.0e-06
                  6 of 6 elements differ; cotangent from seed 1
                  also adjoint of lstm/h at step 1 [2, 3]: 6 of 6 elements differ
                  also adjoint of lstm/C_ at step 1 [2, 3]: 6 of 6 elements differ
                  also adjoint of lstm/o_ at step 1 [2, 3]: 6 of 6 elements differ
                  also 8 more
                  central difference -0.1016747568 ± 1e-09   (h = 6.7e-05): the derivation is wrong
                  this looks like a sign error
                  derivation | reverse mode | differ
                    -++ | +-- | xxx
                    --+ | ++- | xxx
                  the derivation is what reverse mode gives with the sign turned in the rule of sigmoid, argument 0 [2, 3], step 2 of lstm, position 67 of 103
                  reverse mode: di_⟨t⟩ = dC_⟨t⟩ ⊙ g⟨t⟩ ⊙ i⟨t⟩ ⊙ (1 − i⟨t⟩)    t = 4 … 1""");
    }

    /** The steps of layers in a stack are told apart by the layers' names. */
    @Test
    void stackedLayersHaveNamesOfTheirOwn() {
        Model model =
                Sequential.of(lstm(2).sequences(true), lstm(2).bidirectional()).build(Shape.of(2, 1), 1);
        Trace trace = Trace.of(in -> model.predict(in.get(0)), List.of(Tensor.of(new double[1][2][1])));
        assertThat(trace.named().keySet())
                .hasSize(3 * 2 * 11)
                .contains(
                        new Trace.Name("lstm/f_", 1),
                        new Trace.Name("lstm2/forward/C", 0),
                        new Trace.Name("lstm2/backward/o_", 1));
    }
}
