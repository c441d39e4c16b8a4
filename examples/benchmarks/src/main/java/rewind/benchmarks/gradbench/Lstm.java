package rewind.benchmarks.gradbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import rewind.autograd.Tensor;

/**
 * {@code lstm}: the loss of layers of an LSTM whose weights are diagonal, so that all is done element by element. Layer i at time t waits
 * for layer i − 1 at t and for itself at t − 1; so all layers are computed in one wave after another, layer i at time w − i in wave w.
 */
final class Lstm {
    static final Map<String, Function<Input, Evaluation<?>>> FUNCTIONS = Map.of(
            "objective", input -> Evaluation.ofValue(loss(input), parameters(input)),
            "jacobian",
                    input -> Evaluation.ofGradients(
                            loss(input),
                            dx -> Tensor.concat(
                                            0, dx.get(0).reshape(-1), dx.get(1).reshape(-1))
                                    .toNestedArray(),
                            parameters(input)));

    /** Weights, or biases, of the gates of some layers, each of shape [layers, units]. */
    private record Gates(Tensor forget, Tensor in, Tensor out, Tensor change) {
        static Gates of(Tensor all) {
            List<Tensor> gates = all.unstack(0);
            return new Gates(gates.get(0), gates.get(1), gates.get(2), gates.get(3));
        }
    }

    private record State(Tensor hidden, Tensor cell) {}

    private Lstm() {}

    private static Tensor[] parameters(Input input) {
        return new Tensor[] {input.tensor("main_params"), input.tensor("extra_params")};
    }

    private static Function<List<Tensor>, Tensor> loss(Input input) {
        Tensor state = input.tensor("state");
        Tensor sequence = input.tensor("sequence");
        return in -> loss(in.get(0), in.get(1), state, sequence);
    }

    /** Returns −mean of y_{t+1}·(log-probability of y given what came before), where 2 is added to the sum under the logarithm. */
    private static Tensor loss(Tensor main, Tensor extra, Tensor start, Tensor sequence) {
        Tensor x = sequence.slice(0, 0, -1).mul(extra.select(0, 0));
        Tensor scores = top(main, start, x).mul(extra.select(0, 1)).add(extra.select(0, 2));
        Tensor normalized = scores.sub(scores.exp().sum(1).add(2).log().expandDims(1));
        return sequence.slice(0, 1, sequence.size(0)).mul(normalized).mean().neg();
    }

    /** Returns the states of the topmost layer, [time, units]. */
    private static Tensor top(Tensor main, Tensor start, Tensor x) {
        int steps = x.size(0);
        int units = x.size(1);
        int layers = start.size(0) / 2;
        Tensor all = main.reshape(layers, 2, 4, units).permute(1, 2, 0, 3); // weights and biases, gates, layers, units
        Tensor states = start.reshape(layers, 2, units);
        State state = new State(states.select(1, 0), states.select(1, 1));
        List<Tensor> top = new ArrayList<>();
        Gates weights = null;
        Gates biases = null;
        for (int wave = 0; wave < steps + layers - 1; wave++) {
            int from = Math.max(0, wave - steps + 1);
            int to = Math.min(layers, wave + 1);
            if (weights == null || to - from < layers || wave == layers - 1) {
                Tensor active = all.slice(2, from, to);
                weights = Gates.of(active.select(0, 0));
                biases = Gates.of(active.select(0, 1));
            }
            Tensor above = state.hidden.slice(0, Math.max(from - 1, 0), to - 1);
            Tensor below = from > 0 ? above : Tensor.concat(0, x.slice(0, wave, wave + 1), above);
            State now = step(below, part(state, from, to), weights, biases);
            if (to == layers) {
                top.add(now.hidden.select(0, -1));
            }
            state = new State(put(now.hidden, state.hidden, from, to), put(now.cell, state.cell, from, to));
        }
        return Tensor.stack(0, top);
    }

    private static State part(State state, int from, int to) {
        return new State(state.hidden.slice(0, from, to), state.cell.slice(0, from, to));
    }

    private static Tensor put(Tensor rows, Tensor all, int from, int to) {
        return rows.size(0) == all.size(0)
                ? rows
                : Tensor.concat(0, all.slice(0, 0, from), rows, all.slice(0, to, all.size(0)));
    }

    private static State step(Tensor below, State before, Gates weight, Gates bias) {
        Tensor forget = below.mul(weight.forget).add(bias.forget).sigmoid();
        Tensor in = before.hidden.mul(weight.in).add(bias.in).sigmoid();
        Tensor out = below.mul(weight.out).add(bias.out).sigmoid();
        Tensor change = before.hidden.mul(weight.change).add(bias.change).tanh();
        Tensor cell = before.cell.mul(forget).add(in.mul(change));
        return new State(out.mul(cell.tanh()), cell);
    }
}
