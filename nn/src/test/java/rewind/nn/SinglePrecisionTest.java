package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Gradients;
import rewind.autograd.Shape;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.exchange.WeightLayout;
import rewind.nn.fixture.Flat;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Lengths;
import rewind.nn.loss.Loss;
import rewind.nn.recurrent.Recurrent;

/** What takes part in training gives in FLOAT32 what it gives in FLOAT64 from the same numbers, rounded. */
class SinglePrecisionTest {
    /** A dozen functions and sums of a dozen numbers, each good to 4 ulp. */
    private static final Near ROUNDED = Near.within(500 * DType.FLOAT32.epsilon(), 50 * DType.FLOAT32.epsilon());

    private final RandomGenerator rng = new Well19937c(3);

    static Map<String, Loss> losses() {
        Map<String, Loss> losses = new LinkedHashMap<>();
        losses.put("meanSquaredError", Losses.meanSquaredError());
        losses.put("meanAbsoluteError", Losses.meanAbsoluteError());
        losses.put("meanSquaredLogarithmicError", Losses.meanSquaredLogarithmicError());
        losses.put("huber", Losses.huber(0.5));
        losses.put("categoricalCrossEntropy", Losses.categoricalCrossEntropy());
        losses.put("binaryCrossEntropy", Losses.binaryCrossEntropy());
        losses.put("summed", Losses.binaryCrossEntropy().summed());
        return losses;
    }

    static List<Activation> activations() {
        return List.of(
                Activation.SIGMOID, Activation.SOFTMAX, Activation.softmax(0.5), Activation.of(x -> x.sigmoid()));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void lossesAndTheirGradients(Activation last) {
        Tensor scores = Tensor.randn(DType.FLOAT32, rng, 6, 4).mul(3);
        Tensor target = Tensor.uniform(DType.FLOAT32, rng, 0, 1, 6, 4);
        losses().forEach((name, loss) -> {
            Tape tape = new Tape();
            Tensor single = tape.watch(scores);
            Tensor exact = tape.watch(scores.to(DType.FLOAT64));
            Tensor value = loss.reduce(loss.perSample(last, single, target));
            Tensor expected = loss.reduce(loss.perSample(last, exact, target.to(DType.FLOAT64)));
            assertThat(value.dtype()).isEqualTo(DType.FLOAT32);
            ROUNDED.verify(name, value, expected);
            Gradients gradients = tape.backward(value);
            ROUNDED.verify(name, gradients.of(single), tape.backward(expected).of(exact));
            assertThat(gradients.of(single).dtype()).isEqualTo(DType.FLOAT32);
        });
    }

    /** Where a probability is 0, its logarithm is that of the smallest normal float, and its derivative pushes it away. */
    @Test
    void logarithmsOfProbabilitiesThatAreZero() {
        Activation own = Activation.of(x -> x);
        Tape tape = new Tape();
        Tensor p = tape.watch(Tensor.of(new float[] {0, 1}));
        Tensor log = own.log(p);
        Tensor complement = own.logOfComplement(p);
        double least = Math.log(Float.MIN_NORMAL);
        assertThat(log.toArray()).containsExactly((float) least, 0);
        assertThat(complement.toArray()).containsExactly(0, (float) least);
        assertThat(tape.backward(log.sum()).of(p).toFloatArray()).containsExactly(1 / Float.MIN_NORMAL, 1);
        Tensor far = Tensor.of(new float[] {-200, 200});
        assertThat(Activation.SOFTMAX.log(far).toArray()).containsExactly(-400, 0);
        assertThat(Activation.SOFTMAX.logOfComplement(far).toArray()).containsExactly(0, -400);
    }

    @Test
    void masksAreOfTheTypeAskedFor() {
        Tensor mask = Lengths.of(2, 0).mask(DType.FLOAT32, 3);
        assertThat(mask.dtype()).isEqualTo(DType.FLOAT32);
        assertThat(mask.toArray()).containsExactly(1, 1, 0, 0, 0, 0);
        assertThat(Lengths.of(1).mask(1).dtype()).isEqualTo(DType.FLOAT64);
    }

    @Test
    void datasetsAreConverted() {
        Dataset data = new Dataset(Tensor.randn(rng, 3, 2, 1), Tensor.randn(rng, 3, 1)).lengths(Lengths.of(1, 2, 0));
        Dataset single = data.to(DType.FLOAT32);
        assertThat(single.x().dtype()).isEqualTo(DType.FLOAT32);
        assertThat(single.y().dtype()).isEqualTo(DType.FLOAT32);
        assertThat(single.lengths()).isEqualTo(data.lengths());
        assertThat(single.x().toArray())
                .containsExactly(data.x().to(DType.FLOAT32).toArray());
    }

    static List<Recurrent<?, ?>> layers() {
        return List.of(rnn(3).named("cell"), gru(3).resetAfter(true).named("cell"), lstm(3).named("cell"));
    }

    /** Weights of another type go into a model in its own type, and come out as they are. */
    @ParameterizedTest
    @MethodSource("layers")
    void weightsOfOtherSystems(Recurrent<?, ?> layer) {
        Model doubles = Sequential.of(layer).build(Shape.of(2, 2), 1);
        Model floats = Sequential.of(layer).build(Shape.of(2, 2), 2, DType.FLOAT32);
        Map<String, Tensor> weights = WeightLayout.pytorch(layer).to(doubles.parameters(), "cell");
        floats.set(WeightLayout.pytorch(layer).from(weights, floats.parameters(), "cell"));
        Map<String, Tensor> written = WeightLayout.pytorch(layer).to(floats.parameters(), "cell");
        weights.forEach((name, tensor) -> {
            assertThat(written.get(name).dtype()).isEqualTo(DType.FLOAT32);
            assertThat(written.get(name).toArray())
                    .as(name)
                    .containsExactly(tensor.to(DType.FLOAT32).toArray());
        });
        doubles.set(WeightLayout.pytorch(layer).from(written, doubles.parameters(), "cell"));
        assertThat(doubles.parameters().values()).allMatch(p -> p.dtype() == DType.FLOAT64);
        assertThat(Flat.of(doubles)).containsExactly(Flat.of(floats));
    }
}
