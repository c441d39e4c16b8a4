package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Samples;
import rewind.nn.loss.Metric;
import rewind.nn.loss.SummedMetric;

/** The metrics of many samples that come in batches: outputs and targets are kept only if there is a metric that needs all at once. */
final class MetricSums {
    private static final String SUMS = "sums";

    private final List<Metric> metrics;
    private final boolean keeping;
    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final List<Tensor> targets = new ArrayList<>();
    /** Where what was counted before came from, for messages; null if nothing was. */
    private String origin;

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
                merge(metric.name(), summed.sums().apply(output, target));
            }
        }
        if (keeping) {
            keep(output, target);
        }
    }

    /** Counts in what another has counted, see {@link #state}. */
    void add(Map<String, Tensor> state) {
        state.forEach((name, values) -> {
            if (name.startsWith(SUMS + "/")) {
                merge(name.substring(SUMS.length() + 1), values.toArray());
            }
        });
        if (keeping) {
            keep(state.get("outputs"), state.get("targets"));
        }
    }

    private void merge(String metric, double[] more) {
        sums.merge(metric, more, (all, some) -> {
            Check.that(
                    all.length == some.length,
                    "%s: the metric %s must have as many sums as before, %s, got %s",
                    origin,
                    metric,
                    all.length,
                    some.length);
            return MathArrays.ebeAdd(all, some);
        });
    }

    private void keep(Tensor output, Tensor target) {
        requireLike(outputs, output, "outputs");
        requireLike(targets, target, "targets");
        outputs.add(output);
        targets.add(target);
    }

    private void requireLike(List<Tensor> before, Tensor next, String what) {
        Check.that(
                before.isEmpty()
                        || (before.get(0).dtype() == next.dtype()
                                && Samples.shape(before.get(0).shape()).equals(Samples.shape(next.shape()))),
                "%s: the %s for metrics must be as before, %s, got %s",
                origin,
                what,
                before.isEmpty() ? "" : before.get(0).shape(),
                next.shape());
    }

    /** What has been counted in, to go on with later. */
    Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        sums.forEach((name, values) -> state.put(SUMS + "/" + name, Tensor.of(values)));
        if (!outputs.isEmpty()) {
            state.put("outputs", Tensor.concat(0, outputs));
            state.put("targets", Tensor.concat(0, targets));
        }
        return state;
    }

    /** Takes back what {@link #state} gave. */
    void restore(SavedTensors saved, long samples, Shape output) {
        double numbers = (double) samples * output.size();
        int outputSize = output.rank() == 0 ? 1 : output.size(-1);
        origin = saved.origin();
        SavedTensors counted = saved.under(SUMS);
        for (Metric metric : metrics) {
            if (metric instanceof SummedMetric summed) {
                sums.put(metric.name(), counted.get(metric.name()).toArray());
                requireEnough(summed);
                counted.that(
                        summed.range().has(sums.get(metric.name()), numbers / Math.max(1, outputSize), numbers),
                        metric.name(),
                        "must be sums of %s samples with outputs %s, got %s",
                        samples,
                        output,
                        Arrays.toString(sums.get(metric.name())));
            }
        }
        if (keeping) {
            Tensor outputs = saved.get("outputs");
            Tensor target = saved.get("targets");
            saved.that(
                    outputs.rank() > 0 && target.rank() > 0 && outputs.size(0) == target.size(0),
                    "outputs",
                    "and targets must be as many, got the shapes %s and %s",
                    outputs.shape(),
                    target.shape());
            saved.that(
                    outputs.size(-1) == outputSize || outputs.rank() == 1,
                    "outputs",
                    "must have %s numbers each as in the model, got the shape %s",
                    outputSize,
                    outputs.shape());
            this.outputs.add(outputs);
            targets.add(target);
        }
    }

    /** How many sums there are, only the metric knows. */
    private void requireEnough(SummedMetric metric) {
        try {
            value(metric);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    origin + ": the metric " + metric.name() + " must have more sums: " + e.getMessage(), e);
        }
    }

    /** The metrics over all samples together, by name. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        try {
            metrics.forEach(metric -> values.put(metric.name(), value(metric)));
            return values;
        } catch (RuntimeException e) {
            if (origin == null) {
                throw e;
            }
            throw new IllegalArgumentException(
                    origin + ": metrics cannot be computed of what it had and what came then: " + e.getMessage(), e);
        }
    }

    private double value(Metric metric) {
        return metric instanceof SummedMetric summed
                ? summed.value().applyAsDouble(sums.get(metric.name()))
                : metric.of(Tensor.concat(0, outputs), Tensor.concat(0, targets));
    }
}
