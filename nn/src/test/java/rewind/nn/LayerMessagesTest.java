package rewind.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.embedding;
import static rewind.nn.Layers.flatten;
import static rewind.nn.Layers.function;
import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.layerNormalization;
import static rewind.nn.Layers.oneHot;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Layers.timeDistributed;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;

/** A layer that cannot take what it gets is named as in the model, with what it got and what it needs. */
class LayerMessagesTest {
    private static final Model TWO =
            Sequential.of(dense(3), rnn(4).sequences(true), flatten(), dense(2)).build(Shape.of(5, 2), 1);
    private static final Model IDS = Sequential.of(embedding(10, 3), gru(2)).build(Shape.of(4), 1);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"building", "predicting", "options", "own"})
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }

    static List<Arguments> building() {
        return List.of(
                refusal(
                        "rnn2: a sample must be (steps, features) with at least one step, got the shape [3]; rnn gives its last"
                                + " output alone, sequences(true) gives all",
                        () -> Sequential.of(rnn(3), rnn(2)).build(Shape.of(5, 2), 1)),
                refusal(
                        "sequential/rnn2: a sample must be (steps, features) with at least one step, got the shape [3];"
                                + " sequential/rnn gives its last output alone, sequences(true) gives all",
                        () -> Sequential.of(Sequential.of(rnn(3), rnn(2))).build(Shape.of(5, 2), 1)),
                refusal(
                        "embedding, given samples [4, 2]: a sample must be ids, (steps) or (steps, 1)",
                        () -> Sequential.of(embedding(3, 2)).build(Shape.of(4, 2), 1)),
                refusal(
                        "oneHot, given samples []: a sample must be ids, (steps) or (steps, 1)",
                        () -> Sequential.of(oneHot(3)).build(Shape.of(), 1)),
                refusal(
                        "oneHot, given samples [4]: ids must be less than 16777216 = 2^24 in FLOAT32, which has no greater"
                                + " ones exactly, got 16777217; use FLOAT64",
                        () -> Sequential.of(oneHot((1 << 24) + 1)).build(Shape.of(4), 1, DType.FLOAT32)),
                refusal(
                        "layerNormalization, given samples []: a sample must have at least one axis",
                        () -> Sequential.of(layerNormalization()).build(Shape.of(), 1)),
                refusal(
                        "flatten, given samples []: a sample must be (steps, …)",
                        () -> Sequential.of(timeDistributed(flatten())).build(Shape.of(), 1)),
                refusal(
                        "rnn: a sample must be (steps, features) with at least one step, got the shape [2]",
                        () -> Sequential.of(timeDistributed(rnn(3))).build(Shape.of(5, 2), 1)));
    }

    static List<Arguments> predicting() {
        return List.of(
                refusal(
                        "dense, given samples [5, 3]: parameter dense/U has the shape [2, 3], but the input needs [3, 3]",
                        () -> TWO.predict(Tensor.zeros(1, 5, 3))),
                refusal(
                        "dense2, given samples [24]: parameter dense2/U has the shape [20, 2], but the input needs [24, 2]",
                        () -> TWO.predict(Tensor.zeros(1, 6, 2))),
                refusal(
                        "embedding, given samples [4]: ids must be whole numbers from 0 to 9, but sample 1, step 2 is 10.0",
                        () -> IDS.predict(Tensor.of(new double[][] {{0, 1, 2, 3}, {9, 9, 10, 11}}))),
                refusal(
                        "embedding, given samples [4]: ids must be whole numbers from 0 to 9, but sample 0, step 3 is -1.0",
                        () -> IDS.predict(Tensor.of(new double[][] {{0, 1, 2, -1}}))),
                refusal(
                        "embedding, given samples [2]: ids must be whole numbers from 0 to 9, but sample 0, step 0 is 1.5",
                        () -> IDS.predict(Tensor.of(new double[][] {{1.5, 1}}))),
                refusal(
                        "embedding, given samples [2]: ids must be whole numbers from 0 to 9, but sample 0, step 1 is NaN",
                        () -> IDS.predict(Tensor.of(new double[][] {{1, Double.NaN}}))),
                refusal(
                        "predict: the batch size must be positive, got 0",
                        () -> IDS.predictInBatches(Tensor.zeros(3, 4), 0)));
    }

    static List<Arguments> options() {
        return List.of(
                refusal("embedding: the number of ids must be positive, got 0", () -> embedding(0, 1)),
                refusal("embedding: features must be positive, got 0", () -> embedding(1, 0)),
                refusal("oneHot: classes must be positive, got 0", () -> oneHot(0)),
                refusal(
                        "layerNormalization: epsilon must be positive and finite, got 0.0",
                        () -> layerNormalization().epsilon(0)),
                refusal("normal: the deviation must be at least 0 and finite, got -1.0", () -> Initializers.normal(-1)),
                refusal(
                        "uniform: low must not exceed high, and both be finite, got 1.0 and 0.0",
                        () -> Initializers.uniform(1, 0)),
                refusal(
                        "model: gru/Uz is a block of a stack, which can only be frozen as a whole; use gru/U",
                        () -> IDS.freeze("gru/Uz")),
                refusal(
                        "model: there must be parameters lstm among [embedding/E, gru/U, gru/V, gru/b]",
                        () -> IDS.freeze("lstm")),
                refusal(
                        "parameter nothing must be one of [embedding/E, gru/Uz, gru/Ur, gru/Uhh, gru/Vz, gru/Vr, gru/Vhh,"
                                + " gru/bz, gru/br, gru/bhh]",
                        () -> IDS.frozen("nothing")));
    }

    static List<Arguments> own() {
        Layer wrong = (scope, input) -> x -> scope.apply("inner", dense(3), x).matmul(Tensor.zeros(4, 4));
        return List.of(
                refusal(
                        "halve, given samples [3]: matmul: columns of left [1, 3] must equal rows of right [4, 4]",
                        () -> Sequential.of(function("halve", x -> x.matmul(Tensor.zeros(4, 4))))
                                .build(Shape.of(3), 1)),
                refusal(
                        "layer, given samples [2]: matmul: columns of left [1, 3] must equal rows of right [4, 4]",
                        () -> Sequential.of(wrong).build(Shape.of(2), 1)),
                refusal(
                        "layer/inner: a sample must have at least one axis, got the shape []",
                        () -> Sequential.of(wrong).build(Shape.of(), 1)));
    }
}
