package rewind.examples;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a cell is written; the letters say which group is what: year, quarter, month, name of the month, day, time. */
enum DateForm {
    YEAR_MONTH_DAY("(\\d{4})[-/. ](\\d{1,2})[-/. ](\\d{1,2})" + Parts.TIME, "ymd"),
    COMPACT("(\\d{4})(\\d{2})(\\d{2})" + Parts.TIME, "ymd"),
    YEAR_MONTH("(\\d{1,4})[-/. ](\\d{1,2})", "ym"),
    YEAR_M_MONTH("(\\d{4})[-: ]?[Mm](\\d{1,2})", "ym"),
    MONTH_YEAR("(\\d{1,2})[-/. ](\\d{4}|\\d{2})", "my"),
    DAY_POINT_MONTH(
            "(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4}|\\d{2})" + Parts.TIME, "dmy"), // with points the day stands first
    MONTH_DAY_YEAR("(\\d{1,2})[-/ ](\\d{1,2})[-/ ](\\d{4}|\\d{2})" + Parts.TIME, "mdy"),
    DAY_MONTH_YEAR("(\\d{1,2})[-/. ](\\d{1,2})[-/. ](\\d{4}|\\d{2})" + Parts.TIME, "dmy"),
    DAY_NAME_YEAR("(\\d{1,2})[-/. ]*([A-Za-z]{3,9})[-/., ]*(\\d{4}|\\d{2})" + Parts.TIME, "dny"),
    NAME_DAY_YEAR("([A-Za-z]{3,9})[-/. ]*(\\d{1,2}),? +(\\d{4})" + Parts.TIME, "ndy"),
    NAME_YEAR("([A-Za-z]{3,9})[-/., ]*(\\d{4}|\\d{2})", "ny"),
    YEAR_NAME("(\\d{4}|\\d{2})[-/., ]*([A-Za-z]{3,9})", "yn"),
    NAME_DAY("([A-Za-z]{3,9})[-/. ]*(\\d{1,2})", "nd"),
    DAY_NAME("(\\d{1,2})[-/. ]*([A-Za-z]{3,9})", "dn"),
    YEAR_QUARTER("(\\d{4})[-: ]?[Qq]([1-4])", "yq"),
    QUARTER_YEAR("[Qq]([1-4])[-/: ]*(\\d{4})", "qy"),
    YEAR("(1[5-9]\\d{2}|20\\d{2})(?:\\.0)?", "y");

    private final Pattern pattern;
    private final String groups;

    DateForm(String pattern, String groups) {
        this.pattern = Pattern.compile(pattern);
        this.groups = groups;
    }

    /** The dates of all cells, or null. */
    List<LocalDateTime> read(List<String> cells) {
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
        int place = Parts.MONTHS.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT));
        if (place < 0 || place % 4 != 0) {
            throw new DateTimeException("no month");
        }
        return place / 4 + 1;
    }

    /** What several forms are made of. */
    private static final class Parts {
        static final String MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec";
        static final String TIME = "(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d+)?)?(?:Z|[+-]00:?00)?)?";
    }
}
