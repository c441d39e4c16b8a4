package rewind.nn.feedforward;

import static rewind.autograd.Axes.keep;
import static rewind.nn.layer.OptionType.NUMBER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * Root mean square normalisation over the last axis, y = x/√(mean x² + ε) ⊙ gain, with a learned gain (1, features), which starts as ones; any
 * other axes are like the batch axis. Source: Zhang and Sennrich, NeurIPS 2019.
 *
 * @param epsilon what is added to the mean
 */
public record RmsNormalization(double epsilon) implements Formed {
    static final Form<RmsNormalization> FORM = Form.<RmsNormalization>of(
                    RmsNormalization.class, "rmsNormalization", in -> new RmsNormalization(in.get("epsilon", NUMBER)))
            .option("epsilon", NUMBER, RmsNormalization::epsilon);

    public RmsNormalization {
        Check.that(
                epsilon > 0 && Double.isFinite(epsilon),
                "rmsNormalization: epsilon must be positive and finite, got %s",
                epsilon);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() >= 1, "a sample must have at least one axis");
        Tensor gain = scope.parameter("gain", Initializers.constant(1), 1, input.size(-1));
        return x -> x.div(x.square().mean(keep(-1)).add(epsilon).sqrt()).mul(gain);
    }

    @Override
    public String name() {
        return "rmsNormalization";
    }

    @Override
    public Form<RmsNormalization> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
