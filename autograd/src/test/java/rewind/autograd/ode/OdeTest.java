package rewind.autograd.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.ode.nonstiff.GraggBulirschStoerIntegrator;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;

/** Solutions and their derivatives against closed forms, and the two ways to differentiate against each other. */
class OdeTest {
    private static final OdeSolver ADAPTIVE = OdeSolver.adaptive(1e-10);

    /** dy/dt = tanh(y·W + b t), of which nobody knows a closed form. */
    private static Tensor net(Tensor t, Tensor y, List<Tensor> p) {
        return y.matmul(p.get(0)).add(p.get(1).mul(t)).tanh();
    }

    private static List<Tensor> inputs(int seed) {
        RandomGenerator rng = new Well19937c(seed);
        return List.of(Tensor.randn(rng, 2, 3), Tensor.randn(rng, 3, 3), Tensor.randn(rng, 3));
    }

    /** The state at another time, of a state and parameters. */
    private static Function<List<Tensor>, Tensor> flow(double from, double to, OdeSolver solver) {
        return in -> Ode.of(OdeTest::net, in.subList(1, in.size())).solve(in.get(0), from, to, solver);
    }

    @Property(tries = 20)
    void decayIsExponential(
            @ForAll @DoubleRange(min = -2, max = 2) double rate,
            @ForAll @DoubleRange(min = -1, max = 1) double from,
            @ForAll @DoubleRange(min = -1, max = 1) double to) {
        Tensor y0 = Tensor.of(1, -2, 0.5);
        Tensor expected = y0.mul(Math.exp(rate * (to - from)));
        for (OdeSolver solver : List.of(OdeSolver.rk4(100), ADAPTIVE)) {
            Function<List<Tensor>, Tensor> y = in ->
                    Ode.of((t, z, p) -> z.mul(p.get(0)), List.of(in.get(1))).solve(in.get(0), from, to, solver);
            List<Tensor> at = List.of(y0, Tensor.of(rate));
            assertThat(y.apply(at).isClose(expected, 1e-8, 1e-8)).isTrue();
            List<Tensor> gradients = Grad.gradient(in -> y.apply(in).sum(), at);
            assertThat(gradients.get(0).toArray()).containsOnly(gradients.get(0).get(0));
            assertThat(gradients.get(0).get(0)).isCloseTo(Math.exp(rate * (to - from)), within(1e-7));
            assertThat(gradients.get(1).toDouble()).isCloseTo(expected.sum().toDouble() * (to - from), within(1e-7));
            double second =
                    Grad.hessian(r -> y.apply(List.of(y0, r)).sum(), at.get(1)).toDouble();
            assertThat(second).isCloseTo(expected.sum().toDouble() * (to - from) * (to - from), within(1e-6));
        }
    }

    /** The gradient through all steps of a fine solver, and that of the adjoint equation. */
    @Property(tries = 10)
    void backPropagationAndAdjointAgree(
            @ForAll @IntRange(max = 99) int seed, @ForAll @DoubleRange(min = -1, max = 2) double to) {
        List<Tensor> at = inputs(seed);
        Tensor weights = Tensor.randn(new Well19937c(seed + 1), 2, 3);
        List<Tensor> through = Grad.gradient(
                in -> flow(0.5, to, OdeSolver.rk4(60)).apply(in).mul(weights).sum(), at);
        List<Tensor> adjoint = Grad.gradient(
                in -> flow(0.5, to, ADAPTIVE).apply(in).mul(weights).sum(), at);
        for (int i = 0; i < at.size(); i++) {
            assertThat(adjoint.get(i).isClose(through.get(i), 1e-6, 1e-6)).isTrue();
        }
    }

    @Example
    void derivativesAgreeWithDifferences() {
        for (OdeSolver solver : List.of(OdeSolver.euler(3), OdeSolver.rk4(2), OdeSolver.adaptive(1e-11))) {
            GradientCheck.ofAll(in -> flow(0, 0.7, solver).apply(in))
                    .at(inputs(4))
                    .secondOrder()
                    .verify();
        }
    }

    /** Twice as many steps: an error of a half, or a sixteenth. */
    @Example
    void errorsShrinkWithTheOrder() {
        Tensor exact = flow(0, 1, OdeSolver.adaptive(1e-12)).apply(inputs(1));
        assertThat(error(OdeSolver.euler(100), exact) / error(OdeSolver.euler(200), exact))
                .isBetween(1.9, 2.1);
        assertThat(error(OdeSolver.rk4(10), exact) / error(OdeSolver.rk4(20), exact))
                .isBetween(14.0, 18.0);
    }

    private static double error(OdeSolver solver, Tensor exact) {
        return flow(0, 1, solver)
                .apply(inputs(1))
                .sub(exact)
                .square()
                .sum()
                .sqrt()
                .toDouble();
    }

    /** Every sample has an interval of its own, and times have gradients: those of the end are dy/dt there. */
    @Example
    void timesThatAreTensors() {
        List<Tensor> at = inputs(2);
        Tensor to = Tensor.of(new double[][] {{0.3}, {1.2}});
        Ode ode = Ode.of(OdeTest::net, at.subList(1, 3));
        Tensor both = ode.solve(at.get(0), Tensor.of(0.1), to, OdeSolver.rk4(40));
        for (int i = 0; i < 2; i++) {
            Tensor alone = ode.solve(at.get(0).slice(0, i, i + 1), 0.1, to.get(i, 0), OdeSolver.rk4(40));
            assertThat(both.slice(0, i, i + 1).isClose(alone, 1e-14, 1e-14)).isTrue();
        }
        Tensor rates = Grad.gradient(
                end -> ode.solve(at.get(0), Tensor.of(0.1), end, OdeSolver.rk4(40))
                        .sum(),
                to);
        Tensor expected = net(to, both, at.subList(1, 3)).sum(1).reshape(2, 1);
        assertThat(rates.isClose(expected, 1e-6, 1e-6)).isTrue();
        assertThatThrownBy(() -> ode.solve(at.get(0), Tensor.of(0.1), to, ADAPTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ode: Dormand-Prince 8(5,3) to 1.0E-10 takes times that are numbers, got tensors of the shapes []"
                                + " and [2, 1]; use rk4(steps) for these");
        assertThatThrownBy(() -> ode.solve(at.get(0), Tensor.of(0.1), Tensor.ones(4, 1, 1), OdeSolver.rk4(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ode: dy/dt must have the shape [2, 3] of y, got [4, 2, 3]");
    }

    @Example
    void pathsAndIntegratorsOfCommonsMath() {
        List<Tensor> at = inputs(3);
        Ode ode = Ode.of(OdeTest::net, at.subList(1, 3));
        double[] times = {0, 0.2, 1, 1, 0.5};
        Tensor path = ode.path(at.get(0), times, ADAPTIVE);
        assertThat(path.shape()).hasToString("[5, 2, 3]");
        for (int i = 0; i < times.length; i++) {
            double[] end = new double[6];
            double[] start = at.get(0).toArray();
            if (times[i] > 0) {
                new GraggBulirschStoerIntegrator(1e-9, 1, 1e-11, 1e-11)
                        .integrate(ode.equations(at.get(0)), 0, start, times[i], end);
            }
            Tensor expected = times[i] > 0 ? Tensor.of(end).reshape(2, 3) : at.get(0);
            assertThat(path.select(0, i).isClose(expected, 1e-8, 1e-8)).isTrue();
        }
        OdeSolver own = OdeSolver.by(span -> new GraggBulirschStoerIntegrator(1e-9, span, 1e-11, 1e-11));
        assertThat(ode.path(at.get(0), times, own).isClose(path, 1e-8, 1e-8)).isTrue();
        assertThat(ode).hasToString("Ode of 2 parameters");
        assertThat(List.of(OdeSolver.euler(2), OdeSolver.rk4(3), own))
                .hasToString("[Euler in 2 steps, RK4 in 3 steps, an integrator of Commons Math]");
    }

    @Example
    void singlePrecision() {
        List<Tensor> at = inputs(5).stream().map(each -> each.to(DType.FLOAT32)).toList();
        Tensor exact = flow(0, 1, ADAPTIVE).apply(inputs(5)).to(DType.FLOAT32);
        for (OdeSolver solver : List.of(OdeSolver.rk4(20), OdeSolver.adaptive(1e-4))) {
            assertThat(flow(0, 1, solver).apply(at).isClose(exact, 1e-3, 1e-3)).isTrue();
            Grad.gradient(in -> flow(0, 1, solver).apply(in).sum(), at)
                    .forEach(each -> assertThat(each.dtype()).isEqualTo(DType.FLOAT32));
        }
    }

    @Example
    void whatCannotBeSolved() {
        Tensor y0 = Tensor.of(1.0, 2.0);
        Ode growth = Ode.of((t, y) -> y.square());
        for (OdeSolver solver : List.of(OdeSolver.rk4(1), ADAPTIVE)) {
            assertThatThrownBy(() -> Ode.of((t, y) -> y.sum()).solve(y0, 0, 1, solver))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ode: dy/dt must have the shape [2] of y, got []");
            assertThatThrownBy(() -> Ode.of((t, y) -> null).solve(y0, 0, 1, solver))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ode: dy/dt must have the shape [2] of y, got null");
            assertThatThrownBy(() -> growth.solve(y0, 0, Double.NaN, solver))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("ode: times must be finite, got NaN");
        }
        assertThatThrownBy(() -> growth.path(y0, new double[0], ADAPTIVE))
                .hasMessage("ode: a path must have at least one time, got none");
        assertThatThrownBy(() -> growth.solve(y0, 0, 3, ADAPTIVE)) // infinite at t = 1/2
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "ode: the solver gives up between t = 0.0 and 3.0; allow a larger error or more steps (");
        assertThatThrownBy(() -> Ode.of((t, y) -> y.sub(2).log()).solve(y0, 0, 1, ADAPTIVE))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("ode: dy/dt is not finite at t = 0.0: NaN");
        assertThatThrownBy(() -> OdeSolver.rk4(0)).hasMessage("RK4: steps must be positive, got 0");
        assertThatThrownBy(() -> OdeSolver.adaptive(0)).hasMessage("adaptive: the tolerance must be positive, got 0.0");
        assertThatThrownBy(() -> OdeSolver.adaptive(Double.NaN))
                .hasMessage("adaptive: the tolerance must be positive, got NaN");
        List<Tensor> single = List.of(Tensor.of(1.0).to(DType.FLOAT32));
        assertThatThrownBy(() -> Ode.of((t, y, p) -> y.mul(p.get(0)), single).solve(y0, 0, 1, ADAPTIVE))
                .hasMessage("ode: parameters must be FLOAT64 as the state is, got FLOAT32");
    }

    /** What an adaptive solver would silently take for a constant is refused; recorded steps see it. */
    @Example
    void recordedTensorsFromOutside() {
        Tape tape = new Tape();
        Tensor rate = tape.watch(Tensor.of(0.5));
        Ode ode = Ode.of((t, y) -> y.mul(rate));
        Tensor y0 = Tensor.of(1.0, 2.0);
        assertThatThrownBy(() -> ode.solve(y0, 0, 1, ADAPTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "ode: dy/dt depends on a recorded tensor that is no parameter; give it to Ode.of as one, or use"
                                + " rk4(steps)");
        Gradients gradients =
                tape.backward(ode.solve(y0, 0, 1, OdeSolver.rk4(20)).sum());
        assertThat(gradients.of(rate).toDouble()).isCloseTo(3 * Math.exp(0.5), within(1e-7));
    }
}
