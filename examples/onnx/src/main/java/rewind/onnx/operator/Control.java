package rewind.onnx.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.onnx.proto.Graph;

/** Operators that compute a graph within: once, or again and again. */
final class Control {
    static final Map<String, Operator> ALL =
            Map.of("If", Control::choose, "Loop", Control::loop, "Scan", Control::scan);

    private static final long MOST_TURNS = 10_000_000;

    private Control() {}

    private static List<Value> choose(Call call) {
        String branch = call.input(0).isTrue() ? "then_branch" : "else_branch";
        return call.evaluation().within(call.graph(branch), List.of());
    }

    /** From the count, the condition and states to the states after all turns, and what the turns gave, along a new first axis. */
    private static List<Value> loop(Call call) {
        Graph body = call.graph("body");
        long turns = call.has(0) ? call.input(0).integer() : Long.MAX_VALUE;
        boolean on = !call.has(1) || call.input(1).isTrue();
        List<Value> states = call.inputsFrom(2);
        int count = states.size();
        List<List<Tensor>> given = new ArrayList<>();
        List<Value> last = null;
        for (long turn = 0; turn < turns && on; turn++) {
            Check.that(turn < MOST_TURNS, "a loop must end before its turn %s", MOST_TURNS);
            List<Value> inputs = new ArrayList<>(List.of(Value.integer(turn), Value.truths(Tensor.of(1.0))));
            inputs.addAll(states);
            last = call.evaluation().within(body, inputs);
            on = last.get(0).isTrue();
            states = last.subList(1, 1 + count);
            for (int i = 1 + count; i < last.size(); i++) {
                if (given.size() < i - count) {
                    given.add(new ArrayList<>());
                }
                given.get(i - 1 - count).add(last.get(i).tensor());
            }
        }
        List<Value> outputs = new ArrayList<>(states);
        for (int i = 0; i < call.node().outputs().size() - count; i++) {
            Check.that(last != null, "a loop without turns has outputs of no known shape");
            outputs.add(last.get(1 + count + i).with(Tensor.stack(0, given.get(i))));
        }
        return outputs;
    }

    /** From states and sequences to the states after all steps, and new sequences. */
    private static List<Value> scan(Call call) {
        return call.opset() >= 9 ? new Scan(call).run() : perSample(call);
    }

    /** Version 8: the sequences of every sample by themselves, all with a first axis of samples. */
    private static List<Value> perSample(Call call) {
        List<Value> inputs = call.inputsFrom(1);
        Check.that(!call.has(0), "lengths of sequences are not taken");
        Check.that(!inputs.isEmpty() && inputs.get(0).tensor().size(0) > 0, "there must be samples");
        List<List<Value>> all = new ArrayList<>();
        for (int sample = 0; sample < inputs.get(0).tensor().size(0); sample++) {
            int at = sample;
            List<Value> own = inputs.stream()
                    .map(each -> each.with(each.tensor().select(0, at)))
                    .toList();
            all.add(new Scan(new Call(call.node(), own, call.evaluation())).run());
        }
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < all.get(0).size(); i++) {
            int output = i;
            List<Tensor> perSample =
                    all.stream().map(each -> each.get(output).tensor()).toList();
            outputs.add(all.get(0).get(i).with(Tensor.stack(0, perSample)));
        }
        return outputs;
    }

    /** The steps of a scan. */
    private static final class Scan {
        private final Call call;
        private final Graph body;
        private final int sequences;
        private List<Value> states;
        private final List<Value> scanned;

        Scan(Call call) {
            this.call = call;
            body = call.graph("body");
            sequences = (int) call.integer("num_scan_inputs", 0);
            List<Value> inputs = call.inputs();
            Check.that(
                    sequences > 0 && sequences <= inputs.size(),
                    "there must be between 1 and %s sequences, got %s",
                    inputs.size(),
                    sequences);
            states = inputs.subList(0, inputs.size() - sequences);
            scanned = inputs.subList(inputs.size() - sequences, inputs.size());
        }

        List<Value> run() {
            int count = states.size();
            long[] axes = list("scan_input_axes", sequences);
            long[] directions = list(call.opset() >= 9 ? "scan_input_directions" : "directions", sequences);
            int steps = scanned.get(0)
                    .tensor()
                    .size(Call.axis(axes[0], scanned.get(0).tensor().rank()));
            Check.that(steps > 0, "there must be at least one step");
            List<List<Value>> given = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                List<Value> inputs = new ArrayList<>(states);
                for (int i = 0; i < sequences; i++) {
                    Value sequence = scanned.get(i);
                    int at = directions[i] == 0 ? step : steps - 1 - step;
                    inputs.add(sequence.with(sequence.tensor().select((int) axes[i], at)));
                }
                List<Value> outputs = call.evaluation().within(body, inputs);
                states = outputs.subList(0, count);
                given.add(outputs.subList(count, outputs.size()));
            }
            List<Value> results = new ArrayList<>(states);
            int outputs = given.get(0).size();
            long[] outputAxes = list("scan_output_axes", outputs);
            long[] outputDirections = list("scan_output_directions", outputs);
            for (int i = 0; i < outputs; i++) {
                List<Tensor> parts = new ArrayList<>();
                for (List<Value> each : given) {
                    parts.add(
                            outputDirections[i] == 0 ? parts.size() : 0,
                            each.get(i).tensor());
                }
                results.add(given.get(0).get(i).with(Tensor.stack((int) outputAxes[i], parts)));
            }
            return results;
        }

        private long[] list(String name, int count) {
            long[] values = call.integers(name);
            Check.that(
                    values == null || values.length == count,
                    "there must be %s numbers %s, got %s",
                    count,
                    name,
                    values == null ? 0 : values.length);
            return values == null ? new long[count] : values;
        }
    }
}
