package demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;

/** Rules with a guard at a singular point, as a user writes them, and what the check of their second derivatives says. */
class GuardTest {
    /** A guard that is right for the first derivative, and no constant for the second. */
    @Test
    void namesTheGuardOfARule() {
        GradientCheck check =
                GradientCheck.of(x -> guardedNorm(x).square()).named("guarded").at(Tensor.zeros(2));
        check.verify();
        assertThatThrownBy(() -> check.secondOrder().verify())
                .hasMessageContaining("a constant that changes with the inputs: where, argument 0 [], position")
                .hasMessageContaining("called at demo.GuardTest.guardedNorm(GuardTest.java:");
    }

    @Test
    void namesTheOperationThatHasNoSecondDerivative() {
        GradientCheck.of(x -> x.norm().square()).at(Tensor.zeros(2)).verifyAll();
        GradientCheck check = GradientCheck.of(
                x -> x.norm().square().add(x.norm().mul(x.norm().exp())));
        assertThatThrownBy(() -> check.at(Tensor.zeros(2)).secondOrder().verify())
                .hasMessageContaining("not finite: normPullback, argument 1 [2]");
    }

    private static Tensor guardedNorm(Tensor x) {
        return Tensor.op(
                "guardedNorm",
                in -> in[0].norm(),
                List.of(x),
                y -> dy -> x.div(Tensor.where(y.equalTo(0), Tensor.of(1.0), y)).mul(dy));
    }
}
