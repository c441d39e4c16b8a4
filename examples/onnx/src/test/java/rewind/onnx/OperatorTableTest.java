package rewind.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import rewind.autograd.Axes;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.program.Program;
import rewind.onnx.operator.Operators;
import rewind.onnx.proto.Attribute;
import rewind.onnx.proto.Graph;
import rewind.onnx.proto.Node;

/** The table of operators in README.md is what is read and written. */
class OperatorTableTest {
    @Test
    void theTableIsRight() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(readme.indexOf("| operator | in | out |"));
        assertThat(table.substring(0, table.indexOf("\n\n"))).isEqualTo(expected());
    }

    private static String expected() {
        Set<String> written = written();
        Set<String> all = new TreeSet<>(Operators.names());
        assertThat(all).containsAll(written);
        return all.stream()
                .map(op -> "| " + op + " | yes | " + (written.contains(op) ? "yes" : "") + " |")
                .collect(Collectors.joining("\n", "| operator | in | out |\n| --- | --- | --- |\n", ""));
    }

    private static Set<String> written() {
        Set<String> written = new TreeSet<>();
        for (DType dtype : DType.values()) {
            ExportedModels.all()
                    .values()
                    .forEach(layer -> collect(
                            RoundTrips.bytes(file -> Onnx.write(ExportedModels.model(layer, dtype), file)), written));
            ExportedModels.ofIds()
                    .values()
                    .forEach(layer -> collect(
                            RoundTrips.bytes(file -> Onnx.write(ExportedModels.modelOfIds(layer, dtype), file)),
                            written));
        }
        Tensor x = Tensor.of(new double[][] {{1, 2}, {3, 4}});
        Program program = Program.ofSeveral(
                in -> operations().stream().map(f -> f.apply(in.get(0))).toList(), x);
        collect(RoundTrips.bytes(file -> Onnx.write(program, file)), written);
        Program gradient = Program.of(in -> in.get(0).gather(0, 0).mul(in.get(0).gather(in.get(1))), x, Tensor.of(1, 0))
                .adjoint();
        collect(RoundTrips.bytes(file -> Onnx.write(gradient, file)), written);
        return written;
    }

    /** Operations that layers do not have. */
    private static List<Function<Tensor, Tensor>> operations() {
        return List.of(
                Tensor::abs,
                Tensor::neg,
                Tensor::sign,
                Tensor::reciprocal,
                Tensor::log,
                Tensor::sin,
                Tensor::cos,
                x -> x.div(2).pow(1.5).sub(1),
                x -> x.maximum(2).minimum(3),
                x -> x.greaterEqual(2),
                x -> x.less(2),
                x -> x.lessEqual(2),
                x -> x.max(1),
                x -> x.min(1),
                x -> x.norm(1),
                x -> x.logSumExp(1),
                x -> x.logSoftmax(1),
                x -> x.cumsum(1),
                x -> x.argMax(1),
                x -> x.div(5).asin(),
                x -> x.div(5).acos(),
                Tensor::atan,
                Tensor::erf,
                Tensor::floor,
                Tensor::ceil,
                Tensor::round,
                x -> x.sort(0),
                x -> x.pad(0, 1, 1),
                x -> x.clamp(0, 1),
                x -> x.to(DType.FLOAT32),
                x -> x.mean(Axes.keep(0)).broadcastTo(2, 2),
                x -> x.flip(0));
    }

    private static void collect(byte[] bytes, Set<String> to) {
        collect(RoundTrips.read(bytes).file().graph(), to);
    }

    private static void collect(Graph graph, Set<String> to) {
        for (Node node : graph.nodes()) {
            to.add(node.op());
            for (Attribute attribute : node.attributes().values()) {
                if (attribute.value() instanceof Graph within) {
                    collect(within, to);
                }
            }
        }
    }
}
