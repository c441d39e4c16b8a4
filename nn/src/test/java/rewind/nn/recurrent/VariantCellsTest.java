package rewind.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.coupledLstm;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.gruD;
import static rewind.nn.Layers.indRnn;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.minimalGated;
import static rewind.nn.Layers.normalizedLstm;
import static rewind.nn.Layers.odeRnn;
import static rewind.nn.Layers.peepholeLstm;
import static rewind.nn.Layers.recurrent;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.ode.OdeSolver;
import rewind.nn.GradientChecks;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.data.Gaps;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;

/** The variants of cells, where they are those that they vary, and beside their equations by hand. */
class VariantCellsTest {
    private static final int UNITS = 3;

    private final RandomGenerator rng = new Well19937c(1);
    private final Tensor x = Tensor.randn(rng, 2, 4, 3);
    private Near near = Near.within(1e-12, 1e-13);

    static List<Recurrent<?, ?>> cells() {
        return List.of(
                peepholeLstm(UNITS),
                coupledLstm(UNITS),
                normalizedLstm(UNITS),
                indRnn(UNITS),
                minimalGated(UNITS),
                gruD(UNITS),
                odeRnn(UNITS));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void gradientsAreRight(Recurrent<?, ?> cell) {
        GradientChecks.of(cell.sequences(true), Shape.of(3, 3)).verifyAll();
    }

    /** With its name alone, without a registry; a user's own of the same name is another one. */
    @ParameterizedTest
    @MethodSource("cells")
    void filesKnowThem(Recurrent<?, ?> cell) throws Exception {
        Model model = Sequential.of(cell.zoneout(0.25)).build(Shape.of(4, 3), 1);
        Model loaded = Model.load(model.content().toBytes());
        assertThat(loaded.toString()).isEqualTo(model.toString());
        assertThat(loaded.predict(x).toArray()).containsExactly(model.predict(x).toArray());
        Model own = Sequential.of(recurrent(cell.name(), MinimalGatedUnit::define, 2))
                .build(Shape.of(4, 3), 1);
        Model again = Model.load(own.content().toBytes(), Registry.of().cell(cell.name(), MinimalGatedUnit::define));
        assertThat(again.predict(x).toArray()).containsExactly(own.predict(x).toArray());
    }

    private Model with(Recurrent<?, ?> cell, String... zeros) {
        Model model = Sequential.of(cell.named("cell").sequences(true)).build(Shape.of(4, 3), 1);
        for (String name : zeros) {
            Tensor p = model.parameters().get("cell/" + name);
            model.set("cell/" + name, Tensor.zeros(p.dtype(), p.shape()));
        }
        return model;
    }

    @Test
    void withoutPeepholesItIsTheLstm() {
        Model peeping = with(peepholeLstm(UNITS), "pf", "pi", "po");
        near.verify("y", peeping.predict(x), with(lstm(UNITS)).predict(x));
    }

    @Test
    void theMinimalGatedUnitIsThatOfAUser() {
        Model built = with(minimalGated(UNITS));
        Model own = Sequential.of(
                        recurrent(MinimalGatedUnit::define, UNITS).named("cell").sequences(true))
                .build(Shape.of(4, 3), 2);
        for (String name : List.of("U", "V", "b")) {
            own.set("cell/" + name + "f", built.parameters().get("cell/" + name + "f"));
            own.set("cell/" + name + "h", built.parameters().get("cell/" + name + "hh"));
        }
        near.verify("y", own.predict(x), built.predict(x));
    }

    /** Step by step, in numbers. */
    @Test
    void indRnnByHand() {
        Model model = with(indRnn(UNITS));
        Tensor U = model.parameters().get("cell/U");
        Tensor w = model.parameters().get("cell/w");
        Tensor y = model.predict(x);
        double[] h = new double[UNITS];
        for (int t = 0; t < 4; t++) {
            for (int k = 0; k < UNITS; k++) {
                double sum = w.get(0, k) * h[k];
                for (int e = 0; e < 3; e++) {
                    sum += x.get(1, t, e) * U.get(e, k);
                }
                h[k] = Math.max(0, sum);
            }
            assertThat(y.select(0, 1).select(0, t).toArray()).containsExactly(h, within(1e-12));
        }
    }

    @Test
    void theCoupledGateLetsInWhatItForgets() {
        Parameters p = with(coupledLstm(UNITS)).parameters();
        Tensor[] at = {Tensor.zeros(2, UNITS), Tensor.zeros(2, UNITS)};
        for (int t = 0; t < 4; t++) {
            Tensor input = x.select(1, t);
            Tensor before = at[0];
            Tensor f = input.matmul(p.get("cell/Uf"))
                    .add(before.matmul(p.get("cell/Vf")))
                    .sigmoid();
            Tensor g = input.matmul(p.get("cell/Ug"))
                    .add(before.matmul(p.get("cell/Vg")))
                    .tanh();
            Tensor o = input.matmul(p.get("cell/Uo"))
                    .add(before.matmul(p.get("cell/Vo")))
                    .sigmoid();
            at[1] = f.mul(at[1]).add(Tensor.ones(2, UNITS).sub(f).mul(g));
            at[0] = o.mul(at[1].tanh());
        }
        near.verify("h", with(coupledLstm(UNITS)).predict(x).select(1, 3), at[0]);
    }

    @Test
    void normalisationForgetsScales() {
        Model model = with(normalizedLstm(UNITS));
        Tensor y = model.predict(x.mul(1000));
        model.set("cell/Uf", model.parameters().get("cell/Uf").mul(1e6));
        near = Near.within(1e-6, 1e-6);
        near.verify("y", model.predict(x.mul(1000)), y);
    }

    // ---- gaps ----

    @Test
    void gapsTellWhatWasSeenAndWhen() {
        double missing = Double.NaN;
        Tensor series = Tensor.of(new double[][][] {{{1, missing}, {missing, 5}, {missing, missing}, {4, 6}}});
        Tensor times = Tensor.of(new double[][] {{0, 0.5, 2, 2.5}});
        assertThat(Gaps.of(series, times).toArray())
                .containsExactly(
                        1, 0, 1, 0, 0, 0, //
                        1, 5, 0, 1, 0.5, 0.5, //
                        1, 5, 0, 0, 2, 1.5, //
                        4, 6, 1, 1, 2.5, 2);
        assertThat(Gaps.of(series).slice(2, 4, 5).toArray()).containsExactly(0, 1, 2, 3);
        assertThatThrownBy(() -> Gaps.of(series, times.neg()))
                .hasMessage("gaps: times must not decrease, but sample 0, step 1 is at -0.5 after -0.0");
        assertThatThrownBy(() -> Sequential.of(gruD(2)).build(Shape.of(4, 2), 1))
                .hasMessageContaining(
                        "a value, whether it was seen, and the time since then, of each feature, got 2 numbers");
    }

    /** Where nothing is missing, and time does not count, it is a GRU that sees ones beside its input. */
    @Test
    void withoutGapsItIsTheGru() {
        Model decaying =
                Sequential.of(gruD(UNITS).named("cell").sequences(true)).build(Shape.of(4, 6), 1);
        decaying.set("cell/W", Tensor.zeros(2, UNITS));
        Tensor series = x.slice(2, 0, 2);
        Model plain = Sequential.of(gru(UNITS).named("cell").sequences(true)).build(Shape.of(4, 2), 1);
        for (String gate : List.of("z", "r", "hh")) {
            plain.set("cell/U" + gate, decaying.parameters().get("cell/U" + gate));
            plain.set("cell/V" + gate, decaying.parameters().get("cell/V" + gate));
            plain.set(
                    "cell/b" + gate,
                    decaying.parameters().get("cell/S" + gate).sum(0).reshape(1, UNITS));
        }
        near.verify("y", decaying.predict(Gaps.of(series)), plain.predict(series));
        assertThat(decaying.frozen()).containsExactly("cell/c");
    }

    /** What was seen long ago is the mean. */
    @Test
    void valuesDecayToTheMean() {
        Model model = Sequential.of(gruD(UNITS).named("cell")).build(Shape.of(2, 3), 1);
        model.set("cell/w", Tensor.ones(1, 1));
        model.set("cell/c", Tensor.full(7, 1, 1));
        Tensor forgotten =
                Gaps.of(Tensor.of(new double[][][] {{{3}, {Double.NaN}}}), Tensor.of(new double[][] {{0, 1e3}}));
        Tensor mean = forgotten.add(Tensor.of(new double[][] {{0, 0, 0}, {4, 0, 0}}));
        near.verify("y", model.predict(forgotten), model.predict(mean));
        Tensor slope = Grad.gradient(in -> model.forward(model.parameters(), in).sum(), forgotten);
        assertThat(slope.get(0, 1, 0)).isZero();
    }

    // ---- between observations ----

    /** Where no time passes, it is the cell inside. */
    @Test
    void withoutTimeItIsTheGru() {
        Model moving = with(odeRnn(UNITS));
        Model plain = Sequential.of(gru(UNITS).named("cell").sequences(true)).build(Shape.of(4, 2), 1);
        for (String name : plain.parameters().stored()) {
            plain.set(name, moving.parameters().get(name));
        }
        Tensor series = x.slice(2, 0, 2);
        near.verify("y", moving.predict(Tensor.concat(2, series, Tensor.zeros(2, 4, 1))), plain.predict(series));
    }

    /** By Euler's method in numbers; the state of several tensors whose output alone follows the equation; times of Gaps. */
    @Test
    void theStateFollowsItsEquation() throws Exception {
        CellDefinition<LstmState> definition =
                OdeRnnCell.of((scope, inputs, units) -> lstm(units).cell(scope, inputs), OdeSolver.euler(3));
        OwnCell<LstmState> layer = recurrent("odeLstm", definition, zeros -> new LstmState(zeros, zeros), 2)
                .named("cell")
                .sequences(true);
        GradientChecks.of(layer, Shape.of(3, 3)).verify();
        Model model = Sequential.of(layer).build(Shape.of(4, 3), 1);
        Parameters p = model.parameters();
        Tensor times = Tensor.of(new double[][] {{0, 0.5, 2, 2}, {1, 2, 3, 7}});
        Tensor intervals = Gaps.intervals(times);
        assertThat(intervals.toArray()).containsExactly(0, 0.5, 1.5, 0, 0, 1, 1, 4);
        Tensor seen = x.slice(2, 0, 2);
        Tensor y = model.predict(Tensor.concat(2, seen, intervals));
        Cell<LstmState> plain = lstm(2).cell(Scope.of(p).child("cell"), 2);
        LstmState state = new LstmState(Tensor.zeros(2, 2), Tensor.zeros(2, 2));
        for (int t = 0; t < 4; t++) {
            double[][] k = {
                state.h().select(0, 0).toArray(), state.h().select(0, 1).toArray()
            };
            for (int sample = 0; sample < 2; sample++) {
                for (int j = 0; j < 3; j++) {
                    Tensor rate = Tensor.of(k[sample])
                            .reshape(1, 2)
                            .matmul(p.get("cell/A"))
                            .tanh()
                            .matmul(p.get("cell/B"));
                    for (int u = 0; u < 2; u++) {
                        k[sample][u] += intervals.get(sample, t, 0) / 3 * rate.get(0, u);
                    }
                }
            }
            state = plain.step(seen.select(1, t), new LstmState(Tensor.of(k), state.C_()));
            near.verify("h", y.select(1, t), state.h());
        }
        Model again = Model.load(
                model.content().toBytes(), Registry.of().cell("odeLstm", definition, z -> new LstmState(z, z)));
        assertThat(again.predict(x).toArray()).containsExactly(model.predict(x).toArray());
    }

    /** dh/dt = B·tanh(A h) of one unit has the solution asinh(sinh(A h0) e^(A B t))/A. */
    @Test
    void stepsOfRungeAndKuttaComeNearTheSolution() {
        double a = 0.8;
        double b = -0.5;
        OdeRnnCell<Tensor> cell = new OdeRnnCell<>(
                (seen, h) -> h,
                Tensor.full(a, 1, 1),
                Tensor.zeros(1, 1),
                Tensor.full(b, 1, 1),
                Tensor.zeros(1, 1),
                OdeSolver.rk4(2));
        Tensor d = Tensor.of(new double[][] {{0, 0.25}, {0, 0.5}, {0, 1}});
        Tensor found = cell.step(d, Tensor.full(0.7, 3, 1));
        for (int i = 0; i < 3; i++) {
            double z = Math.sinh(a * 0.7) * Math.exp(a * b * d.get(i, 1));
            double solution = Math.log(z + Math.sqrt(z * z + 1)) / a;
            assertThat(found.get(i, 0)).isCloseTo(solution, within(1e-5));
        }
        assertThatThrownBy(() -> Sequential.of(odeRnn(2)).build(Shape.of(4, 1), 1))
                .hasMessageContaining("a feature and behind it the time since the step before, got 1 numbers");
        assertThatThrownBy(() -> Gaps.intervals(Tensor.of(new double[][] {{1, 0.5}})))
                .hasMessage("gaps: times must not decrease, but sample 0, step 1 is at 0.5 after 1.0");
    }

    // ---- zoneout ----

    @Test
    void zoneoutKeepsUnitsInTraining() {
        Model model = with(indRnn(40).zoneout(0.5));
        Tensor long1 = Tensor.randn(rng, 1, 4, 3);
        Tensor y = model.forward(model.parameters(), long1, Pass.training(new Well19937c(3)));
        Tensor plain = with(indRnn(40)).predict(long1);
        int kept = 0;
        for (int k = 0; k < 40; k++) {
            boolean zero = y.get(0, 0, k) == 0;
            assertThat(zero || y.get(0, 0, k) == plain.get(0, 0, k)).isTrue();
            kept += zero && plain.get(0, 0, k) > 0 ? 1 : 0;
        }
        assertThat(kept).isBetween(3, 20);
        near.verify(
                "first step in use",
                model.predict(long1).select(1, 0),
                plain.select(1, 0).mul(0.5));
    }

    @Test
    void zoneoutIsReplayed() {
        Dataset data = new Dataset(x, Tensor.ones(2, UNITS));
        Model replayed = Sequential.of(peepholeLstm(UNITS).zoneout(0.3)).build(Shape.of(4, 3), 1);
        Model taped = Sequential.of(peepholeLstm(UNITS).zoneout(0.3)).build(Shape.of(4, 3), 1);
        Training.of(replayed).epochs(20).batchSize(1).fit(data);
        Training.of(taped).epochs(20).batchSize(1).compiled(false).fit(data);
        for (String name : taped.parameters().stored()) {
            assertThat(replayed.parameters().get(name).toArray())
                    .containsExactly(taped.parameters().get(name).toArray());
        }
    }
}
