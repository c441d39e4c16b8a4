package rewind.nn.layer;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** A layer that does what another one does, and is told of otherwise. */
public interface Wrapping extends Layer {
    /** Returns the other one. */
    Layer layer();

    @Override
    default UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        return layer().bind(scope, input);
    }

    @Override
    default UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        return layer().bindScores(scope, input);
    }

    @Override
    default Activation lastActivation() {
        return layer().lastActivation();
    }
}
