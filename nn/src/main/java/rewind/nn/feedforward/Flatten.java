package rewind.nn.feedforward;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/** All elements of a sample in one axis, (batch, …) to (batch, elements). */
public record Flatten() implements Formed {
    static final Form<Flatten> FORM = Form.of(Flatten.class, "flatten", in -> new Flatten());

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        return x -> x.reshape(x.size(0), input.size());
    }

    @Override
    public String name() {
        return "flatten";
    }

    @Override
    public Form<Flatten> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
