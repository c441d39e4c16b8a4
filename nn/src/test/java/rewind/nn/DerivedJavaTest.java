package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.program.Program;
import rewind.autograd.reading.Compiled;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;
import rewind.nn.layer.State;

/** Backward passes, written as Java from one recording each and compiled, give the gradients of reverse mode for all sizes and steps. */
@Tag("once")
class DerivedJavaTest {
    private static final Map<String, IntFunction<Layer>> LAYERS = layers();
    private static final Compiled WRITTEN = written();

    private static Map<String, IntFunction<Layer>> layers() {
        Map<String, IntFunction<Layer>> layers = new LinkedHashMap<>();
        layers.put("Rnn", units -> rnn(units).sequences(true));
        layers.put("Gru", units -> gru(units).sequences(true));
        layers.put("ResetAfterGru", units -> gru(units).sequences(true).resetAfter(true));
        layers.put("Lstm", units -> lstm(units).sequences(true));
        layers.put("LastOfLstm", units -> lstm(units));
        layers.put("Head", units -> Sequential.of(rnn(units).sequences(true), dense(2)));
        layers.put(
                "MinimalGatedUnit",
                units -> recurrent(MinimalGatedUnit::define, units).sequences(true));
        layers.put(
                "PeepholeLstm",
                units -> recurrent(DerivedJavaTest::peepholes, zeros -> new Memory(zeros, zeros), units)
                        .sequences(true));
        layers.put(
                "Rotation", units -> recurrent(DerivedJavaTest::rotation, units).sequences(true));
        return layers;
    }

    private static Compiled written() {
        Map<String, String> sources = new LinkedHashMap<>();
        LAYERS.forEach((name, layer) -> sources.put(
                name,
                Model.build(layer.apply(4), Shape.of(5, 3), 1)
                        .program(2)
                        .adjoint()
                        .equations()
                        .java(name)));
        return Compiled.of(sources);
    }

    private record Memory(Tensor h, Tensor c) implements State<Memory> {
        @Override
        public Tensor output() {
            return h;
        }

        @Override
        public Memory map(UnaryOperator<Tensor> f) {
            return new Memory(f.apply(h), f.apply(c));
        }
    }

    /** An LSTM whose input gate is what the forget gate leaves, and whose gates see the cell state. */
    private static Cell<Memory> peepholes(Scope scope, int inputs, int units) {
        Tensor Uf = scope.parameter("Uf", inputs, units);
        Tensor Vf = scope.parameter("Vf", units, units);
        Tensor pf = scope.parameter("pf", 1, units);
        Tensor Ug = scope.parameter("Ug", inputs, units);
        Tensor Vg = scope.parameter("Vg", units, units);
        Tensor Uo = scope.parameter("Uo", inputs, units);
        Tensor Vo = scope.parameter("Vo", units, units);
        Tensor po = scope.parameter("po", 1, units);
        return (x, before) -> {
            Tensor h = before.h();
            Tensor f = x.matmul(Uf)
                    .add(h.matmul(Vf))
                    .add(before.c().mul(pf))
                    .named("f_")
                    .sigmoid()
                    .named("f");
            Tensor g = x.matmul(Ug).add(h.matmul(Vg)).named("g_").tanh().named("g");
            Tensor c = f.mul(before.c()).add(f.oneMinus().mul(g)).named("c");
            Tensor o = x.matmul(Uo)
                    .add(h.matmul(Vo))
                    .add(c.mul(po))
                    .named("o_")
                    .sigmoid()
                    .named("o");
            return new Memory(o.mul(c.tanh()).named("h"), c);
        };
    }

    /** h = tanh(x·U + h⁻·exp(A − Aᵀ)), with four terms of the exponential's series after 1. */
    private static Cell<Tensor> rotation(Scope scope, int inputs, int units) {
        Tensor U = scope.parameter("U", inputs, units);
        Tensor A = scope.parameter("A", units, units);
        Tensor S = A.sub(A.transpose());
        Tensor term = S;
        Tensor sum = S;
        for (int k = 2; k <= 4; k++) {
            term = term.matmul(S).div(k);
            sum = sum.add(term);
        }
        Tensor series = sum;
        return (x, h) -> x.matmul(U).add(h).add(h.matmul(series)).tanh();
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of(LAYERS.keySet());
    }

    private static Tensor result(Model model, List<Tensor> in) {
        Parameters parameters = model.parameters();
        int i = 1;
        for (String name : parameters.stored()) {
            parameters = parameters.with(name, in.get(i++));
        }
        return model.forward(parameters, in.get(0));
    }

    @Property(tries = 60)
    void writtenGradientsAreThoseOfReverseMode(
            @ForAll("names") String name,
            @ForAll @IntRange(min = 1, max = 3) int samples,
            @ForAll @IntRange(min = 1, max = 7) int steps,
            @ForAll @IntRange(min = 1, max = 3) int features,
            @ForAll @IntRange(min = 1, max = 5) int units) {
        Model model = Model.build(LAYERS.get(name).apply(units), Shape.of(steps, features), 1);
        Program adjoint = model.program(samples).adjoint();
        List<Tensor> in = inputs(model, samples, steps, features);
        Tensor y = result(model, in);
        Tensor dy = Tensor.randn(new Well19937c(9), y.shape().toArray());
        List<Tensor> both = new ArrayList<>(in);
        both.add(dy);
        List<Tensor> expected = adjoint.runAll(both);
        List<Tensor> actual = WRITTEN.gradients(name, in, dy);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(actual.get(i).sub(expected.get(i)).abs().max().toDouble())
                    .isLessThan(1e-12);
        }
    }

    private static List<Tensor> inputs(Model model, int samples, int steps, int features) {
        RandomGenerator random = new Well19937c(7);
        List<Tensor> in = new ArrayList<>(List.of(Tensor.randn(random, samples, steps, features)));
        for (Tensor each : model.parameters().values()) {
            in.add(Tensor.randn(random, each.shape().toArray()).mul(0.4));
        }
        return in;
    }

    @Example
    void aWrittenDerivationPassesTheCheck() {
        for (String name : List.of("Lstm", "PeepholeLstm")) {
            Model model = Model.build(LAYERS.get(name).apply(2), Shape.of(3, 1), 1);
            List<Tensor> at = inputs(model, 1, 3, 1);
            GradientCheck.ofAll(in -> result(model, in))
                    .at(at)
                    .againstAll((in, dy) -> WRITTEN.gradients(name, in, dy))
                    .againstAdjoints((in, dy) -> WRITTEN.adjoints(name, in, dy))
                    .verify();
            assertThat(WRITTEN.adjoints(name, at, result(model, at))).hasSizeGreaterThan(12);
        }
    }
}
