package rewind.autograd.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.fixture.Operation;
import rewind.autograd.fixture.Operation.Call;
import rewind.autograd.fixture.Operations;
import rewind.autograd.program.Program;

/** A compiled program gives the bits of the program, whatever it is of. */
class CompiledProgramTest {
    private final Tensor x = Tensor.randn(new Well19937c(1), 3, 4);
    private final Tensor U = Tensor.randn(new Well19937c(2), 4, 4);

    @Provide
    Arbitrary<Operation> operations() {
        return Arbitraries.of(Operations.all());
    }

    @Provide
    Arbitrary<RandomProgram> functions() {
        return Generators.programs();
    }

    private static void assertSame(CompiledProgram compiled, Program program, List<Tensor> at, String as) {
        List<Tensor> expected = program.runAll(at);
        List<Tensor> actual = compiled.runAll(at);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
            assertThat(actual.get(i).toArray())
                    .as("%s, result %s", as, i)
                    .isEqualTo(expected.get(i).toArray());
            assertThat(actual.get(i).isRecorded()).isFalse();
        }
    }

    /** At its examples and at others, before and after each other. */
    private static void assertSame(Program program, List<Tensor> others, String as) {
        CompiledProgram compiled = program.compile();
        assertSame(compiled, program, others, as);
        assertSame(compiled, program, program.examples(), as);
        assertSame(compiled, program, others, as);
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void anyOperation(@ForAll("operations") Operation row, @ForAll DType dtype) {
        Call call = row.call(0, dtype);
        Program program;
        try {
            program = Program.of(call.function(), call.inputs().toArray(Tensor[]::new));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("the function reads numbers");
            return;
        }
        List<Tensor> others =
                call.inputs().stream().map(each -> each.flip().detach()).toList();
        assertSame(program, others, row.toString());
        if (row.differentiable()) {
            Program adjoint = program.adjoint();
            List<Tensor> all = new ArrayList<>(others);
            adjoint.examples().subList(others.size(), adjoint.examples().size()).forEach(dy -> all.add(dy.mul(0.7)));
            assertSame(adjoint, all, "the adjoint of " + row);
        }
    }

    @Property(tries = 100)
    void anyProgram(@ForAll("functions") RandomProgram f) {
        Program program = Program.of(f, f.inputs().toArray(Tensor[]::new));
        List<Tensor> others =
                f.inputs().stream().map(each -> each.add(1e-3).detach()).toList();
        assertSame(program, others, f.code());
        if (program.trace().position() >= 0) {
            Program both = program.withAdjoint();
            List<Tensor> all = new ArrayList<>(others);
            all.add(both.examples().get(others.size()).mul(-0.3));
            assertSame(both, all, f.code());
        }
    }

    /** Sizes at which factors are arranged once, and threads share work. */
    @Property(generation = GenerationMode.EXHAUSTIVE)
    void manySteps(@ForAll DType dtype) {
        Tensor V = Tensor.randn(dtype, new Well19937c(1), 128, 128).mul(0.1);
        Tensor data = Tensor.randn(dtype, new Well19937c(2), 64, 128);
        Program net = Program.of(
                in -> {
                    Tensor h = in.get(0);
                    for (int t = 0; t < 5; t++) {
                        h = h.matmul(in.get(1)).add(in.get(0)).tanh();
                    }
                    return h;
                },
                data,
                V);
        assertSame(net, List.of(data.mul(0.5), V.neg()), "net");
        Program adjoint = net.adjoint();
        assertSame(adjoint, List.of(data.mul(0.5), V.neg(), data), "adjoint");
        CompiledProgram.Bytes memory = adjoint.memory();
        if (!"plain".equals(System.getProperty("rewind.memory"))) { // where arrays do not serve again
            assertThat(memory.compiled()).isLessThan(memory.recorded() * 2 / 3);
        }
        assertThat(memory.toString()).matches("compiled +[\\d,]+ B   recorded +[\\d,]+ B   +[\\d.]+ %");
        assertThat(net.compile().memory()).isEqualTo(net.memory());
        int width = dtype == DType.FLOAT64 ? 8 : 4;
        assertThat(net.memory().recorded()).isGreaterThanOrEqualTo(width * (64 * 128 * 16L + 128 * 128));
    }

    @Example
    void otherShapesAreRefusedAsByRun() {
        Program program =
                Program.of(in -> in.get(0).matmul(in.get(1)).tanh(), x, U).inputs("x", "U");
        CompiledProgram compiled = program.compile();
        List<List<Tensor>> wrong = List.of(
                List.of(x),
                List.of(x, U, U),
                List.of(U, U),
                List.of(x, U.to(DType.FLOAT32)),
                List.of(x, U.reshape(2, 8)));
        for (List<Tensor> each : wrong) {
            assertThatThrownBy(() -> program.runAll(each))
                    .satisfies(e -> assertThatThrownBy(() -> compiled.runAll(each))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(e.getMessage()));
        }
        assertThat(compiled.run(x, U).toArray()).isEqualTo(program.run(x, U).toArray());
        assertThat(compiled.toString()).matches("Compiled program: Replay of \\d+ actions, \\d+ bytes");
    }

    /** Every run draws once, and compiling draws nothing, so that the sequence is that of the program. */
    @Example
    void drawsComeInTheSameOrder() {
        List<double[]> results = new ArrayList<>();
        for (boolean isCompiled : new boolean[] {false, true}) {
            RandomGenerator rng = new Well19937c(3);
            Program noisy = Program.of(
                    in -> in.get(0)
                            .mul(in.get(0).draw("U(0, 1)", rng, r -> Tensor.uniform(r, 0, 1, 3, 4)))
                            .add(in.get(0)
                                    .gather(in.get(0)
                                            .draw("id", rng, r -> Tensor.of(r.nextInt(3), r.nextInt(3), 2.0)))),
                    x);
            CompiledProgram compiled = isCompiled ? noisy.compile() : null;
            for (int i = 0; i < 4; i++) {
                results.add((isCompiled ? compiled.run(x) : noisy.run(x)).toArray());
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(results.get(4 + i)).isEqualTo(results.get(i));
        }
        assertThat(results.get(0)).isNotEqualTo(results.get(1));
    }

    /** A user's function is called in every run. */
    @Example
    void operationsOfAUsers() {
        AtomicInteger calls = new AtomicInteger();
        Program own = Program.of(
                in -> Tensor.op(
                                "cube",
                                a -> {
                                    calls.incrementAndGet();
                                    return a[0].pow(3).add(a[0].max().toDouble());
                                },
                                in,
                                y -> dy -> dy.mul(in.get(0).square().mul(3)))
                        .mul(2),
                x);
        CompiledProgram compiled = own.compile();
        int before = calls.get();
        assertThat(compiled.run(x.neg()).toArray()).isEqualTo(own.run(x.neg()).toArray());
        assertThat(calls.get() - before).isEqualTo(2);
        assertSame(own.adjoint(), List.of(x.neg(), x), "adjoint");
    }

    /** What depends on no input, and what is an input. */
    @Example
    void resultsThatAreNotComputed() {
        Program program =
                Program.ofSeveral(in -> List.of(in.get(0), U, in.get(0).mul(2), in.get(0)), x);
        assertSame(program, List.of(x.neg()), "results");
    }
}
