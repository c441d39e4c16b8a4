package rewind.nn;

import static rewind.nn.OptionType.ACTIVATION;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * An activation as a layer of its own.
 *
 * @param activation the function
 */
record ActivationLayer(Activation activation) implements Layer {
    static final Form<ActivationLayer> FORM = Form.<ActivationLayer>of(
                    ActivationLayer.class, "activation", in -> new ActivationLayer(in.get("activation", ACTIVATION)))
            .option("activation", ACTIVATION, ActivationLayer::activation);

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        return activation;
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        return x -> x;
    }

    @Override
    public Activation lastActivation() {
        return activation;
    }

    @Override
    public String name() {
        return "activation";
    }

    @Override
    public Description description() {
        return FORM.describe(this);
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
