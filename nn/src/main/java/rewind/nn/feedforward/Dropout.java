package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.NUMBER;

import java.util.function.UnaryOperator;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;

/**
 * In training, zeroes every element with the given probability and multiplies the others by 1/(1 − rate); otherwise it does nothing.
 * Source: Srivastava et al., JMLR 15, 2014.
 *
 * @param rate the probability, 0 to less than 1
 */
public record Dropout(double rate) implements Formed {
    static final Form<Dropout> FORM = Form.<Dropout>of(
                    Dropout.class, "dropout", in -> new Dropout(in.get("rate", NUMBER)))
            .option("rate", NUMBER, Dropout::rate);

    public Dropout {
        Check.that(rate >= 0 && rate < 1, "dropout: the rate must be at least 0 and less than 1, got %s", rate);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        boolean acts = rate > 0 && scope.pass().training();
        return x -> acts ? x.maskedBy(mask(scope.pass(), rate, x.dtype(), x.shape())) : x;
    }

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public Form<Dropout> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }

    /** Drawn in double precision, so that the same elements stay whatever the dtype. */
    public static Tensor mask(Pass pass, double rate, DType dtype, Shape shape) {
        return pass.draw(rng -> {
            Tensor kept = Tensor.uniform(rng, 0, 1, shape.toArray()).greaterEqual(rate);
            return kept.div(1 - rate).to(dtype);
        });
    }
}
