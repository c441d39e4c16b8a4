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
        return x -> acts ? x.maskedBy(mask(scope.pass(), rate, x, x.shape())) : x;
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

    /**
     * What is drawn for a value: 1/(1 − rate) with the probability 1 − rate, else 0. Drawn in double precision, so that the same elements
     * stay whatever the dtype.
     */
    public static Tensor mask(Pass pass, double rate, Tensor x, Shape shape) {
        String kept = "(1 − " + rate + ")";
        DType dtype = x.dtype();
        Tensor mask = pass.draw(x, "Bernoulli" + kept + "/" + kept, rng -> {
            Tensor ones = Tensor.uniform(rng, 0, 1, shape.toArray()).greaterEqual(rate);
            return ones.div(1 - rate).to(dtype);
        });
        return mask.named("mask");
    }
}
