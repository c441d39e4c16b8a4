package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.autograd.check.Failures.assertFails;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** What is checked without differences. */
class FreePropertiesTest {
    private static final Tensor VECTOR = Tensor.of(0.5, 1, -2);

    private static GradientCheck check(UnaryOperator<Tensor> f) {
        return GradientCheck.of(f).named("f").at(VECTOR).properties();
    }

    @Property(tries = 100)
    void rightFunctionsHaveThem(@ForAll DType dtype, @ForAll long seed) {
        Well19937c rng = new Well19937c(seed);
        GradientCheck.ofAll(
                        in -> in.get(0).matmul(in.get(1)).add(in.get(2)).tanh().softmax(1))
                .at(Tensor.randn(dtype, rng, 3, 2), Tensor.randn(dtype, rng, 2, 4), Tensor.randn(dtype, rng, 1, 4))
                .verifyAll();
    }

    @Test
    void determinism() {
        AtomicInteger calls = new AtomicInteger();
        GradientCheck check = check(x -> x.mul(1 + 1e-15 * (calls.incrementAndGet() % 2)));
        calls.set(0);
        assertThat(check.failure()).hasValue("""
                gradient check (determinism): f, the function
                  element [0] is 0.5000000000000006 once and 0.5 again""");
    }

    @Test
    void zeroCotangent() {
        assertFails(
                check(x -> Tensor.op("sum", in -> in[0].sum(), List.of(x), y -> dy -> dy.add(Tensor.of(0.0, 1, 0)))),
                """
                gradient check (zero cotangent): f, input 0 [3], element [1]
                  a cotangent of zeros gives 1.000000000
                """);
    }

    @Test
    void linearity() {
        assertFails(check(x -> Tensor.op("id", in -> in[0].mul(1), List.of(x), y -> dy -> dy.square())), """
                gradient check (linearity): f, input 0 [3], element [0]
                  Jᵀ(2.5 w − 1.5 v) is 28.31142147, 2.5 Jᵀw − 1.5 Jᵀv 3.419296923
                """);
    }

    /** A pullback that takes numbers out is right at first order, but has no derivative. */
    @Test
    void adjointIdentity() {
        UnaryOperator<Tensor> numbers = x -> Tensor.op(
                "square",
                in -> in[0].square(),
                List.of(x),
                y -> dy -> dy.detach().mul(x).mul(2));
        GradientCheck.of(numbers).at(VECTOR).verify();
        assertFails(check(numbers), """
                gradient check (adjoint identity): f, input 0 [3]
                  ⟨J v, w⟩ is 0.000000000, ⟨v, Jᵀ w⟩ 0.2821695128
                """);
    }

    @Test
    void exceptionsOnATapeAlone() {
        assertFails(check(x -> x.map(v -> v * v)), """
                gradient check (recorded evaluation): f, without a tape there is a result
                  on a tape java.lang.IllegalArgumentException: map: a function of numbers has no derivative, and the tensor [3] is being recorded; use detach() first, or Tensor.op with a rule
                """);
    }

    @Test
    void notFiniteOnATapeAlone() {
        assertFails(check(x -> x.isRecorded() ? x.div(0) : x), """
                gradient check (recorded evaluation): f, without a tape element [0] is 0.5
                  on a tape Infinity
                """);
    }

    @Test
    void theSameExceptionEitherWayIsThrown() {
        assertThatThrownBy(() -> check(x -> x.matmul(x)).failure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("matmul: both operands must have at least two axes");
    }

    @Test
    void differencesFollow() {
        assertThat(check(WrongRules::signError).failure().orElseThrow()).startsWith("gradient check: f, input 0");
        assertThatThrownBy(() ->
                        GradientCheck.of(WrongRules::detachedCube).at(VECTOR).verifyAll())
                .hasMessageStartingWith("gradient check (second order): ");
    }
}
