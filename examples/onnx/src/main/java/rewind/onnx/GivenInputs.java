package rewind.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Description;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Scope;
import rewind.onnx.operator.Value;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.ValueInfo;

/**
 * Inputs that a model gives its graph beside the batch.
 *
 * @param zeros the names of those that are zeros, as many as there are samples
 * @param lengths the names of those that are the lengths of the sequences
 */
record GivenInputs(List<String> zeros, List<String> lengths) {
    static final GivenInputs NONE = new GivenInputs(List.of(), List.of());

    static GivenInputs of(Description description) {
        return description.options().containsKey("zeros")
                ? new GivenInputs(description.list("zeros", String.class), description.list("lengths", String.class))
                : NONE;
    }

    /** Tells a description of them; nothing if there are none, as before there were any. */
    Description in(Description description) {
        return equals(NONE) ? description : description.with("zeros", zeros).with("lengths", lengths);
    }

    GivenInputs withZeros(String name) {
        return new GivenInputs(with(zeros, name), lengths);
    }

    GivenInputs withLengths(String name) {
        return new GivenInputs(zeros, with(lengths, name));
    }

    private static List<String> with(List<String> names, String name) {
        return Stream.concat(names.stream(), Stream.of(name)).toList();
    }

    boolean has(String name) {
        return zeros.contains(name) || lengths.contains(name);
    }

    /** Their values for a batch, whose samples come first and whose steps come next. */
    Map<String, Value> values(Graph graph, Scope scope, Tensor x) {
        Map<String, Value> values = new HashMap<>();
        for (ValueInfo input : graph.inputs()) {
            if (zeros.contains(input.name())) {
                DType dtype = input.type().isReal() ? scope.dtype() : DType.FLOAT64;
                values.put(input.name(), new Value(input.type(), Tensor.zeros(dtype, sizes(input, x.size(0)))));
            }
            if (lengths.contains(input.name())) {
                Tensor given = scope.pass()
                        .lengths()
                        .map(each -> each.tensor(DType.FLOAT64))
                        .orElseGet(() -> allSteps(x));
                values.put(input.name(), new Value(input.type(), given));
            }
        }
        return values;
    }

    private static Tensor allSteps(Tensor x) {
        Check.that(x.rank() > 1, "onnx: for lengths there must be an axis of steps, got the shape %s", x.shape());
        int[] steps = new int[x.size(0)];
        Arrays.fill(steps, x.size(1));
        return Lengths.of(steps).tensor(DType.FLOAT64);
    }

    /** The sizes that the file tells, with the number of samples in place of the one that it does not. */
    private static int[] sizes(ValueInfo input, int samples) {
        List<Integer> sizes = new ArrayList<>();
        int open = 0;
        Check.that(input.sizes() != null, "onnx: the file does not tell the sizes of input %s", input.name());
        for (ValueInfo.Size size : input.sizes()) {
            open += size.isFixed() ? 0 : 1;
            sizes.add(size.isFixed() ? (int) size.value() : samples);
        }
        Check.that(
                open == 1,
                "onnx: input %s must have one size that varies, that of the samples, got %s",
                input.name(),
                input.sizes());
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
