package rewind.onnx.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.ValueInfo;

/** What a graph gets and gives besides x and y: lengths of sequences, and states. */
final class Extras {
    private static final ValueInfo.Size BATCH = ValueInfo.Size.named("batch");

    private final GraphBuilder graph;
    private final String lengths;
    private final boolean states;
    private final ValueInfo.Size samples;
    private final List<ValueInfo> inputs;
    private final List<ValueInfo> outputs;

    Extras(GraphBuilder graph, boolean lengths, boolean states) {
        this(graph, lengths ? graph.name("lengths") : null, states, BATCH, new ArrayList<>(), new ArrayList<>());
        if (lengths) {
            inputs.add(new ValueInfo(this.lengths, ElementType.INT64, List.of(BATCH)));
        }
    }

    private Extras(
            GraphBuilder graph,
            String lengths,
            boolean states,
            ValueInfo.Size samples,
            List<ValueInfo> inputs,
            List<ValueInfo> outputs) {
        this.graph = graph;
        this.lengths = lengths;
        this.states = states;
        this.samples = samples;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** The same where samples are the steps of all samples, of which none is padded with others. */
    Extras ofSteps() {
        return new Extras(graph, null, states, ValueInfo.Size.named("batch*steps"), inputs, outputs);
    }

    List<ValueInfo> inputs() {
        return inputs;
    }

    List<ValueInfo> outputs() {
        return outputs;
    }

    /** The name of the lengths, if there are any. */
    Optional<String> lengths() {
        return Optional.ofNullable(lengths);
    }

    /** Whether states are given. */
    boolean states() {
        return states;
    }

    /** Adds the state in which a layer starts, (batch, units). */
    String first(String name, ElementType type, int units) {
        String own = graph.name(name);
        inputs.add(new ValueInfo(own, type, List.of(samples, ValueInfo.Size.of(units))));
        return own;
    }

    /** Adds the state in which a layer ends, (batch, units). */
    void last(String name, ElementType type, int units, String state) {
        String own = graph.name(name + "/last");
        graph.named(own, "Identity", state);
        outputs.add(new ValueInfo(own, type, List.of(samples, ValueInfo.Size.of(units))));
    }
}
