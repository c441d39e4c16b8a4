package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.nn.Model;
import rewind.nn.layer.Cell;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;

class WrittenDownTest {
    @TempDir
    Path folder;

    /** A cell of a user's, found by its name. */
    public static final class Leaky implements CellDefinition<Tensor> {
        private final double rate;
        private final boolean named;

        /** Makes it, as the program does without options. */
        public Leaky() {
            this(0.5, true);
        }

        /** Makes it with options. */
        public Leaky(double rate, boolean named) {
            if (rate > 1) {
                throw new IllegalArgumentException("the rate must be at most 1");
            }
            this.rate = rate;
            this.named = named;
        }

        @Override
        public Cell<Tensor> define(Scope scope, int inputs, int units) {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, h) -> {
                Tensor next = h.mul(rate).add(x.matmul(U));
                return named ? next.named("h") : next;
            };
        }
    }

    /** Cells of a user's as methods. */
    static final class Cells {
        private Cells() {}

        static Cell<LstmState> twoStates(Scope scope, int inputs, int units) {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, s) -> {
                Tensor C = s.C_().add(x.matmul(U)).named("C");
                return new LstmState(C.tanh().named("h"), C);
            };
        }

        static Cell<Tensor> solved(Scope scope, int inputs, int units) {
            Tensor U = scope.parameter("U", inputs, units);
            return (x, h) -> h.add(x.matmul(U)).named("h");
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
        assertThat(printed("--cell", "GRU")).contains("(r⟨t⟩ ⊙ h⟨t−1⟩)·Vhh");
        assertThat(printed("--cell", "gru-after")).contains("r⟨t⟩ ⊙ (h⟨t−1⟩·Vhh + chh)");
        assertThat(printed("--cell", "mgu", "--backward", "--steps", "40")).contains("dUf = Σ_t x⟨t⟩ᵀ·");
    }

    /** Nothing of the forward pass is left out where the backward pass stands beside it. */
    @ParameterizedTest
    @ValueSource(strings = {"rnn", "gru", "lstm"})
    void bothPassesAreWhole(String cell) {
        String forward = printed("--cell", cell).replaceAll(" +", " ").strip();
        assertThat(printed("--cell", cell, "--backward").replaceAll(" +", " ")).startsWith(forward);
    }

    @Test
    void aCellOfOnesOwnByItsName() {
        String leaky = Leaky.class.getName();
        assertThat(printed("--cell", leaky)).contains("h⟨t⟩ = 0.5·h⟨t−1⟩ + x⟨t⟩·U");
        assertThat(printed("--cell", leaky, "--backward"))
                .contains("D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩", "dh⟨t−1⟩ = 0.5·D⟨t⟩", "dU = Σ_t x⟨t⟩ᵀ·D⟨t⟩");
        assertThat(printed("--cell", leaky + "(0.25, true)")).contains("h⟨t⟩ = 0.25·h⟨t−1⟩ + x⟨t⟩·U");
        assertThat(printed("--cell", Cells.class.getName() + "::twoStates"))
                .contains("C⟨t⟩ = C⟨t−1⟩ + x⟨t⟩·U", "h⟨t⟩ = tanh(C⟨t⟩)");
        assertThat(printed("--cell", MinimalGatedUnit.class.getName())).isEqualTo(printed("--cell", "mgu"));
    }

    @Test
    void formsAndFiles() throws IOException {
        assertThat(printed("--form", "latex")).startsWith("\\begin{align*}");
        assertThat(printed("--form", "markdown")).startsWith("| equation | shape | steps |");
        assertThat(printed("--form", "java", "--backward"))
                .contains(
                        "public final class LstmEquations {",
                        "df_[t] = dC_[t].mul(C_[t - 1]).mul(f[t]).mul(f[t].oneMinus());");
        assertThat(printed("--form", "java", "--cell", "gru-after")).contains("class GruAfterEquations {");
        assertThat(printed("--form", "java", "--cell", Leaky.class.getName() + "(0.25, true)"))
                .contains("class LeakyEquations {");
        assertThat(printed("--form", "java", "--cell", Cells.class.getName() + "::twoStates"))
                .contains("class TwoStatesEquations {");
        assertThat(printed("--graph")).startsWith("<svg ").contains(">t = 1 … 5<");
        Path page = folder.resolve("lstm.html");
        assertThat(printed("--form", "html", "--backward", "--to", page.toString())
                        .strip())
                .isEqualTo(page + ": the equations");
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("<title>lstm</title>", "id=\"df_\"");
        Path picture = folder.resolve("lstm.png");
        printed("--form", "png", "--to", picture.toString());
        int height = ImageIO.read(picture.toFile()).getHeight();
        printed("--form", "png", "--backward", "--to", picture.toString());
        assertThat(ImageIO.read(picture.toFile()).getHeight()).isGreaterThan(2 * height);
        assertThat(printed("--form", "png", "--graph", "--to", picture.toString()))
                .contains("the graph");
    }

    /** LaTeX is such that a renderer takes it: of every built-in cell, forward, backward and once more. */
    @ParameterizedTest
    @ValueSource(strings = {"rnn", "gru", "gru-after", "lstm", "mgu"})
    void everyCellIsTypeset(String cell) throws IOException {
        Program program = Model.build(CellByName.layer(cell, 4).sequences(true), Shape.of(3, 3), 1)
                .program(2);
        for (Program each : Map.of("forward", program, "both", program.withAdjoint(), "tangent", program.tangent())
                .values()) {
            BufferedImage image = ImageIO.read(
                    new ByteArrayInputStream(Typeset.png(each.equations().latex())));
            assertThat(image.getWidth()).isGreaterThan(200);
            assertThat(image.getHeight()).isGreaterThan(100);
        }
    }

    @Test
    void badOptionsAreRefused() {
        String leaky = Leaky.class.getName();
        for (String[] options : new String[][] {
            {"--steps", "2"},
            {"--cell", "no.such.Cell"},
            {"--cell", "lstn"},
            {"--cell", "java.lang.String"},
            {"--cell", leaky + "(1)"},
            {"--cell", leaky + "(a, b)"},
            {"--cell", leaky + "(2, true)"},
            {"--cell", Cells.class.getName()},
            {"--cell", Cells.class.getName() + "::third"},
            {"--cell", CellDefinition.class.getName()},
            {"--form", "rtf"},
            {"--form", "png"},
            {"--form", "svg"},
            {"--to", "no/such/folder"}
        }) {
            Run run = equations(options);
            assertThat(run.status()).as(options[1]).isEqualTo(2);
            assertThat(run.err().lines()).as(run.err()).hasSize(1);
            assertThat(run.err()).contains(options[1]);
            assertThat(run.out()).isEmpty();
        }
        assertThat(equations("--cell", leaky + "(2, true)").err()).contains("the rate must be at most 1");
        assertThat(equations("--graph", "--form", "latex").err()).contains("--graph needs --form svg or png");
    }
}
