package rewind.nn;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Description;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;

/**
 * A layer of a user's own, under the name by which files know it.
 *
 * @param description the name, and what options it has
 * @param layer what it does
 */
record OwnLayer(Description description, Layer layer) implements Layer {
    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        return layer.bind(scope, input);
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        return layer.bindScores(scope, input);
    }

    @Override
    public Activation lastActivation() {
        return layer.lastActivation();
    }

    @Override
    public String name() {
        return description.ownName();
    }
}
