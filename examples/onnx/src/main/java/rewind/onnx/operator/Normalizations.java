package rewind.onnx.operator;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Axes;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Normalisations. */
final class Normalizations {
    static final Map<String, Operator> ALL = Map.ofEntries(
            entry("LayerNormalization", Normalizations::layer),
            entry("RMSNormalization", Operator.of(Normalizations::rootMeanSquare)),
            entry("BatchNormalization", Normalizations::batch),
            entry("InstanceNormalization", Operator.of(Normalizations::instance)),
            entry("GroupNormalization", Operator.of(Normalizations::group)),
            entry("MeanVarianceNormalization", Operator.of(Normalizations::meanVariance)),
            entry("LpNormalization", Operator.of(Normalizations::norm)));

    private Normalizations() {}

    private static int[] from(int axis, int rank) {
        return IntStream.range(axis, rank).toArray();
    }

    private static List<Value> layer(Call call) {
        Tensor x = call.tensor(0);
        Axes axes = Axes.keep(from(call.axis("axis", -1, x.rank()), x.rank()));
        Tensor mean = x.mean(axes);
        Tensor centred = x.sub(mean);
        Tensor inverse = centred.square()
                .mean(axes)
                .add(call.number("epsilon", 1e-5))
                .sqrt()
                .reciprocal();
        Tensor y = centred.mul(inverse).mul(call.tensor(1));
        Tensor shifted = call.has(2) ? y.add(call.tensor(2)) : y;
        return Call.values(List.of(shifted, mean, inverse), call.input(0));
    }

    private static Value rootMeanSquare(Call call) {
        Tensor x = call.tensor(0);
        Axes axes = Axes.keep(from(call.axis("axis", -1, x.rank()), x.rank()));
        Tensor root = x.square().mean(axes).add(call.number("epsilon", 1e-5)).sqrt();
        return call.input(0).with(x.div(root).mul(call.tensor(1)));
    }

    /** A vector with one number per channel, beside a batch (samples, channels, …). */
    static Tensor perChannel(Tensor vector, int rank) {
        int[] sizes = new int[rank - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = vector.size();
        return vector.reshape(sizes);
    }

    /** With the means and variances that it is given, as in use after training. */
    private static List<Value> batch(Call call) {
        Check.that(!call.flag("training_mode", false), "it must not be in training mode");
        Tensor x = call.tensor(0);
        Tensor[] given = new Tensor[4];
        for (int i = 0; i < given.length; i++) {
            given[i] = perChannel(call.tensor(i + 1).to(x.dtype()), x.rank());
        }
        Tensor deviation = given[3].add(call.number("epsilon", 1e-5)).sqrt();
        return List.of(
                call.input(0).with(x.sub(given[2]).div(deviation).mul(given[0]).add(given[1])));
    }

    private static Tensor standard(Tensor x, double epsilon, int... axes) {
        Tensor centred = x.sub(x.mean(Axes.keep(axes)));
        return centred.div(centred.square().mean(Axes.keep(axes)).add(epsilon).sqrt());
    }

    private static Value instance(Call call) {
        Tensor x = call.tensor(0);
        Tensor y = standard(x, call.number("epsilon", 1e-5), from(2, x.rank()));
        Tensor scaled = y.mul(perChannel(call.tensor(1), x.rank()));
        return call.input(0).with(scaled.add(perChannel(call.tensor(2), x.rank())));
    }

    /** Before version 21, scale and bias are one number per group. */
    private static Value group(Call call) {
        Tensor x = call.tensor(0);
        int groups = (int) call.integer("num_groups", 1);
        Check.that(
                groups > 0 && x.size(1) % groups == 0 && x.size(0) > 0,
                "the channels must fall into %s groups, got the shape %s",
                groups,
                x.shape());
        Tensor rows = x.reshape(x.size(0), groups, -1);
        Tensor y = standard(rows, call.number("epsilon", 1e-5), 2);
        boolean perGroup = call.opset() < 21;
        Tensor shaped = perGroup ? y : y.reshape(x.shape().toArray());
        Tensor scaled = shaped.mul(perChannel(call.tensor(1), shaped.rank()));
        Tensor shifted = scaled.add(perChannel(call.tensor(2), shaped.rank()));
        return call.input(0).with(shifted.reshape(x.shape().toArray()));
    }

    private static Value meanVariance(Call call) {
        Tensor x = call.tensor(0);
        long[] axes = call.integers("axes");
        Tensor y = standard(x, 1e-18, Call.axes(axes == null ? new long[] {0, 2, 3} : axes, x.rank()));
        return call.input(0).with(y);
    }

    private static Value norm(Call call) {
        Tensor x = call.tensor(0);
        Axes axis = Axes.keep(call.axis("axis", -1, x.rank()));
        long p = call.integer("p", 2);
        Check.that(p == 1 || p == 2, "p must be 1 or 2, got %s", p);
        Tensor norm = p == 1 ? x.abs().sum(axis) : x.norm(axis);
        return call.input(0).with(Tensor.where(norm.equalTo(0), x.mul(0), x.div(norm)));
    }
}
