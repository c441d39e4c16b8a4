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
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();

    Extras(GraphBuilder graph, boolean lengths, boolean states) {
        this.graph = graph;
        this.states = states;
        this.lengths = lengths ? graph.name("lengths") : null;
        if (lengths) {
            inputs.add(new ValueInfo(this.lengths, ElementType.INT64, List.of(BATCH)));
        }
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
        inputs.add(new ValueInfo(own, type, List.of(BATCH, ValueInfo.Size.of(units))));
        return own;
    }

    /** Adds the state in which a layer ends, (batch, units). */
    void last(String name, ElementType type, int units, String state) {
        String own = graph.name(name + "/last");
        graph.named(own, "Identity", state);
        outputs.add(new ValueInfo(own, type, List.of(BATCH, ValueInfo.Size.of(units))));
    }
}
