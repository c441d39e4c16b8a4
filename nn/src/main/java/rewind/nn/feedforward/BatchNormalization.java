package rewind.nn.feedforward;

import static rewind.nn.layer.OptionType.NUMBER;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Axes;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Options;
import rewind.nn.layer.Scope;

/**
 * Batch normalisation, y = (x − mean)/√(variance + ε) ⊙ gain + shift, of every feature by itself, which is the last axis:
 *
 * <pre>
 * in training:   mean = Σ x/n          variance = Σ (x − mean)²/n             over all n samples and steps of a batch, padding excepted
 *                Mean ← (1 − α)·Mean + α·mean     Variance ← (1 − α)·Variance + α·variance·n/(n − 1)
 * in use:        mean = Mean           variance = Variance
 * </pre>
 *
 * <p>The running Mean and Variance, (1, features), are kept with the parameters {@code mean} and {@code variance} of the model, and saved with
 * them; they are frozen, as no gradient moves them: every batch of a training does. They start as 0 and 1; gain (1, features) starts as ones, shift
 * (1, features) as zeros. A loop of one's own takes them over with {@code pass.renewed().forEach(model::set)}. Source: Ioffe and Szegedy, ICML 2015.
 * Immutable; every option returns a new layer.
 */
public final class BatchNormalization extends Options<BatchNormalization> implements Formed {
    static final Form<BatchNormalization> FORM = Form.<BatchNormalization>of(
                    BatchNormalization.class, "batchNormalization", in -> new BatchNormalization())
            .option("epsilon", NUMBER, layer -> layer.epsilon, BatchNormalization::epsilon)
            .option("momentum", NUMBER, layer -> layer.momentum, BatchNormalization::momentum);

    private double epsilon = LayerNormalization.EPSILON;
    private double momentum = 0.1;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#batchNormalization}. */
    public BatchNormalization() {}

    /**
     * Sets ε, which keeps features that are all alike from a division by zero; the default is 1e-5.
     *
     * @throws IllegalArgumentException if not positive
     */
    public BatchNormalization epsilon(double epsilon) {
        Check.that(
                epsilon > 0 && Double.isFinite(epsilon),
                "batchNormalization: epsilon must be positive and finite, got %s",
                epsilon);
        return with(layer -> layer.epsilon = epsilon);
    }

    /**
     * Sets α, the weight of a batch in the running values; the default is 0.1, as in PyTorch. Keras calls 1 − α so.
     *
     * @throws IllegalArgumentException unless it is from 0 to 1
     */
    public BatchNormalization momentum(double momentum) {
        Check.that(
                momentum >= 0 && momentum <= 1, "batchNormalization: momentum must be from 0 to 1, got %s", momentum);
        return with(layer -> layer.momentum = momentum);
    }

    /** Returns ε. */
    public double epsilon() {
        return epsilon;
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        Check.that(input.rank() >= 1, "a sample must have at least one axis");
        int features = input.size(-1);
        Tensor gain = scope.parameter("gain", Initializers.constant(1), 1, features);
        Tensor shift = scope.bias("shift", features);
        Tensor mean = scope.statistic("mean", Initializers.zeros(), 1, features);
        Tensor variance = scope.statistic("variance", Initializers.constant(1), 1, features);
        if (!scope.pass().training()) {
            return x -> x.sub(mean).div(variance.add(epsilon).sqrt()).mul(gain).add(shift);
        }
        return x -> {
            CountedRows rows = CountedRows.of(scope, x);
            Tensor own = rows.mean(rows.values());
            Tensor centred = rows.values().sub(own);
            Tensor spread = rows.mean(centred.square());
            scope.renew("mean", rows.renewed(mean, own, momentum));
            Tensor unbiased = spread.mul(rows.count()).div(rows.count().sub(1).maximum(1));
            scope.renew("variance", rows.renewed(variance, unbiased, momentum));
            return centred.div(spread.add(epsilon).sqrt()).mul(gain).add(shift);
        };
    }

    /**
     * The rows of a batch that count: samples, and the real steps of sequences.
     *
     * @param values with zeros in place of padding
     * @param real 1 for what counts, 0 for padding; null if there is none
     * @param count how many rows there are, a scalar
     */
    private record CountedRows(Tensor values, Tensor real, Tensor count) {
        static CountedRows of(Scope scope, Tensor x) {
            double rows = (double) x.size() / Math.max(1, x.size(-1));
            Tensor all = Tensor.full(x.dtype(), rows, Shape.of());
            if (scope.pass().lengths().isEmpty() || x.rank() < 3) {
                return new CountedRows(x, null, all);
            }
            int[] perStep = IntStream.range(0, x.rank())
                    .map(axis -> axis < 2 ? x.size(axis) : 1)
                    .toArray();
            Tensor real =
                    scope.pass().lengths().get().mask(x.dtype(), x.size(1)).reshape(perStep);
            double perSteps = rows / Math.max(1, x.size(0) * x.size(1));
            return new CountedRows(
                    scope.pass().lengths().get().withoutPadding(x),
                    real,
                    real.sum().mul(perSteps));
        }

        /** The mean of values, of every feature, (1, features). */
        Tensor mean(Tensor of) {
            int[] axes = IntStream.range(0, of.rank() - 1).toArray();
            Tensor counted = real == null ? of : of.mul(real);
            return counted.sum(Axes.of(axes)).reshape(1, of.size(-1)).div(count.maximum(1));
        }

        /** The running value after a batch; without rows, the same as before. */
        Tensor renewed(Tensor running, Tensor own, double momentum) {
            Tensor weight = count.minimum(1).mul(momentum);
            return running.add(own.detach().sub(running).mul(weight));
        }
    }

    @Override
    public String name() {
        return "batchNormalization";
    }

    @Override
    public Form<BatchNormalization> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
