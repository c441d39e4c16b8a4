package rewind.nn.attention;

import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Options;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Scope;

/**
 * Attention of every step to all steps of its sequence, by several heads side by side, (batch, steps, features) to (batch, steps, features):
 *
 * <pre>
 * q = x·Uq + bq    k = x·Uk + bk    v = x·Uv + bv       U (3, e, heads·d)   b (3, 1, heads·d)   in the order q, k, v
 * y_h = {@link Attention}(q_h, k_h, v_h)                each head h has d columns of its own
 * y = [y_1, …, y_heads]·W + c                           W (heads·d, e)      c (1, e)
 * </pre>
 *
 * <p>Steps of padding are not seen; a sample without steps gives c. Source: Vaswani et al., NIPS 2017. Immutable; every option returns a new
 * layer.
 */
public final class MultiHeadAttention extends Options<MultiHeadAttention> implements Formed, OverSteps {
    static final Form<MultiHeadAttention> FORM = Form.<MultiHeadAttention>of(
                    MultiHeadAttention.class,
                    "multiHeadAttention",
                    in -> new MultiHeadAttention(in.get("heads", INTEGER)))
            .option("heads", INTEGER, layer -> layer.heads)
            .option(
                    "headFeatures",
                    INTEGER,
                    layer -> layer.headFeatures,
                    (layer, count) -> count == 0 ? layer : layer.headFeatures(count))
            .option("causal", FLAG, layer -> layer.causal, MultiHeadAttention::causal)
            .option("bias", FLAG, layer -> layer.bias, MultiHeadAttention::bias)
            .option("initializer", INITIALIZER, layer -> layer.initializer, MultiHeadAttention::initializer);

    private static final List<String> ROLES = List.of("q", "k", "v");

    private final int heads;
    private int headFeatures; // 0: the input's, divided among the heads
    private boolean causal;
    private boolean bias = true;
    private Initializer initializer = Initializers.glorotUniform();

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#multiHeadAttention}. */
    public MultiHeadAttention(int heads) {
        Check.that(heads > 0, "multiHeadAttention: the number of heads must be positive, got %s", heads);
        this.heads = heads;
    }

    /**
     * Sets d, the features of a query, key and value of each head; the default is that of the input, divided among the heads.
     *
     * @throws IllegalArgumentException if not positive
     */
    public MultiHeadAttention headFeatures(int count) {
        Check.that(count > 0, "multiHeadAttention: the features of a head must be positive, got %s", count);
        return with(layer -> layer.headFeatures = count);
    }

    /** Sets whether a step sees none after it; the default is that it sees all. */
    public MultiHeadAttention causal(boolean on) {
        return with(layer -> layer.causal = on);
    }

    /** Sets whether there are biases (the default). */
    public MultiHeadAttention bias(boolean on) {
        return with(layer -> layer.bias = on);
    }

    /** Sets how the blocks of U, and W, start; the default is uniform by Glorot. */
    public MultiHeadAttention initializer(Initializer initializer) {
        return with(layer -> layer.initializer = initializer);
    }

    /** Returns how many heads there are. */
    public int heads() {
        return heads;
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() == 2, "attention: a sample must be (steps, features), got the shape %s", input);
        int features = input.size(1);
        Check.that(
                headFeatures > 0 || (features > 0 && features % heads == 0),
                "attention: the features of a sample must be divisible by the %s heads, got the shape %s; or set headFeatures",
                heads,
                input);
        int own = headFeatures > 0 ? headFeatures : features / heads;
        int all = Math.multiplyExact(heads, own);
        Tensor U = scope.gates("U", ROLES, role -> initializer, features, all);
        Tensor W = scope.parameter("W", initializer, all, features);
        Tensor b = bias ? scope.gates("b", ROLES, role -> Initializers.zeros(), 1, all) : null;
        Tensor c = bias ? scope.bias("c", features) : null;
        return x -> {
            int samples = x.size(0);
            int steps = x.size(1);
            Optional<Lengths> lengths = scope.pass().lengths();
            Tensor seen = lengths.isPresent() ? lengths.get().withoutPadding(x) : x;
            Tensor products = seen.reshape(1, samples * steps, features).matmul(U);
            Tensor roles = (bias ? products.add(b) : products)
                    .reshape(3, samples, steps, heads, own)
                    .permute(0, 1, 3, 2, 4);
            Tensor found = Attention.dot(
                    roles.select(0, 0).named("q"),
                    roles.select(0, 1).named("k"),
                    roles.select(0, 2).named("v"),
                    mask(lengths.orElse(null), x, steps));
            Tensor y = found.permute(0, 2, 1, 3).reshape(samples, steps, all).matmul(W);
            return bias ? y.add(c) : y;
        };
    }

    /** What steps may see, for all heads; null if that is everything. */
    private Tensor mask(Lengths lengths, Tensor x, int steps) {
        Tensor before = causal ? Attention.causal(x.dtype(), steps) : null;
        if (lengths == null) {
            return before;
        }
        Tensor real = Attention.real(lengths, x.dtype(), steps).expandDims(1);
        return before == null ? real : real.mul(before);
    }

    @Override
    public boolean givesSequences() {
        return true;
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public Form<MultiHeadAttention> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
