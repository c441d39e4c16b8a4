package rewind.nn.sequence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;
import rewind.nn.train.PredictionStream;
import rewind.nn.train.Predictor;
import rewind.nn.train.Trainable;

/** Sequences by a model with the states that it carries. */
final class ModelStream implements TokenStream {
    private static final double ROUNDING = 1e-5;

    private final PredictionStream stream;
    private final UnaryOperator<Tensor> reading;
    /** Whether outputs may be probabilities, of which nobody told. */
    private boolean doubtful;

    private ModelStream(Trainable model, int rows, UnaryOperator<Tensor> reading, Map<String, Tensor> given) {
        Activation last = model.lastActivation();
        Check.that(
                last.equals(Activation.IDENTITY) || last.equals(Activation.SOFTMAX),
                "decoding: a model must end with softmax, or with scores that softmax makes probabilities of, got %s",
                last);
        this.stream = new Scores(model, given).stream(rows);
        this.reading = reading == null ? usual(model) : reading;
        this.doubtful = last.equals(Activation.IDENTITY);
    }

    static TokenStream begin(
            Trainable model, int sequences, int copies, UnaryOperator<Tensor> reading, Map<String, Tensor> given) {
        int[] rows =
                IntStream.range(0, sequences * copies).map(row -> row / copies).toArray();
        Map<String, Tensor> repeated = new LinkedHashMap<>();
        given.forEach((name, each) -> {
            Check.that(
                    each.rank() > 0 && each.size(0) == sequences,
                    "decoding: %s must be of %s sequences, got the shape %s",
                    name,
                    sequences,
                    each.shape());
            repeated.put(name, each.gather(rows));
        });
        return new ModelStream(model, rows.length, reading, repeated);
    }

    /** What comes before the last activation: a stream of it. */
    private record Scores(Trainable model, Map<String, Tensor> given) implements Predictor {
        @Override
        public Parameters parameters() {
            return model.parameters();
        }

        @Override
        public Shape input() {
            return model.input();
        }

        @Override
        public Tensor forward(Parameters with, Tensor x, Pass pass) {
            Map<String, Tensor> some = new LinkedHashMap<>();
            given.forEach((name, each) -> some.put(name, each.slice(0, 0, x.size(0))));
            Pass own = pass.given(some);
            Tensor scores = model.scores(with, x, own);
            own.lastStates().forEach(pass::ended);
            return scores;
        }

        @Override
        public String toString() {
            return model.toString();
        }
    }

    /** How models usually read numbers (rows, 1): as they are, or one-hot. */
    private static UnaryOperator<Tensor> usual(Trainable model) {
        Shape input = model.input();
        int tokens = model.output().rank() == 0 ? 1 : model.output().size(-1);
        if (input.rank() == 1) {
            return ids -> ids;
        }
        if (input.rank() == 2 && input.size(1) == 1) {
            return ids -> ids.expandDims(2);
        }
        Check.that(
                input.rank() == 2 && input.size(1) == tokens,
                "decoding: a model must read numbers of tokens, (steps) or (steps, 1), or one-hot, (steps, %s), got samples %s; reading(…) tells"
                        + " another way",
                tokens,
                input);
        return ids -> ids.oneHot(tokens);
    }

    @Override
    public Tensor step(int... ids) {
        Tensor y = stream.step(reading.apply(Tensor.of(ids).expandDims(1)));
        Tensor scores = y.rank() == 3 && y.size(1) == 1 ? y.squeeze(1) : y;
        Check.that(
                !doubtful || !isProbabilities(scores),
                "decoding: the outputs of the model must be scores, got probabilities; make softmax its last activation, or leave it out");
        doubtful = false;
        return scores;
    }

    private static boolean isProbabilities(Tensor rows) {
        Tensor sums = rows.sum(-1);
        return rows.size(-1) > 1
                && rows.min().toDouble() >= 0
                && sums.sub(1).abs().max().toDouble() < ROUNDING;
    }

    @Override
    public void select(int... rows) {
        stream.select(rows);
    }

    /** Returns the stream of predictions. */
    @Override
    public String toString() {
        return stream.toString();
    }
}
