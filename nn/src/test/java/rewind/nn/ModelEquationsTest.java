package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.recurrent;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.OwnCell;
import rewind.nn.recurrent.Rnn;

/** The backward pass that is derived from a model stands beside the one that was derived by hand. */
class ModelEquationsTest {
    private static final int STEPS = 6;

    /** The equations of the sweep, without shapes. */
    private static List<String> backward(Layer layer) {
        String text = layer.equations(Shape.of(STEPS, 2)).text();
        return text.substring(text.indexOf("\n\n") + 2)
                .lines()
                .map(line -> line.replaceAll(" {2,}\\[.*\\]", "").replaceAll(" {2,}t = .*", ""))
                .toList();
    }

    @Test
    void rnn() {
        assertThat(backward(rnnOfSequences()))
                .containsExactly(
                        "dh_⟨t⟩ = (dA⟨t⟩ + dh⟨t⟩) ⊙ (1 − h⟨t⟩²)",
                        "dh⟨t−1⟩ = dh_⟨t⟩·Vᵀ",
                        "dx⟨t⟩ = dh_⟨t⟩·Uᵀ",
                        "dU = Σ_t x⟨t⟩ᵀ·dh_⟨t⟩",
                        "dV = Σ_t h⟨t−1⟩ᵀ·dh_⟨t⟩",
                        "db = Σ_t Σ_m dh_⟨t⟩");
    }

    private static Rnn rnnOfSequences() {
        return Layers.rnn(3).sequences(true);
    }

    @Test
    void lstmIsThatOfTheBook() {
        assertThat(backward(lstm(3).sequences(true)))
                .startsWith(
                        "D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩",
                        "dC_⟨t⟩ = D⟨t⟩ ⊙ o⟨t⟩ ⊙ (1 − C⟨t⟩²) + dC⟨t⟩",
                        "do_⟨t⟩ = D⟨t⟩ ⊙ C⟨t⟩ ⊙ o⟨t⟩ ⊙ (1 − o⟨t⟩)",
                        "dg_⟨t⟩ = dC_⟨t⟩ ⊙ i⟨t⟩ ⊙ (1 − g⟨t⟩²)",
                        "di_⟨t⟩ = dC_⟨t⟩ ⊙ g⟨t⟩ ⊙ i⟨t⟩ ⊙ (1 − i⟨t⟩)",
                        "df_⟨t⟩ = dC_⟨t⟩ ⊙ C_⟨t−1⟩ ⊙ f⟨t⟩ ⊙ (1 − f⟨t⟩)",
                        "dh⟨t−1⟩ = df_⟨t⟩·Vfᵀ + di_⟨t⟩·Viᵀ + dg_⟨t⟩·Vgᵀ + do_⟨t⟩·Voᵀ",
                        "dC⟨t−1⟩ = dC_⟨t⟩ ⊙ f⟨t⟩",
                        "dx⟨t⟩ = df_⟨t⟩·Ufᵀ + di_⟨t⟩·Uiᵀ + dg_⟨t⟩·Ugᵀ + do_⟨t⟩·Uoᵀ",
                        "dUf = Σ_t x⟨t⟩ᵀ·df_⟨t⟩");
    }

    @Test
    void gruIsThatOfTheBook() {
        assertThat(backward(gru(3).sequences(true)))
                .startsWith(
                        "D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩",
                        "dhh_⟨t⟩ = D⟨t⟩ ⊙ (1 − z⟨t⟩) ⊙ (1 − hh⟨t⟩²)",
                        "w1⟨t⟩ = dhh_⟨t⟩·Vhhᵀ",
                        "dr_⟨t⟩ = w1⟨t⟩ ⊙ h⟨t−1⟩ ⊙ r⟨t⟩ ⊙ (1 − r⟨t⟩)",
                        "dz_⟨t⟩ = D⟨t⟩ ⊙ (h⟨t−1⟩ − hh⟨t⟩) ⊙ z⟨t⟩ ⊙ (1 − z⟨t⟩)",
                        "dh⟨t−1⟩ = D⟨t⟩ ⊙ z⟨t⟩ + w1⟨t⟩ ⊙ r⟨t⟩ + dz_⟨t⟩·Vzᵀ + dr_⟨t⟩·Vrᵀ",
                        "dx⟨t⟩ = dz_⟨t⟩·Uzᵀ + dr_⟨t⟩·Urᵀ + dhh_⟨t⟩·Uhhᵀ")
                .contains("dVhh = Σ_t (r⟨t⟩ ⊙ h⟨t−1⟩)ᵀ·dhh_⟨t⟩", "dbz = Σ_t Σ_m dz_⟨t⟩");
    }

    @Test
    void gruWithResetAfter() {
        assertThat(backward(gru(3).sequences(true).resetAfter(true)))
                .startsWith(
                        "D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩",
                        "dhh_⟨t⟩ = D⟨t⟩ ⊙ (1 − z⟨t⟩) ⊙ (1 − hh⟨t⟩²)",
                        "w1⟨t⟩ = dhh_⟨t⟩ ⊙ r⟨t⟩",
                        "dr_⟨t⟩ = dhh_⟨t⟩ ⊙ v1⟨t⟩ ⊙ r⟨t⟩ ⊙ (1 − r⟨t⟩)",
                        "dz_⟨t⟩ = D⟨t⟩ ⊙ (h⟨t−1⟩ − hh⟨t⟩) ⊙ z⟨t⟩ ⊙ (1 − z⟨t⟩)")
                .contains("dVhh = Σ_t h⟨t−1⟩ᵀ·w1⟨t⟩", "dchh = Σ_t Σ_m w1⟨t⟩");
    }

    private record MinimalGatedUnit(Tensor Uf, Tensor Vf, Tensor bf, Tensor Uh, Tensor Vh, Tensor bh)
            implements Cell<Tensor> {
        @Override
        public Tensor step(Tensor x, Tensor h) {
            Tensor f =
                    x.matmul(Uf).add(h.matmul(Vf)).add(bf).named("f_").sigmoid().named("f");
            Tensor c = x.matmul(Uh)
                    .add(f.mul(h).matmul(Vh))
                    .add(bh)
                    .named("c_")
                    .tanh()
                    .named("c");
            return f.mul(h).add(f.oneMinus().mul(c)).named("h");
        }
    }

    private static OwnCell<Tensor> minimalGatedUnit() {
        return recurrent(
                        "mgu",
                        (scope, inputs, units) -> new MinimalGatedUnit(
                                scope.parameter("Uf", inputs, units),
                                scope.parameter("Vf", units, units),
                                scope.bias("bf", units),
                                scope.parameter("Uh", inputs, units),
                                scope.parameter("Vh", units, units),
                                scope.bias("bh", units)),
                        3)
                .sequences(true);
    }

    @Test
    void aCellOfOnesOwn() {
        assertThat(backward(minimalGatedUnit()))
                .containsExactly(
                        "D⟨t⟩ = dA⟨t⟩ + dh⟨t⟩",
                        "dc_⟨t⟩ = D⟨t⟩ ⊙ (1 − f⟨t⟩) ⊙ (1 − c⟨t⟩²)",
                        "w1⟨t⟩ = dc_⟨t⟩·Vhᵀ",
                        "df_⟨t⟩ = (D⟨t⟩ ⊙ h⟨t−1⟩ − D⟨t⟩ ⊙ c⟨t⟩ + w1⟨t⟩ ⊙ h⟨t−1⟩) ⊙ f⟨t⟩ ⊙ (1 − f⟨t⟩)",
                        "dh⟨t−1⟩ = D⟨t⟩ ⊙ f⟨t⟩ + w1⟨t⟩ ⊙ f⟨t⟩ + df_⟨t⟩·Vfᵀ",
                        "dx⟨t⟩ = dc_⟨t⟩·Uhᵀ + df_⟨t⟩·Ufᵀ",
                        "dUf = Σ_t x⟨t⟩ᵀ·df_⟨t⟩",
                        "dVf = Σ_t h⟨t−1⟩ᵀ·df_⟨t⟩",
                        "dbf = Σ_t Σ_m df_⟨t⟩",
                        "dUh = Σ_t x⟨t⟩ᵀ·dc_⟨t⟩",
                        "dVh = Σ_t (f⟨t⟩ ⊙ h⟨t−1⟩)ᵀ·dc_⟨t⟩",
                        "dbh = Σ_t Σ_m dc_⟨t⟩");
    }

    @Test
    void stackedLayersPrintOneAfterAnother() {
        Model model = Model.build(Sequential.of(lstm(4).sequences(true), gru(3), dense(2)), Shape.of(STEPS, 2), 1);
        String text = model.equations().text();
        assertThat(text.lines().map(line -> line.split(" = ", -1)[0]))
                .containsSubsequence(
                        "lstm/f_⟨t⟩", "lstm/h⟨t⟩", "gru/z_⟨t⟩", "gru/D⟨t⟩", "lstm/D⟨t⟩", "dx⟨t⟩", "dense/db");
        assertThat(text).contains("dense/dU = gru/h⟨6⟩ᵀ·dA", "lstm/dVf = Σ_t lstm/h⟨t−1⟩ᵀ·lstm/df_⟨t⟩");
    }

    @Test
    void bothDirectionsFold() {
        assertThat(backward(rnnOfSequences().bidirectional()))
                .contains(
                        "backward/dh_⟨t⟩ = (dA⟨t⟩[:, 4…6] + backward/dh⟨t⟩) ⊙ (1 − backward/h⟨t⟩²)",
                        "backward/dh⟨t+1⟩ = backward/dh_⟨t⟩·backward/Vᵀ",
                        "forward/dh_⟨t⟩ = (dA⟨t⟩[:, 1…3] + forward/dh⟨t⟩) ⊙ (1 − forward/h⟨t⟩²)",
                        "forward/dh⟨t−1⟩ = forward/dh_⟨t⟩·forward/Vᵀ",
                        "dx⟨t⟩ = backward/dh_⟨t⟩·backward/Uᵀ + forward/dh_⟨t⟩·forward/Uᵀ")
                .hasSize(11);
        assertThat(backward(Sequential.of(rnnOfSequences().bidirectional(), rnnOfSequences())))
                .contains("rnn2/dU = Σ_t concat(rnn/forward/h⟨t⟩, rnn/backward/h⟨t⟩, axis=1)ᵀ·rnn2/dh_⟨t⟩");
    }

    /** What stands on all outputs is one equation per step, too. */
    @Test
    void layersOnSequencesFold() {
        assertThat(backward(Sequential.of(rnnOfSequences(), dense(2, "softmax"))))
                .contains(
                        "w1⟨t⟩ = v1⟨t⟩ ⊙ (dA⟨t⟩ − Σ_{axes [1]} dA⟨t⟩ ⊙ v1⟨t⟩)",
                        "dh_⟨t⟩ = (w1⟨t⟩·dense/Uᵀ + dh⟨t⟩) ⊙ (1 − h⟨t⟩²)",
                        "dense/dU = Σ_t h⟨t⟩ᵀ·w1⟨t⟩",
                        "dense/db = Σ_t Σ_m w1⟨t⟩");
        String normalized = Sequential.of(rnnOfSequences(), Layers.layerNormalization())
                .equations(Shape.of(STEPS, 2))
                .text();
        assertThat(normalized)
                .contains(
                        "v1⟨t⟩ = h⟨t⟩ − (Σ_{axes [1]} h⟨t⟩) / 3 ",
                        "A⟨t⟩ = v3⟨t⟩ ⊙ gain + shift ",
                        "dgain = Σ_t Σ_m dA⟨t⟩ ⊙ v3⟨t⟩ ");
    }

    @Test
    void embeddings() {
        String text = Sequential.of(Layers.embedding(7, 2), rnnOfSequences())
                .equations(Shape.of(STEPS))
                .text();
        assertThat(text)
                .contains("h_⟨t⟩ = gather(E, x⟨t⟩)·U + h⟨t−1⟩·V + b ", "dE = Σ_t scatter(dh_⟨t⟩·Uᵀ, x⟨t⟩, of=7) ");
    }

    @Test
    void aSingleStep() {
        assertThat(rnnOfSequences().equations(Shape.of(1, 2)).text().lines().map(line -> line.split(" {2,}", -1)[0]))
                .containsExactly(
                        "h_⟨t⟩ = x⟨t⟩·U + b",
                        "h⟨t⟩ = tanh(h_⟨t⟩)",
                        "A⟨t⟩ = h⟨t⟩",
                        "",
                        "dh_⟨t⟩ = dA⟨t⟩ ⊙ (1 − h⟨t⟩²)",
                        "dx⟨t⟩ = dh_⟨t⟩·Uᵀ",
                        "dU = x⟨1⟩ᵀ·dh_⟨1⟩",
                        "dV = 0",
                        "db = Σ_m dh_⟨1⟩");
    }

    /** Layers print what models of them print. */
    @Test
    void ofALayer() {
        Layer layer = Sequential.of(gru(3), dense(2));
        Shape input = Shape.of(STEPS, 2);
        assertThat(layer.equations(input).text())
                .isEqualTo(Model.build(layer, input, 7).equations().text());
        assertThatThrownBy(() -> gru(3).equations(Shape.of(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("gru: a sample must be (steps, features)");
    }

    @Test
    void ofAStep() {
        assertThat(lstm(3).step(2).inputNames()).containsExactly("x", "h⁻", "C_⁻", "U", "V", "b");
        assertThat(lstm(3).step(2).withAdjoint().equations().text().lines().map(line -> line.split(" {2,}", -1)[0]))
                .contains(
                        "f_ = x·Uf + h⁻·Vf + bf",
                        "C_ = f ⊙ C_⁻ + i ⊙ g",
                        "h = o ⊙ C",
                        "df_ = dC_' ⊙ C_⁻ ⊙ f ⊙ (1 − f)",
                        "dh⁻ = df_·Vfᵀ + di_·Viᵀ + dg_·Vgᵀ + do_·Voᵀ");
        assertThat(minimalGatedUnit().step(2).equations().text())
                .startsWith("f_ = x·Uf + h⁻·Vf + bf")
                .contains("h = f ⊙ h⁻ + (1 − f) ⊙ c ");
    }

    /** The program of a model gives its outputs, and its adjoint the gradients of a tape, to the last bit or two. */
    @Property(tries = 12)
    void theProgramIsTheModel(@ForAll @IntRange(min = 1, max = 4) int samples, @ForAll @IntRange(max = 3) int kind) {
        Layer layer =
                List.of(rnnOfSequences(), lstm(3), gru(3), minimalGatedUnit()).get(kind);
        Model model = Model.build(layer, Shape.of(STEPS, 2), 1);
        Tensor x = Tensor.randn(new Well19937c(samples), samples, STEPS, 2);
        Program program = model.program(samples);
        List<Tensor> in = new java.util.ArrayList<>(List.of(x));
        in.addAll(model.parameters().values());
        assertThat(program.runAll(in).get(0).toArray())
                .isEqualTo(model.predict(x).toArray());

        try (Tape tape = new Tape()) {
            Parameters watched = model.parameters().watchedBy(tape);
            Tensor output = model.forward(watched, x);
            Gradients gradients = tape.backward(output.sum());
            in.add(Tensor.ones(output.shape().toArray()));
            List<Tensor> own = program.adjoint().runAll(in);
            List<Tensor> expected = watched.in(gradients).values();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(own.get(i + 1).sub(expected.get(i)).abs().max().toDouble())
                        .isLessThan(1e-13);
            }
        }
    }

    @Test
    void badSamples() {
        Model model = Model.build(lstm(3), Shape.of(STEPS, 2), 1);
        assertThatThrownBy(() -> model.program(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model: a program needs at least one sample, got 0");
        assertThat(backward(lstm(3)).stream().collect(Collectors.joining())).contains("D⟨t⟩ = dA");
    }
}
