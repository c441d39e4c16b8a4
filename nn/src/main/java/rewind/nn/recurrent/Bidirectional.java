package rewind.nn.recurrent;

import static rewind.nn.recurrent.RecurrentOptions.MERGE;
import static rewind.nn.recurrent.RecurrentOptions.RECURRENT;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Scope;

/**
 * A recurrent layer in both directions, each with parameters of its own under {@code forward/} and {@code backward/}, and the two outputs
 * merged. With all outputs, those of one step are merged; otherwise the last one of each direction.
 *
 * @param <S> the state of the cell
 */
public final class Bidirectional<S> implements Formed, OverSteps {
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

    /** Returns the layer of one direction. */
    public Recurrent<S, ?> layer() {
        return layer;
    }

    /** Returns how the outputs are merged. */
    public Merge merge() {
        return merge;
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        UnaryOperator<Tensor> forward = layer.reversed(false).bind(scope.child("forward"), input);
        UnaryOperator<Tensor> backward = layer.reversed(true).bind(scope.child("backward"), input);
        return x -> {
            Tensor ahead = forward.apply(x);
            Tensor back = backward.apply(x);
            x.inLayer(scope.path());
            return merge.apply(ahead, back);
        };
    }

    @Override
    public boolean givesSequences() {
        return layer.givesSequences();
    }

    @Override
    public String name() {
        return layer.name();
    }

    @Override
    public Form<Bidirectional<?>> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
