package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static rewind.nn.Optimizers.adadelta;
import static rewind.nn.Optimizers.adagrad;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.adamw;
import static rewind.nn.Optimizers.rmsprop;
import static rewind.nn.Optimizers.sgd;

import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.nn.Optimizers;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.OptimizerSteps;

/** Updates against the published algorithms in plain numbers; {@link rewind.nn.GoldenTest} compares with another library. */
class OptimizersTest {
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void sgdFollowsTheGradient(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        steps.verify(sgd(steps.rate()), (lr, t, p, g, memory) -> p - lr * g);
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void momentumSumsGradients(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double mu = steps.fraction();
        steps.verify(sgd(steps.rate()).momentum(mu), (lr, t, p, g, v) -> p - lr * (v[0] = mu * v[0] + g));
    }

    /** Sutskever et al., equations 1 and 2, where the velocity is a sum of steps: the same as long as the rate does not change. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void momentumIsAVelocity(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed).constantRate();
        double mu = steps.fraction();
        steps.verify(sgd(steps.rate()).momentum(mu), (lr, t, p, g, v) -> p + (v[0] = mu * v[0] - lr * g));
    }

    /** Equations 3 and 4: θ and v move by the gradient at θ + μv, which is p here. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void nesterovLooksAhead(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed).constantRate();
        double mu = steps.fraction();
        steps.verify(sgd(steps.rate()).momentum(mu).nesterov(true), (lr, t, p, g, v) -> {
            double theta = p - mu * v[0];
            v[0] = mu * v[0] - lr * g;
            return theta + v[0] + mu * v[0];
        });
    }

    /** Duchi et al., figure 1. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void adagradIsFigure1(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double delta = steps.small();
        steps.verify(adagrad(steps.rate()).epsilon(delta), (lr, t, p, g, sum) -> {
            sum[0] += g * g;
            return p - lr / (delta + Math.sqrt(sum[0])) * g;
        });
    }

    /** Zeiler, algorithm 1, its step times the rate. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void adadeltaIsAlgorithm1(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double rho = steps.fraction();
        double epsilon = steps.small();
        steps.verify(adadelta(steps.rate()).rho(rho).epsilon(epsilon), (lr, t, x, g, mean) -> {
            mean[0] = rho * mean[0] + (1 - rho) * g * g;
            double step = -Math.sqrt(mean[1] + epsilon) / Math.sqrt(mean[0] + epsilon) * g;
            mean[1] = rho * mean[1] + (1 - rho) * step * step;
            return x + lr * step;
        });
    }

    /** Tieleman and Hinton, lecture 6.5. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void rmspropDividesByARunningAverage(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double rho = steps.fraction();
        double epsilon = steps.small();
        steps.verify(rmsprop(steps.rate()).rho(rho).epsilon(epsilon), (lr, t, w, g, meanSquare) -> {
            meanSquare[0] = rho * meanSquare[0] + (1 - rho) * g * g;
            return w - lr * g / (Math.sqrt(meanSquare[0]) + epsilon);
        });
    }

    /** Kingma and Ba, algorithm 1. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void adamIsAlgorithm1(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double beta1 = steps.fraction();
        double beta2 = steps.fraction();
        double epsilon = steps.small();
        Optimizer optimizer = adam(steps.rate()).betas(beta1, beta2).epsilon(epsilon);
        steps.verify(optimizer, (lr, t, p, g, memory) -> p - lr * direction(beta1, beta2, epsilon, t, g, memory));
    }

    /** Loshchilov and Hutter, algorithm 2, with λ·lr as their λ. */
    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void adamwIsAlgorithm2(@ForAll long seed) {
        OptimizerSteps steps = new OptimizerSteps(seed);
        double beta1 = steps.fraction();
        double beta2 = steps.fraction();
        double epsilon = steps.small();
        double lambda = steps.fraction();
        Optimizer optimizer =
                adamw(steps.rate()).weightDecay(lambda).betas(beta1, beta2).epsilon(epsilon);
        steps.verify(
                optimizer,
                (lr, t, p, g, memory) -> p - (lr * direction(beta1, beta2, epsilon, t, g, memory) + lr * lambda * p));
    }

    private static double direction(double beta1, double beta2, double epsilon, int t, double g, double[] memory) {
        memory[0] = beta1 * memory[0] + (1 - beta1) * g;
        memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
        return memory[0] / (1 - Math.pow(beta1, t)) / (Math.sqrt(memory[1] / (1 - Math.pow(beta2, t))) + epsilon);
    }

    @Test
    void defaults() {
        assertThat(sgd(0.1)).isEqualTo(new Sgd(0.1, 0, false));
        assertThat(adagrad(0.1)).isEqualTo(new Adagrad(0.1, 1e-10));
        assertThat(adadelta()).isEqualTo(new Adadelta(1, 0.95, 1e-6)).isEqualTo(adadelta(1));
        assertThat(rmsprop(0.1)).isEqualTo(new Rmsprop(0.1, 0.9, 1e-8));
        assertThat(adam(0.1)).isEqualTo(new Adam(0.1, 0.9, 0.999, 1e-8));
        assertThat(adamw(0.1)).isEqualTo(new AdamW(0.1, 0.9, 0.999, 1e-8, 0.01));
    }

    /** The first step has the length of the learning rate, whatever the size of the gradient. */
    @Test
    void adamStartsWithTheRate() {
        Tensor dp = Tensor.of(1e6, -3.0, 1e-3);
        List<Tensor> slots = List.of(Tensor.zeros(3), Tensor.zeros(3));

        Tensor p = adam(0.01).update(0.01, 1, Tensor.zeros(3), dp, slots).parameter();

        Near.within(1e-4, 0).verify("p", p, Tensor.of(-0.01, 0.01, -0.01));
    }

    @Test
    void zeroGradientChangesNothing() {
        all().filter(each -> !(each instanceof AdamW)).forEach(optimizer -> {
            Tensor p =
                    first(optimizer, 1, Tensor.of(1.0, -2.0), Tensor.zeros(2)).parameter();
            assertThat(p.toArray()).as(optimizer.toString()).containsExactly(1, -2);
        });
        Tensor decayed = first(adamw(0.5).weightDecay(0.5), 0.5, Tensor.of(1.0, -2.0), Tensor.zeros(2))
                .parameter();
        assertThat(decayed.toArray()).containsExactly(0.75, -1.5);
    }

    /** The rate of a step is an argument, so that it may follow a schedule. */
    @Test
    void rateOfTheStepCounts() {
        Tensor p = sgd(1).update(0.5, 1, Tensor.of(1.0, 1.0), Tensor.of(1.0, 2.0), List.of())
                .parameter();

        assertThat(p.toArray()).containsExactly(0.5, 0);
        assertThat(sgd(0.25).learningRate()).isEqualTo(0.25);
        assertThat(adam(0.125).learningRate()).isEqualTo(0.125);
        assertThat(sgd(1).slots()).isZero();
        assertThat(adam(1).slots()).isEqualTo(2);
    }

    @Test
    void theDtypeStays() {
        Tensor p = Tensor.of(0.5, -1.25, 3);
        Tensor dp = Tensor.of(-2, 0.75, 1e-3);
        for (DType dtype : DType.values()) {
            all().forEach(optimizer -> {
                Optimizer.Updated updated = first(optimizer, 0.25, as(dtype, p), as(dtype, dp));
                assertThat(updated.parameter().dtype()).as(optimizer.toString()).isEqualTo(dtype);
                assertThat(updated.slots()).allMatch(slot -> slot.dtype() == dtype);
                Tensor result = Tensor.of(updated.parameter().toArray());
                Near near = Near.within(16 * dtype.epsilon(), 0);
                near.verify(
                        optimizer.toString(),
                        result,
                        first(optimizer, 0.25, p, dp).parameter());
            });
        }
    }

    /** No decay is none, and a rule with decay goes by the name of the rule: decay remembers nothing. */
    @Test
    void decayMayBeZero() {
        Tensor p = Tensor.of(1.0, -2.0);
        Tensor dp = Tensor.of(0.5, 0.25);
        List<Optimizer> rules = List.of(sgd(1), sgd(1).momentum(0.5), adagrad(1), adam(1).betas(0, 0));
        for (Optimizer rule : rules) {
            double[] expected = first(rule, 0.5, p, dp).parameter().toArray();
            for (Optimizer none : List.of(rule.weightDecay(0), rule.l2(0))) {
                assertThat(first(none, 0.5, p, dp).parameter().toArray()).containsExactly(expected);
                assertThat(none.name()).isEqualTo(rule.name());
                assertThat(none.slots()).isEqualTo(rule.slots());
                assertThat(none.learningRate()).isEqualTo(1);
            }
            refuses(
                    () -> rule.l2(Double.POSITIVE_INFINITY),
                    "optimizer: the weight decay must be finite and not negative, got Infinity");
        }
        assertThat(sgd(1).name()).isEqualTo("Sgd");
        assertThat(first(adamw(1).weightDecay(0), 0.5, p, dp).parameter().toArray())
                .containsExactly(first(adam(1), 0.5, p, dp).parameter().toArray());
        refuses(
                () -> adamw(1).weightDecay(Double.POSITIVE_INFINITY),
                "adamw: the weight decay must be finite and not negative, got Infinity");
    }

    @Test
    void refusesRatesThatAreNotPositive() {
        refusesRates("sgd", Optimizers::sgd);
        refusesRates("adagrad", Optimizers::adagrad);
        refusesRates("adadelta", Optimizers::adadelta);
        refusesRates("rmsprop", Optimizers::rmsprop);
        refusesRates("adam", Optimizers::adam);
        refusesRates("adamw", Optimizers::adamw);
    }

    private static void refusesRates(String name, DoubleConsumer optimizer) {
        for (double rate : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
            refuses(() -> optimizer.accept(rate), name + ": the learning rate must be positive, got " + rate);
        }
    }

    @Test
    void refusesOptionsOutOfRange() {
        refuses(() -> sgd(1).momentum(1), "sgd: the momentum must be at least 0 and less than 1, got 1.0");
        refuses(() -> adagrad(1).epsilon(0), "adagrad: the epsilon must be positive, got 0.0");
        refuses(() -> adadelta().rho(-0.1), "adadelta: the rho must be at least 0 and less than 1, got -0.1");
        refuses(() -> adadelta().epsilon(-1), "adadelta: the epsilon must be positive, got -1.0");
        refuses(() -> rmsprop(1).rho(1.5), "rmsprop: the rho must be at least 0 and less than 1, got 1.5");
        refuses(() -> rmsprop(1).epsilon(0), "rmsprop: the epsilon must be positive, got 0.0");
        refuses(() -> adam(1).betas(1, 0), "adam: the beta1 must be at least 0 and less than 1, got 1.0");
        refuses(() -> adam(1).betas(0, 1), "adam: the beta2 must be at least 0 and less than 1, got 1.0");
        refuses(() -> adam(1).epsilon(0), "adam: the epsilon must be positive, got 0.0");
        refuses(() -> adamw(1).betas(-1, 0), "adamw: the beta1 must be at least 0 and less than 1, got -1.0");
        refuses(() -> adamw(1).betas(0, Double.NaN), "adamw: the beta2 must be at least 0 and less than 1, got NaN");
        refuses(() -> adamw(1).epsilon(0), "adamw: the epsilon must be positive, got 0.0");
        refuses(() -> adamw(1).weightDecay(-1), "adamw: the weight decay must be finite and not negative, got -1.0");
    }

    private static void refuses(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Stream<Optimizer> all() {
        Sgd momentum = sgd(1).momentum(0.5);
        return Stream.of(
                sgd(1), momentum, momentum.nesterov(true), adagrad(1), adadelta(), rmsprop(1), adam(1), adamw(1));
    }

    /** The first step. */
    private static Optimizer.Updated first(Optimizer optimizer, double rate, Tensor p, Tensor dp) {
        return optimizer.update(rate, 1, p, dp, OptimizerSteps.zeros(optimizer, p));
    }

    private static Tensor as(DType dtype, Tensor x) {
        double[] values = x.toArray();
        int[] next = {0};
        return Tensor.zeros(dtype, x.shape()).map(zero -> values[next[0]++]);
    }
}
