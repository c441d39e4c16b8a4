package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.LAYER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Samples;
import rewind.nn.layer.Scope;

/**
 * A layer applied to every step by itself, with the same parameters: (batch, steps, …) is taken as a batch of batch · steps samples.
 * Lengths of padded sequences do not reach the layer, which sees no sequence.
 *
 * @param layer the layer
 */
public record TimeDistributed(Layer layer) implements Formed, OverSteps {
    static final Form<TimeDistributed> FORM = Form.<TimeDistributed>of(
                    TimeDistributed.class, "timeDistributed", in -> new TimeDistributed(in.get("layer", LAYER)))
            .option("layer", LAYER, TimeDistributed::layer);

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Shape step = step(input);
        return everyStep(layer.bind(scope.ofSteps(), step), step);
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        Shape step = step(input);
        return everyStep(layer.bindScores(scope.ofSteps(), step), step);
    }

    private static Shape step(Shape input) {
        Check.that(input.rank() >= 1, "a sample must be (steps, …)");
        return Samples.shape(input);
    }

    private static UnaryOperator<Tensor> everyStep(UnaryOperator<Tensor> function, Shape step) {
        return x -> {
            Tensor y = function.apply(x.reshape(Samples.batch(x.size(0) * x.size(1), step)));
            int[] sizes = Samples.batch(x.size(1), Samples.shape(y.shape()));
            return y.reshape(Samples.batch(x.size(0), Shape.of(sizes)));
        };
    }

    @Override
    public Activation lastActivation() {
        return layer.lastActivation();
    }

    @Override
    public boolean givesSequences() {
        return true;
    }

    @Override
    public String name() {
        return layer.name();
    }

    @Override
    public Form<TimeDistributed> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
