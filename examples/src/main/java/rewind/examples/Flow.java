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
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.nn.Cell;
import rewind.nn.Dataset;
import rewind.nn.LstmState;
import rewind.nn.Parameters;
import rewind.nn.Scope;
import rewind.nn.Unroll;

/**
 * What goes through a recurrent network whose last output answers, step by step.
 *
 * @param cell its kind
 * @param epoch after how many epochs of training
 * @param norms per step t the Euclidean norm of ∂L/∂h(t), L being the loss of one sample, on average over the samples
 * @param saturation per gate what part of its values is near either end of its range
 */
record Flow(CellKind cell, int epoch, double[] norms, Map<String, Saturation> saturation) {
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
        Recording recording = new Recording();
        Tensor zeros = Tensor.zeros(data.size(), units);
        Scope scope = Scope.of(parameters).child(cell.name().toLowerCase(Locale.ROOT));
        int features = data.x().size(2);
        Tape tape = new Tape();
        List<Tensor> h;
        switch (cell) {
            case RNN -> h = outputs(
                    rnn(units).activation(recording.gate("h", -1)).cell(scope, features), tape::watch, data, zeros);
            case GRU -> h = outputs(
                    gru(units)
                            .updateActivation(recording.gate("z", 0))
                            .resetActivation(recording.gate("r", 0))
                            .activation(recording.gate("hh", -1))
                            .cell(scope, features),
                    tape::watch,
                    data,
                    zeros);
            case LSTM -> h = outputs(
                    lstm(units)
                            .forgetActivation(recording.gate("f", 0))
                            .inputActivation(recording.gate("i", 0))
                            .candidateActivation(recording.gate("g", -1))
                            .outputActivation(recording.gate("o", 0))
                            .cell(scope, features),
                    state -> new LstmState(tape.watch(state.h()), state.C_()),
                    data,
                    new LstmState(zeros, zeros));
            default -> throw new IllegalArgumentException("flow: the gates of " + cell + " are not known");
        }
        Tensor answer = h.get(h.size() - 1).matmul(parameters.get("dense/U")).add(parameters.get("dense/b"));
        Gradients gradients = tape.backward(answer.sub(data.y()).square().sum()); // the sum of the samples' losses
        double[] norms = h.stream()
                .mapToDouble(each -> gradients.of(each).norm(1).mean().toDouble())
                .toArray();
        return new Flow(cell, epoch, norms, recording.saturation());
    }

    /** The outputs of all steps, after each of which the state is watched, so that the sweep keeps its derivative. */
    private static <S> List<Tensor> outputs(Cell<S> cell, UnaryOperator<S> watch, Dataset data, S zero) {
        return Unroll.of(new Watched<>(cell, watch)).over(data.x(), zero).outputs();
    }

    private record Watched<S>(Cell<S> cell, UnaryOperator<S> watch) implements Cell<S> {
        @Override
        public S step(Tensor x, S previous) {
            return watch.apply(cell.step(x, previous));
        }
    }

    /** Returns the name and when, such as {@code LSTM, epoch 10}. */
    String name() {
        return cell + ", epoch " + epoch;
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
                all.put(name, new Saturation(
                        parts(steps, value -> value.less(low + tenth)), parts(steps, value -> value.greater(1 - tenth))));
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
