package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Equations;
import rewind.autograd.reading.ReadBack;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;
import rewind.nn.recurrent.GruCell;
import rewind.nn.recurrent.LstmCell;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.ResetAfterGruCell;
import rewind.nn.recurrent.RnnCell;

/** The Jacobian ∂h⟨t⟩/∂h⟨t−1⟩ as a formula. */
class StateJacobianTest {
    private static final int STEPS = 4;

    private static Model model(Layer layer) {
        return Model.build(layer, Shape.of(STEPS, 2), 3);
    }

    private static Equations backward(Model model) {
        return model.program(1).adjoint().equations();
    }

    @Test
    void formulas() {
        assertThat(backward(model(rnn(3).sequences(true))).jacobian("h").text())
                .isEqualTo("∂h⟨t⟩/∂h⟨t−1⟩ = diag(1 − h⟨t⟩²)·Vᵀ    [3, 3]    t = 4 … 2");
        assertThat(backward(model(rnn(3))).jacobian("h").latex())
                .contains("\\mathit{\\partial h^{\\langle t\\rangle}/");
        assertThat(backward(model(lstm(3))).jacobian("C_").text())
                .isEqualTo("∂C_⟨t⟩/∂C_⟨t−1⟩ = diag(f⟨t⟩)    [3, 3]    t = 4 … 2");
        assertThatThrownBy(() -> backward(model(lstm(3))).jacobian("q"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("equations: no step hands back an adjoint of q to the one before; there are [");
    }

    /** The formula at a step, computed from the text, beside the Jacobian of the cell. */
    private static void check(Layer layer, BiFunction<Parameters, Map<String, Tensor>, Tensor> expected) {
        Model model = model(layer);
        Parameters parameters = model.parameters();
        Equations equations = backward(model);
        String formula = equations.jacobian("h").text();
        ReadBack read = ReadBack.of(equations.text() + "\nJ⟨t⟩" + formula.substring(formula.indexOf(" = ")));
        read.sequence("x", 1, Tensor.randn(new Well19937c(1), 1, STEPS, 2));
        read.sequence("dA", 1, Tensor.zeros(1, STEPS, 3));
        for (String name : parameters.names()) {
            read.given(name.substring(name.lastIndexOf('/') + 1), parameters.get(name));
        }
        Map<String, Tensor> values = read.values();
        Tensor jacobian = expected.apply(parameters, values).reshape(3, 3);
        assertThat(values.get("J⟨3⟩").sub(jacobian).abs().max().toDouble()).isLessThan(1e-12);
    }

    private static Tensor stack(Parameters parameters, String... names) {
        List<Tensor> all = new ArrayList<>();
        for (String name : names) {
            parameters.names().stream()
                    .filter(each -> each.substring(each.lastIndexOf('/') + 1).equals(name))
                    .forEach(each -> all.add(parameters.get(each)));
        }
        return Tensor.stack(0, all);
    }

    @Test
    void agreesWithThatOfTheCell() {
        Tensor x = Tensor.randn(new Well19937c(1), 1, STEPS, 2).select(1, 2);
        check(rnn(3).sequences(true), (p, v) -> {
            RnnCell cell = new RnnCell(
                    stack(p, "U").select(0, 0),
                    stack(p, "V").select(0, 0),
                    stack(p, "b").select(0, 0),
                    Tensor::tanh);
            return Grad.jacobian(h -> cell.step(x, h), v.get("h⟨2⟩"));
        });
        check(gru(3).sequences(true), (p, v) -> {
            GruCell cell = new GruCell(
                    stack(p, "Uz", "Ur", "Uhh"),
                    stack(p, "Vz", "Vr"),
                    stack(p, "Vhh").select(0, 0),
                    stack(p, "bz", "br", "bhh"),
                    GruCell.GATES);
            return Grad.jacobian(h -> cell.step(x, h), v.get("h⟨2⟩"));
        });
        check(gru(3).sequences(true).resetAfter(true), (p, v) -> {
            ResetAfterGruCell cell = new ResetAfterGruCell(
                    stack(p, "Uz", "Ur", "Uhh"),
                    stack(p, "Vz", "Vr"),
                    stack(p, "Vhh").select(0, 0),
                    stack(p, "bz", "br", "bhh"),
                    stack(p, "chh").select(0, 0),
                    GruCell.GATES);
            return Grad.jacobian(h -> cell.step(x, h), v.get("h⟨2⟩"));
        });
        check(lstm(3).sequences(true), (p, v) -> {
            LstmCell cell = new LstmCell(
                    stack(p, "Uf", "Ui", "Ug", "Uo"),
                    stack(p, "Vf", "Vi", "Vg", "Vo"),
                    stack(p, "bf", "bi", "bg", "bo"),
                    LstmCell.GATES);
            return Grad.jacobian(
                    h -> cell.step(x, new LstmState(h, v.get("C_⟨2⟩"))).h(), v.get("h⟨2⟩"));
        });
    }
}
