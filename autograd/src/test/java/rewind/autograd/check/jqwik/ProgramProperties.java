package rewind.autograd.check.jqwik;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.autograd.check.jqwik.Generators.shapes;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;

/** Whatever operations are combined, and however: first and second derivatives are those that differences give. */
class ProgramProperties {
    private static final AtomicInteger CHECKED = new AtomicInteger();

    @Property(tries = 500)
    void derivativesEqualDifferences(@ForAll("programs") RandomProgram program) {
        verify(program);
        CHECKED.incrementAndGet();
    }

    @Property(tries = 10_000)
    @AddLifecycleHook(LongOnly.class)
    void derivativesOfManyEqualDifferences(@ForAll("programs") RandomProgram program) {
        derivativesEqualDifferences(program);
    }

    /** So that one sees that the long profile does what it says. */
    @AfterContainer
    static void count() {
        System.out.println("random programs, first and second order: " + CHECKED);
        assertThat(CHECKED.get()).isGreaterThanOrEqualTo(Boolean.getBoolean("rewind.long") ? 10_500 : 500);
    }

    @Property(tries = 50)
    void inSinglePrecision(@ForAll("singlePrecision") RandomProgram program) {
        assertThat(program.values(program.inputs())).allMatch(value -> value.dtype() == DType.FLOAT32);
        verify(program);
    }

    @Property(tries = 50)
    void withoutElements(@ForAll("empty") RandomProgram program) {
        verify(program);
    }

    /** What the documentation promises of programs. */
    @Property(tries = 200)
    void programsAreModerate(@ForAll("programs") RandomProgram program) {
        assertThat(program.inputs()).hasSizeBetween(1, 3);
        assertThat(program.steps()).hasSizeBetween(1, 12);
        List<Tensor> values = program.values(program.inputs());
        for (Tensor value : values) {
            assertThat(value.rank()).isLessThanOrEqualTo(4);
            assertThat(value.size()).isBetween(1, 64);
            assertThat(Arrays.stream(value.toArray())).allMatch(each -> Math.abs(each) <= 10);
        }
        boolean[] used = new boolean[values.size()];
        used[values.size() - 1] = true;
        program.steps().forEach(step -> step.operands().forEach(value -> used[value] = true));
        assertThat(program.steps())
                .allMatch(step -> step.indices()
                        .noneMatch(value -> value < program.inputs().size()));
        assertThat(used).as("nothing is there in vain").doesNotContain(false);
    }

    private static void verify(RandomProgram program) {
        GradientCheck.ofAll(program)
                .named("program")
                .at(program.inputs())
                .secondOrder()
                .verify();
    }

    @Provide
    Arbitrary<RandomProgram> programs() {
        return Generators.programs();
    }

    @Provide
    Arbitrary<RandomProgram> singlePrecision() {
        return Generators.programs().ofType(DType.FLOAT32).steps(5);
    }

    @Provide
    Arbitrary<RandomProgram> empty() {
        return Generators.programs().shapes(shapes().sizes(0, 2));
    }
}
