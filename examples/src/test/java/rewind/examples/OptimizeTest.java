package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;

class OptimizeTest {
    @TempDir
    Path folder;

    private Run run(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "optimize";
        args[1] = "--picture";
        args[2] = folder + "/optimize.png";
        System.arraycopy(more, 0, args, 3, more.length);
        return Run.of(args);
    }

    @Test
    void findsTheMinimumFitsTheCurveAndDraws() throws Exception {
        Run run = run();
        assertThat(run.err()).isEmpty();
        assertAtMinimum(run, "from (-1.200, 1.000)");
        Matcher row = Pattern.compile("(?m)^  [abwp] +(\\S+) +(\\S+) +(\\S+)$").matcher(run.out());
        int rows = 0;
        while (row.find()) {
            double error = Double.parseDouble(row.group(2)) - Double.parseDouble(row.group(1));
            assertThat(Math.abs(error)).isLessThan(3 * Double.parseDouble(row.group(3)));
            rows++;
        }
        assertThat(rows).isEqualTo(4);
        Drawn.assertDrawn(folder.resolve("optimize.png"), 1000, 1040, Charts.BLUE, Charts.RED, Charts.GREY);
    }

    private static void assertAtMinimum(Run run, String from) {
        Matcher way = Pattern.compile(Pattern.quote(from) + " to \\((\\S+), (\\S+)\\), value (\\S+),")
                .matcher(run.out());
        assertThat(way.find()).as(run.out() + run.err()).isTrue();
        assertThat(Double.parseDouble(way.group(1))).isCloseTo(1, within(1e-6)); // the root of the checker's 1e-12
        assertThat(Double.parseDouble(way.group(2))).isCloseTo(1, within(1e-6));
        assertThat(Double.parseDouble(way.group(3))).isBetween(0.0, 1e-12);
    }

    @Test
    void withoutNoiseTheFitIsExact() {
        Run run = run("--noise", "0", "--points", "20", "--start", "2,-2");
        assertAtMinimum(run, "from (2.000, -2.000)");
        assertThat(run.out())
                .contains("root mean square residual 0.0000")
                .containsPattern("w +3\\.0000 +3\\.0000 +0\\.0000");
    }

    @Property(tries = 30)
    void theGradientOfRosenbrocksFunctionIsThatByHand(
            @ForAll @DoubleRange(min = -2, max = 2) double x, @ForAll @DoubleRange(min = -2, max = 2) double y) {
        GradientCheck.of(Optimize::rosenbrock)
                .at(Tensor.of(x, y))
                .against(v -> {
                    double a = v.get(0);
                    double b = v.get(1);
                    return Tensor.of(-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a));
                })
                .verify();
    }

    @Test
    void theLevelLinesAreWhereTheFunctionIsTheSame() {
        assertThat(Optimize.rosenbrock(Tensor.of(1, 1)).toDouble()).isZero();
        OptimizeChart.path(List.of(new double[] {-1.2, 1}, new double[] {1, 1})).getSeriesMap().values().stream()
                .filter(line -> line.getName().startsWith("f = "))
                .forEach(line -> {
                    double level = Double.parseDouble(line.getName().substring(4));
                    for (int i = 0; i < line.getXData().length; i += 100) {
                        Tensor point = Tensor.of(line.getXData()[i], line.getYData()[i]);
                        assertThat(Optimize.rosenbrock(point).toDouble())
                                .as(String.format(Locale.ROOT, "%s", point))
                                .isBetween(level * (1 - 1e-9), level * (1 + 1e-9));
                    }
                });
    }
}
