package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import rewind.autograd.Tensor;
import rewind.nn.Model;

/** Random stacks of layers are the same in a file, with ragged batches and with states; and a file that was read is the same file. */
class StackExportProperties {
    @Provide
    Arbitrary<RandomStack> stacks() {
        return RandomStack.any();
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void modelsAreTheSame(@ForAll("stacks") RandomStack stack) {
        RandomStack.Expected expected = stack.plain();
        OnnxGraph graph = RoundTrips.read(expected.file());
        Map<String, Tensor> got = graph.run(expected.inputs());
        RoundTrips.close(got.get("y"), expected.outputs().get("y"), stack.tolerance());
        if (graph.toString().contains("[batch, steps")) {
            Tensor longer = Tensor.concat(1, stack.batch(), stack.batch().flip(1));
            Tensor y = graph.run(Map.of("x", longer)).get("y");
            RoundTrips.close(y, stack.model().predict(longer), stack.tolerance());
        }
        Model read = graph.model();
        assertThat(RoundTrips.bytes(file -> Onnx.write(read, file))).isEqualTo(expected.file());
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void raggedBatchesAndStatesAreTheSame(@ForAll("stacks") RandomStack stack) {
        RandomStack.Expected expected = stack.padded();
        Map<String, Tensor> got = RoundTrips.read(expected.file()).run(expected.inputs());
        assertThat(got).containsOnlyKeys(expected.outputs().keySet());
        expected.outputs().forEach((name, value) -> RoundTrips.close(got.get(name), value, stack.tolerance()));
    }
}
