package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Node;

/**
 * The operators RNN, GRU and LSTM: from X (steps, samples, features) to all outputs Y (steps, directions, samples, units) and the last
 * states Y_h and Y_c (directions, samples, units); with layout 1 the samples come first. W (directions, gates · units, features), R
 * (directions, gates · units, units), B (directions, 2 · gates · units), P (directions, 3 · units).
 */
final class Recurrences {
    static final Map<String, Operator> ALL = Map.of(
            "RNN", call -> apply(call, RecurrentStep.Kind.RNN),
            "GRU", call -> apply(call, RecurrentStep.Kind.GRU),
            "LSTM", call -> apply(call, RecurrentStep.Kind.LSTM));

    private Recurrences() {}

    private static List<Value> apply(Call call, RecurrentStep.Kind kind) {
        boolean samplesFirst = call.integer("layout", 0) == 1;
        Tensor given = call.tensor(0);
        Check.that(given.rank() == 3, "X must have three axes, got the shape %s", given.shape());
        Tensor x = samplesFirst ? given.permute(1, 0, 2) : given;
        String direction = call.text("direction", "forward");
        List<Boolean> directions = switch (direction) {
            case "forward" -> List.of(false);
            case "reverse" -> List.of(true);
            case "bidirectional" -> List.of(false, true);
            default -> throw Check.failure("direction must be forward, reverse or bidirectional, got %s", direction);
        };
        requireDirections(call, kind, directions.size());
        List<Tensor> outputs = new ArrayList<>();
        List<Tensor> lastOutputs = new ArrayList<>();
        List<Tensor> lastStates = new ArrayList<>();
        List<UnaryOperator<Tensor>> activations = CellActivations.of(call, kind.activations(directions.size()));
        int perDirection = activations.size() / directions.size();
        for (int d = 0; d < directions.size(); d++) {
            RecurrentStep step =
                    new RecurrentStep(call, kind, d, activations.subList(d * perDirection, (d + 1) * perDirection));
            Run run = new Run(call, step, x, directions.get(d), d, samplesFirst);
            outputs.add(run.outputs);
            lastOutputs.add(run.state.h());
            lastStates.add(run.state.c());
        }
        Tensor y = Tensor.stack(1, outputs); // (steps, directions, samples, units)
        List<Value> values = new ArrayList<>();
        values.add(call.input(0).with(samplesFirst ? y.permute(2, 0, 1, 3) : y));
        values.add(call.input(0).with(Tensor.stack(samplesFirst ? 1 : 0, lastOutputs)));
        if (kind == RecurrentStep.Kind.LSTM) {
            values.add(call.input(0).with(Tensor.stack(samplesFirst ? 1 : 0, lastStates)));
        }
        return values;
    }

    private static void requireDirections(Call call, RecurrentStep.Kind kind, int directions) {
        Tensor w = call.tensor(1);
        Tensor r = call.tensor(2);
        long units = call.integer("hidden_size", r.rank() == 3 ? r.size(2) : 0);
        Check.that(
                w.rank() == 3
                        && r.shape().equals(Shape.of(directions, kind.gates() * (int) units, (int) units))
                        && w.shape()
                                .equals(Shape.of(
                                        directions,
                                        kind.gates() * (int) units,
                                        call.tensor(0).size(2))),
                "W must be (%s, %s, features) and R (%s, %s, %s), got %s and %s for X %s",
                directions,
                kind.gates() * units,
                directions,
                kind.gates() * units,
                units,
                w.shape(),
                r.shape(),
                call.tensor(0).shape());
    }

    /** The steps of one direction. */
    private static final class Run {
        private final Tensor outputs;
        private RecurrentStep.State state;

        Run(Call call, RecurrentStep step, Tensor x, boolean reversed, int direction, boolean samplesFirst) {
            int steps = x.size(0);
            int samples = x.size(1);
            state = new RecurrentStep.State(
                    initial(call, 5, direction, samples, step.units(), samplesFirst),
                    initial(call, 6, direction, samples, step.units(), samplesFirst));
            int[] lengths = call.has(4) ? call.input(4).ints() : null;
            Check.that(
                    lengths == null
                            || (lengths.length == samples
                                    && IntStream.of(lengths).allMatch(length -> length >= 0 && length <= steps)),
                    "there must be a length of at most %s per sample of %s",
                    steps,
                    samples);
            String loop = loop(call.node());
            List<Tensor> projected = step.project(x).unstack(0);
            Tensor[] all = new Tensor[steps];
            for (int k = 0; k < steps; k++) {
                int t = reversed ? steps - 1 - k : k;
                projected.get(t).atStep(loop, t);
                RecurrentStep.State next = step.advance(projected.get(t), state);
                Tensor real = lengths == null ? null : real(t, x, lengths);
                state = real == null ? next : next.where(real, state);
                all[t] = real == null ? next.h() : next.h().maskedBy(real);
            }
            state.h().atStep(loop, -1);
            outputs = steps == 0 ? Tensor.zeros(x.dtype(), 0, samples, step.units()) : Tensor.stack(0, all);
        }

        /** What equations call the loop over steps; names of nodes may have signs that equations need for themselves. */
        private static String loop(Node node) {
            String word = node.name().replaceAll("^[^\\p{L}]+", "").replaceAll("[^\\p{L}\\p{N}_]+", "_");
            return word.isEmpty() ? node.op() : word;
        }

        /** 1 for the samples of which a step is their own, or null if it is that of all. */
        private static Tensor real(int t, Tensor x, int... lengths) {
            double[] real = IntStream.of(lengths)
                    .mapToDouble(length -> t < length ? 1 : 0)
                    .toArray();
            return IntStream.of(lengths).allMatch(length -> t < length)
                    ? null
                    : Tensor.of(Shape.of(real.length, 1), real).to(x.dtype());
        }

        private static Tensor initial(
                Call call, int input, int direction, int samples, int units, boolean samplesFirst) {
            if (!call.has(input)) {
                return Tensor.zeros(call.tensor(0).dtype(), samples, units);
            }
            Tensor initial = call.tensor(input).select(samplesFirst ? 1 : 0, direction);
            if (initial.shape().equals(Shape.of(1, units))) {
                return initial.broadcastTo(samples, units); // written for one sample, whose state is that of all
            }
            Check.that(
                    initial.shape().equals(Shape.of(samples, units)),
                    "an initial state must be (%s, %s) in each direction, got %s",
                    samples,
                    units,
                    initial.shape());
            return initial;
        }
    }
}
