package rewind.nn;

import static rewind.nn.OptionType.LAYER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A layer applied to every step by itself, with the same parameters: (batch, steps, …) is taken as a batch of batch · steps samples.
 * Lengths of padded sequences do not reach the layer, which sees no sequence.
 *
 * @param layer the layer
 */
record TimeDistributed(Layer layer) implements Layer {
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
        return Model.sample(input);
    }

    private static UnaryOperator<Tensor> everyStep(UnaryOperator<Tensor> function, Shape step) {
        return x -> {
            Tensor y = function.apply(x.reshape(Model.batch(x.size(0) * x.size(1), step)));
            int[] sizes = Model.batch(x.size(1), Model.sample(y.shape()));
            return y.reshape(Model.batch(x.size(0), Shape.of(sizes)));
        };
    }

    @Override
    public Activation lastActivation() {
        return layer.lastActivation();
    }

    @Override
    public String name() {
        return layer.name();
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
