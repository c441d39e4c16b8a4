package rewind.nn.recorded;

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
import rewind.autograd.Tensor;
import rewind.nn.fixture.Json;
import rewind.nn.fixture.Near;
import rewind.nn.optimize.Optimizer;

/**
 * Updates against the steps that ML-From-Scratch took. Its Adadelta and its gradient descent without momentum are the same; where it
 * differs from the papers, the relation that follows from the difference must hold.
 */
final class RecordedOptimizer {
    private static final Near NEAR = Near.within(1e-14, 0);
    private static final Tensor ZEROS = Tensor.zeros(2, 3);

    /** What stands under its root beside the sum or mean of squares in Adagrad and RMSprop. */
    private static final double EPSILON = 1e-8;

    private final Map<String, Object> hyperparameters;
    private final double rate;
    private final Run run;

    private RecordedOptimizer(Map<String, Object> recorded) {
        this.hyperparameters = Json.object(recorded.get("hparams"));
        this.run = Run.of(recorded);
        this.rate = hyperparameters.containsKey("learning_rate") ? number("learning_rate") : 1;
    }

    public static void verify(Map<String, Object> recorded) {
        RecordedOptimizer of = new RecordedOptimizer(recorded);
        switch ((String) recorded.get("optimizer")) {
            case "StochasticGradientDescent" -> of.gradientDescent();
            case "Adadelta" -> of.run.verify(adadelta().rho(of.number("rho")).epsilon(of.number("eps")));
            case "Adagrad" -> of.adagradWithEpsilonUnderTheRoot();
            case "RMSprop" -> of.rmspropWithEpsilonUnderTheRoot();
            case "Adam" -> of.adamWithAConstantCorrection();
            default ->
                throw new AssertionError("the recorded optimizer must be known, got " + recorded.get("optimizer"));
        }
    }

    private double number(String name) {
        return Json.number(hyperparameters.get(name));
    }

    /** Its velocity is a running average, v ← μv + (1 − μ)dp, not a sum: it takes (1 − μ) times our steps. */
    private void gradientDescent() {
        double momentum = number("momentum");
        run.verify(momentum == 0 ? sgd(rate) : sgd(rate * (1 - momentum)).momentum(momentum));
    }

    /** It divides by √(G + ε): as if G had started at ε. */
    private void adagradWithEpsilonUnderTheRoot() {
        Optimizer optimizer = adagrad(rate).epsilon(Math.sqrt(Double.MIN_NORMAL));

        run.verify(optimizer, List.of(Tensor.full(EPSILON, 2, 3)));
        run.verify(adagrad(rate), List.of(ZEROS), Near.within(1e-9, 0)); // the place of ε shows in the tenth digit
    }

    /** It divides by √(v + ε), and v + ε is the running average of dp² + ε: that of the gradients √(dp² + ε), if it starts at ε. */
    private void rmspropWithEpsilonUnderTheRoot() {
        Optimizer optimizer = rmsprop(rate).rho(number("rho")).epsilon(Math.sqrt(Double.MIN_NORMAL));
        List<Tensor> slots = List.of(Tensor.full(EPSILON, 2, 3));

        for (int t = 1; t <= run.steps(); t++) {
            Tensor dp = run.gradient(t);
            Tensor lifted = dp.square().add(EPSILON).sqrt();
            Optimizer.Updated updated = optimizer.update(rate, t, ZEROS, lifted, slots);
            slots = updated.slots();
            Tensor step = updated.parameter().mul(dp).div(lifted);
            NEAR.verify("step " + t, run.after(t - 1).add(step), run.after(t));
        }
        run.verify(rmsprop(rate).rho(number("rho")), List.of(ZEROS), Near.within(1e-7, 0));
    }

    /** It corrects by 1 − β in place of 1 − βᵗ, which is right in the first step alone; the running averages are the same. */
    private void adamWithAConstantCorrection() {
        List<Tensor> slots = List.of(ZEROS, ZEROS);
        double b1 = number("b1");
        double b2 = number("b2");

        for (int t = 1; t <= run.steps(); t++) {
            Optimizer.Updated updated =
                    adam(rate).betas(b1, b2).update(rate, t, run.after(t - 1), run.gradient(t), slots);
            slots = updated.slots();
            assertThat(updated.parameter().isClose(run.after(t), 1e-14, 0))
                    .as("step %s is right", t)
                    .isEqualTo(t == 1);
            double[] expected = run.after(t - 1).toArray();
            for (int i = 0; i < expected.length; i++) {
                double m = slots.get(0).toArray()[i] / (1 - b1);
                double v = slots.get(1).toArray()[i] / (1 - b2);
                expected[i] -= rate * m / (Math.sqrt(v) + 1e-8);
            }
            NEAR.verify("step " + t, Tensor.of(expected).reshape(2, 3), run.after(t));
        }
    }

    /** The gradients, and the weights from before the first step to after the last. */
    private record Run(List<Tensor> gradients, List<Tensor> weights) {
        public static Run of(Map<String, Object> recorded) {
            List<Tensor> weights = new ArrayList<>(List.of(Json.tensor(recorded.get("w0"))));
            weights.addAll(tensors(recorded.get("w")));
            return new Run(tensors(recorded.get("grads")), weights);
        }

        private static List<Tensor> tensors(Object list) {
            return Json.list(list).stream().map(Json::tensor).toList();
        }

        public int steps() {
            return gradients.size();
        }

        public Tensor gradient(int t) {
            return gradients.get(t - 1);
        }

        public Tensor after(int t) {
            return weights.get(t);
        }

        public void verify(Optimizer optimizer) {
            verify(optimizer, Collections.nCopies(optimizer.slots(), ZEROS));
        }

        public void verify(Optimizer optimizer, List<Tensor> slots) {
            verify(optimizer, slots, NEAR);
        }

        public void verify(Optimizer optimizer, List<Tensor> start, Near near) {
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
