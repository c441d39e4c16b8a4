package rewind.examples;

import java.util.Arrays;
import picocli.CommandLine.Option;

/** The options that say what networks are built and how they are trained. */
final class NetworkOptions {
    private static final int UPDATES = 3750; // about as many as these
    private static final int MOST_EPOCHS = 200;
    private static final int READ_AT_ONCE = 24; // values, a longer season is read in parts

    @Option(
            names = "--networks",
            paramLabel = "<n>",
            defaultValue = "3",
            description =
                    "networks of each kind, whose mean is taken; 0 for linear models alone (default: ${DEFAULT-VALUE})")
    int count;

    @Option(
            names = "--cell",
            paramLabel = "<cell>",
            defaultValue = "RNN",
            description = "recurrent layer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private CellKind cell;

    @Option(
            names = "--window",
            paramLabel = "<n>",
            description =
                    "past values that a network reads (default: the longest cycle of the series, or three seasons)")
    private Integer window;

    @Option(
            names = "--step",
            paramLabel = "<n>",
            description =
                    "values that it reads at every step, a divisor of the window (default: a season, or up to 12)")
    private Integer step;

    @Option(
            names = "--units",
            paramLabel = "<n>",
            defaultValue = "16",
            description = "units of the recurrent layer (default: ${DEFAULT-VALUE})")
    private int units;

    @Option(
            names = "--epochs",
            paramLabel = "<n>",
            description = "how often all samples are seen at most (default: as often as makes 3750 updates, up to 200)")
    private Integer epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "<n>",
            defaultValue = "32",
            description = "samples per update (default: ${DEFAULT-VALUE})")
    private int batchSize;

    @Option(
            names = "--learning-rate",
            paramLabel = "<x>",
            defaultValue = "0.001",
            description = "learning rate of Adam (default: ${DEFAULT-VALUE})")
    private double learningRate;

    void check() {
        Example.requireBetween("--networks", count, 0, 100);
        Example.requireBetween("--units", units, 1, 10_000);
        if (window != null) {
            Example.requirePositive("--window", window);
        }
        if (step != null) {
            Example.requirePositive("--step", step);
            InputException.unless(
                    window == null || window % step == 0, "--step must divide the window of %s, got %s", window, step);
        }
        if (epochs != null) {
            Example.requirePositive("--epochs", epochs);
        }
        Example.requirePositive("--batch-size", batchSize);
        Example.requirePositive("--learning-rate", learningRate);
    }

    /**
     * Returns the settings for a series.
     *
     * @param season in values, 1 for none
     * @param ahead how many values are forecast
     */
    Network.Settings settings(Series series, int season, int ahead, long seed) {
        int train = series.train();
        int each = step != null ? step : window != null ? divisor(window) : step(season, train);
        int all = window != null ? window : window(series, season, each);
        InputException.unless(all % each == 0, "--step must divide the window of %s, got %s", all, each);
        InputException.unless(
                window == null || all <= train - ahead,
                "--window must leave a sample in the %s values to train on, got %s",
                train,
                all);
        int updates = Math.max(1, (train - all - ahead) / batchSize);
        int times = epochs != null ? epochs : Math.max(1, Math.min(MOST_EPOCHS, UPDATES / updates));
        return new Network.Settings(cell, units, all, each, times, batchSize, learningRate, seed);
    }

    private static int divisor(int window) {
        int divisor = Math.min(window, 12);
        while (window % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /** A season, or several of a short one; a week of a longer one, and a value of none. */
    private static int step(int season, int train) {
        if (season == 1) {
            return train < 300 ? 1 : 7;
        }
        return season > READ_AT_ONCE ? 7 : season * (int) Math.ceil(4.0 / season);
    }

    private static int window(Series series, int season, int step) {
        double[] training = Arrays.copyOf(series.values().select(1, 0).toArray(), series.train());
        int cycle = Math.max(3 * step, Math.max(season, Periods.cycle(training)));
        int most = Math.max(step, training.length / 4 / step * step);
        return Math.min(most, (cycle + step - 1) / step * step);
    }
}
