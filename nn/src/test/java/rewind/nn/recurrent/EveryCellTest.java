package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.layer.States;

/** What a recurrent layer can do, for every cell: the built-in ones and a user's own. */
@ParameterizedClass
@EnumSource
class EveryCellTest {
    private static final int BATCH = 3;
    private static final int STEPS = 4;
    private static final int FEATURES = 2;
    private static final int UNITS = 2;

    private final RandomGenerator rng = new Well19937c(3);
    private final DType dtype;
    private final Near near;
    private final Tensor x;

    EveryCellTest(DType dtype) {
        this.dtype = dtype;
        // both sides do the same in another order, so that they differ by roundings of the dtype
        near = Near.within(4500 * dtype.epsilon(), 45 * dtype.epsilon());
        x = Tensor.randn(dtype, rng, BATCH, STEPS, FEATURES);
    }

    static List<Recurrent<?, ?>> cells() {
        return List.of(
                rnn(UNITS).named("cell"),
                gru(UNITS).named("cell"),
                gru(UNITS).resetAfter(true).named("cell"),
                lstm(UNITS).named("cell"),
                recurrent(MinimalGatedUnit::define, UNITS).named("cell"));
    }

    // ---- gradients ----

    @ParameterizedTest
    @MethodSource("cells")
    void stackedAndInBothDirections(Recurrent<?, ?> cell) {
        Pass pass = Pass.inference();
        check(build(cell.sequences(true).bidirectional(Merge.CONCAT), cell.bidirectional(Merge.SUM)), pass);
        check(build(cell.sequences(true).bidirectional(Merge.MEAN), cell.bidirectional(Merge.PRODUCT)), pass);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void lengthsNormalisationAndReversal(Recurrent<?, ?> cell) {
        Pass padded = Pass.inference().lengths(Lengths.of(4, 0, 2));
        check(build(cell.sequences(true).layerNormalization(true).reversed(true)), padded);
        check(build(cell.sequences(true).bidirectional(), cell), padded);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void fromTheInitialToTheLastState(Recurrent<?, ?> cell) {
        Model model = build(cell);
        List<Tensor> initial = States.tensors(lastState(model, x));
        initial.replaceAll(tensor -> Tensor.randn(dtype, rng, BATCH, UNITS));
        GradientCheck.ofAll(in -> {
                    Pass pass = Pass.inference().from("cell", state(model, in));
                    model.forward(model.parameters(), x, pass);
                    return Tensor.concat(1, States.tensors(pass.lastStates().get("cell")));
                })
                .at(initial)
                .secondOrder()
                .verify();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void recurrentDropoutWithOneMask(Recurrent<?, ?> cell) {
        Model model = build(cell.sequences(true).recurrentDropout(0.4));
        GradientCheck.ofAll(p -> model.forward(model.parameters().with(p), x, Pass.training(new Well19937c(5))))
                .at(model.parameters().values())
                .verify();
        Tensor off = build(cell.sequences(true)).predict(x);
        near.verify("inference", model.predict(x), off);
        Tensor on = model.forward(model.parameters(), x, Pass.training(new Well19937c(5)));
        assertThat(on.isClose(off, 1e-6, 1e-6)).isFalse();
    }

    // ---- values and gradients related to those of simpler passes ----

    @ParameterizedTest
    @MethodSource("cells")
    void reversedIsForwardOnTheFlippedSequence(Recurrent<?, ?> cell) {
        Tensor forward = build(cell.sequences(true)).predict(x.flip(1));
        near.verify("sequence", build(cell.sequences(true).reversed(true)).predict(x), forward.flip(1));
        near.verify("last", build(cell.reversed(true)).predict(x), forward.select(1, -1));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everySampleOfAPaddedBatchIsAsAlone(Recurrent<?, ?> cell) {
        int[] lengths = {4, 0, 2};
        for (Layer layer : List.of(cell, cell.reversed(true), cell.bidirectional())) {
            Model model = build(layer);
            Tape tape = new Tape();
            Tensor padded = tape.watch(withPadding(lengths, Double.NaN));
            Parameters watched = model.parameters().watchedBy(tape);
            Tensor y = model.forward(watched, padded, Pass.inference().lengths(Lengths.of(lengths)));
            Tensor dy = Tensor.randn(dtype, rng, y.shape().toArray());
            Gradients gradients = tape.backward(y, dy);
            Tensor dx = gradients.of(padded);
            Parameters sum = model.parameters().map((name, p) -> p.mul(0));
            for (int i = 0; i < BATCH; i++) {
                if (lengths[i] == 0) {
                    near.verify("initial state", y.select(0, i), Tensor.zeros(dtype, y.size(1)));
                    continue;
                }
                Tape alone = new Tape();
                Tensor sample = alone.watch(x.slice(0, i, i + 1).slice(1, 0, lengths[i]));
                Parameters own = model.parameters().watchedBy(alone);
                Tensor expected = model.forward(own, sample);
                near.verify("sample " + i, y.slice(0, i, i + 1), expected);
                Gradients g = alone.backward(expected, dy.slice(0, i, i + 1));
                near.verify("dx of " + i, dx.slice(0, i, i + 1).slice(1, 0, lengths[i]), g.of(sample));
                Parameters more = own.in(g);
                sum = sum.map((name, total) -> total.add(more.get(name)));
            }
            Tensor padding = Lengths.of(lengths).mask(dtype, STEPS).oneMinus();
            assertThat(dx.mul(padding).abs().max().toDouble())
                    .as("gradient of padding")
                    .isZero();
            for (String name : sum.stored()) {
                near.verify("gradient of " + name, watched.in(gradients).get(name), sum.get(name));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aPaddedStepKeepsTheState(Recurrent<?, ?> cell) {
        Tensor all = build(cell.sequences(true))
                .forward(build(cell).parameters(), x, Pass.inference().lengths(Lengths.of(4, 0, 2)));
        near.verify(
                "after the end", all.select(0, 2).select(0, 3), all.select(0, 2).select(0, 1));
        near.verify("no step", all.select(0, 1), Tensor.zeros(dtype, STEPS, UNITS));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theStateIsCarriedFromBatchToBatch(Recurrent<?, ?> cell) {
        Model model = build(cell.sequences(true), cell);
        Pass first = Pass.inference();
        model.forward(model.parameters(), x.slice(1, 0, 3), first);
        Tensor carried = model.forward(
                model.parameters(), x.slice(1, 3, 4), Pass.inference().continuing(first));
        near.verify("output", carried, model.predict(x));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void chunksCutTheGradientBetweenThem(Recurrent<?, ?> cell) {
        Model chunked = build(cell.truncateChunks(3).sequences(true));
        Model plain = build(cell.sequences(true));
        Tensor dy = Tensor.randn(dtype, rng, BATCH, STEPS, UNITS);

        Tape tape = new Tape();
        Tensor in = tape.watch(x);
        Tensor y = chunked.forward(chunked.parameters(), in);
        near.verify("values", y, plain.predict(x));
        Tensor dx = tape.backward(y, dy).of(in);

        Pass first = Pass.inference();
        Tape parts = new Tape();
        Tensor again = parts.watch(x);
        Tensor head = plain.forward(plain.parameters(), again.slice(1, 0, 3), first);
        Tensor tail = plain.forward(
                plain.parameters(), again.slice(1, 3, 4), Pass.inference().continuing(first));
        near.verify("dx", dx, parts.backward(Tensor.concat(1, head, tail), dy).of(again));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aWindowIsTheSumOfTruncatedGradientsOfEveryOutput(Recurrent<?, ?> cell) {
        Model plain = build(cell.sequences(true));
        Tensor dy = Tensor.randn(dtype, rng, BATCH, STEPS, UNITS);
        for (int window = 0; window <= STEPS; window++) {
            Model windowed = build(cell.truncateWindow(window).sequences(true));
            Tape tape = new Tape();
            Tensor in = tape.watch(x);
            Tensor y = windowed.forward(windowed.parameters(), in);
            near.verify("values", y, plain.predict(x));

            Tensor dx = Tensor.zeros(dtype, BATCH, STEPS, FEATURES);
            for (int t = 0; t < STEPS; t++) {
                dx = dx.add(ofOneOutput(plain, t, Math.max(0, t - window), dy.select(1, t)));
            }
            near.verify("dx with window " + window, tape.backward(y, dy).of(in), dx);
        }
    }

    /** The gradient of ⟨dy, output t⟩ when the state before step {@code from} is constant. */
    private Tensor ofOneOutput(Model model, int t, int from, Tensor dy) {
        Tape tape = new Tape();
        Tensor in = tape.watch(x);
        Pass before = Pass.inference();
        if (from > 0) {
            model.forward(model.parameters(), x.slice(1, 0, from), before);
        }
        Tensor outputs = model.forward(
                model.parameters(), in.slice(1, from, t + 1), Pass.inference().continuing(before));
        return tape.backward(outputs.select(1, -1), dy).of(in);
    }

    @ParameterizedTest
    @EnumSource(Merge.class)
    void directionsAreMergedStepByStep(Merge merge) {
        Gru layer = gru(UNITS).sequences(true);
        Model both = build(layer.bidirectional(merge));
        Parameters p = both.parameters();
        Tensor forward = Unroll.of(layer.cell(Scope.of(p).child("gru/forward"), FEATURES))
                .over(x, Tensor.zeros(dtype, BATCH, UNITS))
                .sequence();
        Tensor backward = Unroll.of(layer.cell(Scope.of(p).child("gru/backward"), FEATURES))
                .over(x.flip(1), Tensor.zeros(dtype, BATCH, UNITS))
                .sequence()
                .flip(1);
        Tensor expected = switch (merge) {
            case CONCAT -> Tensor.concat(2, forward, backward);
            case SUM -> forward.add(backward);
            case MEAN -> forward.add(backward).div(2);
            case PRODUCT -> forward.mul(backward);
        };
        near.verify("merged", both.predict(x), expected);
    }

    // ---- helpers ----

    private Model build(Layer... layers) {
        return Sequential.of(layers).build(Shape.of(STEPS, FEATURES), 11, dtype);
    }

    private void check(Model model, Pass pass) {
        Shape output = model.output();
        int[] weights = output.rank() == 1
                ? new int[] {BATCH, output.size(0)}
                : new int[] {BATCH, output.size(0), output.size(1)};
        Tensor w = Tensor.randn(dtype, rng, weights);
        List<Tensor> inputs = new ArrayList<>(model.parameters().values());
        inputs.add(x);
        List<String> names = new ArrayList<>(model.parameters().stored());
        names.add("x");
        int parameters = inputs.size() - 1;
        GradientCheck check = GradientCheck.ofAll(in -> model.forward(
                                model.parameters().with(in.subList(0, parameters)), in.get(parameters), pass)
                        .mul(w)
                        .sum())
                .inputNames(names)
                .at(inputs);
        (dtype == DType.FLOAT64 ? check.secondOrder() : check).verify();
    }

    private Object lastState(Model model, Tensor x) {
        Pass pass = Pass.inference();
        model.forward(model.parameters(), x, pass);
        return pass.lastStates().get("cell");
    }

    /** The tensors as a state of the model's layer. */
    private Object state(Model model, List<Tensor> tensors) {
        int[] next = new int[1];
        return States.map(lastState(model, x), tensor -> tensors.get(next[0]++));
    }

    private Tensor withPadding(int[] lengths, double value) {
        Tensor mask = Lengths.of(lengths).mask(dtype, STEPS);
        return Tensor.where(mask, x, Tensor.full(dtype, value));
    }
}
