package rewind.nn.recurrent;

import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.rnn;
import static rewind.nn.recurrent.LstmFormulasTest.lastOf;
import static rewind.nn.recurrent.RnnFormulasTest.cube;

import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
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
import rewind.nn.hand.HandRnn;
import rewind.nn.hand.HandTruncated;
import rewind.nn.layer.Parameters;

/** Truncated back-propagation against the formulas: the sliding window by {@link HandTruncated}, chunks by {@link HandRnn}. */
class TruncationFormulasTest {
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void slidingWindow(
            @ForAll DType dtype,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll @IntRange(min = 0, max = 9) int window,
            @ForAll HandActivation activation,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Model model = Sequential.of(
                        rnn(n.u())
                                .activation(activation.operation())
                                .bias(false)
                                .truncateWindow(window)
                                .sequences(true),
                        dense(n.e()).bias(false))
                .build(Shape.of(n.s(), n.e()), seed, dtype);
        Sweep.draw(model, n, rng);
        Tensor X = Tensor.randn(dtype, rng, n.m(), n.s(), n.e());
        Tensor g = Tensor.randn(dtype, rng, n.m(), n.s(), n.e());

        Sweep sweep = Sweep.of(model, X, g);

        Parameters p = model.parameters();
        HandTruncated hand = new HandTruncated(
                p.get("rnn/U").transpose().toRows(),
                p.get("rnn/V").transpose().toRows(),
                p.get("dense/U").transpose().toRows(),
                activation);
        HandTruncated.Forward forward = hand.forward(cube(X));
        HandTruncated.Backward backward = hand.backward(cube(X), forward, cube(g), window);
        near.verify("outputs", sweep.A(), forward.outputs());
        near.verify("last state", (Tensor) sweep.last().get("rnn"), lastOf(forward.states()));
        near.verify("dU", sweep.d().get("rnn/U").transpose(), backward.dU());
        near.verify("dW", sweep.d().get("rnn/V").transpose(), backward.dW());
        near.verify("dV", sweep.d().get("dense/U").transpose(), backward.dV());
        near.verify("dX", sweep.dX(), backward.dX());
        if (window == 0) {
            near.verify("dX of a window of 0", sweep.dX(), backward.dXOwnStep());
        }
    }

    /** A chunk is a sequence of its own that starts in the constant state where the chunk before it ended. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void chunks(
            @ForAll DType dtype,
            @ForAll(supplier = Sizes.Any.class) Sizes n,
            @ForAll @IntRange(min = 1, max = 9) int chunk,
            @ForAll HandActivation activation,
            @ForAll boolean sequences,
            @ForAll long seed) {
        Near near = Near.formulas(dtype);
        RandomGenerator rng = new Well19937c(seed);
        Model model = Sequential.of(rnn(n.u())
                        .activation(activation.operation())
                        .truncateChunks(chunk)
                        .sequences(sequences))
                .build(Shape.of(n.s(), n.e()), seed, dtype);
        Sweep.draw(model, n, rng);
        Tensor X = Tensor.randn(dtype, rng, n.m(), n.s(), n.e());
        Tensor h0 = Tensor.randn(dtype, rng, n.m(), n.u());
        Tensor dA = sequences ? Tensor.randn(dtype, rng, n.m(), n.s(), n.u()) : Tensor.randn(dtype, rng, n.m(), n.u());
        Tensor dLast = Tensor.randn(dtype, rng, n.m(), n.u());

        Sweep sweep = Sweep.of(model, X, Map.of("rnn", h0), dA, Map.of("rnn", dLast));

        Parameters p = model.parameters();
        HandRnn hand = new HandRnn(
                p.get("rnn/U").toRows(), p.get("rnn/V").toRows(), p.get("rnn/b").toRows(), activation);
        Tensor upstream = Tensor.of(RnnFormulasTest.upstream(dA, n.s()))
                .add(Tensor.of(HandRnn.atLastStep(dLast.toRows(), n.s())));
        Tensor dU = Tensor.zeros(n.e(), n.u());
        Tensor dV = Tensor.zeros(n.u(), n.u());
        Tensor db = Tensor.zeros(1, n.u());
        double[][] state = h0.toRows();
        for (int from = 0; from < n.s(); from += chunk) {
            int to = Math.min(from + chunk, n.s());
            HandRnn.Forward forward = hand.forward(cube(X.slice(1, from, to)), state);
            HandRnn.Backward backward = hand.backward(forward, cube(upstream.slice(1, from, to)));
            near.verify("dX from " + from, sweep.dX().slice(1, from, to), backward.dX());
            if (from == 0) {
                near.verify("dh0", (Tensor) sweep.dFirst().get("rnn"), backward.dh0());
            }
            if (sequences) {
                near.verify("A from " + from, sweep.A().slice(1, from, to), forward.h());
            }
            dU = dU.add(Tensor.of(backward.dU()));
            dV = dV.add(Tensor.of(backward.dV()));
            db = db.add(Tensor.of(backward.db()));
            state = forward.last();
        }
        near.verify("last state", (Tensor) sweep.last().get("rnn"), state);
        near.verify("dU", sweep.d().get("rnn/U"), dU);
        near.verify("dV", sweep.d().get("rnn/V"), dV);
        near.verify("db", sweep.d().get("rnn/b"), db);
    }
}
