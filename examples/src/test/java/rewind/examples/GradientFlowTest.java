package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static rewind.nn.Layers.dense;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.Unroll;

class GradientFlowTest {
    private static final int STEPS = 5;
    private static final int UNITS = 3;

    @TempDir
    Path folder;

    @Test
    void writesPictureAndTable() throws Exception {
        Path picture = folder.resolve("flow.png");
        Path csv = folder.resolve("flow.csv");
        Run run = Run.of(
                "gradient-flow",
                "--steps",
                "6",
                "--units",
                "3",
                "--samples",
                "64",
                "--epochs",
                "2",
                "--picture",
                picture + "",
                "--csv",
                csv + "");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("LSTM C, epoch 2 +\\d\\.\\d\\de-\\d\\d +\\d\\.\\d\\de[-+]\\d\\d");
        Drawn.assertDrawn(picture, 1200, 4 * 420, Charts.BLUE, Charts.RED, Charts.GREEN, Charts.PURPLE);
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0))
                .isEqualTo("epoch,step,RNN h norm,RNN h low,RNN h high,GRU h norm,GRU z low,GRU z high,GRU r low,"
                        + "GRU r high,GRU hh low,GRU hh high,LSTM h norm,LSTM C norm,LSTM f low,LSTM f high,LSTM i low,"
                        + "LSTM i high,LSTM g low,LSTM g high,LSTM o low,LSTM o high");
        assertThat(lines).hasSize(1 + 2 * 6);
        assertThat(lines.get(1)).startsWith("0,1,");
        assertThat(lines.get(12)).startsWith("2,6,");
        for (String line : lines.subList(1, 13)) {
            double[] row = Arrays.stream(line.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            assertThat(row).hasSize(22);
            for (int norm : new int[] {2, 5, 12, 13}) {
                assertThat(row[norm]).isPositive();
            }
            for (int part : new int[] {3, 4, 6, 11, 14, 21}) {
                assertThat(row[part]).isBetween(0.0, 1.0);
            }
        }
    }

    private static Model model(CellKind cell, long seed) {
        return Sequential.of(cell.layer(UNITS), dense(1)).build(Shape.of(STEPS, 2), seed);
    }

    private static Dataset data(long seed) {
        return new AddingProblem(STEPS).draw(new Well19937c(seed), 4);
    }

    /** ∂L/∂h of the last step is 2 (answer − target) U, whatever the cell. */
    @Property(tries = 10)
    void theNormAtTheLastStepIsThatByHand(@ForAll long seed, @ForAll("cells") CellKind cell) {
        Model model = model(cell, seed);
        Dataset data = data(seed);
        double[] norms =
                Flow.of(cell, 0, model.parameters(), UNITS, data).norms().get("h");
        double error = model.predict(data.x()).sub(data.y()).abs().mean().toDouble();
        double length = model.parameters().get("dense/U").norm().toDouble();
        assertThat(norms).hasSize(STEPS);
        assertThat(norms[STEPS - 1]).isCloseTo(2 * error * length, within(1e-12));
    }

    @Provide
    Arbitrary<CellKind> cells() {
        return Arbitraries.of(CellKind.RNN, CellKind.GRU, CellKind.LSTM);
    }

    /** ∂L/∂h and ∂L/∂C of the first step are those by the state from which the other steps start. */
    @Property(tries = 10)
    void theNormsAtTheFirstStepAreThoseByTheStateAfterIt(@ForAll long seed) {
        Model model = model(CellKind.LSTM, seed);
        Dataset data = data(seed);
        Parameters parameters = model.parameters();
        Cell<LstmState> cell = Layers.lstm(UNITS).cell(Scope.of(parameters).child("lstm"), 2);
        Tensor zeros = Tensor.zeros(4, UNITS);
        LstmState first = cell.step(data.x().select(1, 0), new LstmState(zeros, zeros));
        Tape tape = new Tape();
        LstmState watched = first.map(tape::watch);
        Tensor last = Unroll.of(cell)
                .over(data.x().slice(1, 1, STEPS), watched)
                .last()
                .h();
        Tensor answer = last.matmul(parameters.get("dense/U")).add(parameters.get("dense/b"));
        Gradients gradients = tape.backward(answer.sub(data.y()).square().sum());
        Tensor dh = gradients.of(watched.h());
        Tensor C = first.C_().tanh(); // h = o ⊙ C
        Tensor dC = gradients
                .of(watched.C_())
                .add(dh.mul(first.h().div(C)).mul(C.square().oneMinus()));
        Flow flow = Flow.of(CellKind.LSTM, 0, parameters, UNITS, data);
        assertThat(flow.norms().get("h")[0]).isCloseTo(dh.norm(1).mean().toDouble(), within(1e-12));
        assertThat(flow.norms().get("C")[0]).isCloseTo(dC.norm(1).mean().toDouble(), within(1e-9));
    }

    @Test
    void aGateThatIsOpenForGoodIsSaturatedHigh() {
        Parameters parameters = model(CellKind.LSTM, 1).parameters();
        parameters = parameters
                .with("lstm/bf", Tensor.full(50, 1, UNITS))
                .with("lstm/bi", Tensor.full(-50, 1, UNITS))
                .with("lstm/bg", Tensor.full(-50, 1, UNITS));
        Flow flow = Flow.of(CellKind.LSTM, 0, parameters, UNITS, data(1));
        assertThat(flow.saturation().get("f").high()).hasSize(STEPS).containsOnly(1);
        assertThat(flow.saturation().get("f").low()).containsOnly(0);
        assertThat(flow.saturation().get("i").low()).containsOnly(1);
        assertThat(flow.saturation().get("g").low()).containsOnly(1);
        assertThat(flow.saturation().get("o").low()).containsOnly(0);
    }
}
