package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a column is written is found from its cells. */
class NumeralsProperties {
    /** Numbers of two decimals, in any of the usual ways, are read as they were, whatever else the column holds. */
    @Property(tries = 200)
    void numbersAreReadAsTheyAreWritten(
            @ForAll long seed, @ForAll @IntRange(max = 9) int way, @ForAll boolean percent, @ForAll boolean gaps) {
        String marks = List.of(". ", ".,", ", ", ",.", ".'", ",'", "._", ",_", ".", ",")
                .get(way);
        DecimalFormatSymbols symbols = new DecimalFormatSymbols(Locale.ROOT);
        symbols.setDecimalSeparator(marks.charAt(0));
        if (marks.length() > 1) {
            symbols.setGroupingSeparator(marks.charAt(1));
        }
        DecimalFormat format = new DecimalFormat(marks.length() > 1 ? "#,##0.00" : "0.00", symbols);
        Random random = new Random(seed);
        double[] values = DoubleStream.concat(
                        DoubleStream.of(1234567.25, -0.5),
                        random.doubles(20, -1e5, 1e5).map(v -> Math.rint(v * 100) / 100))
                .toArray();
        List<String> cells = DoubleStream.of(values)
                .mapToObj(value -> format.format(value) + (percent ? " %" : ""))
                .collect(Collectors.toList());
        if (gaps) {
            cells.addAll(List.of("", "NA", "-"));
        }
        Numerals numerals = Numerals.guess(cells);
        IntStream.range(0, values.length)
                .forEach(i -> assertThat(numerals.parse(cells.get(i)))
                        .as(cells.get(i))
                        .isEqualTo(Double.parseDouble(values[i] + (percent && values[i] != 0 ? "e-2" : ""))));
        assertThat(numerals.decimal()).isEqualTo(marks.charAt(0));
    }

    /** Where the mark of decimals is another one a point is no part of a number, unless it stands between groups. */
    @Test
    void aPointIsOneThingAtATime() {
        assertThat(new Numerals(',', '\0', false).parse("1.5")).isNaN();
        assertThat(new Numerals(',', '\0', false).parse(".5")).isNaN();
        assertThat(new Numerals('.', '\0', false).parse("_5")).isNaN();
        assertThat(new Numerals(',', '.', false).parse("1.500")).isEqualTo(1500);
        assertThat(new Numerals(',', ' ', false).parse("1.500")).isNaN();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.500 2.250      | 1.5",
                "1,500 2,250      | 1500",
                "1,500 2,250 x    | 1500",
                "1,500 2,25       | 1.5",
                "1,500 2.25       | 1500",
                "1.500 2,25       | 1500",
                "1.500.000 2.250  | 1500000",
                "1500 2,25        | 1500",
                "0,125 0,250      | 0.125",
                "1,500 0,125      | 1.5",
                "12% 8%           | 0.12",
                "\u22121.5 2      | -1.5",
                "x y              | NaN",
            })
    void ofSeveralWaysTheUsualOneIsTaken(String cells, Double first) {
        List<String> all = List.of(cells.split(" "));
        assertThat(Numerals.guess(all).parse(all.get(0))).isEqualTo(first);
    }
}
