package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;

class OwnCellTest {
    @TempDir
    Path folder;

    @Test
    void checksLearnsComparesAndDraws() throws Exception {
        Path picture = folder.resolve("own-cell.png");
        Run run = Run.of(
                "own-cell",
                "--steps",
                "4",
                "--samples",
                "400",
                "--units",
                "8",
                "--epochs",
                "6",
                "--picture",
                picture + "");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        int mgu = 2 * (2 * 8 + 8 * 8 + 8) + 8 + 1;
        int gru = 3 * (2 * 8 + 8 * 8 + 8) + 8 + 1;
        assertThat(run.out())
                .contains("gradients of one step, first and second order: as central differences")
                .containsPattern("MGU +" + mgu + " +0\\.0[0-7]")
                .containsPattern("GRU +" + gru + " +0\\.0[0-7]");
        Drawn.assertDrawn(picture, 1000, 560, Charts.BLUE, Charts.RED, Charts.GREY);
    }

    @Property(tries = 10)
    void theGradientsAreRight(@ForAll long seed) {
        OwnCell.stepCheck(seed).secondOrder().verify();
        OwnCell.modelCheck(seed).verify();
    }

    /** f = 1 keeps the state, f = 0 replaces it by tanh(x·Uh + bh). */
    @Property(tries = 20)
    void theGateChoosesBetweenOldAndNew(@ForAll long seed) {
        RandomGenerator rng = new Well19937c(seed);
        Scope drawn = Scope.drawing(rng);
        MinimalGatedUnit.cell(drawn, 3, 4);
        Parameters parameters = drawn.parameters();
        Tensor x = Tensor.randn(rng, 2, 3);
        Tensor h = Tensor.randn(rng, 2, 4);
        assertThat(step(parameters.with("bf", Tensor.full(100, 1, 4)), x, h).isClose(h, 1e-12, 1e-12))
                .isTrue();
        Tensor candidate = x.matmul(parameters.get("Uh")).tanh();
        assertThat(step(parameters.with("bf", Tensor.full(-100, 1, 4)), x, h).isClose(candidate, 1e-12, 1e-12))
                .isTrue();
    }

    private static Tensor step(Parameters parameters, Tensor x, Tensor h) {
        return MinimalGatedUnit.cell(Scope.of(parameters), 3, 4).step(x, h);
    }
}
