package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.ACTIVATION;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/**
 * An activation as a layer of its own.
 *
 * @param activation the function
 */
public record ActivationLayer(Activation activation) implements Formed {
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
    public Form<ActivationLayer> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
