package rewind.examples;

import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.nn.data.Numerals;

/**
 * Reads a column of dates as they usually are in tables: 1949-01, 1949-01-31 13:00, 31.1.1949, 1/31/1949, 01-1949, Jan-49, 1-Jan-49,
 * January 1949, 1949Q1, 1949, 19490131 and the like. Of the forms that fit all cells it takes the one in which the dates are the most
 * evenly spaced and, of these, the first: so 1/2/1949 is January or February as the rows around it say. Of years with two digits, up to 30
 * belong to this century; with one digit they are counted years, 1-01 to 3-12.
 *
 * <p>{@link rewind.nn.data.Dates}, which is asked too, refuses all of this on purpose: a program that takes a table for what it says must
 * not guess a century, nor whether day or month stands first. Here a wrong guess is seen in the picture, and {@code --date-format} ends it.
 */
final class Dates {
    /** The time from one row to the next: months, where it is that of the calendar, or seconds. */
    private record Step(long months, long seconds) {
        static Step between(LocalDateTime one, LocalDateTime other) {
            long months = ChronoUnit.MONTHS.between(YearMonth.from(one), YearMonth.from(other));
            boolean calendar = months > 0
                    && one.toLocalTime().equals(other.toLocalTime())
                    && (one.getDayOfMonth() == other.getDayOfMonth() || (endOfMonth(one) && endOfMonth(other)));
            return calendar ? new Step(months, 0) : new Step(0, ChronoUnit.SECONDS.between(one, other));
        }

        /** How many such steps this one is; 0 if it is no whole number of them. */
        long over(Step one) {
            long whole = one.months() > 0 ? months : months == 0 ? seconds : 0;
            long part = one.months() > 0 ? one.months() : one.seconds();
            return part > 0 && whole % part == 0 ? whole / part : 0;
        }

        LocalDateTime after(LocalDateTime date, long times) {
            return date.plusMonths(times * months).plusSeconds(times * seconds);
        }

        private static boolean endOfMonth(LocalDateTime date) {
            return date.plusDays(1).getMonth() != date.getMonth();
        }
    }

    private final List<LocalDateTime> dates;
    private final int[] rows; // in which they stood, -1 for those between that are absent
    private final Step step;
    private final int regular; // rows that this step follows
    private final int absent;

    private Dates(List<LocalDateTime> read) {
        int[] sorted = IntStream.range(0, read.size())
                .boxed()
                .sorted(Comparator.comparing(read::get))
                .mapToInt(each -> each)
                .toArray();
        List<LocalDateTime> ascending = IntStream.of(sorted).mapToObj(read::get).toList();
        List<Step> steps = IntStream.range(1, ascending.size())
                .mapToObj(i -> Step.between(ascending.get(i - 1), ascending.get(i)))
                .toList();
        var most =
                steps.stream().collect(Collectors.groupingBy(each -> each, Collectors.counting())).entrySet().stream()
                        .max(Comparator.<Map.Entry<Step, Long>>comparingLong(Map.Entry::getValue)
                                .thenComparingLong(entry -> -entry.getKey().seconds()));
        this.step = most.map(Map.Entry::getKey).orElse(new Step(12, 0));
        this.regular = most.map(entry -> entry.getValue().intValue()).orElse(0);
        this.absent = absent(steps);
        List<LocalDateTime> all = new ArrayList<>();
        IntStream.Builder places = IntStream.builder();
        for (int i = 0; i < sorted.length; i++) {
            LocalDateTime last = i == 0 ? null : ascending.get(i - 1);
            for (long k = 1; absent > 0 && i > 0 && k < steps.get(i - 1).over(step); k++) {
                all.add(step.after(last, k));
                places.add(-1);
            }
            all.add(ascending.get(i));
            places.add(sorted[i]);
        }
        this.dates = all;
        this.rows = places.build().toArray();
    }

    /**
     * How many rows are absent, to be put in as missing ones: where all times between rows are whole multiples of the usual one, at most
     * one of five is absent (at weekends it is two of seven), and these shift the longest period of the calendar by more than a
     * hundredth of it. So little do the two days matter that four years of 365 days lack.
     */
    private int absent(List<Step> steps) {
        long over = steps.stream().mapToLong(each -> each.over(step)).sum() - steps.size();
        boolean whole = steps.stream().allMatch(each -> each.over(step) > 0);
        return whole
                        && 5 * over <= steps.size()
                        && 100 * over
                                > IntStream.of(periods(steps.size() + 1)).max().orElse(0)
                ? (int) over
                : 0;
    }

    /**
     * Reads cells; empty if they are no dates. If they are in no order of time, they must differ and be no mere numbers.
     *
     * @throws InputException if a date stands in several rows
     */
    static Optional<Dates> read(List<String> cells) {
        return cells.size() < 2 ? Optional.empty() : of(readings(cells), cells);
    }

    /**
     * Reads cells that are written in one way.
     *
     * @param pattern of {@link java.time.format.DateTimeFormatter}
     * @throws InputException if a cell is not written so, or a date stands in several rows
     */
    static Optional<Dates> read(List<String> cells, String pattern) {
        try {
            return of(Stream.of(times(rewind.nn.data.Dates.parse(cells, pattern))), cells);
        } catch (IllegalArgumentException e) {
            throw new InputException("--date-format: %s", e.getMessage());
        }
    }

    private static Optional<Dates> of(Stream<List<LocalDateTime>> readings, List<String> cells) {
        List<List<LocalDateTime>> all = readings.toList();
        Optional<Dates> best = all.stream()
                .filter(read -> ascending(read) || descending(read))
                .map(Dates::new)
                .max(Comparator.comparingInt(each -> each.regular)); // of equal ones the first
        if (best.isPresent() || all.isEmpty() || cells.stream().allMatch(Numerals.PLAIN::isNumber)) {
            return best;
        }
        List<List<LocalDateTime>> different = all.stream()
                .filter(read -> new HashSet<>(read).size() == read.size())
                .toList();
        if (different.isEmpty()) {
            Set<String> seen = new HashSet<>();
            throw new InputException(
                    "the date %s stands in several rows, but a series has one row for every time; --dates none takes the rows as they are",
                    cells.stream().filter(cell -> !seen.add(cell)).findFirst().orElse(cells.get(0)));
        }
        return different.stream().map(Dates::new).max(Comparator.comparingInt(each -> each.regular));
    }

    /** All that the cells may mean: in the forms above, and in the formats of the library that are not among them. */
    private static Stream<List<LocalDateTime>> readings(List<String> cells) {
        return Stream.concat(
                Arrays.stream(DateForm.values()).map(form -> form.read(cells)).filter(Objects::nonNull),
                Stream.of(cells).flatMap(each -> {
                    try {
                        return Stream.of(times(rewind.nn.data.Dates.parse(each)));
                    } catch (IllegalArgumentException e) {
                        return Stream.empty();
                    }
                }));
    }

    private static List<LocalDateTime> times(double... days) {
        return Arrays.stream(days).mapToObj(rewind.nn.data.Dates::ofDays).toList();
    }

    /** Returns the place of the first cell that is no date where most others are, if there is one. */
    static OptionalInt exception(List<String> cells) {
        return Arrays.stream(DateForm.values())
                .map(form -> IntStream.range(0, cells.size())
                        .filter(i -> form.read(List.of(cells.get(i))) == null)
                        .toArray())
                .filter(others -> others.length > 0 && 2 * others.length < cells.size())
                .min(Comparator.comparingInt(others -> others.length))
                .map(others -> OptionalInt.of(others[0]))
                .orElse(OptionalInt.empty());
    }

    private static boolean ascending(List<LocalDateTime> dates) {
        return IntStream.range(1, dates.size()).allMatch(i -> dates.get(i - 1).isBefore(dates.get(i)));
    }

    private static boolean descending(List<LocalDateTime> dates) {
        return IntStream.range(1, dates.size()).allMatch(i -> dates.get(i).isBefore(dates.get(i - 1)));
    }

    /** Returns the values of the rows in the order of time, NaN for those that are absent. */
    double[] inOrder(double... values) {
        return IntStream.of(rows)
                .mapToDouble(row -> row < 0 ? Double.NaN : values[row])
                .toArray();
    }

    private int irregular() {
        return absent > 0 ? 0 : dates.size() - 1 - regular;
    }

    /** Returns what the user should know of them. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        int[] told = IntStream.of(rows).filter(row -> row >= 0).toArray();
        if (IntStream.range(0, told.length).allMatch(i -> told[i] == told.length - 1 - i)) {
            notes.add("the latest date stands first: the rows are turned round");
        } else if (IntStream.range(0, told.length).anyMatch(i -> told[i] != i)) {
            notes.add("the rows are not in the order of their dates: they are sorted");
        }
        if (absent > 0) {
            notes.add(Example.format(
                    "%d dates between the first and the last are absent: they are put in as missing", absent));
        }
        if (irregular() > 0) {
            notes.add(Example.format(
                    "%d of the dates do not follow the one before by the usual time; the rows are taken as evenly spaced",
                    irregular()));
        }
        return notes;
    }

    /** Returns the dates, earliest first. */
    List<LocalDateTime> all() {
        return dates;
    }

    /** Returns the dates, and those of so many rows after the last. */
    List<LocalDateTime> withAhead(int count) {
        LocalDateTime last = dates.get(dates.size() - 1);
        List<LocalDateTime> all = new ArrayList<>(dates);
        for (int i = 1; i <= count; i++) {
            all.add(step.after(last, i));
        }
        return all;
    }

    /** Returns how many rows there are in the periods of the calendar: a year of months, a week and a year of days, and so on. */
    int[] periods() {
        return periods(dates.size());
    }

    private int[] periods(int size) {
        if (step.months() > 0) {
            return step.months() < 12 && 12 % step.months() == 0 ? new int[] {(int) (12 / step.months())} : new int[0];
        }
        long day = 86_400;
        if (step.seconds() == day) {
            double skipped = (size - 1.0 - absent - regular) / size; // one of five days follows a weekend
            return skipped > 0.15 && skipped < 0.3 ? new int[] {5} : new int[] {7, 365};
        }
        if (step.seconds() == 7 * day) {
            return new int[] {52};
        }
        return step.seconds() > 0 && step.seconds() < day && day % step.seconds() == 0
                ? new int[] {(int) (day / step.seconds()), (int) (7 * day / step.seconds())}
                : new int[0];
    }

    /** Returns a date as it is told, as far as the step needs: 1949, 1949-01, 1949-01-31 or 1949-01-31T13:00. */
    String text(LocalDateTime date) {
        if (step.months() > 0) {
            return date.getDayOfMonth() > 1
                    ? date.toLocalDate().toString()
                    : step.months() % 12 == 0
                            ? date.getYear() + ""
                            : YearMonth.from(date).toString();
        }
        return step.seconds() % 86_400 == 0 ? date.toLocalDate().toString() : date.toString();
    }
}
