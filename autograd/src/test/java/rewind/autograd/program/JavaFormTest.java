package rewind.autograd.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.reading.Compiled;

/** What is written as Java compiles and gives the same. */
class JavaFormTest {
    private static final int PROGRAMS = 80;

    private static Tensor random(Tensor like, int seed) {
        return Tensor.randn(new Well19937c(seed), like.shape().toArray());
    }

    @Test
    void randomProgramsAndTheirGradients() {
        RandomGenerator<RandomProgram> generator = Generators.programs().generator(1000);
        Random random = new Random(5);
        Map<String, String> sources = new LinkedHashMap<>();
        Map<String, Program> programs = new LinkedHashMap<>();
        Map<String, List<Tensor>> inputs = new LinkedHashMap<>();
        for (int i = 0; i < PROGRAMS; i++) {
            RandomProgram f = generator.next(random).value();
            Program program = Program.of(f, f.inputs().toArray(new Tensor[0]));
            String name = "Written" + i;
            List<Tensor> at = new ArrayList<>(f.inputs());
            if (i % 2 == 1 && program.trace().position() >= 0) {
                at.add(random(f.apply(f.inputs()), i));
                program = program.adjoint();
            }
            programs.put(name, program);
            inputs.put(name, at);
            sources.put(name, program.equations().java(name));
        }
        Compiled compiled = Compiled.of(sources);
        programs.forEach((name, program) -> {
            List<Tensor> expected = program.runAll(inputs.get(name));
            List<Tensor> actual = compiled.results(name, inputs.get(name));
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
                double[] here = actual.get(i).toArray();
                double[] there = expected.get(i).toArray();
                for (int k = 0; k < here.length; k++) {
                    assertThat(here[k])
                            .as(sources.get(name))
                            .isCloseTo(
                                    there[k],
                                    org.assertj.core.data.Offset.offset(1e-10 * Math.max(1, Math.abs(there[k]))));
                }
            }
        });
    }

    @Test
    void theWrittenGradientPassesTheCheckOfTheFunction() {
        Tensor x = random(Tensor.ones(3, 4), 1);
        Tensor U = random(Tensor.ones(4, 2), 2);
        Program program =
                Program.of(in -> in.get(0).matmul(in.get(1)).named("h_").tanh(), x, U);
        Compiled written =
                Compiled.of(Map.of("Product", program.adjoint().equations().java("Product")));
        GradientCheck.ofAll(in -> in.get(0).matmul(in.get(1)).named("h_").tanh())
                .at(x, U)
                .againstAll((in, dy) -> written.gradients("Product", in, dy))
                .againstAdjoints((in, dy) -> written.adjoints("Product", in, dy))
                .verify();
    }

    @Test
    void singlePrecisionAndConstants() {
        Tensor x = random(Tensor.ones(3, 4), 1).to(DType.FLOAT32);
        Tensor outside = Tensor.of(1.5, 2, 3, 4).to(DType.FLOAT32);
        Program program = Program.of(in -> in.get(0).mul(outside).add(0.1).tanh(), x);
        Compiled written = Compiled.of(Map.of("Single", program.equations().java("Single")));
        Tensor y = written.results("Single", List.of(x)).get(0);
        assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(y.toArray()).isEqualTo(program.run(x).toArray());
    }

    /** Constants that differ from step to step, as masks of lengths do, have one name, and equations one line. */
    @Test
    void constantsOfSteps() {
        Tensor mask = Tensor.of(Shape.of(5, 2, 1), 1, 1, 1, 1, 1, 0, 1, 0, 0, 0);
        List<Tensor> real = mask.unstack(0);
        Tensor x = random(Tensor.ones(5, 2, 3), 1);
        Tensor V = random(Tensor.ones(3, 3), 2);
        Program masked = Program.of(
                        in -> {
                            Tensor h = Tensor.zeros(2, 3);
                            for (int t = 0; t < 5; t++) {
                                Tensor next = in.get(0)
                                        .select(0, t)
                                        .add(h.matmul(in.get(1)))
                                        .tanh();
                                h = Tensor.where(real.get(t), next, h)
                                        .mul(1.0 / (t + 1))
                                        .named("h");
                            }
                            return h;
                        },
                        x,
                        V)
                .inputs("x", "V")
                .sequence("x", 0);
        assertThat(masked.equations().text().lines())
                .contains(
                        "h⟨t⟩ = where(c1⟨t⟩, tanh(x⟨t⟩ + h⟨t−1⟩·V), h⟨t−1⟩) ⊙ c2⟨t⟩    [2, 3]    t = 1 … 5, h⟨0⟩ = 0");
        assertThat(masked.equations().constants().get("c1").toArray()).isEqualTo(mask.toArray());
        Program both = masked.withAdjoint();
        Compiled written = Compiled.of(Map.of("Masked", both.equations().java("Masked")));
        List<Tensor> at = List.of(x, V, random(Tensor.ones(2, 3), 3));
        List<Tensor> expected = both.runAll(at);
        List<Tensor> actual = written.results("Masked", at);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).sub(expected.get(i)).abs().max().toDouble())
                    .isLessThan(1e-12);
        }
    }

    @Test
    void whatHasNoJavaForm() {
        Tensor x = Tensor.of(1.0, 2);
        Program own = Program.of(
                in -> Tensor.op(
                        "cube",
                        t -> t[0].pow(3),
                        List.of(in.get(0)),
                        y -> dy -> dy.mul(in.get(0).square())),
                x);
        assertThatThrownBy(() -> own.equations().java("Own"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "equations: operation cube of a user's own has no Java form; write the function in methods of"
                                + " Tensor");
        Program square = Program.of(in -> in.get(0).square(), x);
        for (String name : List.of("", "own", "Own Class", "Own;")) {
            assertThatThrownBy(() -> square.equations().java(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "equations: the name of a class must be a capital letter and letters and digits after it,"
                                    + " got '" + name + "'");
        }
    }
}
