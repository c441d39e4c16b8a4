package rewind.nn.attention;

import static rewind.nn.layer.OptionType.INTEGER;

import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.OverSteps;
import rewind.nn.layer.Scope;

/**
 * A mean of all steps, weighted by what each of them is worth, (batch, steps, features) to (batch, features):
 *
 * <pre>
 * a_[t] = tanh(x_t·U + b)·w          U (e, u)   b (1, u)   w (u, 1)
 * a = softmax(a_)                    over the real steps
 * y = Σ_t a[t] x_t
 * </pre>
 *
 * <p>In a layer or cell of one's own, {@link #of} asks by a query q: a_[t] = tanh(x_t·U + b + q·V)·w, as a decoder does at every step. Steps of padding
 * are not seen; a sample without steps gives zeros. Source: Bahdanau, Cho and Bengio, ICLR 2015.
 *
 * @param units u
 */
public record AdditiveAttention(int units) implements Formed, OverSteps {
    static final Form<AdditiveAttention> FORM = Form.<AdditiveAttention>of(
                    AdditiveAttention.class, "additiveAttention", in -> new AdditiveAttention(in.get("units", INTEGER)))
            .option("units", INTEGER, AdditiveAttention::units);

    public AdditiveAttention {
        Check.that(units > 0, "additiveAttention: units must be positive, got %s", units);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() == 2, "attention: a sample must be (steps, features), got the shape %s", input);
        Worth worth = Worth.of(scope, input.size(1), units);
        return x -> {
            Optional<Lengths> lengths = scope.pass().lengths();
            Tensor seen = lengths.isPresent() ? lengths.get().withoutPadding(x) : x;
            Tensor mask = lengths.isPresent() ? Attention.real(lengths.get(), x.dtype(), x.size(1)) : null;
            return found(worth.projected(seen), seen, worth.w(), mask).squeeze(1);
        };
    }

    /**
     * Returns additive attention by a query, with the parameters U, V, b and w in a scope: a function of queries, (batch, queries, n), and
     * steps, (batch, steps, e), to (batch, queries, e).
     *
     * @param features e
     * @param queryFeatures n
     * @param mask which broadcasts to (batch, queries, steps), see {@link Attention}, or null
     */
    public BinaryOperator<Tensor> of(Scope scope, int features, int queryFeatures, Tensor mask) {
        Worth worth = Worth.of(scope, features, units);
        Tensor V = scope.parameter("V", queryFeatures, units);
        return (queries, steps) -> {
            int samples = queries.size(0);
            int count = queries.size(1);
            Tensor asked = queries.matmul(V).reshape(samples, count, 1, units);
            return found(worth.projected(steps).expandDims(1).add(asked), steps, worth.w(), mask);
        };
    }

    /** Of sums (…, steps, units) before the hyperbolic tangent. */
    private Tensor found(Tensor sums, Tensor steps, Tensor w, Tensor mask) {
        int samples = steps.size(0);
        int count = steps.size(1);
        int queries = sums.rank() == 3 ? 1 : sums.size(1);
        Tensor scores = sums.tanh().matmul(w).reshape(samples, queries, count);
        return Attention.weights(scores, mask).matmul(steps);
    }

    /** What steps are worth. */
    private record Worth(Tensor U, Tensor b, Tensor w) {
        static Worth of(Scope scope, int features, int units) {
            return new Worth(
                    scope.parameter("U", features, units), scope.bias("b", units), scope.parameter("w", units, 1));
        }

        Tensor projected(Tensor steps) {
            return steps.matmul(U).add(b);
        }
    }

    @Override
    public boolean givesSequences() {
        return false;
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public Form<AdditiveAttention> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
