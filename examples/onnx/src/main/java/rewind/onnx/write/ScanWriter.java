package rewind.onnx.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.Trace;
import rewind.autograd.require.Check;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;
import rewind.nn.layer.States;
import rewind.nn.recurrent.Recurrent;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.ValueInfo;

/** Writes a recurrent layer of any cell as a Scan, whose body is the recording of one step. */
final class ScanWriter {
    private final LayerWriter writer;
    private final GraphBuilder graph;
    private final BuiltLayer.Applied around;

    /**
     * Makes one.
     *
     * @param around the layer as it was applied, which may be that of both directions
     */
    ScanWriter(LayerWriter writer, BuiltLayer.Applied around) {
        this.writer = writer;
        this.graph = writer.graph();
        this.around = around;
    }

    /**
     * Writes the layer in one direction.
     *
     * @param prefix the beginning of its parameters' names
     * @param x (samples, steps, features)
     * @return all outputs (samples, steps, units), or the last ones (samples, units)
     */
    String write(Recurrent<?, ?> layer, String prefix, String x) {
        return new Direction(layer, prefix).write(x);
    }

    /** One direction. */
    private final class Direction {
        private final Recurrent<?, ?> layer;
        private final String path;
        private final BuiltLayer.Applied step;
        private final List<String> names;

        Direction(Recurrent<?, ?> layer, String prefix) {
            this.layer = layer;
            path = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
            Shape one = Shape.of(1, around.input().size(1));
            step = new BuiltLayer.Applied(prefix, layer.sequences(false), one, Shape.of(layer.units()));
            names = writer.parametersOf(prefix);
        }

        String write(String x) {
            List<Object> first = new ArrayList<>();
            for (int samples : LayerWriter.SAMPLES) {
                first.add(firstState(samples));
            }
            String count = writer.count(x, 0, 1);
            boolean given = writer.extras().states();
            List<String> inputs = new ArrayList<>(given ? given(first.get(0)) : initial(first, count));
            int states = inputs.size();
            inputs.add(x);
            boolean lengths = writer.extras().lengths().isPresent();
            if (lengths) {
                inputs.add(writer.steps(x, 1));
            }
            List<Long> axes = lengths ? List.of(1L, 0L) : List.of(1L);
            long backwards = layer.isReversed() ? 1 : 0;
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < states; i++) {
                wanted.add("state");
            }
            wanted.add("outputs");
            List<Long> directions = lengths ? List.of(backwards, backwards) : List.of(backwards);
            List<String> outputs = graph.nodes(
                    "Scan",
                    inputs,
                    wanted,
                    Map.of(
                            "body", Attribute.of(body(first, count)),
                            "num_scan_inputs", Attribute.of(lengths ? 2L : 1L),
                            "scan_input_axes", Attribute.ofIntegers(axes),
                            "scan_output_axes", Attribute.ofIntegers(List.of(1L)),
                            "scan_input_directions", Attribute.ofIntegers(directions),
                            "scan_output_directions", Attribute.ofIntegers(List.of(backwards))));
            if (given) {
                ended(first.get(0), outputs);
            }
            return layer.givesSequences() ? outputs.get(states) : outputs.get(place(first.get(0)));
        }

        /** The state before the first step: that of sequences without steps. */
        private Object firstState(int samples) {
            Pass pass = Pass.inference().lengths(Lengths.of(new int[samples]));
            Tensor unused = step.output(
                    writer.parameters(),
                    Tensor.zeros(writer.dtype(), samples, 1, step.input().size(1)),
                    pass);
            Check.that(unused.size(0) == samples, "onnx: %s must give an output per sample", path);
            return pass.lastStates().get(path);
        }

        /** Which tensor of a state is the output. */
        private int place(Object state) {
            Object apart = States.map(state, tensor -> Tensor.zeros(tensor.dtype(), tensor.shape()));
            Tensor output = States.output(apart);
            List<Tensor> tensors = States.tensors(apart);
            for (int i = 0; i < tensors.size(); i++) {
                if (tensors.get(i) == output) {
                    return i;
                }
            }
            throw Check.failure("onnx: the output of the cell of %s must be a tensor of its state", path);
        }

        private List<String> given(Object state) {
            List<Tensor> tensors = States.tensors(state);
            List<String> names = StateNames.of(state);
            return IntStream.range(0, tensors.size())
                    .mapToObj(i -> writer.extras()
                            .first(
                                    step.prefix() + names.get(i),
                                    writer.type(),
                                    tensors.get(i).size(-1)))
                    .toList();
        }

        private void ended(Object state, List<String> last) {
            List<Tensor> tensors = States.tensors(state);
            for (int i = 0; i < tensors.size(); i++) {
                String name = step.prefix() + StateNames.of(state).get(i);
                writer.extras().last(name, writer.type(), tensors.get(i).size(-1), last.get(i));
            }
        }

        private List<String> initial(List<Object> first, String count) {
            List<String> initial = new ArrayList<>();
            for (int i = 0; i < States.tensors(first.get(0)).size(); i++) {
                int tensor = i;
                List<Tensor> each = first.stream()
                        .map(state -> States.tensors(state).get(tensor))
                        .toList();
                initial.add(RecordingWriter.constant(graph, each, LayerWriter.SAMPLES, () -> count));
            }
            return initial;
        }

        private Graph body(List<Object> first, String count) {
            GraphBuilder body = graph.within();
            List<ValueInfo> inputs = new ArrayList<>();
            List<String> given = new ArrayList<>();
            int states = States.tensors(first.get(0)).size();
            for (int i = 0; i <= states; i++) {
                String name = body.name(i < states ? "before" : "input");
                inputs.add(new ValueInfo(name, writer.type(), null));
                given.add(name);
            }
            String x = body.node("Unsqueeze", given.remove(states), graph.integers(1));
            List<String> before = List.copyOf(given);
            String real = writer.extras()
                    .lengths()
                    .map(lengths -> real(body, inputs, lengths))
                    .orElse(null);
            given.add(0, x);
            names.forEach(name -> given.add(writer.parameter(name)));
            List<Trace> traces = new ArrayList<>();
            List<List<Shape>> shapes = new ArrayList<>();
            for (int i = 0; i < LayerWriter.SAMPLES.length; i++) {
                List<Tensor> at = new ArrayList<>(List.of(Tensor.zeros(
                        writer.dtype(), LayerWriter.SAMPLES[i], 1, step.input().size(1))));
                at.addAll(States.tensors(first.get(i)));
                names.forEach(name -> at.add(writer.parameters().get(name)));
                Object template = first.get(i);
                traces.add(Trace.complete(in -> step(in, template, states), at));
                shapes.add(at.stream().map(Tensor::shape).toList());
            }
            List<String> results = RecordingWriter.write(body, traces, LayerWriter.SAMPLES, () -> count, given, shapes);
            List<ValueInfo> outputs = new ArrayList<>();
            for (int i = 0; i <= states; i++) {
                String name = body.name(i < states ? "after" : "output");
                int tensor = i < states ? i : place(first.get(0));
                if (real == null) {
                    body.named(name, "Identity", results.get(tensor));
                } else { // a step of padding keeps the state
                    body.named(name, "Where", real, results.get(tensor), before.get(tensor));
                }
                outputs.add(new ValueInfo(name, writer.type(), null));
            }
            return body.graph("step", inputs, outputs, true);
        }

        /** Of which samples a step is real, (samples, 1); its number is one more input. */
        private String real(GraphBuilder body, List<ValueInfo> inputs, String lengths) {
            String number = body.name("number");
            inputs.add(new ValueInfo(number, ElementType.INT64, null));
            return body.node("Unsqueeze", body.node("Less", number, lengths), graph.integers(1));
        }

        /** The state after a step, from the input, the state before it, and the parameters. */
        private List<Tensor> step(List<Tensor> in, Object template, int states) {
            Deque<Tensor> before = new ArrayDeque<>(in.subList(1, 1 + states));
            Object state = States.map(template, tensor -> before.removeFirst());
            Pass pass = Pass.inference().from(path, state);
            Tensor output = step.output(writer.with(names, in.subList(1 + states, in.size())), in.get(0), pass);
            List<Tensor> after =
                    new ArrayList<>(States.tensors(pass.lastStates().get(path)));
            Check.that(
                    Arrays.equals(output.shape().toArray(), new int[] {in.get(0).size(0), layer.units()}),
                    "onnx: the output of the cell of %s must have %s units",
                    path,
                    layer.units());
            return after;
        }
    }
}
