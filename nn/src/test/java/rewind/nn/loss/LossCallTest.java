package rewind.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Losses.categoricalCrossEntropy;

import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.nn.layer.Activation;

/** The scores of an output are known as long as the loss is called that was given it, and no longer. */
class LossCallTest {
    private static final Tensor SCORES = Tensor.of(new double[][] {{0, 1000}});
    private static final Tensor TARGET = Tensor.of(new double[][] {{1, 0}});
    /** Of the score; of the probability alone, which rounded to 0, it is far less. */
    private static final double EXACT = 1000;

    private static double crossEntropy(Tensor output) {
        return categoricalCrossEntropy().perSample(output, TARGET).toArray()[0];
    }

    /** A loss that hands its output out. */
    private static Loss keeping(Tensor[] kept) {
        return (output, target) -> {
            kept[0] = output;
            return Tensor.full(crossEntropy(output), 1);
        };
    }

    @Test
    void anOutputThatIsKeptIsAnOutputAlone() {
        Tensor[] kept = new Tensor[1];
        assertThat(keeping(kept).perSample(Activation.SOFTMAX, SCORES, TARGET).toArray())
                .containsExactly(EXACT);
        assertThat(crossEntropy(kept[0])).isBetween(708.0, 709.0);
    }

    /** Behind a call inside a call the inner output is one alone, and the outer one still has its scores. */
    @Test
    void aCallInACallEndsFirst() {
        Tensor[] kept = new Tensor[1];
        Loss outer = (output, target) -> {
            keeping(kept).perSample(Activation.SOFTMAX, SCORES.mul(2), target);
            return Tensor.of(crossEntropy(kept[0]), crossEntropy(output));
        };
        double[] found = outer.perSample(Activation.SOFTMAX, SCORES, TARGET).toArray();
        assertThat(found[0]).isBetween(708.0, 709.0);
        assertThat(found[1]).isEqualTo(EXACT);
    }
}
