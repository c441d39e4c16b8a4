package rewind.autograd;

import java.util.HashMap;
import java.util.Map;

/** The result of a reverse sweep: the gradient of one scalar with respect to every watched tensor of a tape. */
public final class Gradients {
    private final Object tape;
    private final Map<Integer, Tensor> byNode = new HashMap<>();

    Gradients(Tape tape) {
        this.tape = tape.identity();
    }

    void put(Node node, Tensor gradient) {
        boolean differentiable = node.tape.recording();
        byNode.put(node.index, differentiable ? gradient.unlent(gradient.node) : gradient.without(node.tape));
    }

    /**
     * Returns the gradient with respect to {@code x}, of its shape; zeros if the result does not depend on {@code x}.
     *
     * @param x what {@link Tape#watch} returned
     * @throws IllegalArgumentException if {@code x} was not watched on the tape of this sweep
     */
    public Tensor of(Tensor x) {
        Node node = x.node;
        while (node != null && node.tape.identity() != tape) {
            node = node.also;
        }
        Check.that(
                node != null && node.watched(),
                "gradient: the tensor %s must be the one that watch() returned on this tape",
                x.shape());
        Tensor gradient = byNode.get(node.index);
        return gradient != null ? gradient : Tensor.zeros(node.dtype, node.shape);
    }
}
