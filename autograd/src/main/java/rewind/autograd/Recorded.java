package rewind.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * An operation of a {@link Trace}, with all that is needed to do it again by itself: its operands, its function, and its rules. All
 * tensors here are constants.
 */
public final class Recorded {
    private final Node node;
    private final List<Tensor> inputs;
    private final Tensor value;
    private final Function<Tensor[], Tensor> forward;
    private final String site;
    private final String call;
    private final String loop;
    private final int step;

    Recorded(Node node, Tensor[] inputs, Tensor value, Function<Tensor[], Tensor> forward, String loop, int step) {
        this.node = node;
        List<Tensor> constants = new ArrayList<>();
        for (Tensor input : inputs) {
            constants.add(input.constant());
        }
        this.inputs = List.copyOf(constants);
        this.value = value.constant();
        this.forward = forward;
        this.site = CallSite.find();
        this.call = CallSite.key();
        this.loop = loop;
        this.step = step;
    }

    /** Returns the name of the operation. */
    public String op() {
        return node.op;
    }

    /** Returns the position on the tape. Those from 0 on are of the inputs of the traced function. */
    public int position() {
        return node.index;
    }

    /** Returns the operands. */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** Returns the positions of the operands on the tape, −1 of a constant. */
    public List<Integer> from() {
        return Arrays.stream(node.inputs)
                .map(each -> each == null ? -1 : each.index)
                .toList();
    }

    /** Returns the value. */
    public Tensor value() {
        return value;
    }

    /** Returns the line that called the operation; if that is in a layer of this project, also the line that called the layer. */
    public String site() {
        return site;
    }

    /** Returns what tells this place in the code from others; the turns of a loop, or of a recursion to the same depth, have it in common. */
    public String call() {
        return call;
    }

    /** Returns the loop in which it was called, see {@link Tensor#atStep}; empty if in none. */
    public String loop() {
        return loop;
    }

    /** Returns the step of the loop, −1 outside loops. */
    public int step() {
        return step;
    }

    /** Returns the value for other operands, of the same shapes, as a constant. */
    public Tensor again(List<Tensor> operands) {
        return forward.apply(operands.stream().map(Tensor::detach).toArray(Tensor[]::new))
                .detach();
    }

    /**
     * Applies the rule for one operand.
     *
     * @param dy a cotangent of the value's shape
     * @return Jᵀ·dy, of the operand's shape; zeros if there is no rule
     */
    public Tensor pullBack(int input, Tensor dy) {
        Pullback pullback = node.pullbacks[input];
        Tensor operand = inputs.get(input);
        return pullback == null
                ? Tensor.zeros(operand.dtype(), operand.shape())
                : pullback.apply(dy).sumTo(operand.shape()).detach();
    }
}
