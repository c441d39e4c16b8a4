package rewind.nn.recurrent;

import static rewind.nn.Layers.lstm;
import static rewind.nn.recurrent.RnnFormulasTest.cube;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
import rewind.nn.hand.HandLstm;
import rewind.nn.layer.Parameters;

/** The LSTM layer against the equations, written by hand in {@link HandLstm}. */
class LstmFormulasTest {
    @Property(tries = 450, edgeCases = EdgeCasesMode.NONE)
    void layer(
            @ForAll DType dtype,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll boolean sequences,
            @ForAll @Size(5) List<HandActivation> activations,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Model model = Sequential.of(lstm(n.u())
                        .forgetActivation(activations.get(0).operation())
                        .inputActivation(activations.get(1).operation())
                        .candidateActivation(activations.get(2).operation())
                        .outputActivation(activations.get(3).operation())
                        .activation(activations.get(4).operation())
                        .sequences(sequences))
                .build(Shape.of(n.s(), n.e()), seed, dtype);
        Sweep.draw(model, n, rng);
        Tensor X = Tensor.randn(dtype, rng, n.m(), n.s(), n.e());
        LstmState first = new LstmState(Tensor.randn(dtype, rng, n.m(), n.u()), Tensor.randn(dtype, rng, n.m(), n.u()));
        LstmState dLast = new LstmState(Tensor.randn(dtype, rng, n.m(), n.u()), Tensor.randn(dtype, rng, n.m(), n.u()));
        Tensor dA = sequences ? Tensor.randn(dtype, rng, n.m(), n.s(), n.u()) : Tensor.randn(dtype, rng, n.m(), n.u());

        Sweep sweep = Sweep.of(model, X, Map.of("lstm", first), dA, Map.of("lstm", dLast));

        HandLstm hand = byHand(model, activations);
        List<List<HandLstm.Step>> steps =
                hand.forward(cube(X), first.h().toRows(), first.C_().toRows());
        HandLstm.Backward backward = hand.backward(
                steps,
                RnnFormulasTest.upstream(dA, n.s()),
                dLast.h().toRows(),
                dLast.C_().toRows());
        LstmState last = (LstmState) sweep.last().get("lstm");
        double[][][] h = each(steps, HandLstm.Step::h);
        Near.assumeModerate(dtype, h);
        near.verify("A", sweep.A(), sequences ? h : lastOf(h));
        near.verify("last h", last.h(), lastOf(h));
        near.verify("last C_", last.C_(), lastOf(each(steps, HandLstm.Step::C_)));
        near.verify("dX", sweep.dX(), backward.dX());
        LstmState dFirst = (LstmState) sweep.dFirst().get("lstm");
        near.verify("dh0", dFirst.h(), backward.dh0());
        near.verify("dC0", dFirst.C_(), backward.dC0());
        backward.d().f().verify(near, sweep.d(), "lstm", "f");
        backward.d().i().verify(near, sweep.d(), "lstm", "i");
        backward.d().g().verify(near, sweep.d(), "lstm", "g");
        backward.d().o().verify(near, sweep.d(), "lstm", "o");
    }

    private static HandLstm byHand(Model model, List<HandActivation> activations) {
        Parameters p = model.parameters();
        return new HandLstm(
                HandGate.of(p, "lstm", "f", activations.get(0)),
                HandGate.of(p, "lstm", "i", activations.get(1)),
                HandGate.of(p, "lstm", "g", activations.get(2)),
                HandGate.of(p, "lstm", "o", activations.get(3)),
                activations.get(4));
    }

    private static double[][][] each(List<List<HandLstm.Step>> steps, Function<HandLstm.Step, double[]> of) {
        return steps.stream()
                .map(sample -> sample.stream().map(of).toArray(double[][]::new))
                .toArray(double[][][]::new);
    }

    static double[][] lastOf(double[][][] all) {
        return Arrays.stream(all).map(sample -> sample[sample.length - 1]).toArray(double[][]::new);
    }
}
