package rewind.examples;

import java.awt.Color;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import rewind.autograd.Tensor;

/** Draws the test part of a series, its forecasts one value ahead, and a free run beyond its end. */
final class ForecastChart {
    private static final int WIDTH = 1200;
    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
    private static final int YEARS = 12; // from so many on the axis tells years alone

    private final Series series;
    private final XYChart chart;
    private final List<LocalDateTime> dates; // of the rows and the free run; empty without dates

    private ForecastChart(Series series, int column, int ahead) {
        this.series = series;
        String name = series.names().get(column);
        this.dates = series.dates().map(each -> each.withAhead(ahead)).orElse(List.of());
        this.chart = Charts.empty(
                WIDTH,
                series.names().size() == 1 ? 600 : 420,
                name + ": forecasts of the test part and beyond the end",
                dates.isEmpty() ? "row" : inYears() ? "year" : "date",
                name);
        chart.getStyler().setTimezone(UTC).setLocale(Locale.ENGLISH);
        if (!dates.isEmpty() && !inYears()) {
            long days = ChronoUnit.DAYS.between(dates.get(series.train()), dates.get(dates.size() - 1));
            chart.getStyler().setDatePattern(days < 10 ? "yyyy-MM-dd HH:mm" : days < 400 ? "yyyy-MM-dd" : "yyyy-MM");
        }
    }

    /**
     * Returns the chart of one column.
     *
     * @param forecasts of the test part, (rows)
     * @param ahead the free run, (rows)
     */
    static XYChart of(Series series, int column, Tensor forecasts, Tensor ahead) {
        ForecastChart chart = new ForecastChart(series, column, ahead.size());
        int train = series.train();
        int size = series.size();
        // the free run first: where the times of all lines are one even row, XChart marks the axis at such times, not
        // at round ones
        chart.line("free run, fed with its own forecasts", size, ahead.toArray(), Charts.RED, 2.2f);
        double[] observed = Arrays.copyOfRange(series.column(column), train, size);
        chart.line("observed", train, observed, Charts.GREY, 3f);
        chart.line("forecast one value ahead", train, forecasts.toArray(), Charts.BLUE, 1.2f);
        return chart.chart;
    }

    private boolean inYears() {
        return ChronoUnit.YEARS.between(dates.get(series.train()), dates.get(dates.size() - 1)) >= YEARS;
    }

    private void line(String name, int from, double[] values, Color colour, float width) {
        if (dates.isEmpty() || inYears()) {
            double[] times = IntStream.range(from, from + values.length)
                    .mapToDouble(i -> dates.isEmpty() ? i + 1 : year(dates.get(i)))
                    .toArray();
            Charts.line(chart, name, times, values, colour, width);
            return;
        }
        List<Date> times = dates.subList(from, from + values.length).stream()
                .map(ForecastChart::date)
                .toList();
        Charts.line(chart, name, times, values, colour, width);
    }

    /** The date in the calendar that the axis tells it in. */
    private static Date date(LocalDateTime date) {
        GregorianCalendar calendar = new GregorianCalendar(UTC, Locale.ROOT);
        calendar.clear();
        calendar.set(
                date.getYear(),
                date.getMonthValue() - 1,
                date.getDayOfMonth(),
                date.getHour(),
                date.getMinute(),
                date.getSecond());
        return calendar.getTime();
    }

    private static double year(LocalDateTime date) {
        double seconds =
                ChronoUnit.SECONDS.between(date.toLocalDate().withDayOfYear(1).atStartOfDay(), date);
        return date.getYear() + seconds / (86_400.0 * date.toLocalDate().lengthOfYear());
    }
}
