package demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.demo.Layers;

/** The check for NaN and infinity as a user sees it, from a package of the user's. */
class FiniteCheckTest {
    private static final String HINT =
            "; if a where() does not choose this element, give it functions as branches: where(condition, f, g, x)";

    private final Tape tape = new Tape().checkFinite();

    @Test
    void namesTheFirstOperationAndTheLineThatCalledIt() {
        Tensor x = tape.watch(Tensor.of(new double[][] {{1, 2}, {-3, 4}}));
        int line = here() + 2;
        ThrowingCallable call =
                () -> x.square().add(x).log().exp().sum().sub(x.mul(-1).log().sum());
        assertStops(call, "log: value NaN at [0, 0] of [2, 2]", line);
        assertStops(() -> x.sub(2).reciprocal(), "reciprocal: value Infinity at [0, 1] of [2, 2]", here());
        assertStops(() -> x.log(), "log: value NaN at [1, 0] of [2, 2]", here());
    }

    @Test
    void namesTheOperationWhoseCotangentIsNotFinite() {
        Tensor x = tape.watch(Tensor.of(4.0, 0));
        Tensor root = x.sqrt();
        int line = here() - 1;
        Tensor result = root.mul(3).sum();
        assertStops(() -> tape.backward(result), "sqrt: cotangent Infinity of input 0 at [1] of [2]", line);
        Tensor y = tape.watch(Tensor.of(2.0));
        Tensor quotient = Tensor.of(3.0).div(y);
        assertThat(tape.backward(quotient).of(y).toDouble()).isEqualTo(-0.75);
        Tensor power = Tensor.of(-1.0).pow(y);
        assertStops(() -> tape.backward(power), "pow: cotangent NaN of input 1 at [] of []", here() - 1);
    }

    /** The line in the layer where it happened, and the user's line that called the layer. */
    @Test
    void namesTheUsersLineBehindLayersOfTheProject() {
        Tensor x = tape.watch(Tensor.of(-1.0));
        ThrowingCallable call = () -> Layers.scores(x);
        assertThatThrownBy(call)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageMatching("log: value NaN at \\[] of \\[]; called at rewind\\.demo\\.Layers\\.logarithm"
                        + "\\(Layers\\.java:14\\) from demo\\.FiniteCheckTest\\.\\S+\\(FiniteCheckTest\\.java:"
                        + (here() - 5) + "\\)" + Pattern.quote(HINT));
    }

    @Test
    void watchesAreChecked() {
        assertStops(() -> tape.watch(Tensor.of(1, Double.NaN)), "watch: value NaN at [1] of [2]", here());
    }

    @Test
    void ownOperationsAreChecked() {
        Tensor x = tape.watch(Tensor.of(1.0));
        int line = here() + 2;
        ThrowingCallable call =
                () -> Tensor.op("overflow", in -> in[0].mul(1e308).mul(10), List.of(x), y -> dy -> dy);
        assertStops(call, "overflow: value Infinity at [] of []", line);
        Tensor wrong = Tensor.op("wrong", in -> in[0], List.of(x), y -> dy -> dy.div(0));
        assertStops(() -> tape.backward(wrong), "wrong: cotangent Infinity of input 0 at [] of []", here() - 1);
    }

    @Test
    void recordedSweepsAreChecked() {
        Tensor x = tape.watch(Tensor.of(0.0));
        Tensor y = x.pow(1.5);
        int line = here() + 1;
        Tensor slope = tape.backwardRecorded(y).of(x);
        assertThat(slope.toDouble()).isZero();
        assertThatThrownBy(() -> tape.backward(slope))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("pow: cotangent Infinity of input 0 at [] of []")
                .hasMessageEndingWith("(FiniteCheckTest.java:" + line + ")" + HINT);
    }

    @Test
    void derivativesOfFunctionsOnTheTapeAreChecked() {
        Tensor x = tape.watch(Tensor.of(-1.0));
        assertThatThrownBy(() -> Grad.gradient(v -> v.mul(x).log(), Tensor.of(1.0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageStartingWith("log: value NaN at [] of []; called at demo.FiniteCheckTest.");
    }

    @Test
    void constantsAndTapesWithoutTheCheckAreNot() {
        assertThat(Tensor.of(-1.0).log().toDouble()).isNaN();
        Tape unchecked = new Tape();
        Tensor x = unchecked.watch(Tensor.of(-1.0));
        assertThat(unchecked.backward(x.log().mul(x)).of(x).toDouble()).isNaN();
        Tape later = new Tape();
        Tensor y = later.watch(Tensor.of(-1.0));
        Tensor logarithm = y.log();
        later.checkFinite();
        assertThatThrownBy(() -> logarithm.mul(1)).hasMessageStartingWith("mul: value NaN");
    }

    private static int here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
    }

    private static void assertStops(ThrowingCallable call, String text, int line) {
        AbstractThrowableAssert<?, ?> thrown = assertThatThrownBy(call).isInstanceOf(ArithmeticException.class);
        thrown.hasMessageStartingWith(text + "; called at demo.FiniteCheckTest.");
        thrown.hasMessageEndingWith("(FiniteCheckTest.java:" + line + ")" + HINT);
    }
}
