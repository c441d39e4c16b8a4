package rewind.nn.layer;

import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;

/**
 * A state of several tensors, for cells that hand on more than h: a small record that says which of its tensors is the output and how
 * to map over all of them. (A state of one tensor is just a {@link Tensor}.)
 *
 * @param <S> the record itself
 */
public interface State<S extends State<S>> {
    /** Returns h, what the layer gives out, (batch, units). */
    Tensor output();

    /** Returns this state with f applied to every tensor, always in the same order. */
    S map(UnaryOperator<Tensor> f);
}
