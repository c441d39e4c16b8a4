package rewind.onnx.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.require.Check;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.Samples;
import rewind.nn.layer.States;

/**
 * Writes a layer by the operations that it is made of: a function of a batch, parameters, and of what it reads and leaves in its pass, the
 * lengths of sequences and the states in which the layers within it start and end.
 */
final class ComposedWriter {
    private final LayerWriter writer;
    private final BuiltLayer.Applied applied;
    private final List<String> parameters;
    private final boolean lengths;
    private final boolean states;

    ComposedWriter(LayerWriter writer, BuiltLayer.Applied applied) {
        this.writer = writer;
        this.applied = applied;
        parameters = writer.parametersOf(applied.prefix());
        lengths = writer.extras().lengths().isPresent();
        states = writer.extras().states();
    }

    /** One recording, and what it was made with. */
    private record Recorded(Trace trace, List<Shape> shapes, Map<String, Object> states) {}

    String write(String x) {
        List<Recorded> each = new ArrayList<>();
        for (int samples : LayerWriter.SAMPLES) {
            each.add(recorded(samples));
        }
        List<Trace> traces = each.stream().map(Recorded::trace).toList();
        List<String> inputs = new ArrayList<>(List.of(x));
        parameters.forEach(name -> inputs.add(writer.parameter(name)));
        if (lengths) {
            int place = inputs.size();
            boolean read = traces.get(0).operations().stream()
                    .anyMatch(one -> one.from().contains(place));
            inputs.add(read ? writer.graph().cast(writer.extras().lengths().get(), writer.type()) : "");
        }
        Map<String, Object> given = each.get(0).states();
        given.forEach((path, state) -> names(path, state)
                .forEach((name, tensor) -> inputs.add(writer.extras().first(name, writer.type(), tensor.size(-1)))));
        List<String> results = new ArrayList<>(RecordingWriter.write(
                writer.graph(),
                traces,
                LayerWriter.SAMPLES,
                () -> writer.count(x, 0, 1),
                inputs,
                each.stream().map(Recorded::shapes).toList()));
        String output = results.remove(0);
        given.forEach((path, state) -> names(path, state)
                .forEach((name, tensor) ->
                        writer.extras().last(name, writer.type(), tensor.size(-1), results.remove(0))));
        return output;
    }

    /** The tensors of a state by their names in the graph. */
    private static Map<String, Tensor> names(String path, Object state) {
        Map<String, Tensor> names = new LinkedHashMap<>();
        List<Tensor> tensors = States.tensors(state);
        for (int i = 0; i < tensors.size(); i++) {
            names.put((path.isEmpty() ? "" : path + "/") + StateNames.of(state).get(i), tensors.get(i));
        }
        Check.that(
                tensors.stream().allMatch(tensor -> tensor.rank() == 2),
                "onnx: the state of %s must be of tensors (batch, units)",
                path);
        return names;
    }

    private Recorded recorded(int samples) {
        Tensor x = Tensor.zeros(writer.dtype(), Samples.batch(samples, applied.input()));
        Map<String, Object> ends = new TreeMap<>();
        if (states) {
            Pass pass = Pass.inference();
            Tensor unused = applied.output(writer.parameters(), x, pass);
            Check.that(unused.rank() > 0, "onnx: %s must give an output per sample", applied.name());
            ends.putAll(pass.lastStates());
        }
        List<Tensor> at = new ArrayList<>(List.of(x));
        parameters.forEach(name -> at.add(writer.parameters().get(name)));
        if (lengths) {
            at.add(Tensor.ones(writer.dtype(), samples));
        }
        ends.forEach((path, state) -> at.addAll(names(path, state).values()));
        try {
            Trace trace = Trace.complete(in -> results(in, ends), at);
            return new Recorded(trace, at.stream().map(Tensor::shape).toList(), ends);
        } catch (UnsupportedOperationException e) { // of lengths that it reads
            throw new IllegalArgumentException("onnx: " + applied.name() + ": " + e.getMessage(), e);
        }
    }

    private List<Tensor> results(List<Tensor> in, Map<String, Object> ends) {
        int end = 1 + parameters.size();
        Pass pass = Pass.inference();
        Deque<Tensor> rest = new ArrayDeque<>(in.subList(end, in.size()));
        if (lengths) {
            pass = pass.lengths(Lengths.recorded(rest.removeFirst()));
        }
        for (Map.Entry<String, Object> each : ends.entrySet()) {
            pass = pass.from(each.getKey(), States.map(each.getValue(), tensor -> rest.removeFirst()));
        }
        List<Tensor> results = new ArrayList<>();
        Tensor y = applied.output(writer.with(parameters, in.subList(1, end)), in.get(0), pass);
        Check.that(
                !lengths || y.rank() < 2 || pass.lengths(y.size(1)).equals(pass.lengths()),
                "onnx: %s changes lengths, which layers after it in a graph would not know; write the model without lengths",
                applied.name());
        results.add(y);
        Map<String, Object> last = pass.lastStates();
        ends.keySet().forEach(path -> results.addAll(States.tensors(last.get(path))));
        return results;
    }
}
