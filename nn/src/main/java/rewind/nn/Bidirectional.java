package rewind.nn;

import static rewind.nn.OptionType.MERGE;
import static rewind.nn.OptionType.RECURRENT;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * A recurrent layer in both directions, each with parameters of its own under {@code forward/} and {@code backward/}, and the two outputs
 * merged. With all outputs, those of one step are merged; otherwise the last one of each direction.
 *
 * @param <S> the state of the cell
 */
public final class Bidirectional<S> implements Layer {
    static final Form<Bidirectional<?>> FORM = Form.<Bidirectional<?>>of(
                    Bidirectional.class,
                    "bidirectional",
                    in -> in.get("layer", RECURRENT).bidirectional(in.get("merge", MERGE)))
            .option("layer", RECURRENT, Bidirectional::layer)
            .option("merge", MERGE, Bidirectional::merge);

    private final Recurrent<S, ?> layer;
    private final Merge merge;

    Bidirectional(Recurrent<S, ?> layer, Merge merge) {
        this.layer = layer;
        this.merge = merge;
    }

    Recurrent<S, ?> layer() {
        return layer;
    }

    Merge merge() {
        return merge;
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        UnaryOperator<Tensor> forward = layer.reversed(false).bind(scope.child("forward"), input);
        UnaryOperator<Tensor> backward = layer.reversed(true).bind(scope.child("backward"), input);
        return x -> merge.apply(forward.apply(x), backward.apply(x));
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
