package rewind.autograd.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

class ProgramTest {
    private static final Tensor X = Tensor.randn(new Well19937c(1), 3, 4);
    private static final Tensor U = Tensor.randn(new Well19937c(2), 4, 2);

    private static Program product() {
        return Program.of(in -> in.get(0).matmul(in.get(1)).tanh(), X, U).inputs("x", "U");
    }

    /** Nothing is recorded of a run, so that a gradient of it would be 0 without a word. */
    @Test
    void inputsOnATapeAreRefused() {
        Program square = Program.of(in -> in.get(0).square(), Tensor.of(1.0, 2));
        assertThatThrownBy(() -> Grad.gradient(x -> square.run(x).sum(), Tensor.of(3.0, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "program: input x must be detached, as nothing is recorded of a run; differentiate by adjoint(), or call"
                                + " the function");
    }

    @Test
    void runsWithOtherNumbers() {
        Tensor x = X.add(1).detach();
        assertThat(product().run(x, U).toArray()).isEqualTo(x.matmul(U).tanh().toArray());
    }

    @Test
    void masksAreComputedAgain() {
        Program relu = Program.of(in -> in.get(0).relu(), Tensor.of(1.0, -1));
        assertThat(relu.adjoint().run(Tensor.of(-1.0, 1), Tensor.of(5.0, 7)).toArray())
                .containsExactly(0, 7);
    }

    /** However many operations come before them, and however many derivatives are around. */
    @Test
    void comparisonsIdsAndDetachedValuesAreComputedAgain() {
        Tensor at = Tensor.of(-3.0, 2, 1);
        Tensor dy = Tensor.of(5.0, 7, 11);
        for (int depth = 0; depth < 4; depth++) {
            int doublings = depth;
            Function<List<Tensor>, Tensor> f = in -> {
                Tensor x = in.get(0);
                for (int i = 0; i < doublings; i++) {
                    x = x.mul(2);
                }
                Tensor ids = x.argMax(0).oneHot(3);
                return x.square().mul(x.greater(0)).mul(x.detach()).add(x.mul(ids));
            };
            Program program = Program.of(f, Tensor.of(1.0, -2, 3));
            assertThat(program.run(at).toArray()).isEqualTo(f.apply(List.of(at)).toArray());
            Tensor gradient =
                    Grad.vjp(x -> List.of(f.apply(x)), List.of(at), List.of(dy)).get(0);
            assertThat(program.adjoint().run(at, dy).toArray()).isEqualTo(gradient.toArray());
            assertThat(program.tangent().run(at, dy).toArray()).isEqualTo(gradient.toArray()); // diagonal
        }
    }

    @Test
    void gradientsAreThoseOfItsAdjoint() {
        List<Tensor> gradients = product().adjoint().runAll(List.of(X, U, Tensor.ones(3, 2)));
        Tensor slope = X.matmul(U).tanh().square().oneMinus();
        assertThat(gradients.get(0).toArray())
                .isEqualTo(slope.matmul(U.transpose()).toArray());
        assertThat(gradients.get(1).toArray())
                .isEqualTo(X.transpose().matmul(slope).toArray());
    }

    /** A derivation by hand stands in the place of the sweep; this one has forgotten a square. */
    @Test
    void derivationsByHandAreProgramsToo() {
        Program byHand = product().results("h").adjoint((in, dh) -> {
            Tensor w =
                    dh.get(0).mul(in.get(0).matmul(in.get(1)).tanh().oneMinus()).named("w");
            return List.of(
                    w.matmul(in.get(1).transpose()), in.get(0).transpose().matmul(w));
        });
        assertThat(byHand.equations().text()).isEqualTo("""
                        w = dh ⊙ (1 − tanh(x·U))    [3, 2]
                        dx = w·Uᵀ                   [3, 4]
                        dU = xᵀ·w                   [4, 2]""");
        assertThat(byHand.equations().of("dU")).containsExactly("dU = xᵀ·w");
        assertThat(product().adjoint().equations().of("dU"))
                .containsExactly("w1 = dy ⊙ (1 − tanh(x·U)²)", "dU = xᵀ·w1");
        assertThat(product().adjoint().equations().of("x")).isEmpty();
    }

    @Test
    void bothPasses() {
        List<Tensor> at = List.of(X, U, Tensor.ones(3, 2));
        List<Tensor> both = product().withAdjoint().runAll(at);
        assertThat(both.get(0).toArray()).isEqualTo(product().run(X, U).toArray());
        List<Tensor> gradients = product().adjoint().runAll(at);
        assertThat(both.get(1).toArray()).isEqualTo(gradients.get(0).toArray());
        assertThat(both.get(2).toArray()).isEqualTo(gradients.get(1).toArray());
        assertThat(product().results("h").withAdjoint().equations().text()).isEqualTo("""
                        h = tanh(x·U)                 [3, 2]

                        w1 = dh ⊙ (1 − tanh(x·U)²)    [3, 2]
                        dx = w1·Uᵀ                    [3, 4]
                        dU = xᵀ·w1                    [4, 2]""");
    }

    @Test
    void oneAfterAnother() {
        Program twice = Program.of(in -> in.get(0).mul(2), Tensor.ones(3, 2)).after(product());
        assertThat(twice.run(X, U).toArray())
                .isEqualTo(X.matmul(U).tanh().mul(2).toArray());
        assertThat(twice).hasToString("Program of 3 operations: x [3, 4], U [4, 2] → y [3, 2]");
    }

    @Test
    void whatComesBeforeMustFit() {
        assertThatThrownBy(() -> product().after(product()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("program: it was recorded for 2 inputs, got 1");
        Program wider = Program.of(in -> in.get(0).square(), Tensor.ones(3, 4)).inputs("a");
        assertThatThrownBy(() -> wider.after(product()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "program: input a was recorded as FLOAT64 [3, 4], got FLOAT64 [3, 2]; record the function for"
                                + " the new shape");
        Program single = Program.of(in -> in.get(0).square(), Tensor.ones(3, 2).to(DType.FLOAT32));
        assertThatThrownBy(() -> single.after(product())).hasMessageContaining("FLOAT32 [3, 2], got FLOAT64 [3, 2]");
    }

    @Test
    void cotangentsHaveNamesOfTheirOwn() {
        assertThat(product().inputs("y", "U").adjoint().equations().text()).isEqualTo("""
                        w1 = dy' ⊙ (1 − tanh(y·U)²)    [3, 2]
                        dy = w1·Uᵀ                     [3, 4]
                        dU = yᵀ·w1                     [4, 2]""");
    }

    @Test
    void namesMustReadAsNames() {
        for (String name : List.of("", "2x", "x y", "a+b", "x⟨1⟩", "Σ x")) {
            assertThatThrownBy(() -> product().inputs("x", name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("program: a name in equations must be a letter, and letters, digits, _ and primes after"
                            + " it, got '" + name + "'");
        }
        assertThat(product().inputs("h⁻", "lstm/U_").results("h'").equations().text())
                .startsWith("h' = tanh(h⁻·lstm/U_) ");
    }

    @Test
    void constantsOfSinglePrecisionPrintAsSuch() {
        Program program = Program.of(in -> in.get(0).mul(0.1).add(2e-7), X.to(DType.FLOAT32));
        assertThat(program.equations().text()).isEqualTo("y = 2.0E−7 + 0.1·x    [3, 4]");
        Tensor outside = Tensor.of(1.0, 2, 3, 4).to(DType.FLOAT32);
        Program other = Program.of(in -> in.get(0).mul(outside), X.to(DType.FLOAT32));
        assertThat(other.equations().constants().get("c1").dtype()).isEqualTo(DType.FLOAT32);
    }

    @Test
    void severalResults() {
        Program both =
                Program.ofSeveral(in -> List.of(in.get(0).sum(), in.get(0).square()), Tensor.of(1.0, 2));
        assertThat(both.adjoint()
                        .run(Tensor.of(1.0, 2), Tensor.of(10), Tensor.of(1.0, 1))
                        .toArray())
                .containsExactly(12, 14);
        assertThat(both.adjoint().equations().text()).isEqualTo("dx = 2·dy2 ⊙ x + dy1    [2]");
    }

    @Test
    void aConstantResultIsItself() {
        Program constant = Program.of(in -> Tensor.of(4.0), X);
        assertThat(constant.run(X).toArray()).containsExactly(4);
        assertThatThrownBy(constant::adjoint)
                .hasMessage("program: the results depend on no input, so there is nothing to differentiate");
        assertThatThrownBy(constant::tangent)
                .hasMessage("program: the results depend on no input, so there is nothing to differentiate");
    }

    @Test
    void otherShapesAndTypesAreRefused() {
        assertThatThrownBy(() -> product().run(Tensor.ones(2, 4), U))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "program: input x was recorded as FLOAT64 [3, 4], got FLOAT64 [2, 4]; record the function for the"
                                + " new shape");
        assertThatThrownBy(() -> product().run(X.to(DType.FLOAT32), U))
                .hasMessage(
                        "program: input x was recorded as FLOAT64 [3, 4], got FLOAT32 [3, 4]; record the function for the"
                                + " new shape");
        assertThatThrownBy(() -> product().run(X)).hasMessage("program: it was recorded for 2 inputs, got 1");
    }

    @Test
    void functionsThatReadNumbersAreRefusedWithTheLine() {
        Function<List<Tensor>, Tensor> reads =
                in -> in.get(0).mul(in.get(0).sum().toDouble());
        assertThatThrownBy(() -> Program.of(reads, X))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("trace: the function reads numbers \\(get, .+\\), so that with"
                        + " others it may do something else; use tensor operations such as where, or read them outside and pass"
                        + " them as an input");
    }

    @Test
    void badFunctionsAndNames() {
        assertThatThrownBy(() -> Program.of(in -> null, X)).hasMessage("trace: the function must not return null");
        assertThatThrownBy(() -> Program.of(in -> X)).hasMessage("program: there must be at least one input");
        assertThatThrownBy(() -> product().inputs("x"))
                .hasMessage("program: there must be 2 different names, one per input, got [x]");
        assertThatThrownBy(() -> product().inputs("x", "x"))
                .hasMessage("program: there must be 2 different names, one per input, got [x, x]");
        assertThatThrownBy(() -> product().results("y", "z"))
                .hasMessage("program: there must be 1 different names, one per result, got [y, z]");
        assertThatThrownBy(() -> product().sequence("z", 1))
                .hasMessage("program: there must be an input z, got [x, U]");
        assertThatThrownBy(() -> product().blocks("U", List.of("Ua")))
                .hasMessage(
                        "program: axis 0 of input U of the shape [4, 2] must exist, and each part of it have a name, got [Ua]");
        assertThatThrownBy(() -> product().sequence("x", 2))
                .hasMessage(
                        "program: axis 2 of input x of the shape [3, 4] must exist, and each part of it have a name, got []");
    }

    @Test
    void costs() {
        Cost cost = product().cost();
        assertThat(cost.operations()).isEqualTo(2);
        assertThat(cost.flops()).isEqualTo(2 * 3 * 4 * 2 + 3 * 2);
        assertThat(cost.bytesRead()).isEqualTo(8 * (3 * 4 + 4 * 2 + 3 * 2));
        assertThat(cost.bytesWritten()).isEqualTo(8 * (3 * 2 + 3 * 2));
        assertThat(cost.bytesKept()).as("the sweep needs the result of tanh").isEqualTo(8 * 3 * 2);
        assertThat(cost.byOperation().get("matmul")).isEqualTo(new Cost.Amount(1, 48, 160, 48, 0));
        assertThat(cost.byLayer()).containsOnlyKeys("").containsEntry("", cost.total());
        assertThat(cost.byStep()).isEmpty();
        assertThat(cost.toString()).isEqualTo("""
                        operation                  calls          flops     bytes read  bytes written     bytes kept
                        matmul                         1             48            160             48              0
                        tanh                           1              6             48             48             48
                        all                            2             54            208             96             48
                        """);
        Program floats = Program.of(in -> in.get(0).reshape(12).exp(), X.to(DType.FLOAT32));
        assertThat(floats.cost().bytesRead()).isEqualTo(48);
        assertThat(Program.of(in -> in.get(0).matmul(in.get(1)), Tensor.ones(5, 1, 2, 3), Tensor.ones(4, 3, 6))
                        .cost()
                        .flops())
                .isEqualTo(2 * 5 * 4 * 2 * 3 * 6);
    }

    @Test
    void costsByLayerAndStep() {
        Program loop = Program.of(
                in -> {
                    Tensor h = in.get(0).inLayer("loop").exp();
                    for (int step = 0; step < 8; step++) {
                        h.atStep("loop", step);
                        h = step < 7 ? h.matmul(in.get(1)).sin() : h.sin();
                    }
                    return h.atStep("loop", -1).inLayer("").sum();
                },
                Tensor.ones(3, 4),
                Tensor.ones(4, 4));
        Cost cost = loop.cost();
        assertThat(cost.byLayer()).containsOnlyKeys("loop", "");
        assertThat(cost.byLayer().get("loop").operations()).isEqualTo(16);
        assertThat(cost.byStep()).hasSize(8);
        assertThat(cost.byStep().get("loop⟨8⟩")).isEqualTo(new Cost.Amount(1, 12, 96, 96, 0));
        assertThat(cost.toString()).contains("loop⟨1 … 7⟩ each ", "loop⟨8⟩ ", "\n(none) ");
        assertThat(loop.adjoint().cost().byLayer()).containsOnlyKeys("loop", "", ", backward", "loop, backward");
        assertThat(loop.adjoint().cost().toString()).contains("loop⟨6 … 2⟩, backward each");
    }

    /** What a sweep needs of values in another shape is kept once; inputs and what is only added are not. */
    @Test
    void whatTheSweepKeeps() {
        Program views = Program.of(in -> in.get(0).exp().reshape(12).square().sum(), X);
        assertThat(views.cost().bytesKept()).isEqualTo(8 * 12);
        assertThat(Program.of(in -> in.get(0).add(in.get(0)).sum(), X).cost().bytesKept())
                .isZero();
        assertThat(Program.of(in -> in.get(0).square(), X).cost().bytesKept()).isZero();
        assertThat(Program.of(in -> Tensor.of(4.0), X).cost().bytesKept()).isZero();
    }

    @Test
    void constantsFromOutsideStay() {
        Tensor outside = Tensor.of(1.0, 2, 3, 4);
        Program program = Program.of(in -> in.get(0).mul(outside), X);
        assertThat(program.equations().text()).isEqualTo("y = x ⊙ c1    [3, 4]");
        assertThat(program.equations().constants().get("c1").toArray()).isEqualTo(outside.toArray());
        assertThat(program.equations().constants().get("c1").shape()).isEqualTo(Shape.of(4));
    }
}
