package rewind.nn;

import java.util.ArrayList;
import java.util.List;
import rewind.autograd.Tensor;

/**
 * A cell applied step by step to a batch of sequences: all outputs, and the last state, from which a next unrolling can go on.
 *
 * @param outputs h after every step, in the order of the steps, each (batch, units)
 * @param last the state after the last step
 */
public record Unroll<S>(List<Tensor> outputs, S last) {
    /**
     * Unrolls a cell over the steps.
     *
     * @param x the sequences, (batch, steps, features)
     * @param initial the state before the first step
     */
    public static <S> Unroll<S> of(Cell<S> cell, Tensor x, S initial) {
        Check.that(x.rank() == 3, "unroll: the input must be (batch, steps, features), got the shape %s", x.shape());
        List<Tensor> outputs = new ArrayList<>();
        S state = initial;
        if (x.size(1) > 0) {
            Tensor projected = cell.project(x.permute(1, 0, 2)); // steps first, so that a step's part is contiguous
            for (int t = 0; t < x.size(1); t++) {
                state = cell.advance(projected.select(0, t), state);
                outputs.add(States.output(state));
            }
        }
        return new Unroll<>(outputs, state);
    }

    /**
     * Returns all outputs as one tensor, (batch, steps, units).
     *
     * @throws IllegalArgumentException if there was no step
     */
    public Tensor sequence() {
        return Tensor.stack(0, outputs).permute(1, 0, 2);
    }
}
