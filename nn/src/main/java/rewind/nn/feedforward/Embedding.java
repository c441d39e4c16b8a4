package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Options;
import rewind.nn.layer.Scope;

/**
 * Learned features of every id: row i of E (ids, features) for the id i, from (batch, steps) or (batch, steps, 1) to (batch, steps,
 * features). Ids are whole numbers from 0 to less than their count; what lies beyond a sequence's length is taken as 0. Source: Bengio et
 * al., JMLR 3, 2003. Immutable; every option returns a new layer.
 */
public final class Embedding extends Options<Embedding> implements Formed {
    static final Form<Embedding> FORM = Form.<Embedding>of(
                    Embedding.class,
                    "embedding",
                    in -> new Embedding(in.get("ids", INTEGER), in.get("features", INTEGER)))
            .option("ids", INTEGER, layer -> layer.ids)
            .option("features", INTEGER, layer -> layer.features)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Embedding::initializer);

    private final int ids;
    private final int features;
    private Initializer initializer = Initializers.normal(1);

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#embedding}. */
    public Embedding(int ids, int features) {
        Check.that(ids > 0, "embedding: the number of ids must be positive, got %s", ids);
        Check.that(features > 0, "embedding: features must be positive, got %s", features);
        this.ids = ids;
        this.features = features;
    }

    /** Sets how E starts; the default is the standard normal law. */
    public Embedding initializer(Initializer initializer) {
        return with(layer -> layer.initializer = initializer);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Ids.check(scope, input, ids);
        Tensor E = scope.parameter("E", initializer, ids, features);
        return x -> E.gather(Ids.ofRows(x, scope, ids));
    }

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public Form<Embedding> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
