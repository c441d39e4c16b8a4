package rewind.nn.train.loop;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import rewind.autograd.Tensor;
import rewind.nn.loss.Metric;
import rewind.nn.loss.SummedMetric;
import rewind.nn.train.History;

/** A history in a checkpoint: a column for each of its values. */
final class SavedHistory {
    private SavedHistory() {}

    static void save(History history, Checkpoint to) {
        List<History.Epoch> epochs = history.epochs();
        if (epochs.isEmpty()) {
            return;
        }
        Map<String, Tensor> columns = new LinkedHashMap<>();
        columns.put("number", column(epochs, History.Epoch::number));
        columns.put("learningRate", column(epochs, History.Epoch::learningRate));
        columns.put("loss", column(epochs, History.Epoch::loss));
        columns.put("validationLoss", column(epochs, History.Epoch::validationLoss));
        columns.put("validated", column(epochs, epoch -> epoch.validated() ? 1 : 0));
        for (String name : history.last().metrics().keySet()) {
            columns.put(
                    "metrics/" + name, column(epochs, epoch -> epoch.metrics().get(name)));
        }
        for (String name : history.last().validationMetrics().keySet()) {
            columns.put(
                    "validationMetrics/" + name,
                    column(epochs, epoch -> epoch.validationMetrics().get(name)));
        }
        to.put("history", columns);
    }

    private static Tensor column(List<History.Epoch> epochs, ToDoubleFunction<History.Epoch> value) {
        return Tensor.of(epochs.stream().mapToDouble(value).toArray());
    }

    /**
     * Takes back what was saved.
     *
     * @param rows how many epochs there must be
     * @param metrics those that there must be
     */
    static History restored(SavedTensors from, int rows, List<Metric> metrics, boolean validated) {
        List<History.Epoch> epochs = new ArrayList<>();
        if (rows == 0) {
            from.requireNames(Set.of());
            return new History(epochs);
        }
        double[] numbers = from.column("number", rows);
        double[] rates = from.column("learningRate", rows);
        double[] losses = from.column("loss", rows);
        double[] validationLosses = from.column("validationLoss", rows);
        double[] validations = from.column("validated", rows);
        Map<String, double[]> trained = columns(from.under("metrics"), rows, metrics);
        Map<String, double[]> valid = columns(from.under("validationMetrics"), rows, validated ? metrics : List.of());
        for (int i = 0; i < rows; i++) {
            from.that(numbers[i] == i + 1, "number", "must count from 1, got %s in row %s", numbers[i], i);
            from.that(validations[i] == (validated ? 1 : 0), "validated", "must be as before, got %s", validations[i]);
            from.that(
                    rates[i] >= 0 && Double.isFinite(rates[i]),
                    "learningRate",
                    "must be finite and not negative, got %s in row %s",
                    rates[i],
                    i);
            from.that(Double.isFinite(losses[i]), "loss", "must be finite, got %s in row %s", losses[i], i);
            epochs.add(new History.Epoch(
                    i + 1, rates[i], losses[i], row(trained, i), validationLosses[i], row(valid, i), validated));
        }
        return new History(epochs);
    }

    private static Map<String, double[]> columns(SavedTensors from, int rows, List<Metric> metrics) {
        Map<String, double[]> columns = new LinkedHashMap<>();
        for (Metric metric : metrics) {
            double[] values = from.column(metric.name(), rows);
            for (int i = 0; i < rows && metric instanceof SummedMetric summed; i++) {
                from.that(
                        Double.isNaN(values[i]) || summed.possible().test(values[i]),
                        metric.name(),
                        "must be a value of this metric, got %s in row %s",
                        values[i],
                        i);
            }
            columns.put(metric.name(), values);
        }
        return columns;
    }

    private static Map<String, Double> row(Map<String, double[]> columns, int epoch) {
        Map<String, Double> row = new LinkedHashMap<>();
        columns.forEach((name, values) -> row.put(name, values[epoch]));
        return row;
    }
}
