package rewind.autograd.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import rewind.autograd.Tensor;

/** Equations of long loops are those of all their steps, though most of these are not read. */
class SkippedTest {
    private static final int STEPS = 40;

    /** What is computed of a sequence x of the shape (steps, 2, 3), and of V of the shape (3, 3). */
    private enum Loop {
        RNN {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                List<Tensor> all = new ArrayList<>();
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("rnn", t);
                    h = x.select(0, t).add(h.matmul(V)).named("h_").tanh().named("h");
                    all.add(h);
                }
                x.atStep("", -1);
                return Tensor.stack(0, all);
            }
        },
        /** Its state is used two steps later. */
        SECOND_ORDER {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                Tensor before = h;
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    Tensor next = x.select(0, t)
                            .add(h.matmul(V))
                            .sub(before.mul(0.5))
                            .tanh()
                            .named("h");
                    before = h;
                    h = next;
                }
                x.atStep("", -1);
                return h;
            }
        },
        /** It goes backwards. */
        BACKWARDS {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                for (int t = x.shape().size(0) - 1; t >= 0; t--) {
                    x.atStep("loop", t);
                    h = x.select(0, t).add(h.matmul(V)).sigmoid().named("h");
                }
                x.atStep("", -1);
                return h.sum();
            }
        },
        /** One step does something else. */
        BRANCH {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    Tensor next = x.select(0, t).add(h.matmul(V));
                    h = (t == x.shape().size(0) / 2 ? next.sin() : next.tanh()).named("h");
                }
                x.atStep("", -1);
                return h;
            }
        },
        /** A value of a step in the middle is used by itself. */
        SINGLED_OUT {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor y = RNN.of(x, V);
                return y.select(0, x.shape().size(0) / 2).mul(y.select(0, 3)).add(y.sum());
            }
        },
        /** The first state is used at every step. */
        FIRST_STATE {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = x.select(0, 0).matmul(V).named("start");
                Tensor first = h;
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    h = x.select(0, t).mul(first).add(h.matmul(V)).tanh().named("h");
                    first = t == 0 ? h : first;
                }
                x.atStep("", -1);
                return h;
            }
        },
        /** Each step adds to a sum, and a factor is the same at all. */
        SUMS {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                Tensor sum = Tensor.zeros(2, 3);
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    h = x.select(0, t).add(h.matmul(V)).tanh().named("h");
                    sum = sum.add(h.mul(V.select(0, 1))).add(V.select(0, 2));
                }
                x.atStep("", -1);
                return sum;
            }
        },
        /** What is summed over the steps has factors, and a sign. */
        FACTORS {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                Tensor sum = Tensor.zeros(2, 3);
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    h = x.select(0, t).sub(h.matmul(V).mul(2)).tanh().named("h");
                    sum = sum.sub(h.mul(3)).add(h.square().mul(-0.5));
                }
                x.atStep("", -1);
                return sum;
            }
        },
        /** The second loop reads the first one from its end. */
        REVERSED {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor y = RNN.of(x, V);
                Tensor h = Tensor.zeros(2, 3);
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("second", t);
                    h = y.select(0, x.shape().size(0) - 1 - t)
                            .add(h.mul(0.3))
                            .tanh()
                            .named("g");
                }
                x.atStep("", -1);
                return h;
            }
        },
        /** Of each step something is made outside of the loop. */
        AFTERWARDS {
            @Override
            Tensor of(Tensor x, Tensor V) {
                List<Tensor> all = new ArrayList<>();
                for (Tensor h : RNN.of(x, V).unstack(0)) {
                    all.add(h.matmul(V).exp());
                }
                return Tensor.stack(0, all);
            }
        },
        /** Constants differ from step to step. */
        CONSTANTS {
            @Override
            Tensor of(Tensor x, Tensor V) {
                Tensor h = Tensor.zeros(2, 3);
                for (int t = 0; t < x.shape().size(0); t++) {
                    x.atStep("loop", t);
                    h = x.select(0, t)
                            .mul(1.0 / (t + 1))
                            .add(h.matmul(V))
                            .tanh()
                            .named("h");
                }
                x.atStep("", -1);
                return h;
            }
        };

        abstract Tensor of(Tensor x, Tensor V);

        Program program(int steps) {
            Function<List<Tensor>, Tensor> f = in -> of(in.get(0), in.get(1));
            Tensor V = Tensor.randn(new Well19937c(2), 3, 3);
            return Program.of(f, Tensor.randn(new Well19937c(1), steps, 2, 3), V)
                    .inputs("x", "V")
                    .sequence("x", 0);
        }
    }

    private static String all(Program program) {
        return Equations.of(program, Reader.ofAll(program)).text();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLost(Loop loop) {
        Program program = loop.program(STEPS);
        for (Program each : List.of(program, program.adjoint(), program.withAdjoint(), program.tangent())) {
            assertThat(each.equations().text()).isEqualTo(all(each));
        }
        Program second = program.adjoint().adjoint();
        assertThat(second.equations().text()).isEqualTo(all(second));
    }

    @ParameterizedTest
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "sums are recorded term by term")
    @EnumSource(names = {"RNN", "SECOND_ORDER", "BACKWARDS", "AFTERWARDS"})
    void mostStepsAreSkipped(Loop loop) {
        Program program = loop.program(STEPS);
        for (Program each : List.of(program, program.adjoint(), program.withAdjoint())) {
            assertThat(Reader.of(each).skipped().gaps())
                    .as(each.toString())
                    .hasSize(1)
                    .allSatisfy(steps -> assertThat(steps).hasSizeBetween(STEPS - 16, STEPS - 8));
        }
    }

    /** What is made outside of the loop, step by step, is one equation. */
    @Test
    void stepsOutsideOfLoops() {
        assertThat(Loop.AFTERWARDS
                        .program(5)
                        .withAdjoint()
                        .equations()
                        .text()
                        .lines()
                        .map(line -> line.split(" {2,}", -1)[0]))
                .contains("v1⟨t⟩ = exp(h⟨t⟩·V)", "dh_⟨t⟩ = ((dy⟨t⟩ ⊙ v1⟨t⟩)·Vᵀ + dh⟨t⟩) ⊙ (1 − h⟨t⟩²)");
    }

    /** As many steps as one likes: the equations are those of few. */
    @Test
    @DisabledIfSystemProperty(
            named = "rewind.memory",
            matches = "plain",
            disabledReason = "sums are recorded term by term")
    void tenThousandSteps() {
        String few = Loop.RNN.program(30).withAdjoint().equations().text();
        String many = Loop.RNN.program(10_000).withAdjoint().equations().text();
        assertThat(many.replace("10000", "30").replaceAll(" +", " ")).isEqualTo(few.replaceAll(" +", " "));
    }
}
