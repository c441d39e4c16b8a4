package rewind.nn.attention;

import static rewind.nn.layer.OptionType.INTEGER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * Adds learned features of its number to every step: row t of P (steps, features) to step t; (batch, steps, features) to the same. Source:
 * Gehring et al., ICML 2017.
 *
 * @param steps the most steps that a sample has
 */
public record PositionalEmbedding(int steps) implements Formed {
    static final Form<PositionalEmbedding> FORM = Form.<PositionalEmbedding>of(
                    PositionalEmbedding.class,
                    "positionalEmbedding",
                    in -> new PositionalEmbedding(in.get("steps", INTEGER)))
            .option("steps", INTEGER, PositionalEmbedding::steps);

    private static final double DEVIATION = 0.02;

    public PositionalEmbedding {
        Check.that(steps > 0, "positionalEmbedding: steps must be positive, got %s", steps);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(
                input.rank() == 2 && input.size(0) <= steps,
                "positionalEmbedding: a sample must be (steps, features) with at most %s steps, got the shape %s",
                steps,
                input);
        Tensor P = scope.parameter("P", Initializers.normal(DEVIATION), steps, input.size(1));
        return x -> x.add(P.slice(0, 0, x.size(1)));
    }

    @Override
    public String name() {
        return "positionalEmbedding";
    }

    @Override
    public Form<PositionalEmbedding> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
