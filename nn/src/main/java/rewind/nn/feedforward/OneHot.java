package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.INTEGER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/**
 * 1 at the place of an id and 0 elsewhere, from (batch, steps) or (batch, steps, 1) to (batch, steps, classes). Ids are whole numbers from
 * 0 to less than the number of classes; what lies beyond a sequence's length is taken as 0.
 *
 * @param classes the number of classes
 */
public record OneHot(int classes) implements Formed {
    static final Form<OneHot> FORM = Form.<OneHot>of(
                    OneHot.class, "oneHot", in -> new OneHot(in.get("classes", INTEGER)))
            .option("classes", INTEGER, OneHot::classes);

    /** Checks the number. */
    public OneHot {
        Check.that(classes > 0, "oneHot: classes must be positive, got %s", classes);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Ids.check(scope, input, classes);
        return x -> Ids.of(x, scope, classes).oneHot(classes);
    }

    @Override
    public String name() {
        return "oneHot";
    }

    @Override
    public Form<OneHot> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
