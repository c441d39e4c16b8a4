package rewind.nn.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Map;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Losses;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;
import rewind.nn.loss.Loss;

/** One recorded loss of EpyNN: its value per sample and its gradient with respect to the output. */
final class RecordedLoss {
    private static final Near NEAR = Near.within(1e-12, 1e-15);

    private RecordedLoss() {}

    public static Loss named(String name) {
        return switch (name) {
            case "MSE" -> Losses.meanSquaredError();
            case "MAE" -> Losses.meanAbsoluteError();
            case "MSLE" -> Losses.meanSquaredLogarithmicError();
            case "CCE" -> Losses.categoricalCrossEntropy();
            case "BCE" -> Losses.binaryCrossEntropy();
            default -> throw new AssertionError("the recorded loss must be known, got " + name);
        };
    }

    public static void verify(Map<String, Object> recorded) {
        String name = (String) recorded.get("loss");
        boolean edge = recorded.get("tag").equals("edge-0-1") && name.endsWith("CE");
        Tape tape = new Tape();
        Tensor A = tape.watch(Json.tensor(recorded.get("A")));
        Tensor values = named(name).perSample(A, Json.tensor(recorded.get("Y")));
        Tensor dA = tape.backward(values.sum()).of(A);
        if (edge) {
            verifyAtCertainty(values, dA, recorded);
        } else {
            NEAR.verify(name, values, Json.tensor(recorded.get("loss_per_sample")));
            NEAR.verify("d" + name, dA, Json.tensor(recorded.get("dA")));
        }
    }

    /**
     * Probabilities of 0 and 1: EpyNN's gradients are NaN and infinite, and its values are those of probabilities cut at 1e-16. Here both
     * are finite, and where the certainty is right both are 0 or what the formula says.
     */
    private static void verifyAtCertainty(Tensor values, Tensor dA, Map<String, Object> recorded) {
        double[] expected = Json.tensor(recorded.get("loss_per_sample")).toArray();
        for (int i = 0; i < expected.length; i++) {
            double value = values.toArray()[i];
            assertThat(value).isFinite();
            if (expected[i] < 30) {
                assertThat(value).isCloseTo(expected[i], offset(1e-12));
            } else {
                assertThat(value).isGreaterThanOrEqualTo(expected[i] - 0.1);
            }
        }
        assertThat(dA.isClose(dA.clamp(-Double.MAX_VALUE, Double.MAX_VALUE), 0, 0))
                .as("finite %s", dA)
                .isTrue();
    }
}
