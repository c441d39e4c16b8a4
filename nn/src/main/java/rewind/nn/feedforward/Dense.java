package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Options;
import rewind.nn.layer.Scope;

/**
 * A fully connected layer, y = act(x·U + b) along the last axis, with U (features, units) and b (1, units); any other axes are like
 * the batch axis, so that a sequence gets the same function at every step. Immutable; every option returns a new layer.
 */
public final class Dense extends Options<Dense> implements Formed {
    static final Form<Dense> FORM = Form.<Dense>of(Dense.class, "dense", in -> new Dense(in.get("units", INTEGER)))
            .option("units", INTEGER, layer -> layer.units)
            .option("activation", ACTIVATION, layer -> layer.activation, Dense::activation)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Dense::initializer)
            .option("bias", FLAG, layer -> layer.bias, Dense::bias);

    private final int units;
    private Activation activation = Activation.IDENTITY;
    private Initializer initializer = Initializers.xavier();
    private boolean bias = true;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#dense}. */
    public Dense(int units) {
        Check.that(units > 0, "dense: units must be positive, got %s", units);
        this.units = units;
    }

    /** Sets the activation, for example {@code Tensor::tanh}; the default is the identity. */
    public Dense activation(UnaryOperator<Tensor> function) {
        return with(layer -> layer.activation = Activation.of(function));
    }

    /** Sets the activation by name, see {@link Activation#named}. */
    public Dense activation(String name) {
        return activation(Activation.named(name));
    }

    /** Sets how U starts; the default is Xavier. */
    public Dense initializer(Initializer initializer) {
        return with(layer -> layer.initializer = initializer);
    }

    /** Sets whether there is a bias (the default). */
    public Dense bias(boolean on) {
        return with(layer -> layer.bias = on);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        UnaryOperator<Tensor> scores = bindScores(scope, input);
        return x -> activation.apply(scores.apply(x));
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        Check.that(input.rank() >= 1, "dense: a sample must have at least one axis, got the shape %s", input);
        Tensor U = scope.parameter("U", initializer, input.size(-1), units);
        if (!bias) {
            return x -> x.matmul(U);
        }
        Tensor b = scope.bias("b", units);
        return x -> x.matmul(U).add(b);
    }

    @Override
    public Activation lastActivation() {
        return activation;
    }

    @Override
    public String name() {
        return "dense";
    }

    @Override
    public Form<Dense> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
