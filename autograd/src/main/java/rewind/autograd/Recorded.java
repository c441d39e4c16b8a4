package rewind.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import rewind.autograd.reverse.Entry;

/**
 * An operation of a {@link Trace}, with all that is needed to do it again by itself: its operands, its function, and its rules. All
 * tensors here are constants.
 */
public final class Recorded {
    private final Entry<Tensor> entry;

    Recorded(Entry<Tensor> entry) {
        this.entry = entry;
    }

    /** Returns the name of the operation. */
    public String op() {
        return entry.name();
    }

    /** Returns the position on the tape. Those from 0 on are of the inputs of the traced function. */
    public int position() {
        return entry.index();
    }

    /** Returns the operands. */
    public List<Tensor> inputs() {
        return entry.details().operands();
    }

    /** Returns the positions of the operands on the tape, −1 of a constant. */
    public List<Integer> from() {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < entry.arity(); i++) {
            positions.add(entry.operand(i) == null ? -1 : entry.operand(i).index());
        }
        return List.copyOf(positions);
    }

    /** Returns the value. */
    public Tensor value() {
        return entry.details().value();
    }

    /** Returns the line that called the operation; if that is in a layer of this project, also the line that called the layer. */
    public String site() {
        return entry.details().site();
    }

    /** Returns what tells this place in the code from others; the turns of a loop, or of a recursion to the same depth, have it in common. */
    public String call() {
        return entry.details().call();
    }

    /** Returns the loop in which it was called, see {@link Tensor#atStep}; empty if in none. */
    public String loop() {
        return entry.details().loop();
    }

    /** Returns the step of the loop, −1 outside loops. */
    public int step() {
        return entry.details().step();
    }

    /** Returns the value for other operands, of the same shapes, as a constant. */
    public Tensor again(List<Tensor> operands) {
        return entry.operation()
                .apply(operands.stream().map(Tensor::detach).toArray(Tensor[]::new), entry.space())
                .detach();
    }

    /**
     * Applies the rule for one operand.
     *
     * @param dy a cotangent of the value's shape
     * @return Jᵀ·dy, of the operand's shape; zeros if there is no rule
     */
    public Tensor pullBack(int input, Tensor dy) {
        UnaryOperator<Tensor> pullback = entry.pullbacks()[input];
        Tensor operand = inputs().get(input);
        return pullback == null
                ? Tensor.zeros(operand.dtype(), operand.shape())
                : pullback.apply(dy).sumTo(operand.shape()).detach();
    }

    /** Returns the position, the operation and the shape of its value. */
    @Override
    public String toString() {
        return position() + ": " + op() + " " + value().shape();
    }
}
