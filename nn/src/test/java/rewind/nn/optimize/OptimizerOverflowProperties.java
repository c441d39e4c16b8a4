package rewind.nn.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;
import static rewind.nn.Layers.dense;
import static rewind.nn.Optimizers.adadelta;
import static rewind.nn.Optimizers.adagrad;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.adamw;
import static rewind.nn.Optimizers.rmsprop;
import static rewind.nn.Optimizers.sgd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.Training;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.fixture.OptimizerSteps;
import rewind.nn.layer.Parameters;
import rewind.nn.loss.Loss;

/** Gradients of any size that a type can hold: parameters go on moving, or an ArithmeticException says why they cannot. */
class OptimizerOverflowProperties {
    private static final List<Optimizer> ALL = List.of(
            sgd(1e-3),
            sgd(1e-3).momentum(0.9),
            sgd(1e-3).momentum(0.9).nesterov(true),
            adagrad(1e-2),
            adadelta(),
            rmsprop(1e-2),
            adam(1e-2),
            adamw(1e-2),
            adam(1e-2).weightDecay(0.1),
            rmsprop(1e-2).l2(0.1));

    private static final String TOO_LARGE = "(what the optimizer remembers is not finite: the gradient, or its square,"
            + "|the parameter would not be finite after the step: the gradient, or the step,) is too large for ";

    /** Evenly: a generator of numbers would prefer those near 0. */
    private static double between(RandomGenerator rng, double low, double high) {
        return low + (high - low) * rng.nextDouble();
    }

    /** The exponent of the largest power of ten of a type. */
    private static double largest(DType dtype) {
        return dtype == DType.FLOAT32 ? 38.5 : 308.2;
    }

    /** One gradient of 10^x, then some of 1: after the first, none may leave a parameter where it was for good. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void noGradientFreezesAParameterInSilence(@ForAll long seed, @ForAll boolean single, @ForAll boolean negative) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        double part = between(new Well19937c(seed), 0, 1);
        double size = Math.pow(10, part * largest(dtype)) * (negative ? -1 : 1);
        Tensor huge = Tensor.of(size, 1).to(dtype);
        for (Optimizer optimizer : ALL) {
            try {
                Tensor p = Tensor.zeros(dtype, 2);
                List<Tensor> slots = OptimizerSteps.zeros(optimizer, p);
                for (int t = 1; t <= 3; t++) {
                    Optimizer.Updated next = optimizer.update(1e-3, t, p, t == 1 ? huge : Tensor.ones(dtype, 2), slots);
                    slots = next.slots();
                    assertThat(slots).allMatch(Tensor::isFinite);
                    assertThat(next.parameter()).matches(Tensor::isFinite);
                    if (t == 1) {
                        assertThat(next.parameter().toArray()[0])
                                .as(optimizer + " by " + huge)
                                .isNotZero();
                    }
                    p = next.parameter();
                }
            } catch (ArithmeticException e) {
                assertThat(Math.abs(size)).as(optimizer.toString()).isGreaterThan(Math.pow(10, largest(dtype) / 2 - 1));
                assertThat(e).hasMessageMatching(TOO_LARGE + dtype);
            }
        }
    }

    /** Used without training, which looks at parameters itself: whatever overflows is told, and so is what was not finite. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aParameterThatIsNotFiniteIsNotReturned(@ForAll long seed, @ForAll boolean single) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        RandomGenerator rng = new Well19937c(seed);
        double max = single ? Float.MAX_VALUE : Double.MAX_VALUE;
        double[] numbers = {0, 1, -1, max, -max, max / 2, Double.NaN, Double.POSITIVE_INFINITY, -1e-30};
        Tensor p = Tensor.of(numbers[rng.nextInt(6)], 1).to(dtype);
        Tensor dp = Tensor.of(numbers[rng.nextInt(numbers.length)], 1).to(dtype);
        double rate = rng.nextBoolean() ? 1e-3 : numbers[1 + rng.nextInt(numbers.length - 1)];
        for (Optimizer optimizer : ALL) {
            try {
                Optimizer.Updated next = optimizer.update(rate, 1, p, dp, OptimizerSteps.zeros(optimizer, p));
                assertThat(next.parameter()).as(optimizer + " of " + p + dp).matches(Tensor::isFinite);
                assertThat(next.slots()).as(optimizer + " of " + p + dp).allMatch(Tensor::isFinite);
            } catch (ArithmeticException e) {
                assertThat(e).hasMessageMatching(TOO_LARGE + dtype);
            }
        }
        Optimizer nesterov = sgd(0.1).momentum(0.9).nesterov(true);
        Tensor huge = Tensor.full(dtype, 0.9 * max, 1);
        assertThatThrownBy(() -> nesterov.update(0.1, 1, huge, huge, List.of(huge.mul(0))))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(
                        "the parameter would not be finite after the step: the gradient, or the step, is too large for "
                                + dtype);
    }

    /** The first step of Adam is its rate for every gradient whose square a type can hold, up to the last one. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void theFirstStepOfAdamIsItsRate(@ForAll long seed, @ForAll boolean single) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        double part = between(new Well19937c(seed), -0.3, 1);
        double max = Math.sqrt(single ? Float.MAX_VALUE : Double.MAX_VALUE) * (1 - 4 * dtype.epsilon());
        Tensor dp = Tensor.of(Math.pow(max, part)).reshape(1).to(dtype);
        Optimizer optimizer = adam(0.25).epsilon(single ? 1e-18 : 1e-150);
        Tensor zero = Tensor.zeros(dtype, 1);
        Tensor p = optimizer.update(0.25, 1, zero, dp, List.of(zero, zero)).parameter();
        Near.within(1e-3, 0).verify("p", p, Tensor.of(-0.25).reshape(1).to(dtype));
    }

    /** Too small to have a square: steps are those of a gradient beside ε. */
    @Test
    void tinyGradientsMoveParametersByEpsilon() {
        for (Optimizer optimizer : List.of(adam(1), rmsprop(1), adagrad(1))) {
            Tensor zero = Tensor.zeros(DType.FLOAT32, 1);
            Tensor dp = Tensor.full(DType.FLOAT32, 1e-30, 1);
            Tensor p = optimizer
                    .update(1, 1, zero, dp, OptimizerSteps.zeros(optimizer, zero))
                    .parameter();
            assertThat(p.toArray()[0]).as(optimizer.toString()).isBetween(-1e-19, -1e-23);
        }
    }

    @Test
    void anEpsilonThatATypeCannotHoldIsRefused() {
        String held = "the epsilon must be a positive number in FLOAT32, but %s is %s there";
        refusesEpsilon(adadelta().epsilon(1e-60), "adadelta: " + String.format(held, 1e-60, 0.0));
        refusesEpsilon(adadelta().epsilon(1e60), "adadelta: " + String.format(held, 1e60, Double.POSITIVE_INFINITY));
        String above =
                "the epsilon must be at least 1.0842021724855044E-19 in FLOAT32, whose squares of smaller numbers"
                        + " underflow, got ";
        for (double epsilon : new double[] {1e-60, 1e-30, 1.08e-19}) {
            refusesEpsilon(adam(1).epsilon(epsilon), "adam: " + above + epsilon);
            refusesEpsilon(adamw(1).epsilon(epsilon), "adam: " + above + epsilon);
            refusesEpsilon(adagrad(1).epsilon(epsilon), "adagrad: " + above + epsilon);
            refusesEpsilon(rmsprop(1).epsilon(epsilon), "rmsprop: " + above + epsilon);
        }
        refusesEpsilon(adam(1).epsilon(1e60), "adam: " + String.format(held, 1e60, Double.POSITIVE_INFINITY));
    }

    private static void refusesEpsilon(Optimizer optimizer, String message) {
        Tensor zero = Tensor.zeros(DType.FLOAT32, 1);
        assertThatThrownBy(() -> optimizer.update(1, 1, zero, zero, OptimizerSteps.zeros(optimizer, zero)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        Tensor wide = Tensor.zeros(1);
        assertThat(optimizer
                        .update(1, 1, wide, wide, OptimizerSteps.zeros(optimizer, wide))
                        .parameter()
                        .isFinite())
                .isTrue();
    }

    /** With the smallest ε of a type too, first steps have at most about the size that they have for ordinary gradients. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void noGradientIsTooSmallForASmallEpsilon(@ForAll long seed, @ForAll boolean single) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        double smallest = Math.sqrt(single ? Float.MIN_NORMAL : Double.MIN_NORMAL);
        double size = Math.pow(10, between(new Well19937c(seed), single ? -45 : -323, 0));
        Tensor zero = Tensor.zeros(dtype, 1);
        Tensor dp = Tensor.full(dtype, size, 1);
        for (Optimizer optimizer : List.of(
                adam(1).epsilon(smallest),
                adamw(1).epsilon(smallest),
                adagrad(1).epsilon(smallest),
                rmsprop(1).epsilon(smallest))) {
            Tensor p = optimizer
                    .update(1, 1, zero, dp, OptimizerSteps.zeros(optimizer, zero))
                    .parameter();
            assertThat(p.toArray()[0]).as(optimizer + " " + size).isBetween(-3.2, 0.0); // rmsprop's is 1/√(1 − ρ)
        }
    }

    /** Training says in which parameter, and leaves all as they were. */
    @Test
    void trainingNamesTheParameter() {
        for (Optimizer optimizer : List.of(adam(1e-3), adamw(1e-3), adagrad(1e-3), rmsprop(1e-3), adadelta())) {
            for (int accumulated : new int[] {1, 2}) {
                Model model = Sequential.of(dense(1)).build(Shape.of(1), 1, DType.FLOAT32);
                double[] before = Flat.of(model);
                Loss steep = (output, target) -> output.mul(2e20).sum(1);
                Dataset data = new Dataset(Tensor.ones(2, 1), Tensor.ones(2, 1));
                assertThatThrownBy(() -> Training.of(model)
                                .loss(steep)
                                .optimizer(optimizer)
                                .batchSize(1)
                                .accumulate(accumulated)
                                .fit(data))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessage(
                                "training: epoch 1, batch %s: the update of parameter dense/U by a rate of %s: what the optimizer"
                                        + " remembers is not finite: the gradient, or its square, is too large for FLOAT32; the"
                                        + " parameters are as they were before. A smaller learning rate or clipNorm may help",
                                accumulated, optimizer.learningRate());
                assertThat(Flat.of(model)).isEqualTo(before);
                assertThat(Training.of(model)
                                .loss(steep)
                                .optimizer(optimizer)
                                .clipNorm(1)
                                .fit(data)
                                .epochs())
                        .hasSize(10);
                assertThat(Flat.of(model)).isNotEqualTo(before);
            }
        }
    }

    /** A sum over the samples may be too large for the parameters' type, their mean is not, however many batches there are. */
    @Test
    void sumsOfGradientsMayOverflow() {
        Loss steep = (output, target) -> output.mul(1.5e38).sum(1);
        Dataset data = new Dataset(Tensor.ones(4, 1), Tensor.ones(4, 1));
        for (Loss loss : List.of(steep, steep.summed())) {
            Model model = Sequential.of(dense(1)).build(Shape.of(1), 1, DType.FLOAT32);
            model.set("dense/U", Tensor.zeros(1, 1)); // the loss itself is 0
            Training training = Training.of(model)
                    .loss(loss)
                    .optimizer(sgd(1))
                    .batchSize(2)
                    .accumulate(2)
                    .clipNorm(1)
                    .epochs(1);
            if (loss == steep) {
                training.fit(data);
                assertThat(model.parameters().get("dense/U").toDouble())
                        .isCloseTo(-Math.sqrt(0.5), withinPercentage(1e-4));
            } else {
                assertThatThrownBy(() -> training.fit(data))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessageStartingWith(
                                "training: epoch 1, batch 2: the gradients of 2 batches overflow in their sum");
                assertThat(model.parameters().get("dense/U").toDouble()).isZero();
            }
        }
    }

    // ---- clipping ----

    /** The clipped norm is the limit, and the direction stays, for norms that their type cannot hold. */
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void normsOfAnySizeAreClipped(@ForAll boolean single, @ForAll long seed) {
        DType dtype = single ? DType.FLOAT32 : DType.FLOAT64;
        RandomGenerator rng = new Well19937c(seed);
        double part = between(rng, -0.9, 1);
        double limitPower = between(rng, -6, 2);
        double size = Math.pow(10, part * (largest(dtype) - 0.3));
        Tensor u = Tensor.uniform(rng, -1, 1, 3, 4);
        Tensor v = Tensor.uniform(rng, -1, 1, 5);
        double limit = Math.pow(10, limitPower);
        Parameters gradients = Parameters.of(
                Map.of("a/u", u.mul(size).to(dtype), "b/v", v.mul(size).to(dtype)));
        double unit = Math.sqrt(u.square().sum().toDouble() + v.square().sum().toDouble());
        double norm = Clipping.norm(gradients);
        assertThat(norm / size).isCloseTo(unit, withinPercentage(1e-3));
        Parameters clipped = Clipping.byNorm(gradients, limit);
        double factor = norm > limit ? limit / unit : size;
        Near near = Near.within(64 * dtype.epsilon(), 0);
        near.verify("u", clipped.get("a/u"), u.mul(factor).to(dtype));
        near.verify("v", clipped.get("b/v"), v.mul(factor).to(dtype));
    }

    @Test
    void aNormThatIsTheLimitIsNoneTooLarge() {
        Parameters gradients = Parameters.of(Map.of("a/u", Tensor.of(3.0, 4)));
        assertThat(Clipping.byNorm(gradients, 5)).isSameAs(gradients);
        assertThat(Clipping.byNorm(gradients, 2.5).get("a/u").toArray()).containsExactly(1.5, 2);
    }

    @Test
    void whatIsNotFiniteStaysVisible() {
        for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            Parameters gradients = Parameters.of(Map.of("a/u", Tensor.of(1, wrong)));
            assertThat(Clipping.byNorm(gradients, 1).get("a/u").isFinite()).isFalse();
            assertThat(Double.valueOf(Clipping.norm(gradients))).isEqualTo(Double.valueOf(Math.abs(wrong)));
        }
    }

    /** Gradients without elements, and those of other layers, have no part in a norm, however large it is. */
    @Test
    void aNormIsThatOfTheNamedGradientsAlone() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("a/u", Tensor.full(DType.FLOAT32, 3e38, 4));
        all.put("a/v", Tensor.zeros(DType.FLOAT32, 0));
        all.put("b/u", Tensor.full(DType.FLOAT32, 3e38, 2));
        Parameters gradients = Parameters.of(all);
        assertThat(Clipping.norm(gradients)).isCloseTo(3e38 * Math.sqrt(6), withinPercentage(1e-4));
        for (double limit : new double[] {1, 1e-10, 1e38, 6e38}) {
            Parameters clipped = Clipping.byNorm(gradients, name -> name.startsWith("a/"), limit);
            double each = Math.min((float) 3e38, limit / 2);
            for (double found : clipped.get("a/u").toArray()) {
                assertThat(found).isCloseTo(each, withinPercentage(1e-4));
            }
            assertThat(clipped.get("b/u")).isSameAs(gradients.get("b/u"));
        }
    }
}
