package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Optimizers.adadelta;
import static rewind.nn.Optimizers.adagrad;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.rmsprop;
import static rewind.nn.Optimizers.sgd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;

/**
 * Updates against the steps that ML-From-Scratch took. Its Adadelta and its gradient descent without momentum are the same; where it
 * differs from the papers, the relation that follows from the difference must hold.
 */
class RecordedOptimizersTest {
    private static final Near NEAR = Near.within(1e-14, 0);
    private static final Tensor ZEROS = Tensor.zeros(2, 3);

    /** What stands under its root beside the sum or mean of squares in Adagrad and RMSprop. */
    private static final double EPSILON = 1e-8;

    @Test
    void thereAreSixRuns() {
        assertThat(Json.objects(Json.resource("golden/mlfs-rnn.json").get("optimizers")))
                .hasSize(6);
    }

    @Test
    void gradientDescent() {
        run("StochasticGradientDescent", 0).verify(sgd(0.01));
    }

    /** Its velocity is a running average, v ← μv + (1 − μ)dp, not a sum: it takes (1 − μ) times our steps. */
    @Test
    void momentum() {
        run("StochasticGradientDescent", 1).verify(sgd(0.1 * (1 - 0.9)).momentum(0.9));
    }

    @Test
    void adadeltaIsTheSame() {
        run("Adadelta", 0).verify(adadelta());
    }

    /** It divides by √(G + ε): as if G had started at ε. */
    @Test
    void adagradWithEpsilonUnderTheRoot() {
        Run run = run("Adagrad", 0);
        Optimizer optimizer = adagrad(0.01).epsilon(Double.MIN_NORMAL);

        run.verify(optimizer, List.of(Tensor.full(EPSILON, 2, 3)));
        run.verify(adagrad(0.01), List.of(ZEROS), Near.within(1e-9, 0)); // the place of ε shows in the tenth digit
    }

    /** It divides by √(v + ε), and v + ε is the running average of dp² + ε: that of the gradients √(dp² + ε), if it starts at ε. */
    @Test
    void rmspropWithEpsilonUnderTheRoot() {
        Run run = run("RMSprop", 0);
        Optimizer optimizer = rmsprop(0.01).epsilon(Double.MIN_NORMAL);
        List<Tensor> slots = List.of(Tensor.full(EPSILON, 2, 3));

        for (int t = 1; t <= run.steps(); t++) {
            Tensor dp = run.gradient(t);
            Tensor lifted = dp.square().add(EPSILON).sqrt();
            Optimizer.Updated updated = optimizer.update(0.01, t, ZEROS, lifted, slots);
            slots = updated.slots();
            Tensor step = updated.parameter().mul(dp).div(lifted);
            NEAR.verify("step " + t, run.after(t - 1).add(step), run.after(t));
        }
        run.verify(rmsprop(0.01), List.of(ZEROS), Near.within(1e-7, 0));
    }

    /** It corrects by 1 − β in place of 1 − βᵗ, which is right in the first step alone; the running averages are the same. */
    @Test
    void adamWithAConstantCorrection() {
        Run run = run("Adam", 0);
        List<Tensor> slots = List.of(ZEROS, ZEROS);

        for (int t = 1; t <= run.steps(); t++) {
            Optimizer.Updated updated = adam(0.001).update(0.001, t, run.after(t - 1), run.gradient(t), slots);
            slots = updated.slots();
            assertThat(updated.parameter().isClose(run.after(t), 1e-14, 0))
                    .as("step %s is right", t)
                    .isEqualTo(t == 1);
            double[] expected = run.after(t - 1).toArray();
            for (int i = 0; i < expected.length; i++) {
                double m = slots.get(0).toArray()[i] / (1 - 0.9);
                double v = slots.get(1).toArray()[i] / (1 - 0.999);
                expected[i] -= 0.001 * m / (Math.sqrt(v) + 1e-8);
            }
            NEAR.verify("step " + t, Tensor.of(expected).reshape(2, 3), run.after(t));
        }
    }

    /** Returns the runs of an optimizer in the order of the file. */
    private static Run run(String optimizer, int index) {
        return Json.objects(Json.resource("golden/mlfs-rnn.json").get("optimizers")).stream()
                .filter(each -> each.get("optimizer").equals(optimizer))
                .map(Run::of)
                .toList()
                .get(index);
    }

    /** The gradients, and the weights from before the first step to after the last. */
    private record Run(List<Tensor> gradients, List<Tensor> weights) {
        static Run of(Map<String, Object> recorded) {
            List<Tensor> weights = new ArrayList<>(List.of(Json.tensor(recorded.get("w0"))));
            weights.addAll(tensors(recorded.get("w")));
            return new Run(tensors(recorded.get("grads")), weights);
        }

        private static List<Tensor> tensors(Object list) {
            return Json.list(list).stream().map(Json::tensor).toList();
        }

        int steps() {
            return gradients.size();
        }

        Tensor gradient(int t) {
            return gradients.get(t - 1);
        }

        Tensor after(int t) {
            return weights.get(t);
        }

        void verify(Optimizer optimizer) {
            verify(optimizer, Collections.nCopies(optimizer.slots(), ZEROS));
        }

        void verify(Optimizer optimizer, List<Tensor> slots) {
            verify(optimizer, slots, NEAR);
        }

        void verify(Optimizer optimizer, List<Tensor> start, Near near) {
            Tensor p = after(0);
            List<Tensor> slots = start;
            for (int t = 1; t <= steps(); t++) {
                Optimizer.Updated updated = optimizer.update(optimizer.learningRate(), t, p, gradient(t), slots);
                p = updated.parameter();
                slots = updated.slots();
                near.verify(optimizer + ", step " + t, p, after(t));
            }
        }
    }
}
