package rewind.onnx.operator;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Losses of scores (samples, classes, …) and the right classes (samples, …). */
final class ClassLosses {
    static final Map<String, Operator> ALL = Map.of(
            "NegativeLogLikelihoodLoss",
            Operator.of(call -> call.input(0).with(loss(call, call.tensor(0)))),
            "SoftmaxCrossEntropyLoss",
            ClassLosses::crossEntropy);

    private ClassLosses() {}

    private static List<Value> crossEntropy(Call call) {
        Tensor log = call.tensor(0).logSoftmax(1);
        return Call.values(List.of(loss(call, log), log), call.input(0));
    }

    /** Minus the weighted log-probabilities of the right classes: each, their sum, or that divided by the sum of the weights. */
    private static Tensor loss(Call call, Tensor log) {
        int classes = log.size(1);
        int[] order = Shapes.moved(log.rank(), 1, log.rank() - 1);
        Tensor rows = log.permute(order).reshape(log.size() / Math.max(1, classes), classes);
        long[] right = call.input(1).longs();
        Check.that(
                right.length == rows.size(0),
                "there must be a class for each of %s, got %s",
                rows.size(0),
                right.length);
        double[] weights = call.has(2)
                ? call.tensor(2).toArray()
                : IntStream.range(0, classes).mapToDouble(i -> 1).toArray();
        boolean ignores = call.hasAttribute("ignore_index");
        long ignored = call.integer("ignore_index", 0);
        double[] chosen = new double[rows.size()];
        double total = 0;
        for (int i = 0; i < right.length; i++) {
            if (ignores && right[i] == ignored) {
                continue;
            }
            Check.that(right[i] >= 0 && right[i] < classes, "class %s must be one of %s", right[i], classes);
            chosen[i * classes + (int) right[i]] = weights[(int) right[i]];
            total += weights[(int) right[i]];
        }
        Tensor each = rows.maskedBy(Tensor.of(rows.shape(), chosen).to(log.dtype()))
                .sum(1)
                .neg();
        return switch (call.text("reduction", "mean")) {
            case "none" -> each.reshape(call.tensor(1).shape().toArray());
            case "sum" -> each.sum(0);
            case "mean" -> each.sum(0).div(total);
            default -> throw Check.failure("reduction must be none, sum or mean");
        };
    }
}
