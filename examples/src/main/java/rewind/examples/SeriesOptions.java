package rewind.examples;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** The options that say how a series is read. */
final class SeriesOptions {
    @Option(
            names = {"--column", "--columns"},
            paramLabel = "<name>",
            split = ",",
            description = "columns to read and forecast together (default: the last one of numbers)")
    private List<String> columns;

    @Option(
            names = "--dates",
            paramLabel = "<name>",
            description = "column with the dates, or: none (default: year and month, or the first that holds dates)")
    private String dates;

    @Option(
            names = "--date-format",
            paramLabel = "<pattern>",
            description =
                    "how the dates are written, such as d.M.yy or MM/dd/yyyy HH:mm (default: as the program finds)")
    private String dateFormat;

    @Option(
            names = "--decimal",
            paramLabel = "<c>",
            description = "what stands before the decimals, a point or a comma (default: as the program finds)")
    private Character decimal;

    @Option(
            names = "--missing",
            paramLabel = "<what>",
            defaultValue = "PREVIOUS",
            description =
                    "what is taken for missing cells: previous (the value before), line (between the neighbours, in the"
                            + " part to train on), none (an error) (default: previous)")
    private Missing missing;

    @Option(
            names = "--missing-mark",
            paramLabel = "<text>",
            split = ",",
            description = "what else means that a cell is missing, such as -999")
    private List<String> marks = List.of();

    @Option(
            names = "--season",
            paramLabel = "<n>",
            description =
                    "values in a season, 1 for none (default: as the dates say, or as the values repeat themselves)")
    private Integer season;

    void check() {
        InputException.unless(
                decimal == null || decimal == '.' || decimal == ',',
                "--decimal must be a point or a comma, got '%s'",
                decimal);
        if (season != null) {
            Example.requireBetween("--season", season, 1, 10_000);
        }
    }

    Series.Reading reading() {
        return new Series.Reading(columns, dates, dateFormat, decimal, missing, marks);
    }

    /** Returns the periods to try, in values, the strongest of the first column first. */
    int[] seasons(Series series) {
        double[] training = Arrays.copyOf(series.values().select(1, 0).toArray(), series.train());
        int[] all = Periods.within(training.length, season != null ? new int[] {season} : series.periods());
        if (all.length == 0 && season == null) {
            all = Periods.within(training.length, Periods.cycle(training));
        }
        int strongest = Periods.strongest(training, all);
        return IntStream.concat(IntStream.of(strongest), IntStream.of(all))
                .filter(period -> period > 1)
                .distinct()
                .toArray();
    }
}
