package rewind.nn.layer;

import static rewind.nn.layer.OptionType.LAYER;
import static rewind.nn.layer.OptionType.TEXT;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A layer whose parameters are filed under another name.
 *
 * @param name the name
 * @param layer what it does
 */
public record NamedLayer(String name, Layer layer) implements Formed {
    /** How files describe it. */
    public static final Form<NamedLayer> FORM = Form.<NamedLayer>of(
                    NamedLayer.class, "named", in -> new NamedLayer(in.get("name", TEXT), in.get("layer", LAYER)))
            .option("name", TEXT, NamedLayer::name)
            .option("layer", LAYER, NamedLayer::layer);

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
    public Form<NamedLayer> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
