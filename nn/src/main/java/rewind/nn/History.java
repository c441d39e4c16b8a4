package rewind.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * What happened in a training run.
 *
 * @param epochs one entry per epoch, in order
 */
public record History(List<Epoch> epochs) {
    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param number from 1
     * @param learningRate the rate of the epoch, where no layer has a rate of its own
     * @param loss the mean over the samples of the loss that each had when its batch was trained
     * @param metrics the metrics of the same outputs, by name
     * @param validationLoss the mean loss over the validation data after the epoch; NaN if there are none
     * @param validationMetrics the metrics of the validation data, by name; empty if there are none
     */
    public record Epoch(
            int number,
            double learningRate,
            double loss,
            Map<String, Double> metrics,
            double validationLoss,
            Map<String, Double> validationMetrics) {
        public Epoch {
            metrics = new LinkedHashMap<>(metrics);
            validationMetrics = new LinkedHashMap<>(validationMetrics);
        }
    }

    /**
     * Returns the last epoch.
     *
     * @throws NoSuchElementException if there was none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new NoSuchElementException("the training run had no epoch");
        }
        return epochs.get(epochs.size() - 1);
    }
}
