package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;

class AddingTest {
    @TempDir
    Path folder;

    @Property(tries = 50)
    void twoNumbersAreMarkedOneInEachHalfAndTheirSumIsTheTarget(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 40) int steps) {
        Dataset data = new AddingProblem(steps).draw(new Well19937c(seed), 5);
        Tensor numbers = data.x().select(2, 0);
        Tensor marks = data.x().select(2, 1);
        assertThat(marks.slice(1, 0, steps / 2).sum(1).toArray()).containsOnly(1);
        assertThat(marks.slice(1, steps / 2, steps).sum(1).toArray()).containsOnly(1);
        assertThat(numbers.mul(marks).sum(1).isClose(data.y().squeeze(1), 1e-15, 0))
                .isTrue();
        assertThat(numbers.min().toDouble()).isNotNegative();
        assertThat(numbers.max().toDouble()).isLessThan(1);
    }

    @Test
    void alwaysAnsweringOneHasTheErrorOfTheBaseline() {
        Dataset data = new AddingProblem(3).draw(new Well19937c(1), 20_000);
        double error = data.y().sub(1).square().mean().toDouble();
        assertThat(error).isCloseTo(AddingProblem.BASELINE, within(0.005)); // its standard deviation is 0.0014
    }

    private Run run(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "adding";
        args[1] = "--picture";
        args[2] = folder + "/adding.png";
        System.arraycopy(more, 0, args, 3, more.length);
        return Run.of(args);
    }

    private static double error(Run run, String cell) {
        Matcher line = Pattern.compile("(?m)^  " + cell + " +(\\S+)$").matcher(run.out());
        assertThat(line.find()).as(run.out() + run.err()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    @Test
    void learnsAndDraws() throws Exception {
        String[] options = {
            "--steps", "4", "--samples", "400", "--units", "8", "--epochs", "6", "--cells", "lstm,RNN,mgu"
        };
        Run run = run(options);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("(always answering 1: 0.1667)").contains("RNN   epoch   6  mean squared error ");
        for (String cell : new String[] {"LSTM", "RNN", "MGU"}) {
            assertThat(error(run, cell)).as(cell).isBetween(0.0, AddingProblem.BASELINE / 2);
        }
        Path picture = folder.resolve("adding.png");
        Drawn.assertDrawn(picture, 1000, 560, Charts.BLUE, Charts.RED, Charts.GREEN, Charts.GREY);
        assertThat(Files.list(folder)).containsExactly(picture);
        assertThat(error(run(options), "LSTM")).isEqualTo(error(run, "LSTM"));
    }

    @Test
    @EnabledIfSystemProperty(named = "rewind.long", matches = "true")
    void byDefaultTheLstmSucceedsAndTheRnnDoesNot() {
        Run run = run();
        assertThat(error(run, "LSTM")).isLessThan(AddingProblem.BASELINE / 10);
        assertThat(error(run, "RNN")).isGreaterThan(AddingProblem.BASELINE * 0.9);
    }
}
