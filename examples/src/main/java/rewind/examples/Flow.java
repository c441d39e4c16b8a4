package rewind.examples;

import static rewind.nn.Layers.gru;
import static rewind.nn.Layers.lstm;
import static rewind.nn.Layers.rnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.layer.Cell;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Scope;
import rewind.nn.recurrent.LstmState;
import rewind.nn.recurrent.Unroll;

/**
 * What goes through a recurrent network whose last output answers, step by step.
 *
 * @param cell its kind
 * @param epoch after how many epochs of training
 * @param norms per state, h and of an LSTM also C, and per step t the Euclidean norm of ∂L/∂h(t) or ∂L/∂C(t), L being the loss of one
 *     sample, on average over the samples
 * @param saturation per gate what part of its values is near either end of its range
 */
record Flow(CellKind cell, int epoch, Map<String, double[]> norms, Map<String, Saturation> saturation) {
    /**
     * What part of a gate's values over units and samples lies within a tenth of its range from its ends: below 0.1 and above 0.9 for a
     * sigmoid, below −0.8 and above 0.8 for a tanh. Source: Karpathy, Johnson and Fei-Fei, arXiv:1506.02078.
     *
     * @param low per step the part near the lower end
     * @param high per step the part near the upper end
     */
    record Saturation(double[] low, double[] high) {}

    /** Returns what goes through a network of one recurrent layer and one dense layer with the given parameters. */
    static Flow of(CellKind cell, int epoch, Parameters parameters, int units, Dataset data) {
        Scope scope = Scope.of(parameters).child(cell.name().toLowerCase(Locale.ROOT));
        int features = data.x().size(2);
        Tensor zeros = Tensor.zeros(data.size(), units);
        Recording recording = new Recording();
        Tape tape = new Tape();
        List<Tensor> h = new ArrayList<>();
        List<Tensor> carried = new ArrayList<>();
        List<Tensor> shown = new ArrayList<>();
        switch (cell) {
            case RNN ->
                unroll(
                        rnn(units).activation(recording.gate("h", -1)).cell(scope, features),
                        state -> watched(tape, state, h),
                        data.x(),
                        zeros);
            case GRU ->
                unroll(
                        gru(units)
                                .updateActivation(recording.gate("z", 0))
                                .resetActivation(recording.gate("r", 0))
                                .activation(recording.gate("hh", -1))
                                .cell(scope, features),
                        state -> watched(tape, state, h),
                        data.x(),
                        zeros);
            case LSTM ->
                unroll(
                        lstm(units)
                                .forgetActivation(recording.gate("f", 0))
                                .inputActivation(recording.gate("i", 0))
                                .candidateActivation(recording.gate("g", -1))
                                .outputActivation(recording.gate("o", 0))
                                .activation(C_ -> watched(tape, C_, shown).tanh())
                                .cell(scope, features),
                        state -> new LstmState(watched(tape, state.h(), h), watched(tape, state.C_(), carried)),
                        data.x(),
                        new LstmState(zeros, zeros));
            default -> throw new IllegalArgumentException("flow: the gates of " + cell + " are not known");
        }
        Tensor answer = h.get(h.size() - 1).matmul(parameters.get("dense/U")).add(parameters.get("dense/b"));
        Gradients gradients = tape.backward(answer.sub(data.y()).square().sum()); // the sum of the samples' losses
        Map<String, double[]> norms = new LinkedHashMap<>();
        norms.put("h", norms(h.stream().map(gradients::of)));
        if (cell == CellKind.LSTM) { // C goes on in two ways, to the next step and by the output of its own
            norms.put(
                    "C",
                    norms(IntStream.range(0, h.size())
                            .mapToObj(t -> gradients.of(carried.get(t)).add(gradients.of(shown.get(t))))));
        }
        return new Flow(cell, epoch, norms, recording.saturation());
    }

    private static double[] norms(Stream<Tensor> gradients) {
        return gradients
                .mapToDouble(gradient -> gradient.norm(1).mean().toDouble())
                .toArray();
    }

    /** The value as something to differentiate by, which is also added to a list. */
    private static Tensor watched(Tape tape, Tensor value, List<Tensor> all) {
        Tensor watched = tape.watch(value);
        all.add(watched);
        return watched;
    }

    /** Unrolls a cell, with a function of the state after every step. */
    private static <S> void unroll(Cell<S> cell, UnaryOperator<S> afterStep, Tensor x, S zero) {
        Cell<S> followed = (input, previous) -> afterStep.apply(cell.step(input, previous));
        Unroll.of(followed).over(x, zero);
    }

    /** Keeps the values of gates, which are given out by activations. */
    private static final class Recording {
        private final Map<String, List<Tensor>> values = new LinkedHashMap<>();
        private final Map<String, Integer> lowest = new LinkedHashMap<>();

        /** The activation of a gate: sigmoid, or tanh if the lowest value is −1. */
        UnaryOperator<Tensor> gate(String name, int low) {
            values.put(name, new ArrayList<>());
            lowest.put(name, low);
            return x -> {
                Tensor value = low == 0 ? x.sigmoid() : x.tanh();
                values.get(name).add(value.detach());
                return value;
            };
        }

        Map<String, Saturation> saturation() {
            Map<String, Saturation> all = new LinkedHashMap<>();
            values.forEach((name, steps) -> {
                double low = lowest.get(name);
                double tenth = 0.1 * (1 - low);
                all.put(
                        name,
                        new Saturation(
                                parts(steps, value -> value.less(low + tenth)),
                                parts(steps, value -> value.greater(1 - tenth))));
            });
            return all;
        }

        private static double[] parts(List<Tensor> steps, UnaryOperator<Tensor> near) {
            return steps.stream()
                    .mapToDouble(value -> near.apply(value).mean().toDouble())
                    .toArray();
        }
    }
}
