package rewind.nn;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/** All elements of a sample in one axis, (batch, …) to (batch, elements). */
record Flatten() implements Layer {
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
    public Description description() {
        return FORM.describe(this);
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
