package rewind.autograd.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.math3.random.Well19937c;
import rewind.autograd.Grad;
import rewind.autograd.Tensor;
import rewind.autograd.check.jqwik.Generators;
import rewind.autograd.check.jqwik.RandomProgram;
import rewind.autograd.reading.ReadBack;

/** Random programs, run again and written down: both say what the function does, and what its derivatives are. */
class ProgramProperties {
    @Provide
    Arbitrary<RandomProgram> functions() {
        return Generators.programs();
    }

    /** Inputs a little away from those that were recorded, where the function is smooth, too. */
    private static List<Tensor> others(List<Tensor> inputs) {
        return inputs.stream().map(x -> x.add(1e-3).detach()).toList();
    }

    private static Tensor cotangent(Tensor y) {
        return Tensor.randn(new Well19937c(7), y.shape().toArray());
    }

    private static Program recorded(RandomProgram f) {
        return Program.of(f, f.inputs().toArray(new Tensor[0]));
    }

    @Property(tries = 500)
    void runsAgainToTheSameBits(@ForAll("functions") RandomProgram f) {
        List<Tensor> at = others(f.inputs());
        assertSame(recorded(f).runAll(at), List.of(f.apply(at)));
    }

    @Property(tries = 300)
    void adjointsRunAgainToTheSameBits(@ForAll("functions") RandomProgram f) {
        Program program = recorded(f);
        List<Tensor> at = others(f.inputs());
        Tensor dy = cotangent(f.apply(at));
        List<Tensor> both = new ArrayList<>(at);
        both.add(dy);
        List<Tensor> expected = Grad.vjp(in -> List.of(f.apply(in)), at, List.of(dy));
        assertClose(program.adjoint().runAll(both), expected, 1e-12);
    }

    @Property(tries = 200)
    void tangentsAreThoseOfForwardMode(@ForAll("functions") RandomProgram f) {
        Tensor v = cotangent(f.inputs().get(0));
        List<Tensor> at = new ArrayList<>(f.inputs());
        at.add(v);
        for (int i = 1; i < f.inputs().size(); i++) {
            at.add(Tensor.zeros(f.inputs().get(i).shape().toArray()));
        }
        Tensor expected = Grad.jvp(
                x -> {
                    List<Tensor> in = new ArrayList<>(f.inputs());
                    in.set(0, x);
                    return f.apply(in);
                },
                f.inputs().get(0),
                v);
        assertClose(recorded(f).tangent().runAll(at), List.of(expected), 1e-12);
    }

    @Property(tries = 500)
    void equationsSayTheValue(@ForAll("functions") RandomProgram f) {
        Program program = recorded(f);
        assertClose(evaluated(program, f.inputs()), program.runAll(f.inputs()), 1e-10);
    }

    @Property(tries = 500)
    void equationsSayTheGradients(@ForAll("functions") RandomProgram f) {
        Program adjoint = recorded(f).adjoint();
        List<Tensor> at = new ArrayList<>(f.inputs());
        at.add(cotangent(f.apply(f.inputs())));
        assertClose(evaluated(adjoint, at), adjoint.runAll(at), 1e-10);
    }

    @Property(tries = 100)
    void equationsSayTheSecondDerivatives(@ForAll("functions") RandomProgram f) {
        Program first = recorded(f).adjoint();
        Assume.that(first.trace().positions().stream().anyMatch(position -> position >= 0));
        Program second = first.adjoint();
        List<Tensor> at = new ArrayList<>();
        second.variables()
                .forEach(input -> at.add(cotangent(Tensor.zeros(input.shape().toArray()))));
        for (int i = 0; i < f.inputs().size(); i++) {
            at.set(i, f.inputs().get(i));
        }
        assertClose(evaluated(second, at), second.runAll(at), 1e-10);
    }

    private static List<Tensor> evaluated(Program program, List<Tensor> inputs) {
        Equations equations = program.equations();
        ReadBack text = ReadBack.of(equations.text());
        equations.constants().forEach(text::given);
        for (int i = 0; i < inputs.size(); i++) {
            text.given(program.variables().get(i).name(), inputs.get(i));
        }
        Map<String, Tensor> values = text.values();
        return program.resultNames().stream().map(values::get).toList();
    }

    private static void assertSame(List<Tensor> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).toArray()).isEqualTo(expected.get(i).toArray());
        }
    }

    private static void assertClose(List<Tensor> actual, List<Tensor> expected, double tolerance) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
            double[] here = actual.get(i).toArray();
            double[] there = expected.get(i).toArray();
            double scale = 1;
            for (double value : there) {
                scale = Math.max(scale, Math.abs(value));
            }
            for (int k = 0; k < here.length; k++) {
                boolean close = Math.abs(here[k] - there[k]) <= tolerance * scale;
                boolean undefined = Double.isNaN(here[k]) && Double.isNaN(there[k]);
                if (!close && !undefined) {
                    assertThat(here[k]).as("result %s, element %s", i, k).isEqualTo(there[k]);
                }
            }
        }
    }
}
