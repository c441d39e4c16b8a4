package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Optimizers.*;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.optim.SimpleBounds;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.BOBYQAOptimizer;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.nn.Losses;
import rewind.nn.layer.Parameters;

/** Methods that minimise, where the minimum is known. */
class MinimizersTest {
    private static Parameters at(double... x) {
        return Parameters.of(Map.of("x", Tensor.of(x)));
    }

    /** Σ (1 − x_i)² + 100 (x_{i+1} − x_i²)². */
    private static Tensor rosenbrock(Parameters p) {
        Tensor x = p.get("x");
        Tensor first = x.slice(0, 0, x.size() - 1);
        Tensor next = x.slice(0, 1, x.size());
        return first.oneMinus()
                .square()
                .add(next.sub(first.square()).square().mul(100))
                .sum();
    }

    /** ½ xᵀAx − bᵀx with A = I + MᵀM, whose minimum solves Ax = b. */
    @Property(tries = 20)
    void lbfgsSolvesLinearSystems(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int size) {
        Well19937c rng = new Well19937c(seed);
        Tensor m = Tensor.randn(rng, size, size);
        Tensor a = Tensor.eye(size).add(m.transpose().matmul(m));
        Tensor b = Tensor.randn(rng, size);
        Minimum found = lbfgs().minimize(
                        p -> p.get("x").dot(a.mul(p.get("x")).sum(1).mul(0.5).sub(b)),
                        Parameters.of(Map.of("x", Tensor.randn(rng, size))));
        assertThat(found.converged()).as(found.toString()).isTrue();
        double[] solution = new LUDecomposition(a.toMatrix())
                .getSolver()
                .solve(b.toVector())
                .toArray();
        assertThat(found.parameters().get("x").toArray()).containsExactly(solution, within(1e-6));
    }

    static Stream<Minimizer> all() {
        return Stream.of(
                lbfgs(),
                nelderMead(),
                powell(),
                bobyqa(),
                cmaes(0.5, 1),
                conjugateGradient(),
                commonsMath(
                        () -> new BOBYQAOptimizer(5), new SimpleBounds(new double[] {-2, -2}, new double[] {2, 2})));
    }

    @ParameterizedTest
    @MethodSource("all")
    void allFindTheMinimumOfRosenbrocksFunction(Minimizer method) {
        Minimum found = method.minimize(MinimizersTest::rosenbrock, at(-1.2, 1));
        assertThat(found.converged()).as(found.toString()).isTrue();
        assertThat(found.value()).as(found.toString()).isLessThan(1e-6);
        assertThat(found.parameters().get("x").toArray()).containsExactly(new double[] {1, 1}, within(5e-3));
        assertThat(found.evaluations()).isPositive();
        assertThat(found.value()).isEqualTo(rosenbrock(found.parameters()).toDouble());
    }

    /** From near a saddle, where what is remembered misleads later. */
    @Test
    void aMemoryThatMisleadsIsNoMinimum() {
        Minimum found = lbfgs().minimize(
                        p -> p.get("x").pow(4).sub(p.get("x").square()).sum(),
                        Parameters.of(Map.of("x", Tensor.of(1e-9, 2.5))));
        assertThat(found.value()).isCloseTo(-0.5, within(1e-12));
    }

    @Test
    void lbfgsFindsLastDigitsInManyDimensions() {
        Minimum found = lbfgs().minimize(MinimizersTest::rosenbrock, at(new double[100]));
        assertThat(found.converged()).isTrue();
        assertThat(Grad.gradient(MinimizersTest::rosenbrock, found.parameters())
                        .norm()
                        .toDouble())
                .isLessThan(1e-6);
        assertThat(found.iterations()).isLessThan(600);
    }

    /** Of logistic regression: the gradient is 0 where residuals are orthogonal to all features. */
    @Test
    void logisticRegression() {
        Well19937c rng = new Well19937c(5);
        Tensor x = Tensor.randn(rng, 200, 4);
        Tensor y = x.matmul(Tensor.of(new double[][] {{1}, {-2}, {0}, {3}}))
                .add(Tensor.randn(rng, 200, 1))
                .greater(0);
        Function<Parameters, Tensor> loss = p -> Losses.binaryCrossEntropy()
                .of(x.matmul(p.get("w")).add(p.get("b")).sigmoid(), y);
        Parameters start = Parameters.of(Map.of("w", Tensor.zeros(4, 1), "b", Tensor.zeros(1)));
        Minimum found = lbfgs().minimize(loss, start);
        Tensor a = x.matmul(found.parameters().get("w"))
                .add(found.parameters().get("b"))
                .sigmoid();
        assertThat(x.transpose().matmul(a.sub(y)).abs().max().toDouble()).isLessThan(1e-5);
        Minimum single = lbfgs().minimize(
                        p -> Losses.binaryCrossEntropy()
                                .of(
                                        x.to(DType.FLOAT32)
                                                .matmul(p.get("w"))
                                                .add(p.get("b"))
                                                .sigmoid(),
                                        y),
                        start.to(DType.FLOAT32));
        assertThat(single.converged()).isTrue();
        assertThat(single.parameters().get("w").dtype()).isEqualTo(DType.FLOAT32);
        assertThat(single.parameters().get("w").toArray())
                .containsExactly(found.parameters().get("w").toArray(), within(2e-3));
    }

    @Test
    void lbfgsComesBackFromWhereTheLossThrows() {
        Function<Parameters, Tensor> barrier = p -> {
            Tensor x = p.get("x").reshape(1, 1);
            return x.mul(100).sum().sub(x.cholesky().log().sum().mul(2));
        };
        Minimum found = lbfgs().minimize(barrier, at(5));
        assertThat(found.parameters().get("x").toDouble()).isCloseTo(0.01, within(1e-10));
        Minimum edge = lbfgs().minimize(
                        p -> {
                            if (p.get("x").toDouble() < 0) {
                                throw new IllegalArgumentException("there is no loss below 0");
                            }
                            return p.get("x").sum();
                        },
                        at(5));
        assertThat(edge.value()).isBetween(0.0, 1e-9);
        assertThat(edge.converged()).isFalse();
        assertThat(edge.ending())
                .isEqualTo(
                        "shorter steps do not make the loss less, and longer ones are where it throws: there is no loss"
                                + " below 0");
        Function<Parameters, Tensor> nowhereElse = p -> {
            double x = p.get("x").toDouble();
            if (x != 5) {
                throw new IllegalArgumentException("there is no loss at " + x);
            }
            return p.get("x").sum();
        };
        assertThatThrownBy(() -> lbfgs().minimize(nowhereElse, at(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no loss at 4.99");
    }

    @Test
    void lbfgsComesBackFromWhereThereIsNoLoss() {
        Minimum found = lbfgs().minimize(p -> p.get("x").sub(p.get("x").log()).sum(), at(1e-3));
        assertThat(found.parameters().get("x").toArray()).containsExactly(new double[] {1}, within(1e-6));
        Minimum kink = lbfgs().minimize(p -> p.get("x").abs().sum(), at(0.7, -3));
        assertThat(kink.value()).isLessThan(1e-6);
    }

    @Property(tries = 10)
    void aSearchThatIsContinuedEndsWithTheSameBits(
            @ForAll @IntRange(max = 30) int before, @ForAll @IntRange(min = 1, max = 6) int memory) throws IOException {
        LbfgsRun whole = lbfgs().memory(memory).start(MinimizersTest::rosenbrock, at(-1.2, 1, 0.3));
        LbfgsRun first = lbfgs().memory(memory).start(MinimizersTest::rosenbrock, at(-1.2, 1, 0.3));
        for (int i = 0; i < before; i++) {
            first.step();
        }
        LbfgsRun second = lbfgs().memory(memory).start(MinimizersTest::rosenbrock, at(5, 5, 5));
        second.resume(first.toBytes());
        assertThat(second.minimum().parameters().flatten().toArray())
                .isEqualTo(first.minimum().parameters().flatten().toArray());
        while (whole.step() | second.step()) {
            assertThat(whole.minimum().iterations()).isLessThan(1000);
        }
        assertThat(second.minimum().parameters().flatten().toArray())
                .isEqualTo(whole.minimum().parameters().flatten().toArray());
        assertThat(second.minimum().iterations()).isEqualTo(whole.minimum().iterations());
        assertThat(second.minimum().ending()).isEqualTo(whole.minimum().ending());
    }

    @Test
    void limitsEndASearch() {
        assertThat(lbfgs().iterations(3).minimize(MinimizersTest::rosenbrock, at(-1.2, 1)))
                .matches(found -> !found.converged() && found.iterations() == 3)
                .hasToString(lbfgs().iterations(3)
                        .minimize(MinimizersTest::rosenbrock, at(-1.2, 1))
                        .toString());
        Minimum few = nelderMead().evaluations(20).minimize(MinimizersTest::rosenbrock, at(-1.2, 1));
        assertThat(few.converged()).isFalse();
        assertThat(few.ending()).isEqualTo("nelderMead: more than 20 evaluations or iterations");
        assertThat(few.value()).isLessThan(rosenbrock(at(-1.2, 1)).toDouble());
        assertThat(lbfgs().minimize(MinimizersTest::rosenbrock, at(1, 1)).iterations())
                .isZero();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> lbfgs().minimize(p -> p.get("x"), at(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lbfgs: the loss must be one number, got the shape [2]; its mean() or sum() is one");
        assertThatThrownBy(() -> lbfgs().minimize(p -> p.get("x").log().sum(), at(-1)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("lbfgs: the first parameters: the loss is NaN; ")
                .hasMessageContaining("log");
        assertThatThrownBy(() -> bobyqa().minimize(p -> p.get("x").square().sum(), at(1)))
                .hasMessage("bobyqa: there must be at least 2 numbers, got 1");
        assertThatThrownBy(() -> lbfgs().minimize(p -> Tensor.of(1.0), Parameters.of(Map.of())))
                .hasMessage("lbfgs: there must be parameters to change, got Parameters of 0 numbers {}");
        byte[] saved = lbfgs().start(MinimizersTest::rosenbrock, at(1, 2)).toBytes();
        LbfgsRun other = lbfgs().start(MinimizersTest::rosenbrock, at(1, 2, 3));
        assertThatThrownBy(() -> other.resume(saved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "lbfgs: what is resumed: the parameters must be Parameters of 3 numbers {x FLOAT64 [3]}, got Parameters of 2"
                                + " numbers {x FLOAT64 [2]}");
        assertThatThrownBy(() -> lbfgs().memory(0)).hasMessage("lbfgs: the memory must be positive, got 0");
        assertThatThrownBy(() -> cmaes(0, 1)).hasMessage("cmaes: sigma must be positive, got 0.0");
    }

    @Test
    void theyTellWhatTheyAre() {
        assertThat(List.of(nelderMead(), adam(0.01).updates(5).clipNorm(1)).toString())
                .isEqualTo("[nelderMead of Commons Math, at most 10000 evaluations, 5 updates by " + adam(0.01)
                        + ", clipNorm 1.0]");
    }
}
