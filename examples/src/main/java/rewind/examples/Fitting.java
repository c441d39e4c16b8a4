package rewind.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;

/**
 * Fits the forecaster of the program to the rows to train on; no others are looked at. Its parts are, for every column, the linear models
 * of {@link Candidates}, and two kinds of recurrent networks: one corrects persistence, one the linear models. Of each kind several learn
 * from different first parameters, and their forecasts are averaged. First all are fitted to four fifths of the rows and forecast the
 * last fifth, the validation part. It decides how many epochs each network learns and how the parts are weighted. Then those with a weight
 * are fitted to all rows.
 */
final class Fitting {
    /** What is combined. */
    static final List<String> PARTS = List.of("linear models", "networks on persistence", "networks on linear models");

    private static final int LEAST_SAMPLES = 24; // for a network to learn from

    private final Tensor values;
    private final int valid;
    private final int ahead;
    private final Network.Settings settings;
    private final int members;
    private final Consumer<Validated> listener;
    private final List<Candidates.Chosen> chosen = new ArrayList<>();
    private List<double[]> weights;

    /**
     * Chooses the linear models.
     *
     * @param values the series, (rows, columns)
     * @param train how many of its rows there are to train on
     * @param ahead how many rows to forecast
     * @param periods that the linear models try, in rows
     * @param members how many networks of each kind, 0 for none
     * @param listener hears of every network that has been validated
     */
    Fitting(
            Tensor values,
            int train,
            int ahead,
            int[] periods,
            Network.Settings settings,
            int members,
            Consumer<Validated> listener) {
        this.values = values.slice(0, 0, train);
        this.valid = train - train / 5;
        this.ahead = ahead;
        this.settings = settings;
        this.members = members;
        this.listener = listener;
        Candidates candidates = new Candidates(train, periods);
        for (Tensor column : this.values.unstack(1)) {
            chosen.add(candidates.choose(column.toArray(), train, ahead));
        }
        this.weights = List.of(Collections.nCopies(chosen.size(), 1.0).stream()
                .mapToDouble(each -> each)
                .toArray());
    }

    /** Returns the linear models that were chosen, of every column. */
    List<Candidates.Chosen> chosen() {
        return chosen;
    }

    /** Returns the weights of the parts for every column, in the order of {@link #PARTS}; of the first alone, where no network learned. */
    List<double[]> weights() {
        return weights;
    }

    /** Returns how many rows there are to validate on. */
    int validationRows() {
        return values.size(0) - valid;
    }

    /** Returns whether there are enough rows for networks to learn from. */
    boolean enoughForNetworks() {
        return valid - settings.window() - ahead + 1 >= LEAST_SAMPLES;
    }

    /** Returns the forecaster, fitted to all rows to train on: a part for each of the weights. */
    Combination fit() {
        int train = values.size(0);
        if (members == 0 || !enoughForNetworks()) {
            return new Combination(List.of(linear(train)), weights);
        }
        List<Validated> validated = validate();
        Forecaster linear = linear(train);
        List<Network> networks = sideBySide(validated.size(), i -> trained(validated.get(i), linear));
        List<Forecaster> parts = new ArrayList<>(List.of(linear));
        for (int kind = 1; kind < PARTS.size(); kind++) {
            List<Network> some = networks.subList((kind - 1) * members, kind * members);
            parts.add((all, from, to, count) -> Tensor.stack(
                            0,
                            some.stream()
                                    .map(each -> each.forecast(all, from, to, count))
                                    .toList())
                    .mean(0));
        }
        return new Combination(parts, weights);
    }

    private Forecaster linear(int end) {
        List<ColumnForecaster> columns = new ArrayList<>();
        for (int c = 0; c < chosen.size(); c++) {
            columns.add(chosen.get(c).fit(values.select(1, c).toArray(), end));
        }
        return Forecaster.of(columns);
    }

    /** Chooses the epochs of every network, and the weights. */
    private List<Validated> validate() {
        int train = values.size(0);
        Forecaster linear = linear(valid);
        List<Validated> validated = sideBySide((PARTS.size() - 1) * members, i -> validated(i, linear));
        validated.forEach(listener);
        List<Tensor> forecasts = new ArrayList<>(List.of(linear.forecast(values, valid, train, ahead)));
        for (int kind = 1; kind < PARTS.size(); kind++) {
            forecasts.add(Tensor.stack(
                            0,
                            validated.subList((kind - 1) * members, kind * members).stream()
                                    .map(Validated::forecasts)
                                    .toList())
                    .mean(0));
        }
        weights = Combination.weights(forecasts, values, valid, train);
        return validated;
    }

    private Validated validated(int number, Forecaster linear) {
        Network network = network(number, linear, valid);
        Validation validation = new Validation(network, values, valid);
        network.train(values.slice(0, 0, valid), settings.epochs(), validation);
        return new Validated(
                number, PARTS.get(kind(number)), validation.epoch(), validation.forecasts(), validation.error());
    }

    private Network trained(Validated validated, Forecaster linear) {
        Network network = network(validated.number(), linear, values.size(0));
        boolean used = Arrays.stream(weights.get(kind(validated.number()))).anyMatch(weight -> weight > 0);
        if (used && validated.epoch() > 0) {
            network.train(values, validated.epoch());
        }
        return network;
    }

    private int kind(int number) {
        return 1 + number / members;
    }

    private Network network(int number, Forecaster linear, int end) {
        List<Scale> scales = new ArrayList<>();
        for (int c = 0; c < chosen.size(); c++) {
            double[] training = Arrays.copyOf(values.select(1, c).toArray(), end);
            scales.add(chosen.get(c).logarithmic() ? Scale.Logarithm.fitted(training) : new Scale.Own());
        }
        Forecaster persistence = Forecaster.of(Collections.nCopies(chosen.size(), Forecaster.seasonalNaive(1)));
        Forecaster base = kind(number) == 1 ? persistence : linear;
        Corrections corrections = new Corrections(values, scales, base, end, settings.window(), settings.step(), ahead);
        return Network.of(corrections, settings, settings.seed() + number % members);
    }

    /** Does independent things at once; the results are in order. */
    private static <T> List<T> sideBySide(int count, IntFunction<T> task) {
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(count, Runtime.getRuntime().availableProcessors()));
        try {
            List<CompletableFuture<T>> started = IntStream.range(0, count)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> task.apply(i), threads))
                    .toList();
            return started.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * A network that was validated.
     *
     * @param number from 0 on
     * @param kind its part
     * @param epoch after which its errors were least; 0 if they never were less than those of what it corrects
     * @param forecasts of the validation part after this epoch
     * @param error their root mean square, one value ahead of the first column
     */
    record Validated(int number, String kind, int epoch, Tensor forecasts, double error) {}
}
