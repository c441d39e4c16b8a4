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
 * Layer normalisation over the last axis, y = (x − mean)/√(variance + ε) ⊙ gain + shift, with a learned gain (1, features), which starts
 * as ones, and shift (1, features), which starts as zeros; any other axes are like the batch axis. Source: Ba, Kiros and Hinton,
 * arXiv:1607.06450. Immutable; every option returns a new layer.
 */
public final class LayerNormalization implements Formed {
    /** What is added to the variance. */
    public static final double EPSILON = 1e-5;

    static final Form<LayerNormalization> FORM = Form.<LayerNormalization>of(
                    LayerNormalization.class,
                    "layerNormalization",
                    in -> new LayerNormalization(in.get("epsilon", NUMBER)))
            .option("epsilon", NUMBER, layer -> layer.epsilon);

    private final double epsilon;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#layerNormalization}. */
    public LayerNormalization(double epsilon) {
        Check.that(
                epsilon > 0 && Double.isFinite(epsilon),
                "layerNormalization: epsilon must be positive and finite, got %s",
                epsilon);
        this.epsilon = epsilon;
    }

    /**
     * Sets ε, which keeps features that are all alike from a division by zero; the default is 1e-5.
     *
     * @throws IllegalArgumentException if not positive
     */
    public LayerNormalization epsilon(double epsilon) {
        return new LayerNormalization(epsilon);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() >= 1, "a sample must have at least one axis");
        return in(scope, input.size(-1), epsilon);
    }

    /** Returns the normalisation alone, with gain and shift in a scope. */
    public static UnaryOperator<Tensor> in(Scope scope, int features, double epsilon) {
        Tensor gain = scope.parameter("gain", Initializers.constant(1), 1, features);
        Tensor shift = scope.bias("shift", features);
        return x -> {
            Tensor centred = x.sub(x.mean(keep(-1)));
            Tensor deviation = centred.square().mean(keep(-1)).add(epsilon).sqrt();
            return centred.div(deviation).mul(gain).add(shift);
        };
    }

    @Override
    public String name() {
        return "layerNormalization";
    }

    @Override
    public Form<LayerNormalization> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
