package rewind.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/** The loss and the metrics of many samples that come in batches. */
final class Evaluation {
    private final Model model;
    private final Loss loss;
    private final List<Metric> metrics;
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private double sum;
    private long samples;

    Evaluation(Model model, Loss loss, List<Metric> metrics) {
        this.model = model;
        this.loss = loss;
        this.metrics = metrics;
    }

    /** The loss of every sample of a batch; counts them in. Of a padded sequence of outputs only the real steps count. */
    Tensor add(Tensor scores, Tensor target, Optional<Lengths> lengths) {
        boolean padded =
                lengths.isPresent() && scores.rank() == 3 && scores.shape().equals(target.shape());
        Tensor perSample = padded
                ? ofRealSteps(scores, target, lengths.get())
                : loss.perSample(model.lastActivation(), scores, target);
        sum += perSample.sum().toDouble();
        samples += target.size(0);
        if (!metrics.isEmpty()) {
            Tensor output = model.lastActivation().apply(scores.detach());
            int[] real = padded ? realSteps(lengths.get(), target.size(1)) : null;
            outputs.add(padded ? steps(output).gather(real) : output);
            targets.add(padded ? steps(target).gather(real) : target);
        }
        return perSample;
    }

    /** The mean over the real steps of every sample, each step taken for a sample; 0 for a sample without steps. */
    private Tensor ofRealSteps(Tensor scores, Tensor target, Lengths lengths) {
        Tensor mask = lengths.mask(target.dtype(), target.size(1)).squeeze(2);
        Tensor values = loss.perSample(model.lastActivation(), steps(scores), steps(target));
        Tensor real = Tensor.where(mask, values.reshape(mask.shape().toArray()), mask.mul(0));
        return real.sum(1).div(mask.sum(1).maximum(1));
    }

    /** (batch, steps, …) as (batch · steps, …). */
    private static Tensor steps(Tensor sequences) {
        return sequences.reshape(sequences.size(0) * sequences.size(1), sequences.size(2));
    }

    /** The indices of the real steps among all of {@link #steps}. */
    private static int[] realSteps(Lengths lengths, int steps) {
        return IntStream.range(0, lengths.size())
                .flatMap(sample -> IntStream.range(0, lengths.get(sample)).map(t -> sample * steps + t))
                .toArray();
    }

    long samples() {
        return samples;
    }

    /** What has been counted in, to go on with later. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("sum", Tensor.of(sum));
        state.put("samples", Tensor.of((double) samples));
        if (!outputs.isEmpty()) {
            state.put("outputs", Tensor.concat(0, outputs));
            state.put("targets", Tensor.concat(0, targets));
        }
        return state;
    }

    void restore(Map<String, Tensor> state) {
        sum = state.get("sum").toDouble();
        samples = (long) state.get("samples").toDouble();
        if (state.containsKey("outputs")) {
            outputs.add(state.get("outputs"));
            targets.add(state.get("targets"));
        }
    }

    /** The mean loss over all samples. */
    double loss() {
        return sum / samples;
    }

    /** The metrics over all samples together, which is not their mean over batches. */
    Map<String, Double> metrics() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            values.put(metric.name(), metric.of(Tensor.concat(0, outputs), Tensor.concat(0, targets)));
        }
        return values;
    }
}
