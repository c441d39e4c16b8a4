package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Scope;

class WrittenDownTest {
    @TempDir
    Path folder;

    /** A cell of a user's, found by its name. */
    public static final class Leaky implements CellDefinition<Tensor> {
        /** Makes it, as the program does. */
        public Leaky() {}

        @Override
        public Cell<Tensor> define(Scope scope, int inputs, int units) {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, h) -> h.mul(0.5).add(x.matmul(U)).named("h");
        }
    }

    private static Run equations(String... options) {
        return Run.of(Stream.concat(Stream.of("equations"), Stream.of(options)).toArray(String[]::new));
    }

    private static String printed(String... options) {
        Run run = equations(options);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run.out();
    }

    @Test
    void everyCellIsWritten() {
        assertThat(printed()).startsWith("f_⟨t⟩ = x⟨t⟩·Uf + h⟨t−1⟩·Vf + bf").doesNotContain("dUf");
        assertThat(printed("--backward")).contains("df_⟨t⟩ = dC_⟨t⟩ ⊙ C_⟨t−1⟩ ⊙ f⟨t⟩ ⊙ (1 − f⟨t⟩)");
        assertThat(printed("--cell", "rnn", "--backward")).contains("dh_⟨t⟩ = (dA⟨t⟩ + dh⟨t⟩) ⊙ (1 − h⟨t⟩²)");
        assertThat(printed("--cell", "gru")).contains("(r⟨t⟩ ⊙ h⟨t−1⟩)·Vhh");
        assertThat(printed("--cell", "gru", "--reset-after")).contains("r⟨t⟩ ⊙ (h⟨t−1⟩·Vhh + chh)");
        assertThat(printed("--cell", "mgu", "--backward", "--steps", "40")).contains("dUf = Σ_t x⟨t⟩ᵀ·");
    }

    @Test
    void aCellOfOnesOwnByItsName() {
        assertThat(printed("--class", Leaky.class.getName())).contains("h⟨t⟩ = 0.5·h⟨t−1⟩ + x⟨t⟩·U");
        assertThat(printed("--class", Leaky.class.getName(), "--backward"))
                .contains("D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩", "dh⟨t−1⟩ = 0.5·D⟨t⟩", "dU = Σ_t x⟨t⟩ᵀ·D⟨t⟩");
    }

    @Test
    void formsAndFiles() throws IOException {
        assertThat(printed("--form", "latex")).startsWith("\\begin{align*}");
        assertThat(printed("--form", "markdown")).startsWith("| equation | shape | steps |");
        Path page = folder.resolve("lstm.html");
        assertThat(printed("--form", "html", "--backward", "--to", page.toString())
                        .strip())
                .isEqualTo(page + ": the equations");
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("<title>LSTM</title>", "id=\"df_\"");
    }

    @Test
    void badOptionsAreRefused() {
        for (String[] options : new String[][] {
            {"--steps", "2"},
            {"--reset-after"},
            {"--class", "no.such.Cell"},
            {"--class", "java.lang.String"},
            {"--form", "rtf"}
        }) {
            Run run = equations(options);
            assertThat(run.status()).isNotZero();
            assertThat(run.err()).contains(options[options.length - 1]);
            assertThat(run.out()).isEmpty();
        }
    }
}
