package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import rewind.nn.Dataset;

class DummyTimeTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void learnsAndDraws() throws Exception {
        Path picture = folder.resolve("accuracy.png");
        int status = run("--samples", "60", "--units", "3", "--epochs", "2", "--picture", picture.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(out.toString())
                .containsPattern("RNN +\\d\\.\\d{3} +\\d\\.\\d{3}")
                .containsPattern("GRU +\\d\\.\\d{3} +\\d\\.\\d{3}")
                .containsPattern("LSTM +\\d\\.\\d{3} +\\d\\.\\d{3}");
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getWidth()).isEqualTo(1000);
        assertThat(Files.list(folder)).containsExactly(picture);
    }

    @Test
    void theSameSeedGivesTheSameTable() {
        String[] options = {"--samples", "40", "--units", "2", "--epochs", "1", "--picture", folder + "/a.png"};
        run(options);
        String first = out.toString();
        out.getBuffer().setLength(0);
        run(options);
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void wrongOptionsAreOneLineAndStatus2() {
        assertThat(run("--units", "0")).isEqualTo(2);
        assertThat(err.toString()).isEqualToIgnoringNewLines("rewind: --units must be positive, got 0");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void halfOfTheSeriesAreNoiseAloneWithDeviationOneHalf() {
        Dataset data = DummyTime.series(new Well19937c(1), 2000);
        assertThat(data.x().shape().toArray()).containsExactly(2000, 128, 1);
        double[] classes = data.y().mean(0).toArray();
        assertThat(classes[0]).isBetween(0.46, 0.54);
        double noise = 0;
        double both = 0;
        double[] power = data.x().square().mean(1, 2).toArray();
        for (int i = 0; i < power.length; i++) {
            noise += data.y().get(i, 0) * power[i] / (2000 * classes[0]);
            both += data.y().get(i, 1) * power[i] / (2000 * classes[1]);
        }
        assertThat(noise).isBetween(0.24, 0.26); // 0.5²
        assertThat(both).isBetween(0.72, 0.78); // and the ½ of a sine
    }

    private int run(String... options) {
        String[] args = new String[options.length + 1];
        args[0] = "dummy-time";
        System.arraycopy(options, 0, args, 1, options.length);
        CommandLine command = Main.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
