package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.LAYER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Scope;

/**
 * A layer with a way around it: y = x + f(x). Source: He et al., CVPR 2016.
 *
 * @param layer f, whose output has the shape of its input
 */
public record Residual(Layer layer) implements Formed {
    static final Form<Residual> FORM = Form.<Residual>of(
                    Residual.class, "residual", in -> new Residual(in.get("layer", LAYER)))
            .option("layer", LAYER, Residual::layer);

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        UnaryOperator<Tensor> f = layer.bind(scope, input);
        return x -> {
            Tensor y = f.apply(x);
            Check.that(
                    y.shape().equals(x.shape()),
                    "residual: the output of %s must have the shape of its input, got %s for %s",
                    layer.name(),
                    y.shape(),
                    x.shape());
            return x.add(y);
        };
    }

    @Override
    public String name() {
        return "residual";
    }

    @Override
    public Form<Residual> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
