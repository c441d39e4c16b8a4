package rewind.nn.train;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * What happened in a training run. It holds nothing that a clock tells, so that runs can be compared.
 *
 * @param epochs one entry per epoch, in order
 */
public record History(List<Epoch> epochs) {
    private static final int SHOWN = 5;
    private static final String VALIDATION = "validation/";

    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param number from 1
     * @param learningRate the rate of the epoch's last update, where no layer has a rate of its own
     * @param loss the mean over the samples of the loss that each had when its batch was trained
     * @param metrics the metrics of the same outputs, by name
     * @param validationLoss the mean loss over the validation data after the epoch; NaN if there are none
     * @param validationMetrics the metrics of the validation data, by name; empty if there are none
     * @param validated whether there are validation data
     */
    public record Epoch(
            int number,
            double learningRate,
            double loss,
            Map<String, Double> metrics,
            double validationLoss,
            Map<String, Double> validationMetrics,
            boolean validated) {
        public Epoch {
            metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics)); // in their order
            validationMetrics = Collections.unmodifiableMap(new LinkedHashMap<>(validationMetrics));
        }

        /** The number with losses and metrics. */
        private String line() {
            StringBuilder line = new StringBuilder("epoch " + number);
            values().forEach((name, value) -> line.append(String.format(Locale.ROOT, "  %s %.4g", name, value)));
            return line.toString();
        }

        /**
         * Adds the row of this epoch to a file that {@link History#toCsv} wrote; before that of the first, the header.
         *
         * @throws UncheckedIOException if the file cannot be written
         */
        public void addToCsv(Path file) {
            HistoryCsv.append(this, file);
        }

        /**
         * Returns all losses and metrics by name: {@code loss}, each metric such as {@code accuracy}, and if there are validation data
         * {@code validation/loss} and {@code validation/accuracy}.
         */
        public Map<String, Double> values() {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss", loss);
            values.putAll(metrics);
            if (validated) {
                values.put(VALIDATION + "loss", validationLoss);
                validationMetrics.forEach((name, value) -> values.put(VALIDATION + name, value));
            }
            return values;
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

    /**
     * Draws losses and metrics by epoch into a PNG, each above its validation counterpart's dashed line, and the learning rate below.
     * Needs XChart ({@code org.knowm.xchart:xchart}) on the class path.
     *
     * @throws IllegalStateException if XChart is not there
     * @throws NoSuchElementException if there was no epoch
     * @throws UncheckedIOException if the file cannot be written
     */
    public void plot(Path file) {
        last();
        try {
            HistoryChart.write(this, file);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "history: a plot needs XChart; add the dependency org.knowm.xchart:xchart, and java.desktop if modules are chosen",
                    e);
        }
    }

    /**
     * Writes a table with a header and a row per epoch: {@code epoch}, {@code learningRate}, and the {@link Epoch#values values}. Needs
     * Commons CSV ({@code org.apache.commons:commons-csv}) on the class path.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void toCsv(Path file) {
        HistoryCsv.write(this, file);
    }

    /** Returns a line per epoch, the first and the last ones if there are many. */
    @Override
    public String toString() {
        StringBuilder lines = new StringBuilder("History of " + epochs.size() + " epochs");
        for (int i = 0; i < epochs.size(); i++) {
            boolean shown = i < SHOWN || i >= epochs.size() - SHOWN;
            if (shown) {
                lines.append(System.lineSeparator()).append(epochs.get(i).line());
            } else if (i == SHOWN) {
                lines.append(System.lineSeparator()).append("…");
            }
        }
        return lines.toString();
    }
}
