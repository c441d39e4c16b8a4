package rewind.nn.recurrent;

import static rewind.nn.Layers.gru;
import static rewind.nn.recurrent.LstmFormulasTest.lastOf;
import static rewind.nn.recurrent.RnnFormulasTest.cube;

import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.Sizes;
import rewind.nn.fixture.Sweep;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandGate;
import rewind.nn.hand.HandGatedUnit;
import rewind.nn.hand.HandGru;
import rewind.nn.hand.HandResetAfterGru;

/** Both forms of the GRU layer against their equations, written by hand in {@link HandGru} and {@link HandResetAfterGru}. */
class GruFormulasTest {
    @Property(tries = 450, edgeCases = EdgeCasesMode.NONE)
    void resetBefore(
            @ForAll DType dtype,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll boolean sequences,
            @ForAll @Size(3) List<HandActivation> activations,
            @ForAll long seed) {
        Case test = new Case(dtype, n, sequences, activations, false, seed);
        HandGru d = test.verify(new HandGru(test.gate(0), test.gate(1), test.gate(2)));
        test.verifyGates(d.z(), d.r(), d.hh());
    }

    @Property(tries = 450, edgeCases = EdgeCasesMode.NONE)
    void resetAfter(
            @ForAll DType dtype,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll boolean sequences,
            @ForAll @Size(3) List<HandActivation> activations,
            @ForAll long seed) {
        Case test = new Case(dtype, n, sequences, activations, true, seed);
        double[][] chh = test.model.parameters().get("gru/chh").toRows();
        HandResetAfterGru d = test.verify(new HandResetAfterGru(test.gate(0), test.gate(1), test.gate(2), chh));
        test.verifyGates(d.z(), d.r(), d.hh());
        test.near.verify("dchh", test.sweep.d().get("gru/chh"), d.chh());
    }

    /** A layer and what the library computes of it. */
    private static final class Case {
        private final Near near;
        private final Sizes n;
        private final boolean sequences;
        private final List<HandActivation> activations;
        private final Model model;
        private final Tensor X;
        private final Tensor h0;
        private final Tensor dA;
        private final Tensor dLast;
        private final Sweep sweep;

        Case(DType dtype, Sizes n, boolean sequences, List<HandActivation> activations, boolean resetAfter, long seed) {
            this.n = n;
            this.sequences = sequences;
            this.activations = activations;
            near = Near.formulas(dtype);
            RandomGenerator rng = new Well19937c(seed);
            model = Sequential.of(gru(n.u())
                            .resetAfter(resetAfter)
                            .updateActivation(activations.get(0).operation())
                            .resetActivation(activations.get(1).operation())
                            .activation(activations.get(2).operation())
                            .sequences(sequences))
                    .build(Shape.of(n.s(), n.e()), seed, dtype);
            Sweep.draw(model, n, rng);
            X = Tensor.randn(dtype, rng, n.m(), n.s(), n.e());
            h0 = Tensor.randn(dtype, rng, n.m(), n.u());
            dA = sequences ? Tensor.randn(dtype, rng, n.m(), n.s(), n.u()) : Tensor.randn(dtype, rng, n.m(), n.u());
            dLast = Tensor.randn(dtype, rng, n.m(), n.u());
            sweep = Sweep.of(model, X, Map.of("gru", h0), dA, Map.of("gru", dLast));
        }

        HandGate gate(int index) {
            return HandGate.of(model.parameters(), "gru", GruCell.GATES.names().get(index), activations.get(index));
        }

        /** Compares all but the parameters' gradients, which are returned. */
        <G extends HandGatedUnit<G>> G verify(G hand) {
            double[][][] h = hand.forward(cube(X), h0.toRows());
            Near.assumeModerate(X.dtype(), h);
            HandGatedUnit.Backward<G> backward =
                    hand.backward(cube(X), h0.toRows(), h, RnnFormulasTest.upstream(dA, n.s()), dLast.toRows());
            near.verify("A", sweep.A(), sequences ? h : lastOf(h));
            near.verify("last h", (Tensor) sweep.last().get("gru"), lastOf(h));
            near.verify("dX", sweep.dX(), backward.dX());
            near.verify("dh0", (Tensor) sweep.dFirst().get("gru"), backward.dh0());
            return backward.d();
        }

        void verifyGates(HandGate z, HandGate r, HandGate hh) {
            z.verify(near, sweep.d(), "gru", "z");
            r.verify(near, sweep.d(), "gru", "r");
            hh.verify(near, sweep.d(), "gru", "hh");
        }
    }
}
