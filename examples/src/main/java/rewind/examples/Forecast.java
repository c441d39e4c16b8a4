package rewind.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import rewind.autograd.Tensor;

/**
 * Forecasts series, the monthly sunspot number unless told otherwise, by linear models and by recurrent networks that correct them or
 * persistence, and compares the forecasts with persistence, the seasonal naive forecast and a linear autoregression.
 *
 * <p>What is combined, and how it is fitted and chosen without the test part, {@link Fitting} tells; {@link Corrections} what a network
 * reads. The period of the season comes from the dates, or else from the autocorrelations ({@link Periods}). The window covers the
 * longest cycle of the series, or three seasons, if that is more, as far as it is no more than a quarter of the values to train on; a
 * network reads a season at every step. The sun's activity comes and goes in about eleven years, so its window has 132 months.
 *
 * <p>Where the networks do not make the errors on the validation part less, they have no weight, and the program says so.
 */
@Command(
        name = "forecast",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header =
                "Forecasts a series with linear models and recurrent networks, the monthly sunspot number or your own.",
        description = {
            "",
            "Trains on the first 80 %% of the values and tests on the rest, one value ahead and several, beside persistence, the"
                    + " seasonal naive forecast and a linear autoregression. Draws the test part, its forecasts, and a free run"
                    + " beyond the end.",
            "",
            "By default it is the monthly sunspot number. Your own file has a row for every time. Dates in the usual forms are"
                    + " found, as are what separates the cells, titles and sources around the table, decimal commas, and"
                    + " missing cells (empty, NA, ? and the like).",
            ""
        })
final class Forecast extends Example {
    private static final int ORDER = 24; // of the autoregression
    private static final int LEAST = 8; // values to train on

    @Mixin
    private CsvOptions table;

    @ArgGroup(validate = false, heading = "%nThe series:%n")
    private SeriesOptions data = new SeriesOptions();

    @Option(
            names = "--horizons",
            paramLabel = "<n>",
            split = ",",
            description = "how many values ahead to test (default: those of 1,6,12 that the test part has room for)")
    private List<Integer> horizons;

    @ArgGroup(validate = false, heading = "%nThe networks:%n")
    private NetworkOptions networks = new NetworkOptions();

    @Option(
            names = "--picture",
            paramLabel = "<file>",
            defaultValue = "forecast.png",
            description = "where to draw (default: ${DEFAULT-VALUE})")
    private Path picture;

    @Override
    void run() {
        networks.check();
        data.check();
        Optional.ofNullable(horizons)
                .ifPresent(all -> all.forEach(horizon -> requireBetween("--horizons", horizon, 1, 1_000)));
        Pictures.requireWritable(picture);
        Series series = Series.read(table.texts(Series.SUNSPOTS), data.reading());
        requireEnough(series);
        int[] seasons = data.seasons(series);
        int season = seasons.length == 0 ? 1 : seasons[0];
        Network.Settings settings = networks.settings(series, season, ahead(), seed);
        print(
                "%s: %d values%s, the first %d to train on",
                String.join(", ", series.names()), series.size(), series.span(), series.train());
        series.notes().forEach(note -> print("  %s", note));
        Fitting fitting = new Fitting(
                series.values(), series.train(), ahead(), seasons, settings, networks.count, this::printValidated);
        printParts(series, fitting, settings, season);
        Combination combination = fitting.fit();
        printWeights(series, fitting);
        printErrors(series, fitting, combination, season);
        draw(series, combination, Math.min(settings.window(), series.size() - series.train()));
    }

    private void requireEnough(Series series) {
        InputException.unless(
                series.train() >= LEAST,
                "%s: the first 80 %% of the values must be at least %s, got %s",
                series.source(),
                LEAST,
                series.train());
        for (int c = 0; c < series.names().size(); c++) {
            double square = Arrays.stream(series.values().select(1, c).toArray())
                    .map(v -> v * v)
                    .sum();
            InputException.unless(
                    Double.isFinite(square),
                    "%s: the values of %s are too large for their squares",
                    series.source(),
                    series.names().get(c));
            InputException.unless(
                    square >= Double.MIN_NORMAL
                            || Arrays.stream(series.values().select(1, c).toArray())
                                    .allMatch(v -> v == 0),
                    "%s: the values of %s are too small for their squares",
                    series.source(),
                    series.names().get(c));
        }
        int test = series.size() - series.train();
        if (horizons == null) {
            horizons = IntStream.of(1, 6, 12).filter(n -> n <= test).boxed().toList();
        }
        horizons.forEach(horizon -> InputException.unless(
                horizon <= test, "--horizons must lie within the test part of %s values, got %s", test, horizon));
    }

    private int ahead() {
        return horizons.stream().mapToInt(each -> each).max().orElseThrow();
    }

    private void printParts(Series series, Fitting fitting, Network.Settings settings, int season) {
        print(season > 1 ? "season: %d values" : "season: none found; --season tells it", season);
        for (int c = 0; c < series.names().size(); c++) {
            List<Candidate> chosen = fitting.chosen().get(c).candidates();
            print(
                    "linear models of %s: the mean of %d, the best: %s",
                    series.names().get(c),
                    Math.max(1, chosen.size()),
                    chosen.isEmpty() ? "persistence" : chosen.get(0));
        }
        if (networks.count > 0 && !fitting.enoughForNetworks()) {
            print("networks: none, there are too few values for them to learn from");
        } else if (networks.count > 0) {
            print(
                    "networks: %d of each kind, %s, %d units, a window of %d values, %d at every step",
                    networks.count, settings.cell(), settings.units(), settings.window(), settings.step());
        }
    }

    private void printValidated(Fitting.Validated validated) {
        print(
                "  %-26s best after %3d epochs: RMSE %.4g on the validation part",
                validated.kind(), validated.epoch(), validated.error());
    }

    private void printWeights(Series series, Fitting fitting) {
        List<double[]> weights = fitting.weights();
        if (weights.size() == 1) {
            return;
        }
        for (int c = 0; c < series.names().size(); c++) {
            int column = c;
            if (weights.get(0)[c] == 1) {
                print(
                        "%s: the networks do not pay: on the last %d values to train on they were no better than the linear models, and have no weight",
                        series.names().get(c), fitting.validationRows());
            } else {
                print(
                        "%s: weights that did best on the last %d values to train on: %s",
                        series.names().get(c),
                        fitting.validationRows(),
                        IntStream.range(0, weights.size())
                                .mapToObj(i -> format("%s %.2f", Fitting.PARTS.get(i), weights.get(i)[column]))
                                .collect(Collectors.joining(", ")));
            }
        }
    }

    private void printErrors(Series series, Fitting fitting, Combination combination, int season) {
        Tensor values = series.values();
        int train = series.train();
        int order = Math.min(ORDER, (train - 2) / 2 - 1);
        List<ColumnForecaster> persistence = new ArrayList<>();
        List<ColumnForecaster> naive = new ArrayList<>();
        List<ColumnForecaster> autoregression = new ArrayList<>();
        for (int c = 0; c < series.names().size(); c++) {
            persistence.add(Forecaster.seasonalNaive(1));
            naive.add(Forecaster.seasonalNaive(season));
            autoregression.add(LinearAutoregression.fit(values.select(1, c).toArray(), order, train));
        }
        Map<String, Forecaster> forecasters = new LinkedHashMap<>();
        forecasters.put("forecast", combination);
        forecasters.put("persistence", Forecaster.of(persistence));
        if (season > 1) {
            forecasters.put("seasonal naive over " + season, Forecaster.of(naive));
        }
        forecasters.put("linear autoregression over " + order, Forecaster.of(autoregression));
        if (combination.parts().size() > 1) {
            for (int i = 0; i < combination.parts().size(); i++) {
                if (Arrays.stream(fitting.weights().get(i)).anyMatch(weight -> weight > 0)) {
                    forecasters.put(
                            "its part: " + Fitting.PARTS.get(i),
                            combination.parts().get(i));
                }
            }
        }
        Map<String, Tensor> forecasts = new LinkedHashMap<>();
        forecasters.forEach((name, each) -> forecasts.put(name, each.forecast(values, train, series.size(), ahead())));
        for (int c = 0; c < series.names().size(); c++) {
            printErrors(series, c, forecasts);
        }
    }

    private void printErrors(Series series, int column, Map<String, Tensor> forecasts) {
        print(
                "%n%s: root mean square error on the test part of %d values",
                series.names().get(column), series.size() - series.train());
        print("  %-40s%s", "values ahead", row(horizon -> format("%8d", horizon)));
        Map<String, Errors> errors = new LinkedHashMap<>();
        forecasts.forEach((name, each) ->
                errors.put(name, Errors.of(each, series.observed(), column, series.train(), series.size())));
        errors.forEach((name, each) -> print("  %-40s%s", name, row(horizon -> error(each.rootMeanSquare(horizon)))));
        errors.forEach((name, each) -> {
            List<Integer> better = horizons.stream()
                    .filter(horizon -> each.rootMeanSquare(horizon)
                            < errors.get("forecast").rootMeanSquare(horizon))
                    .toList();
            if (!better.isEmpty() && !name.startsWith("its part")) {
                print(
                        "  the %s is better here %s values ahead",
                        name, better.toString().replaceAll("[\\[\\]]", ""));
            }
        });
    }

    private String row(IntFunction<String> cells) {
        return horizons.stream().map(cells::apply).collect(Collectors.joining("  "));
    }

    private static String error(double error) {
        return Double.isNaN(error) ? "not determined" : format("%8.4g", error);
    }

    private void draw(Series series, Combination combination, int count) {
        Tensor forecasts = combination
                .forecast(series.values(), series.train(), series.size(), ahead())
                .select(1, 0);
        Tensor ahead = combination.freeRun(series.values(), count, ahead());
        List<XYChart> charts = new ArrayList<>();
        for (int c = 0; c < series.names().size(); c++) {
            charts.add(ForecastChart.of(series, c, forecasts.select(1, c), ahead.select(1, c)));
        }
        Pictures.write(picture, charts);
        print("%n%s: the test part, its forecasts, and a free run of %d values", picture, count);
    }
}
