package rewind.nn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.Tensor;

/** The metrics of many samples that come in batches: outputs and targets are kept only if there is a metric that needs all at once. */
final class MetricSums {
    private static final String SUMS = "sums/";

    private final List<Metric> metrics;
    private final boolean keeping;
    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();

    MetricSums(List<Metric> metrics) {
        this.metrics = metrics;
        this.keeping = metrics.stream().anyMatch(metric -> !(metric instanceof SummedMetric));
    }

    boolean isEmpty() {
        return metrics.isEmpty();
    }

    void add(Tensor output, Tensor target) {
        for (Metric metric : metrics) {
            if (metric instanceof SummedMetric summed) {
                sums.merge(metric.name(), summed.sums().apply(output, target), MathArrays::ebeAdd);
            }
        }
        if (keeping) {
            outputs.add(output);
            targets.add(target);
        }
    }

    /** What has been counted in, to go on with later. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        sums.forEach((name, values) -> state.put(SUMS + name, Tensor.of(values)));
        if (!outputs.isEmpty()) {
            state.put("outputs", Tensor.concat(0, outputs));
            state.put("targets", Tensor.concat(0, targets));
        }
        return state;
    }

    void restore(Map<String, Tensor> state) {
        state.forEach((name, values) -> {
            if (name.startsWith(SUMS)) {
                sums.put(name.substring(SUMS.length()), values.toArray());
            }
        });
        if (state.containsKey("outputs")) {
            outputs.add(state.get("outputs"));
            targets.add(state.get("targets"));
        }
    }

    /** The metrics over all samples together, by name. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            double value = metric instanceof SummedMetric summed
                    ? summed.value().applyAsDouble(sums.get(metric.name()))
                    : metric.of(Tensor.concat(0, outputs), Tensor.concat(0, targets));
            values.put(metric.name(), value);
        }
        return values;
    }
}
