package rewind.autograd.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Axes;
import rewind.autograd.Tensor;
import rewind.autograd.reading.ReadBack;

class EquationsTest {
    private static final Tensor X = Tensor.randn(new Well19937c(1), 3, 4);
    private static final Tensor U = Tensor.randn(new Well19937c(2), 4, 2);

    private static String text(Function<List<Tensor>, Tensor> f, Tensor... at) {
        return Program.of(f, at).equations().text();
    }

    private static Program loss() {
        return Program.of(in -> in.get(0).matmul(in.get(1)).tanh().sum(), X, U).inputs("x", "U");
    }

    @Test
    void valueGradientAndTangent() {
        assertThat(loss().equations().text()).isEqualTo("y = Σ tanh(x·U)    []");
        assertThat(loss().adjoint().equations().text()).isEqualTo("""
                        w1 = dy ⊙ (1 − tanh(x·U)²)    [3, 2]
                        dx = w1·Uᵀ                    [3, 4]
                        dU = xᵀ·w1                    [4, 2]""");
        assertThat(loss().tangent().equations().text()).isEqualTo("vy = Σ (x·vU + vx·U) ⊙ (1 − tanh(x·U)²)    []");
    }

    /** A name splits what is inside from what is around it. */
    @Test
    void namedValuesHaveALineOfTheirOwn() {
        Program named = Program.of(in -> in.get(0).matmul(in.get(1)).named("h_").tanh(), X, U)
                .inputs("x", "U")
                .results("h");
        assertThat(named.adjoint().equations().text()).isEqualTo("""
                        h_ = x·U                      [3, 2]

                        dh_ = dh ⊙ (1 − tanh(h_)²)    [3, 2]
                        dx = dh_·Uᵀ                   [3, 4]
                        dU = xᵀ·dh_                   [4, 2]""");
    }

    @Test
    void parenthesesOnlyWhereNeeded() {
        Tensor a = Tensor.of(1.0, 2);
        assertThat(text(in -> in.get(0).add(in.get(1)).mul(in.get(0)), a, a.add(1)))
                .startsWith("y = (x1 + x2) ⊙ x1 ");
        assertThat(text(in -> in.get(0).mul(in.get(1)).add(in.get(0)), a, a.add(1)))
                .startsWith("y = x1 ⊙ x2 + x1 ");
        assertThat(text(in -> in.get(0).sub(in.get(1).sub(in.get(0).mul(3))), a, a.add(1)))
                .startsWith("y = 4·x1 − x2 ");
        assertThat(text(in -> in.get(0).add(1).square(), a)).startsWith("y = (1 + x)² ");
        assertThat(text(in -> in.get(0).neg().square(), a)).startsWith("y = (−x)² ");
        assertThat(text(in -> in.get(0).div(in.get(1).add(1)), a, a)).startsWith("y = x1 / (1 + x2) ");
        assertThat(text(in -> in.get(0).div(in.get(1)).div(in.get(0)), a, a)).startsWith("y = (x1 / x2) / x1 ");
        assertThat(text(in -> in.get(0).mul(in.get(1)).div(2).exp(), a, a)).startsWith("y = exp(0.5·x1 ⊙ x2) ");
        assertThat(text(in -> in.get(0).neg().exp(), a)).startsWith("y = exp(−x) ");
        assertThat(text(in -> in.get(0).matmul(in.get(1).mul(2)), X, U)).startsWith("y = 2·(x1·x2) ");
        assertThat(text(in -> in.get(0).matmul(in.get(1)).transpose(), X, U)).startsWith("y = x2ᵀ·x1ᵀ ");
        assertThat(text(in -> in.get(0).add(1).transpose().matmul(in.get(0)), X))
                .startsWith("y = (1 + x)ᵀ·x ");
        assertThat(text(in -> in.get(0).mul(in.get(0)).sum(0).exp(), X)).startsWith("y = exp(Σ_m x ⊙ x) ");
        assertThat(text(in -> in.get(0).sum(Axes.of(1)).sub(1), X)).startsWith("y = Σ_{axes [1]} x − 1 ");
    }

    @Test
    void whatBecomesZeroOrOneDisappears() {
        assertThat(text(in -> in.get(0).mul(1).add(0).sub(in.get(0)), X)).isEqualTo("y = 0    [3, 4]");
        assertThat(text(in -> in.get(0).div(1).add(in.get(0)), X)).isEqualTo("y = 2·x    [3, 4]");
    }

    @Test
    void numbersAndConditionsAreWrittenAsByHand() {
        assertThat(text(in -> in.get(0).mean(0), X)).startsWith("y = (Σ_m x) / 3 ");
        assertThat(text(in -> in.get(0).mul(2 / 3.0).mul(in.get(0)), X)).startsWith("y = (2·x ⊙ x) / 3 ");
        assertThat(text(in -> in.get(0).mul(-1 / 3.0).add(in.get(0).square()), X))
                .startsWith("y = x² − x / 3 ");
        assertThat(text(in -> in.get(0).mul(0.3989422804014327), X)).startsWith("y = 0.3989422804014327·x ");
        assertThat(text(in -> in.get(0).square().reciprocal(), X)).startsWith("y = 1 / x² ");
        assertThat(text(in -> in.get(0).greater(0).mul(in.get(0).lessEqual(1)), X))
                .startsWith("y = [x > 0] ⊙ [x ≤ 1] ");
        assertThat(Program.of(in -> in.get(0).pow(3), X).adjoint().equations().text())
                .startsWith("dx = 3·dy ⊙ x² ");
        Equations half = Program.of(
                        in -> in.get(0).greaterEqual(0).mul(in.get(0)).div(3), X)
                .equations();
        assertThat(half.latex()).contains("\\frac{", "\\left[\\mathit{x} \\geq 0\\right]");
        assertThat(half.html("half")).contains("<mfrac>", "<mo>≥</mo>");
    }

    @Test
    void nothingIsAddedWhereThereIsNoElement() {
        Program empty = Program.of(in -> Tensor.concat(0, in), Tensor.zeros(2, 0), Tensor.zeros(1, 0));
        assertThat(empty.adjoint().adjoint().equations().text()).contains("ddy = 0");
    }

    /** A loop of which nobody tells the steps: they are where names come again. */
    @Test
    void plainLoopsFold() {
        Program loop = Program.of(
                        in -> {
                            Tensor h = in.get(1);
                            for (Tensor x : in.get(0).unstack(0)) {
                                Tensor a = x.add(h.matmul(in.get(2)));
                                h = a.sigmoid().mul(a.tanh()).named("h");
                            }
                            return h;
                        },
                        Tensor.randn(new Well19937c(3), 5, 2, 3),
                        Tensor.ones(2, 3),
                        Tensor.ones(3, 3))
                .inputs("x", "h0", "V")
                .sequence("x", 0);
        assertThat(loop.equations().text()).isEqualTo("""
                        v1⟨t⟩ = x⟨t⟩ + h0·V              [2, 3]    t = 1
                        v1⟨t⟩ = x⟨t⟩ + h⟨t−1⟩·V          [2, 3]    t = 2 … 5
                        h⟨t⟩ = σ(v1⟨t⟩) ⊙ tanh(v1⟨t⟩)    [2, 3]    t = 1 … 5
                        y = h⟨5⟩                         [2, 3]""");
        assertThat(loop.adjoint().equations().text()).contains("dV = Σ_t h⟨t−1⟩ᵀ·w1⟨t⟩ + h0ᵀ·w1⟨1⟩");
        assertThat(loop.cost().byStep()).hasSize(5);
    }

    /** Steps that take the same part of a sequence do not go on with it. */
    @Test
    void theLastPartIsTakenTwice() {
        Program lookahead = Program.of(
                        in -> {
                            Tensor h = in.get(0).select(0, 0);
                            for (int t = 0; t < 3; t++) {
                                h.atStep("loop", t);
                                h = h.mul(in.get(0).select(0, Math.min(2, t + 1)))
                                        .named("h");
                            }
                            return h;
                        },
                        X)
                .sequence("x", 0);
        assertThat(lookahead.equations().text().lines().map(line -> line.replaceAll(" {2,}", " ")))
                .contains("h⟨t⟩ = h⟨t−1⟩ ⊙ x⟨t+1⟩ [4] t = 2", "h⟨t⟩ = h⟨t−1⟩ ⊙ x⟨t⟩ [4] t = 3");
    }

    /** Two numbers of a step are not one, though derivatives multiply by both in the same operation. */
    @Test
    void constantsOfStepsAreToldApart() {
        Program scaled = Program.of(
                        in -> {
                            Tensor h = in.get(0).select(0, 0);
                            for (int t = 0; t < 3; t++) {
                                h.atStep("loop", t);
                                h = h.mul(2.0 + t)
                                        .mul(1 / (1.0 + t))
                                        .add(in.get(0).select(0, t))
                                        .named("h");
                            }
                            return h;
                        },
                        X)
                .sequence("x", 0);
        Program tangent = scaled.tangent();
        Tensor v = Tensor.randn(new Well19937c(4), 3, 4);
        ReadBack read =
                ReadBack.of(tangent.equations().text()).sequence("x", 0, X).sequence("vx", 0, v);
        tangent.equations().constants().forEach((name, value) -> read.sequence(name, 0, value));
        Tensor difference = read.values().get("vy").sub(tangent.run(X, v));
        assertThat(difference.abs().max().toDouble()).isLessThan(1e-12);
    }

    /** An adjoint that stays whole and one that falls into steps may have the name of the same value: each holds where it does. */
    @Test
    void wholeAndSteps() {
        Program named = Program.of(
                        in -> {
                            Tensor h = in.get(0).select(0, 0);
                            List<Tensor> all = new ArrayList<>();
                            for (int t = 0; t < 3; t++) {
                                h.atStep("loop", t);
                                h = h.mul(in.get(0).select(0, t)).tanh().named("h");
                                all.add(h);
                            }
                            h.atStep("", -1);
                            return Tensor.stack(0, all).sigmoid().named("P").sum();
                        },
                        X)
                .sequence("x", 0);
        assertThat(named.adjoint().adjoint().equations().text().lines())
                .anyMatch(line -> line.startsWith("dP = "))
                .noneMatch(line -> line.contains("⟨t⟩ = ") && !line.contains("t = "))
                .filteredOn(line -> line.startsWith("dP⟨t⟩ = "))
                .isNotEmpty()
                .allMatch(line -> line.contains("    t = "));
    }

    /** Sums over some steps alone do not reach to where something is missing: nothing would tell that it is 0. */
    @Test
    void sumsOfSomeSteps() {
        Program some = Program.of(
                        in -> {
                            Tensor x = in.get(0);
                            Tensor y = Tensor.zeros(4);
                            Tensor h = y;
                            for (int t = 0; t < 4; t++) {
                                x.atStep("loop", t);
                                y = t % 2 == 1 ? y.add(h.mul(x.select(0, t))) : y;
                                h = x.select(0, t).exp().named("h");
                            }
                            x.atStep("", -1);
                            return y;
                        },
                        Tensor.randn(new Well19937c(5), 4, 4))
                .sequence("x", 0);
        assertThat(some.equations().text()).contains("y = Σ_{t=2, 4} h⟨t−1⟩ ⊙ x⟨t⟩");
    }

    /** What is written alike is not always the same: no term is lost, nor its sign. */
    @Test
    void everyTermIsWritten() {
        Tensor v = Tensor.of(1.0, 2, 3);
        assertThat(text(in -> in.get(0).expandDims(1).add(in.get(0)), v)).startsWith("y = reshape(x, [3, 1]) + x ");
        Function<List<Tensor>, Tensor> alternating = in ->
                in.get(0).select(0, 0).sub(in.get(0).select(0, 1)).add(in.get(0).select(0, 2));
        assertThat(Program.of(alternating, X).sequence("x", 0).equations().text())
                .startsWith("y = Σ_{t=1, 3} x⟨t⟩ − x⟨2⟩ ");
        Function<List<Tensor>, Tensor> first =
                in -> in.get(0).select(0, 0).add(in.get(1).select(0, 0));
        assertThat(Program.of(first, X, X)
                        .inputs("x", "z")
                        .sequence("x", 0)
                        .sequence("z", 0)
                        .equations()
                        .text())
                .startsWith("y = x⟨1⟩ + z⟨1⟩ ");
    }

    @Test
    void stackedParametersPrintBlockByBlock() {
        Program gates = Program.of(
                        in -> {
                            Tensor all = in.get(0).expandDims(0).matmul(in.get(1));
                            return all.select(0, 0)
                                    .sigmoid()
                                    .mul(all.select(0, 1).tanh());
                        },
                        X,
                        Tensor.randn(new Well19937c(3), 2, 4, 5))
                .inputs("x", "U")
                .blocks("U", List.of("Ui", "Ug"));
        assertThat(gates.equations().text()).isEqualTo("y = σ(x·Ui) ⊙ tanh(x·Ug)    [3, 5]");
        assertThat(gates.adjoint().equations().text().lines().map(line -> line.split(" = ", -1)[0]))
                .contains("dUi", "dUg");
    }

    @Test
    void latexMarkdownAndPage() {
        Equations equations = loss().adjoint().equations();
        assertThat(equations.latex()).isEqualTo("""
                        \\begin{align*}
                        \\mathit{w1} &= \\mathit{dy} \\odot \\left(1 - {\\tanh\\left(\\mathit{x} \\cdot \\mathit{U}\\right)}^{2}\\right) \\\\
                        \\mathit{dx} &= \\mathit{w1} \\cdot {\\mathit{U}}^{\\mathsf T} \\\\
                        \\mathit{dU} &= {\\mathit{x}}^{\\mathsf T} \\cdot \\mathit{w1}
                        \\end{align*}""");
        assertThat(equations.markdown()).isEqualTo("""
                        | equation | shape | steps |
                        |---|---|---|
                        | `w1 = dy ⊙ (1 − tanh(x·U)²)` | [3, 2] |  |
                        | `dx = w1·Uᵀ` | [3, 4] |  |
                        | `dU = xᵀ·w1` | [4, 2] |  |
                        """);
        assertThat(equations.html("A <loss>"))
                .startsWith(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>A &lt;loss&gt;</title>")
                .contains(
                        "<tr class=\"adjoint\" id=\"dx\">",
                        "<msup><mrow><mi>U</mi></mrow><mi mathvariant=\"normal\">T</mi></msup>")
                .doesNotContain("<script", "http");
    }

    /** A rule with a wrong sign shows as a wrong term. */
    @Test
    void aWrongRuleIsToBeSeen() {
        Program wrong = Program.of(
                in -> Tensor.op(
                        "cube",
                        t -> t[0].pow(3),
                        List.of(in.get(0)),
                        y -> dy -> dy.mul(in.get(0).square()).mul(-3)),
                X);
        assertThat(wrong.equations().text()).isEqualTo("y = cube(x)    [3, 4]");
        assertThat(wrong.adjoint().equations().text()).isEqualTo("dx = −3·dy ⊙ x²    [3, 4]");
    }

    /** Second derivatives of loops that join and part values do not grow with every step. */
    @Test
    void longValuesAreWrittenOnce() {
        Program joined = Program.of(
                        in -> {
                            Tensor h = Tensor.zeros(2, 3);
                            for (Tensor x : in.get(0).unstack(0)) {
                                Tensor weights = Tensor.concat(0, in.get(1), in.get(2));
                                h = Tensor.concat(1, x, h)
                                        .matmul(weights)
                                        .tanh()
                                        .named("h");
                            }
                            return h;
                        },
                        Tensor.randn(new Well19937c(3), 12, 2, 3),
                        Tensor.ones(3, 3),
                        Tensor.ones(3, 3))
                .inputs("x", "V", "W")
                .sequence("x", 0);
        assertThat(joined.adjoint().tangent().equations().text()).hasSizeLessThan(4_000);
    }

    @Test
    void toStringIsTheText() {
        assertThat(loss().equations()).hasToString(loss().equations().text());
    }
}
