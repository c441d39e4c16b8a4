package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import rewind.autograd.Tensor;
import rewind.onnx.proto.ElementType;

/** The recurrent operators do what their specification says, number by number. */
class RecurrentOperatorProperties {
    private static final List<String> INPUTS =
            List.of("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P");
    private static final List<String> OUTPUTS = List.of("Y", "Y_h", "Y_c");

    @Property(tries = 150)
    void rnn(@ForAll @IntRange(max = 1_000_000) int seed) {
        check(new RecurrentReference("RNN", seed));
    }

    @Property(tries = 150)
    void gru(@ForAll @IntRange(max = 1_000_000) int seed) {
        check(new RecurrentReference("GRU", seed));
    }

    @Property(tries = 150)
    void lstm(@ForAll @IntRange(max = 1_000_000) int seed) {
        check(new RecurrentReference("LSTM", seed));
    }

    private static void check(RecurrentReference reference) {
        int count = reference.op.equals("LSTM") ? 3 : 2;
        Map<String, Tensor> inputs = new HashMap<>();
        List<String> outputs = OUTPUTS.subList(0, count);
        Map<String, Tensor> results =
                graph(reference, inputs, ElementType.DOUBLE).read().run(inputs);
        List<Tensor> expected = reference.outputs();
        for (int i = 0; i < count; i++) {
            Tensor got = results.get(outputs.get(i));
            assertThat(got.shape()).isEqualTo(expected.get(i).shape());
            assertThat(got.isClose(expected.get(i), 1e-12, 1e-12))
                    .as("%s: %s, not %s", outputs.get(i), got, expected.get(i))
                    .isTrue();
        }
    }

    /** The graph of one operator; its inputs are put into a map. */
    static Graphs graph(RecurrentReference reference, Map<String, Tensor> inputs, ElementType type) {
        Graphs graph = new Graphs();
        List<String> names = INPUTS.stream()
                .map(name -> {
                    if (name.equals("sequence_lens") && reference.lengths != null) {
                        graph.input(name, ElementType.INT32, -1);
                        double[] lengths = new double[reference.samples];
                        for (int i = 0; i < lengths.length; i++) {
                            lengths[i] = reference.lengths[i];
                        }
                        inputs.put(name, Tensor.of(lengths));
                        return name;
                    }
                    if (!reference.given.containsKey(name)) {
                        return "";
                    }
                    inputs.put(name, reference.tensor(name).to(type.dtype()));
                    long[] sizes = new long[inputs.get(name).rank()];
                    Arrays.fill(sizes, -1);
                    graph.input(name, type, sizes);
                    return name;
                })
                .toList();
        List<String> outputs = OUTPUTS.subList(0, reference.op.equals("LSTM") ? 3 : 2);
        int last = names.size();
        while (names.get(last - 1).isEmpty()) {
            last--;
        }
        graph.node(reference.op, names.subList(0, last), outputs, reference.attributes());
        outputs.forEach(name -> graph.output(name, type));
        return graph;
    }
}
