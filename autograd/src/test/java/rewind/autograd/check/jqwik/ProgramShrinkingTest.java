package rewind.autograd.check.jqwik;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.jqwik.Generators.programs;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.Shrinkable;
import org.junit.jupiter.api.Test;
import rewind.autograd.Mistake;
import rewind.autograd.Mutant;
import rewind.autograd.check.GradientCheck;

/** A program that fails shrinks to what it fails for. */
class ProgramShrinkingTest {
    @Test
    void aWrongRuleRemainsAlone() {
        for (String op : List.of("tanh", "matmul", "softmax", "concat", "maximum")) {
            Mutant wrong = new Mutant(op, 0, Mistake.SIGN);
            RandomProgram least = minimal(program ->
                    !GradientCheck.ofAll(wrong.in(program)).at(program.inputs()).passes());
            assertThat(least.steps()).as("%s", least).hasSize(1);
            assertThat(least.steps().get(0).operation()).containsIgnoringCase(op.equals("concat") ? "" : op);
        }
    }

    @Test
    void whatRemainsIsCodeWithShortNumbersThatAreNotZero() {
        RandomProgram least = minimal(program ->
                program.steps().stream().anyMatch(step -> step.operation().equals("tanh()")));
        assertThat(least.code()).matches("""
                        List<Tensor> inputs = List.of\\(
                                Tensor.of\\(Shape.of\\(\\), -?\\d\\.\\d{1,6}\\)\\);
                        Function<List<Tensor>, Tensor> program = in -> \\{
                            Tensor a = in.get\\(0\\);
                            Tensor b = a.tanh\\(\\);
                            return b;
                        };
                        GradientCheck.ofAll\\(program\\).at\\(inputs\\).secondOrder\\(\\).verify\\(\\);
                        """).doesNotContain("0.0)");
    }

    /** Two operations one after another, and nothing else. */
    @Test
    void whatIsNeededStays() {
        RandomProgram least = minimal(program -> program.steps().stream()
                .anyMatch(step -> step.operation().equals("sin()")
                        && step.operands().get(0) >= program.inputs().size()));
        assertThat(least.steps()).hasSize(2);
        assertThat(least.steps().get(1).operation()).isEqualTo("sin()");
    }

    /** The first program that fails, as small as possible. */
    private static RandomProgram minimal(Predicate<RandomProgram> fails) {
        Shrinkable<RandomProgram> failing = programs().generator(1000).stream(new Random(7))
                .limit(20_000)
                .filter(each -> fails.test(each.value()))
                .findFirst()
                .orElseThrow();
        return Shrinking.minimal(failing, fails);
    }
}
