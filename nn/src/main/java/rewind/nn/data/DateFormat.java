package rewind.nn.data;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * One way of writing dates. Dates that do not exist, such as February 30, are none. Of year and month alone it is the first day.
 *
 * @param pattern what messages call it
 */
record DateFormat(String pattern, DateTimeFormatter formatter) {
    private static final String TIME = "[ H:mm[:ss]]";
    private static final String MONTH = "[MMMM][MMM]";

    /** Those that are taken without being told, each apart from all others but where day and month may be exchanged. */
    static final List<DateFormat> USUAL = Stream.concat(
                    Stream.of(
                            iso(),
                            week("-W"),
                            week("W"),
                            quarter("u-'Q'q"),
                            quarter("u'Q'q"),
                            quarter("u 'Q'q"),
                            quarter("'Q'q u")),
                    Stream.of(
                                    "uuuu",
                                    "uuuuMM",
                                    "uuuuMMdd",
                                    "uuuu'M'MM",
                                    "uuuu/M[/d" + TIME + "]",
                                    "uuuu.M.d" + TIME,
                                    "d.M.uuuu" + TIME,
                                    "M/d/uuuu" + TIME,
                                    "d/M/uuuu" + TIME,
                                    "M/d/uuuu h:mm[:ss] a",
                                    "d/M/uuuu h:mm[:ss] a",
                                    "M-d-uuuu" + TIME,
                                    "d-M-uuuu" + TIME,
                                    "M/uuuu",
                                    "M.uuuu",
                                    "M-uuuu",
                                    MONTH + " uuuu",
                                    MONTH + "-uuuu",
                                    "uuuu " + MONTH,
                                    "uuuu-" + MONTH,
                                    "d " + MONTH + " uuuu" + TIME,
                                    "EEE, d " + MONTH + " uuuu" + TIME + "[ 'GMT'][ Z]",
                                    "d-" + MONTH + "-uuuu" + TIME,
                                    MONTH + " d, uuuu" + TIME)
                            .map(DateFormat::of))
            .toList();

    /**
     * Returns the format of a pattern.
     *
     * @throws IllegalArgumentException if it is none
     */
    static DateFormat of(String pattern) {
        try {
            DateTimeFormatterBuilder builder =
                    new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(pattern);
            if (pattern.contains("y")) {
                builder.parseDefaulting(ChronoField.ERA, 1); // y counts within an era
            }
            return of(pattern, builder);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("dates: " + e.getMessage(), e);
        }
    }

    private static DateFormat of(String pattern, DateTimeFormatterBuilder builder) {
        return new DateFormat(
                pattern.replace(MONTH, "MMM"),
                builder.toFormatter(Locale.ENGLISH).withResolverStyle(ResolverStyle.STRICT));
    }

    private static DateFormat iso() {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("uuuu-M[-d[['T'][ ]H:mm[:ss")
                .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                .appendPattern("][ ][XXX][XX][X]]]");
        return of("uuuu-M[-d[ H:mm[:ss]]]", builder);
    }

    private static DateFormat week(String mark) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder()
                .appendValue(IsoFields.WEEK_BASED_YEAR, 4)
                .appendLiteral(mark)
                .appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 2)
                .parseDefaulting(ChronoField.DAY_OF_WEEK, 1);
        return of("uuuu" + mark + "ww", builder);
    }

    private static DateFormat quarter(String pattern) {
        String whole = pattern.replace("u", "uuuu");
        return of(
                whole.replace("'", ""),
                new DateTimeFormatterBuilder()
                        .parseCaseInsensitive()
                        .appendPattern(whole)
                        .parseDefaulting(IsoFields.DAY_OF_QUARTER, 1));
    }

    /** The days since 1970-01-01, or NaN if it is no such date. */
    double parse(String text) {
        try {
            TemporalAccessor parsed = formatter.parse(text);
            LocalDate date = date(parsed);
            LocalTime time = parsed.query(TemporalQueries.localTime());
            double days = Dates.toDays(date.atTime(time == null ? LocalTime.MIDNIGHT : time));
            return parsed.isSupported(ChronoField.OFFSET_SECONDS)
                    ? days - parsed.get(ChronoField.OFFSET_SECONDS) / 86400.0
                    : days;
        } catch (java.time.DateTimeException e) {
            return Double.NaN;
        }
    }

    private static LocalDate date(TemporalAccessor parsed) {
        LocalDate date = parsed.query(TemporalQueries.localDate());
        return date != null
                ? date
                : LocalDate.of(
                        parsed.get(ChronoField.YEAR),
                        parsed.isSupported(ChronoField.MONTH_OF_YEAR) ? parsed.get(ChronoField.MONTH_OF_YEAR) : 1,
                        1);
    }

    @Override
    public String toString() {
        return pattern;
    }
}
