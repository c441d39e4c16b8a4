package rewind.nn.layer;

import rewind.autograd.Tensor;

/**
 * One step of a recurrent network: a pure function of the input and the previous state. The loop over the steps is in
 * {@link rewind.nn.recurrent.Recurrent}. Values of the built-in cells carry the names of their equations ({@link Tensor#named}), so that a check can ask for
 * their adjoints at every step.
 *
 * @param <S> the state: the tensor h (batch, units), or a {@link State} of several tensors
 */
@FunctionalInterface
public interface Cell<S> {
    /**
     * Returns the state after one step.
     *
     * @param x the input of the step, (batch, features)
     * @param previous the state before it
     */
    S step(Tensor x, S previous);

    /**
     * Returns the part of a step that depends on the input alone, for the inputs of many steps at once: what was one product per step
     * is then one product. The default leaves the inputs as they are.
     *
     * @param x inputs, (steps, batch, features)
     * @return what {@link #advance} takes, with the steps as its first axis
     */
    default Tensor project(Tensor x) {
        return x;
    }

    /** Returns the state after one step, given what {@link #project} made of its input. */
    default S advance(Tensor projected, S previous) {
        return step(projected, previous);
    }

    /**
     * Returns the state after one step in which recurrent dropout acts. A cell that carries its output on beside the recurrent products
     * overrides this: the products see the dropped state, the carry the true one. The default lets the whole step see the dropped one.
     *
     * @param previous the state before the step
     * @param seen the same with dropped outputs
     */
    default S advance(Tensor projected, S previous, S seen) {
        return advance(projected, seen);
    }
}
