package rewind.nn.data;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Times as numbers: days since 1970-01-01, with the time of day as a fraction. {@link Csv#dates} reads them. A day has 86,400 seconds,
 * and there are no time zones; what has an offset or a zone is taken to UTC.
 */
public final class Dates {
    private static final double MILLISECONDS = 86_400_000; // of a day

    private Dates() {}

    /** Returns the days since 1970-01-01, negative before. */
    public static double toDays(LocalDateTime time) {
        LocalDate date = time.toLocalDate();
        return date.toEpochDay() + time.toLocalTime().toNanoOfDay() / (1e6 * MILLISECONDS);
    }

    /**
     * Returns the time of a number of days, to the millisecond.
     *
     * @throws IllegalArgumentException if it is not finite, or no year of at most nine digits
     */
    public static LocalDateTime ofDays(double days) {
        Check.that(Math.abs(days) < 3e11, "dates: days must be those of a year of at most nine digits, got %s", days);
        double whole = Math.floor(days);
        return LocalDate.ofEpochDay((long) whole)
                .atStartOfDay()
                .plus(Math.round((days - whole) * MILLISECONDS), ChronoUnit.MILLIS);
    }

    /**
     * Returns the times of numbers of days.
     *
     * @param days of any shape, read row by row
     * @throws IllegalArgumentException as {@link #ofDays(double)}
     */
    public static List<LocalDateTime> ofDays(Tensor days) {
        return Arrays.stream(days.toArray()).mapToObj(Dates::ofDays).toList();
    }

    /**
     * Returns the time in years, for the axis of a picture: 2013.5 is the middle of 2013.
     *
     * @throws IllegalArgumentException as {@link #ofDays(double)}
     */
    public static double toYears(double days) {
        return ofDays(days).getYear() + Cycle.YEAR.phase(days);
    }

    /**
     * Returns the days since 1970-01-01 of texts of one usual format, or year and month, year and quarter, or year alone, which are
     * their first day: {@code 1949-01}, {@code 31.12.1999 23:59}, {@code 12/31/1999}, {@code Dec 1999}, {@code 1999Q4}.
     *
     * @throws IllegalArgumentException naming the first text that is of none, or that may be day and month, or month and day
     */
    public static double[] parse(List<String> texts) {
        DateGuess guess = new DateGuess();
        for (int i = 0; i < texts.size(); i++) {
            Check.that(
                    guess.add(Texts.strip(texts.get(i))),
                    "dates: entry %s must be a date%s, got '%s'",
                    i,
                    guess.format(),
                    texts.get(i));
        }
        DateFormat format = guess.decide("dates", "parse(texts, pattern)");
        return texts.stream()
                .mapToDouble(text -> format.parse(Texts.strip(text)))
                .toArray();
    }

    /**
     * Returns the days since 1970-01-01 of texts.
     *
     * @param pattern of {@link java.time.format.DateTimeFormatter}, such as {@code d.M.yyyy HH:mm}; names are English
     * @throws IllegalArgumentException if it is none, or naming the first text that is not of it, or whose parts, such as an hour
     *     without am or pm, or a week without a day, make no date or time
     */
    public static double[] parse(List<String> texts, String pattern) {
        DateFormat format = DateFormat.of(pattern);
        double[] days = new double[texts.size()];
        for (int i = 0; i < days.length; i++) {
            days[i] = format.parse(Texts.strip(texts.get(i)));
            Check.that(
                    !Double.isNaN(days[i]), "dates: entry %s must be a date as %s, got '%s'", i, format, texts.get(i));
        }
        return days;
    }
}
