package rewind.nn.data;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalField;
import java.time.temporal.TemporalQueries;
import java.time.temporal.WeekFields;
import java.util.Arrays;
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
    private static final String PERIOD = "B"; // in the morning, at night
    private static final WeekFields WEEKS = WeekFields.of(Locale.ENGLISH);

    /** Parts of a date beside year and month. */
    private static final List<TemporalField> WITHIN_YEAR = List.of(
            ChronoField.DAY_OF_WEEK,
            ChronoField.DAY_OF_MONTH,
            ChronoField.DAY_OF_YEAR,
            ChronoField.ALIGNED_DAY_OF_WEEK_IN_MONTH,
            ChronoField.ALIGNED_DAY_OF_WEEK_IN_YEAR,
            ChronoField.ALIGNED_WEEK_OF_MONTH,
            ChronoField.ALIGNED_WEEK_OF_YEAR,
            IsoFields.DAY_OF_QUARTER,
            IsoFields.WEEK_BASED_YEAR,
            IsoFields.WEEK_OF_WEEK_BASED_YEAR,
            WEEKS.dayOfWeek(),
            WEEKS.weekOfMonth(),
            WEEKS.weekOfYear(),
            WEEKS.weekBasedYear(),
            WEEKS.weekOfWeekBasedYear());

    private static final List<TemporalField> WITHIN_DAY = Arrays.stream(ChronoField.values())
            .filter(ChronoField::isTimeBased)
            .map(TemporalField.class::cast)
            .toList();

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

    /** The days since 1970-01-01 in UTC, or NaN if it is no such date, or has parts that say nothing without others. */
    double parse(String text) {
        try {
            TemporalAccessor parsed = formatter.parse(text);
            LocalDate date = date(parsed);
            LocalDateTime moment = date.atTime(time(parsed, text));
            ZoneId zone = parsed.query(TemporalQueries.offset()); // which tells more than a zone beside it
            zone = zone == null ? parsed.query(TemporalQueries.zone()) : zone;
            double days = Dates.toDays(moment);
            return zone == null
                    ? days
                    : days - zone.getRules().getOffset(moment).getTotalSeconds() / 86400.0;
        } catch (DateTimeException e) {
            return Double.NaN;
        }
    }

    private static LocalDate date(TemporalAccessor parsed) {
        LocalDate date = parsed.query(TemporalQueries.localDate());
        if (date != null) {
            return date;
        }
        requireNone(parsed, WITHIN_YEAR);
        boolean month = parsed.isSupported(ChronoField.MONTH_OF_YEAR);
        LocalDate first =
                LocalDate.of(parsed.get(ChronoField.YEAR), month ? parsed.get(ChronoField.MONTH_OF_YEAR) : 1, 1);
        if (!month || parsed.get(IsoFields.QUARTER_OF_YEAR) != first.get(IsoFields.QUARTER_OF_YEAR)) {
            requireNone(parsed, List.of(IsoFields.QUARTER_OF_YEAR)); // which a month has without being told
        }
        if (parsed.isSupported(ChronoField.ERA) && parsed.get(ChronoField.ERA) != first.get(ChronoField.ERA)) {
            throw new DateTimeException("the era is that of another year: " + parsed);
        }
        return first;
    }

    private LocalTime time(TemporalAccessor parsed, String text) {
        LocalTime time = parsed.query(TemporalQueries.localTime());
        if (time != null) {
            return time;
        }
        requireNone(parsed, WITHIN_DAY);
        if (pattern.contains(PERIOD)
                && hasTime(formatter.withResolverStyle(ResolverStyle.SMART).parse(text))) {
            throw new DateTimeException("a part of the day says nothing without an hour: " + text);
        }
        return LocalTime.MIDNIGHT;
    }

    /** Of a part of the day alone, which only smart formatters tell of, this is the middle. */
    private static boolean hasTime(TemporalAccessor parsed) {
        return parsed.query(TemporalQueries.localTime()) != null;
    }

    /** What was read must not be passed over because something is missing beside it, such as am or pm. */
    private static void requireNone(TemporalAccessor parsed, List<TemporalField> fields) {
        if (fields.stream().anyMatch(parsed::isSupported)) {
            throw new DateTimeException("parts of a date or time that say nothing without others: " + parsed);
        }
    }

    @Override
    public String toString() {
        return pattern;
    }
}
