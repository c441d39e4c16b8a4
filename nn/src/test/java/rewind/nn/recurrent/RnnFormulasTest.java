package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.rnn;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.Near;
import rewind.nn.hand.HandActivation;
import rewind.nn.hand.HandRnn;
import rewind.nn.layer.Parameters;

/** The recurrent cell and layer against the equations, written by hand in {@link HandRnn}. */
public class RnnFormulasTest {
    @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
    void cell(
            @ForAll DType dtype,
            @ForAll @IntRange(min = 1, max = 5) int m,
            @ForAll @IntRange(min = 1, max = 7) int s,
            @ForAll @IntRange(min = 1, max = 6) int e,
            @ForAll @IntRange(min = 1, max = 6) int u,
            @ForAll boolean sequences,
            @ForAll HandActivation activation,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(dtype, rng, m, s, e));
        Tensor h0 = tape.watch(Tensor.randn(dtype, rng, m, u));
        RnnCell cell = new RnnCell(
                tape.watch(Tensor.randn(dtype, rng, e, u).mul(0.5)),
                tape.watch(Tensor.randn(dtype, rng, u, u).mul(0.5)),
                tape.watch(Tensor.randn(dtype, rng, 1, u).mul(0.5)),
                activation.operation());
        Tensor dA = sequences ? Tensor.randn(dtype, rng, m, s, u) : Tensor.randn(dtype, rng, m, u);

        Unroll.Result<Tensor> unrolled = Unroll.of(cell).over(x, h0);
        Tensor A = sequences ? unrolled.sequence() : unrolled.last();
        Gradients gradients = tape.backward(A, dA);

        HandRnn hand =
                new HandRnn(cell.U().toRows(), cell.V().toRows(), cell.b().toRows(), activation);
        HandRnn.Forward forward = hand.forward(cube(x), h0.toRows());
        HandRnn.Backward backward = hand.backward(forward, upstream(dA, s));
        near.verify("A", A, sequences ? forward.h() : forward.last());
        near.verify("last", unrolled.last(), forward.last());
        near.verify("dX", gradients.of(x), backward.dX());
        near.verify("dU", gradients.of(cell.U()), backward.dU());
        near.verify("dV", gradients.of(cell.V()), backward.dV());
        near.verify("db", gradients.of(cell.b()), backward.db());
        near.verify("dh0", gradients.of(h0), backward.dh0());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void layer(
            @ForAll DType dtype,
            @ForAll @IntRange(min = 1, max = 5) int m,
            @ForAll @IntRange(min = 1, max = 7) int s,
            @ForAll @IntRange(min = 1, max = 6) int e,
            @ForAll @IntRange(min = 1, max = 6) int u,
            @ForAll boolean sequences,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Model model = Sequential.of(rnn(u).sequences(sequences)).build(Shape.of(s, e), seed, dtype);
        model.set(model.parameters()
                .map((name, p) ->
                        p.add(Tensor.randn(dtype, rng, p.shape().toArray()).mul(0.3))));
        Tensor dA = sequences ? Tensor.randn(dtype, rng, m, s, u) : Tensor.randn(dtype, rng, m, u);

        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(dtype, rng, m, s, e));
        Parameters watched = model.parameters().watchedBy(tape);
        Tensor A = model.forward(watched, x);
        Gradients gradients = tape.backward(A, dA);
        Parameters d = watched.in(gradients);

        HandRnn hand = byHand(model);
        HandRnn.Forward forward = hand.forward(cube(x), new double[m][u]);
        HandRnn.Backward backward = hand.backward(forward, upstream(dA, s));
        near.verify("A", A, sequences ? forward.h() : forward.last());
        near.verify("dX", gradients.of(x), backward.dX());
        near.verify("dU", d.get("rnn/U"), backward.dU());
        near.verify("dV", d.get("rnn/V"), backward.dV());
        near.verify("db", d.get("rnn/b"), backward.db());
        assertThat(model.output()).isEqualTo(sequences ? Shape.of(s, u) : Shape.of(u));
        assertThat(model.predict(x.detach()).toArray()).isEqualTo(A.toArray());
    }

    /** A result that depends on all outputs and on the state handed on: both gradients arrive at the last step. */
    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void outputsAndLastState(
            @ForAll DType dtype,
            @ForAll @IntRange(min = 1, max = 4) int m,
            @ForAll @IntRange(min = 1, max = 5) int s,
            @ForAll @IntRange(min = 1, max = 4) int u,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.randn(dtype, rng, m, s, 2));
        Tensor U = Tensor.randn(dtype, rng, 2, u).mul(0.5);
        Tensor V = Tensor.randn(dtype, rng, u, u).mul(0.5);
        Tensor b = Tensor.randn(dtype, rng, 1, u).mul(0.5);
        Tensor dA = Tensor.randn(dtype, rng, m, s, u);
        Tensor dLast = Tensor.randn(dtype, rng, m, u);

        Unroll.Result<Tensor> unrolled =
                Unroll.of(new RnnCell(U, V, b, Tensor::tanh)).over(x, Tensor.zeros(dtype, m, u));
        Tensor result =
                unrolled.sequence().mul(dA).sum().add(unrolled.last().mul(dLast).sum());

        HandRnn hand = new HandRnn(U.toRows(), V.toRows(), b.toRows(), HandActivation.TANH);
        Tensor both = dA.to(DType.FLOAT64).add(Tensor.of(HandRnn.atLastStep(dLast.toRows(), s)));
        HandRnn.Backward backward = hand.backward(hand.forward(cube(x), new double[m][u]), cube(both));
        near.verify("dX", tape.backward(result).of(x), backward.dX());
    }

    public static HandRnn byHand(Model model) {
        Parameters p = model.parameters();
        return new HandRnn(
                p.get("rnn/U").toRows(), p.get("rnn/V").toRows(), p.get("rnn/b").toRows(), HandActivation.TANH);
    }

    static double[][][] upstream(Tensor dA, int steps) {
        return dA.rank() == 3 ? cube(dA) : HandRnn.atLastStep(dA.toRows(), steps);
    }

    public static double[][][] cube(Tensor x) {
        return (double[][][]) x.toNestedArray();
    }
}
