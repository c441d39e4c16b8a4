package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rewind.autograd.Tensor;
import rewind.autograd.program.Equations;
import rewind.autograd.program.Program;
import rewind.autograd.reading.ReadBack;
import rewind.nn.layer.Lengths;
import rewind.nn.recurrent.Gates;
import rewind.nn.recurrent.LstmCell;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.Unroll;

/** Loops over samples of different lengths: one equation holds for all steps, and is right. */
class MaskedEquationsTest {
    private static final int STEPS = 6;
    private static final List<String> GATES = LstmCell.GATES.all().stream()
            .filter(Gates.Gate::stacked)
            .map(Gates.Gate::name)
            .toList();

    private static Tensor random(int seed, int... shape) {
        return Tensor.randn(new Well19937c(seed), shape).mul(0.4);
    }

    private static Program lstm(boolean reversed) {
        return Program.of(
                        in -> Unroll.of(new LstmCell(in.get(1), in.get(2), in.get(3), LstmCell.GATES))
                                .lengths(Lengths.of(6, 2, 4))
                                .reversed(reversed)
                                .over(in.get(0), new LstmState(Tensor.zeros(3, 2), Tensor.zeros(3, 2)))
                                .sequence(),
                        random(1, 3, STEPS, 2),
                        random(2, 4, 2, 2),
                        random(3, 4, 2, 2),
                        random(4, 4, 1, 2))
                .inputs("x", "U", "V", "b")
                .results("A")
                .sequence("x", 1)
                .blocks("U", gates("U"))
                .blocks("V", gates("V"))
                .blocks("b", gates("b"));
    }

    private static List<String> gates(String of) {
        return GATES.stream().map(gate -> of + gate).toList();
    }

    private static void give(String name, Tensor value, int axis, ReadBack to) {
        for (int t = 0; t < value.shape().size(axis); t++) {
            to.given(name + "⟨" + (t + 1) + "⟩", value.select(axis, t));
        }
    }

    @Test
    void oneLineForAllSteps() {
        assertThat(lstm(false).withAdjoint().equations().text().lines().map(line -> line.split(" {2,}", -1)[0]))
                .contains(
                        "f_⟨t⟩ = where(c2⟨t⟩, x⟨t⟩, 0)·Uf + v1⟨t−1⟩·Vf + bf",
                        "v1⟨t⟩ = where(c2⟨t⟩, h⟨t⟩, v1⟨t−1⟩)",
                        "dh⟨t⟩ = where(c2⟨t⟩, w1⟨t⟩, 0)",
                        "dx⟨t⟩ = where(c2⟨t⟩, df_⟨t⟩·Ufᵀ + di_⟨t⟩·Uiᵀ + dg_⟨t⟩·Ugᵀ + do_⟨t⟩·Uoᵀ, 0)",
                        "dVf = Σ_t v1⟨t−1⟩ᵀ·df_⟨t⟩")
                .hasSizeLessThan(45);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsPrintedIsRight(boolean reversed) {
        Program program = lstm(reversed).withAdjoint();
        Equations equations = program.equations();
        List<Tensor> at = new ArrayList<>(program.examples());
        at.set(4, random(5, 3, STEPS, 2));
        ReadBack read = ReadBack.of(equations.text());
        give("x", at.get(0), 1, read);
        give("dA", at.get(4), 1, read);
        for (int k = 0; k < GATES.size(); k++) {
            for (int i = 1; i < 4; i++) {
                read.given(program.inputNames().get(i) + GATES.get(k), at.get(i).select(0, k));
            }
        }
        equations.constants().forEach((name, value) -> give(name, value, 0, read));
        Map<String, Tensor> values = read.values();
        List<Tensor> expected = program.runAll(at);
        for (int k = 0; k < GATES.size(); k++) {
            Tensor dV = values.get("dV" + GATES.get(k));
            assertThat(dV.sub(expected.get(3).select(0, k)).abs().max().toDouble())
                    .isLessThan(1e-12);
        }
        for (int t = 0; t < STEPS; t++) {
            Tensor A = values.get("A⟨" + (t + 1) + "⟩");
            assertThat(A.sub(expected.get(0).select(1, t)).abs().max().toDouble())
                    .isLessThan(1e-12);
        }
    }
}
