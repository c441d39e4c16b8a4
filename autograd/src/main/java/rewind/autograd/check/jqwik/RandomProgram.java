package rewind.autograd.check.jqwik;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import rewind.autograd.Tensor;

/**
 * A random program: a list of steps, each an operation on earlier values, and the inputs at which it is smooth. It is a function, and
 * prints as Java code.
 *
 * <pre>{@code
 * @Property
 * void everythingTogetherIsRight(@ForAll("programs") RandomProgram program) {
 *     GradientCheck.ofAll(program).at(program.inputs()).secondOrder().verify();
 * }
 * }</pre>
 */
public final class RandomProgram implements Function<List<Tensor>, Tensor> {
    private final List<Tensor> inputs;
    private final List<Step> steps;

    RandomProgram(List<Tensor> inputs, List<Step> steps) {
        this.inputs = List.copyOf(inputs);
        this.steps = List.copyOf(steps);
    }

    /** Returns the inputs. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** Returns the operations in their order. */
    public List<Step> steps() {
        return steps;
    }

    /** Returns the last value for the given inputs. */
    @Override
    public Tensor apply(List<Tensor> in) {
        List<Tensor> values = values(in);
        return values.get(values.size() - 1);
    }

    /** Returns all values for the given inputs: the inputs, and one per step. */
    public List<Tensor> values(List<Tensor> in) {
        List<Tensor> values = new ArrayList<>(in);
        for (Step step : steps) {
            values.add(step.apply(values));
        }
        return values;
    }

    /**
     * Returns statements to be pasted into a test: they declare {@code List<Tensor> inputs} and
     * {@code Function<List<Tensor>, Tensor> program}, which give the same as this program, bit by bit, and check the gradients.
     */
    public String code() {
        return Code.of(this);
    }

    /** Returns {@link #code}. */
    @Override
    public String toString() {
        return "\n" + code();
    }
}
