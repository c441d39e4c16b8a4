package rewind.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;

/** The loss and the metrics of many samples that come in batches. */
final class Evaluation {
    private final Model model;
    private final Loss loss;
    private final List<Metric> metrics;
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    private double sum;
    private int samples;

    Evaluation(Model model, Loss loss, List<Metric> metrics) {
        this.model = model;
        this.loss = loss;
        this.metrics = metrics;
    }

    /** The loss of every sample of a batch; counts them in. */
    Tensor add(Tensor scores, Tensor target) {
        Tensor perSample = loss.perSample(model.lastActivation(), scores, target);
        sum += perSample.sum().toDouble();
        samples += target.size(0);
        if (!metrics.isEmpty()) {
            outputs.add(model.lastActivation().apply(scores.detach()));
            targets.add(target);
        }
        return perSample;
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
