package rewind.nn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.dropout;
import static rewind.nn.Layers.recurrent;
import static rewind.nn.Layers.rnn;
import static rewind.nn.Losses.meanSquaredError;
import static rewind.nn.Optimizers.adam;
import static rewind.nn.Optimizers.sgd;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.fixture.MinimalGatedUnit;
import rewind.nn.fixture.Replay;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Scope;
import rewind.nn.optimize.Clipping;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.RnnCell;
import rewind.nn.recurrent.Unroll;

/** What is refused, and the exact words: a message names the thing, the condition, and what was given. */
class MessagesTest {
    private static final Model MODEL = Sequential.of(rnn(3), dense(2)).build(Shape.of(4, 2), 1);
    private static final Parameters PARAMETERS = Parameters.of(Map.of("w", Tensor.zeros(2, 3)));
    private static final Cell<Tensor> CELL =
            new RnnCell(Tensor.zeros(2, 3), Tensor.zeros(3, 3), Tensor.zeros(1, 3), Tensor::tanh);
    private static final double NAN = Double.NaN;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"layers", "models", "parameters", "unrolling", "data", "training", "values"})
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }

    static List<Arguments> layers() {
        Shape scalar = Shape.of();
        return List.of(
                refusal("dense: units must be positive, got 0", () -> dense(0)),
                refusal("rnn: units must be positive, got -1", () -> rnn(-1)),
                refusal("recurrent: units must be positive, got 0", () -> recurrent(MinimalGatedUnit::define, 0)),
                refusal(
                        "dense: a sample must have at least one axis, got the shape []",
                        () -> Sequential.of(dense(2)).build(scalar, 1)),
                refusal(
                        "rnn: a sample must be (steps, features) with at least one step, got the shape [3]",
                        () -> Sequential.of(dense(3), rnn(2)).build(Shape.of(2), 1)),
                refusal(
                        "recurrent: a sample must be (steps, features) with at least one step, got the shape [0, 3]",
                        () -> Sequential.of(recurrent(MinimalGatedUnit::define, 2))
                                .build(Shape.of(0, 3), 1)),
                refusal(
                        "own: a sample must be (steps, features) with at least one step, got the shape [5, 2, 3];"
                                + " a sample has no batch axis",
                        () -> Sequential.of(rnn(2).named("own")).build(Shape.of(5, 2, 3), 1)),
                refusal(
                        "rnn: the limit of the gradients' norm must be positive, got 0.0",
                        () -> rnn(2).clipGradients(0)),
                refusal("rnn: chunks must have a positive number of steps, got 0", () -> rnn(2).truncateChunks(0)),
                refusal(
                        "rnn: a window must not reach back a negative number of steps, got -1",
                        () -> rnn(2).truncateWindow(-1)),
                refusal(
                        "rnn: the dropout rate must be at least 0 and less than 1, got 1.0",
                        () -> rnn(2).recurrentDropout(1)),
                refusal("dropout: the rate must be at least 0 and less than 1, got -0.5", () -> dropout(-0.5)));
    }

    static List<Arguments> models() {
        Tensor x = Tensor.zeros(1, 4, 2);
        Layer late = (scope, input) -> {
            if (scope.pass().training()) {
                scope.parameter("late", 1);
            }
            return in -> in;
        };
        Model undeclared = Sequential.of(late).build(Shape.of(2), 1);
        return List.of(
                refusal(
                        "rnn, given samples [4, 5]: parameter rnn/U has the shape [2, 3], but the input needs [5, 3]",
                        () -> MODEL.predict(Tensor.zeros(1, 4, 5))),
                refusal(
                        "model: the input must be a batch of samples [4, 2], got the shape [4, 2]; expandDims(0) makes a"
                                + " batch of one sample; build takes the shape of a sample, without the batch axis",
                        () -> MODEL.predict(Tensor.zeros(4, 2))),
                refusal(
                        "rnn: a sample must be (steps, features) with at least one step, got the shape [0, 2]",
                        () -> MODEL.predict(Tensor.zeros(1, 0, 2))),
                refusal(
                        "layer, given samples [2]: a batch must have a batch axis, got the shape []",
                        () -> Sequential.of((scope, input) -> Tensor::sum).build(Shape.of(2), 1)),
                refusal(
                        "layer, given samples [2]: parameter layer/late must have been declared when the model was built,"
                                + " there are []",
                        () -> undeclared.forward(
                                undeclared.parameters(), Tensor.zeros(1, 2), Pass.training(new Replay()))),
                refusal(
                        "parameters must be named [rnn/U, rnn/V, rnn/b, dense/U, dense/b], got [w]",
                        () -> MODEL.set(PARAMETERS)),
                refusal(
                        "rnn: the initial state must have the shape [1, 3], got [1, 4]",
                        () -> MODEL.forward(
                                MODEL.parameters(), x, Pass.inference().from("rnn", Tensor.zeros(1, 4)))),
                refusal(
                        "rnn: the initial state must be a Tensor, got a LstmState",
                        () -> MODEL.forward(
                                MODEL.parameters(),
                                x,
                                Pass.inference().from("rnn", new LstmState(Tensor.zeros(1, 3), Tensor.zeros(1, 3))))));
    }

    static List<Arguments> parameters() {
        return List.of(
                refusal("parameter v must be one of [w]", () -> PARAMETERS.get("v")),
                refusal("parameter v must be one of [w]", () -> PARAMETERS.with("v", Tensor.zeros(1))),
                refusal(
                        "parameter w must have the shape [2, 3], got [3, 2]",
                        () -> PARAMETERS.with("w", Tensor.zeros(3, 2))),
                refusal(
                        "parameter w must have the shape [2, 3], got [6]",
                        () -> PARAMETERS.with(List.of(Tensor.zeros(6)))),
                refusal("there must be 1 parameters, got 0", () -> PARAMETERS.with(List.of())),
                refusal("clipping: the limit must be positive, got 0.0", () -> Clipping.byNorm(PARAMETERS, 0)),
                refusal("clipping: the limit must be positive, got NaN", () -> Clipping.byNorm(PARAMETERS, NAN)),
                refusal(
                        "parameter own has the shape [1], but the input needs [2]",
                        () -> Scope.drawing(new Replay()).parameter("own", (rng, shape) -> Tensor.zeros(1), 2)),
                refusal("parameter U has the shape [1], but the input needs [2]", () -> {
                    Scope scope = Scope.drawing(new Replay(1, 2));
                    scope.parameter("U", 1);
                    scope.parameter("U", 2);
                }),
                refusal(
                        "xavier: the parameter must have at least one axis, got the shape []",
                        () -> Scope.drawing(new Replay(1)).parameter("gain")),
                refusal(
                        "orthogonal: the parameter must be a matrix, got the shape [2, 3, 4]",
                        () -> Initializers.orthogonal().draw(new Replay(), Shape.of(2, 3, 4))));
    }

    static List<Arguments> unrolling() {
        Tensor h = Tensor.zeros(1, 3);
        return List.of(
                refusal(
                        "unroll: the input must be (batch, steps, features), got the shape [4, 2]",
                        () -> Unroll.of(CELL).over(Tensor.zeros(4, 2), h)),
                refusal(
                        "stack: there must be at least one tensor",
                        () -> Unroll.of(CELL).over(Tensor.zeros(1, 0, 2), h).sequence()),
                refusal(
                        "unroll: chunks must have a positive number of steps, got 0",
                        () -> Unroll.of(CELL).truncateChunks(0)),
                refusal(
                        "unroll: a window must not reach back a negative number of steps, got -1",
                        () -> Unroll.of(CELL).truncateWindow(-1)),
                refusal(
                        "unroll: there must be one length per sample of [1, 4, 2], got 2",
                        () -> Unroll.of(CELL).lengths(Lengths.of(4, 4)).over(Tensor.zeros(1, 4, 2), h)),
                refusal(
                        "lengths: sample 0 must have at most 4 steps, got 5",
                        () -> Unroll.of(CELL).lengths(Lengths.of(5)).over(Tensor.zeros(1, 4, 2), h)),
                refusal("lengths: sample 1 must not have a negative length, got -2", () -> Lengths.of(3, -2)),
                refusal(
                        "lengths: there must be one length per sample, got 1 for 3 samples",
                        () -> Lengths.of(2).withoutPadding(Tensor.ones(3, 3, 1))));
    }

    static List<Arguments> data() {
        Tensor two = Tensor.zeros(2, 1);
        Dataset infinite = new Dataset(Tensor.zeros(2, 4, 2), Tensor.of(new double[][] {{0}, {1 / 0.0}}));
        Tensor x = Tensor.of(new double[][][] {{{1, 2}, {3, NAN}}});
        return List.of(
                refusal(
                        "dataset: there must be as many targets as samples, got the shapes [2, 1] and [3, 1]",
                        () -> new Dataset(two, Tensor.zeros(3, 1))),
                refusal(
                        "dataset: there must be as many targets as samples, got the shapes [] and [2, 1]",
                        () -> new Dataset(Tensor.of(1.0).sum(), two)),
                refusal(
                        "dataset: there must be one length per sample, got 1 for 2 samples",
                        () -> new Dataset(Tensor.zeros(2, 4, 1), two).lengths(Lengths.of(3))),
                refusal(
                        "dataset: at least one of the sequences must have a step",
                        () -> Dataset.ragged(List.of(new double[0][], new double[0][]), two)),
                refusal(
                        "dataset: every step must have 2 features, but sample 1, step 1 has 3",
                        () -> Dataset.ragged(List.of(new double[1][2], new double[][] {{1, 2}, {1, 2, 3}}), two)),
                refusal(
                        "dataset: x must be finite, but sample 0, step 1, element 1 is NaN",
                        () -> Training.of(MODEL).fit(new Dataset(x, Tensor.zeros(1, 2)))),
                refusal(
                        "dataset: y must be finite, but sample 1, element 0 is Infinity",
                        () -> Training.of(MODEL).fit(infinite)));
    }

    static List<Arguments> training() {
        Dataset none = new Dataset(Tensor.zeros(0, 4, 2), Tensor.zeros(0, 2));
        Dataset wrong = new Dataset(Tensor.zeros(3, 4, 2), Tensor.zeros(3, 1));
        return List.of(
                refusal(
                        "training: epochs must not be negative, got -1",
                        () -> Training.of(MODEL).epochs(-1)),
                refusal(
                        "training: the batch size must be positive, got 0",
                        () -> Training.of(MODEL).batchSize(0)),
                refusal(
                        "training: there must be at least one sample",
                        () -> Training.of(MODEL).fit(none)),
                refusal(
                        "training: there must be at least one sample to validate with",
                        () -> Training.of(MODEL).validation(none).fit(wrong)),
                refusal(
                        "evaluate: there must be at least one sample",
                        () -> Training.of(MODEL).evaluate(none)),
                refusal(
                        "training: the learning rate must be positive, got 0.0",
                        () -> Training.of(MODEL).learningRate("rnn", 0)),
                refusal(
                        "training: there must be a layer lstm with parameters among [rnn/U, rnn/V, rnn/b, dense/U, dense/b]",
                        () -> Training.of(MODEL).learningRate("lstm", 0.1)),
                refusal(
                        "meanSquaredError: the target must have the shape of the output [3, 2], got [3, 1]",
                        () -> Training.of(MODEL).fit(wrong)),
                refusal(
                        "meanSquaredError: the target must have the shape of the output [2, 1], got [2]; expandDims(1) makes a column of the targets",
                        () -> meanSquaredError().of(Tensor.zeros(2, 1), Tensor.zeros(2))),
                refusal(
                        "meanSquaredError: the target must have the shape of the output [], got []",
                        () -> meanSquaredError().of(Tensor.zeros(), Tensor.zeros())));
    }

    static List<Arguments> values() {
        return List.of(
                refusal("sgd: the learning rate must be positive, got 0.0", () -> sgd(0)),
                refusal("sgd: the learning rate must be positive, got NaN", () -> sgd(NAN)),
                refusal("adam: the learning rate must be positive, got -0.001", () -> adam(-1e-3)),
                refusal("adam: the learning rate must be positive, got Infinity", () -> adam(1 / 0.0)),
                refusal("huber: delta must be positive, got 0.0", () -> Losses.huber(0)),
                refusal("softmax: the temperature must be positive, got 0.0", () -> Activation.softmax(0)),
                refusal(
                        "activation tan must be one of [elu, gelu, hardSigmoid, identity, leakyRelu, mish, relu,"
                                + " selu, sigmoid, silu, softmax, softplus, tanh]",
                        () -> dense(1, "tan")));
    }
}
