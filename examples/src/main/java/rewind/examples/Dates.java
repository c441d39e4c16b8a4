package rewind.examples;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads a column of dates as they usually are in tables: 1949-01, 1949-01-31 13:00, 31.1.1949, 1/31/1949, 01-1949, Jan-49, 1-Jan-49,
 * January 1949, 1949Q1, 1949, 19490131 and the like. Of the forms that fit all cells it takes the one in which the dates are the most
 * evenly spaced and, of these, the first: so 1/2/1949 is January or February as the rows around it say. Of years with two digits, up to 30
 * belong to this century; with one digit they are counted years, 1-01 to 3-12.
 */
final class Dates {
    private static final String MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec";
    private static final String TIME = "(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?(?:Z|[+-]00:?00)?)?";

    /** How a cell is written; the letters say which group is what: year, quarter, month, name of the month, day, time. */
    private enum Form {
        YEAR_MONTH_DAY("(\\d{4})[-/. ](\\d{1,2})[-/. ](\\d{1,2})" + TIME, "ymd"),
        COMPACT("(\\d{4})(\\d{2})(\\d{2})" + TIME, "ymd"),
        YEAR_MONTH("(\\d{1,4})[-/. ](\\d{1,2})", "ym"),
        YEAR_M_MONTH("(\\d{4})[-: ]?[Mm](\\d{1,2})", "ym"),
        MONTH_YEAR("(\\d{1,2})[-/. ](\\d{4}|\\d{2})", "my"),
        MONTH_DAY_YEAR("(\\d{1,2})[-/. ](\\d{1,2})[-/. ](\\d{4}|\\d{2})" + TIME, "mdy"),
        DAY_MONTH_YEAR("(\\d{1,2})[-/. ](\\d{1,2})[-/. ](\\d{4}|\\d{2})" + TIME, "dmy"),
        DAY_NAME_YEAR("(\\d{1,2})[-/. ]*([A-Za-z]{3,9})[-/., ]*(\\d{4}|\\d{2})" + TIME, "dny"),
        NAME_DAY_YEAR("([A-Za-z]{3,9})[-/. ]*(\\d{1,2}),? +(\\d{4})" + TIME, "ndy"),
        NAME_YEAR("([A-Za-z]{3,9})[-/., ]*(\\d{4}|\\d{2})", "ny"),
        YEAR_NAME("(\\d{4}|\\d{2})[-/., ]*([A-Za-z]{3,9})", "yn"),
        NAME_DAY("([A-Za-z]{3,9})[-/. ]*(\\d{1,2})", "nd"),
        DAY_NAME("(\\d{1,2})[-/. ]*([A-Za-z]{3,9})", "dn"),
        YEAR_QUARTER("(\\d{4})[-: ]?[Qq]([1-4])", "yq"),
        QUARTER_YEAR("[Qq]([1-4])[-/: ]*(\\d{4})", "qy"),
        YEAR("(1[5-9]\\d{2}|20\\d{2})(?:\\.0)?", "y");

        private final Pattern pattern;
        private final String groups;

        Form(String pattern, String groups) {
            this.pattern = Pattern.compile(pattern);
            this.groups = groups;
        }

        /** The dates of all cells, or null. */
        private List<LocalDateTime> read(List<String> cells) {
            List<LocalDateTime> dates = new ArrayList<>();
            for (String cell : cells) {
                Matcher matcher = pattern.matcher(cell.strip());
                if (!matcher.matches()) {
                    return null;
                }
                try {
                    dates.add(date(matcher));
                } catch (DateTimeException e) {
                    return null;
                }
            }
            return dates;
        }

        private LocalDateTime date(Matcher matcher) {
            int year = 1970;
            int month = 1;
            int day = 1;
            for (int i = 0; i < groups.length(); i++) {
                String text = matcher.group(i + 1);
                switch (groups.charAt(i)) {
                    case 'y':
                        year = year(text);
                        break;
                    case 'q':
                        month = 3 * Integer.parseInt(text) - 2;
                        break;
                    case 'm':
                        month = Integer.parseInt(text);
                        break;
                    case 'n':
                        month = month(text);
                        break;
                    default:
                        day = Integer.parseInt(text);
                }
            }
            LocalDate date = LocalDate.of(year, month, day);
            return matcher.groupCount() == groups.length() || matcher.group(groups.length() + 1) == null
                    ? date.atStartOfDay()
                    : date.atTime(
                            number(matcher, groups.length() + 1),
                            number(matcher, groups.length() + 2),
                            number(matcher, groups.length() + 3));
        }

        private static int number(Matcher matcher, int group) {
            return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
        }

        private static int year(String text) {
            int year = Integer.parseInt(text);
            return text.length() != 2 ? year : year <= 30 ? 2000 + year : 1900 + year;
        }

        private static int month(String name) {
            int place = MONTHS.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT));
            if (place < 0 || place % 4 != 0) {
                throw new DateTimeException("no month");
            }
            return place / 4 + 1;
        }
    }

    /** The time from one row to the next: months, where it is that of the calendar, or seconds. */
    private record Step(long months, long seconds) {
        static Step between(LocalDateTime one, LocalDateTime other) {
            long months = ChronoUnit.MONTHS.between(YearMonth.from(one), YearMonth.from(other));
            boolean calendar = months > 0
                    && one.toLocalTime().equals(other.toLocalTime())
                    && (one.getDayOfMonth() == other.getDayOfMonth() || (endOfMonth(one) && endOfMonth(other)));
            return calendar ? new Step(months, 0) : new Step(0, ChronoUnit.SECONDS.between(one, other));
        }

        private static boolean endOfMonth(LocalDateTime date) {
            return date.plusDays(1).getMonth() != date.getMonth();
        }
    }

    private final List<LocalDateTime> dates;
    private final boolean reversed;
    private final Step step;
    private final int regular; // rows that this step follows

    private Dates(List<LocalDateTime> read) {
        this.reversed = !ascending(read);
        this.dates = read.stream().sorted().toList();
        List<Step> steps = IntStream.range(1, dates.size())
                .mapToObj(i -> Step.between(dates.get(i - 1), dates.get(i)))
                .toList();
        var most =
                steps.stream().collect(Collectors.groupingBy(each -> each, Collectors.counting())).entrySet().stream()
                        .max(Comparator.<Map.Entry<Step, Long>>comparingLong(Map.Entry::getValue)
                                .thenComparingLong(entry -> -entry.getKey().seconds()));
        this.step = most.map(Map.Entry::getKey).orElse(new Step(12, 0));
        this.regular = most.map(entry -> entry.getValue().intValue()).orElse(0);
    }

    /** Reads cells; empty if they are no dates, or not in the order of time, earliest or latest first. */
    static Optional<Dates> read(List<String> cells) {
        return cells.size() < 2
                ? Optional.empty()
                : Arrays.stream(Form.values())
                        .map(form -> form.read(cells))
                        .filter(read -> read != null && (ascending(read) || descending(read)))
                        .map(Dates::new)
                        .max(Comparator.comparingInt(each -> each.regular)); // of equal ones the first
    }

    private static boolean ascending(List<LocalDateTime> dates) {
        return IntStream.range(1, dates.size()).allMatch(i -> dates.get(i - 1).isBefore(dates.get(i)));
    }

    private static boolean descending(List<LocalDateTime> dates) {
        return IntStream.range(1, dates.size()).allMatch(i -> dates.get(i).isBefore(dates.get(i - 1)));
    }

    /** Returns the dates of the columns year and month, or of the years alone; empty if they are none. */
    static Optional<Dates> of(List<String> years, List<String> months) {
        return read(IntStream.range(0, years.size())
                .mapToObj(i -> months == null ? years.get(i) : years.get(i) + "-" + months.get(i))
                .toList());
    }

    /** Returns whether the latest date stood first. */
    boolean reversed() {
        return reversed;
    }

    private int irregular() {
        return dates.size() - 1 - regular;
    }

    /** Returns what the user should know of them. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (reversed) {
            notes.add("the latest date stands first: the rows are turned round");
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
            all.add(last.plusMonths(i * step.months()).plusSeconds(i * step.seconds()));
        }
        return all;
    }

    /** Returns how many rows there are in the periods of the calendar: a year of months, a week and a year of days, and so on. */
    int[] periods() {
        if (step.months() > 0) {
            return step.months() < 12 && 12 % step.months() == 0 ? new int[] {(int) (12 / step.months())} : new int[0];
        }
        long day = 86_400;
        if (step.seconds() == day) {
            double skipped = (double) irregular() / dates.size(); // one of five days follows a weekend
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
