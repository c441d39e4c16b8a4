package rewind.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import rewind.autograd.Tensor;
import rewind.onnx.proto.ElementType;
import rewind.onnx.proto.FileReader;
import rewind.onnx.proto.NamedTensor;
import rewind.onnx.proto.ValueInfo;

/** A case of the ONNX project: a folder with a model, and inputs and outputs beside it or in folders of their own. */
record ConformanceCase(Path folder) {
    private static final String MODEL = "model.onnx";

    /** The cases in a folder and those within it. */
    static List<ConformanceCase> in(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.getFileName().toString().equals(MODEL))
                    .map(file -> new ConformanceCase(file.getParent()))
                    .sorted((a, b) -> a.folder.compareTo(b.folder))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OnnxGraph graph() throws IOException {
        return Onnx.read(folder.resolve(MODEL));
    }

    /** What is wrong with the outputs; empty if nothing is. */
    List<String> deviations() throws IOException {
        OnnxGraph graph = graph();
        List<String> wrong = new ArrayList<>();
        for (Path data : dataSets()) {
            List<NamedTensor> inputs = tensors(data, "input_");
            List<NamedTensor> outputs = tensors(data, "output_");
            List<ValueInfo> declared = graph.file().graph().inputs();
            Map<String, Tensor> named = new LinkedHashMap<>();
            for (int i = 0; i < inputs.size(); i++) {
                named.put(declared.get(i).name(), inputs.get(i).value());
            }
            Map<String, Tensor> results = graph.run(named);
            for (int i = 0; i < outputs.size(); i++) {
                String name = graph.outputs().get(i);
                compare(name, results.get(name), outputs.get(i), wrong);
            }
        }
        return wrong;
    }

    private static void compare(String name, Tensor got, NamedTensor expected, List<String> wrong) {
        if (!got.shape().equals(expected.value().shape())) {
            wrong.add(name + " has the shape " + got.shape() + ", not "
                    + expected.value().shape());
            return;
        }
        boolean half = expected.type() == ElementType.FLOAT16 || expected.type() == ElementType.BFLOAT16;
        double tolerance = half ? 1e-2 : 1e-6;
        double[] a = got.toArray();
        double[] b = expected.value().toArray();
        for (int i = 0; i < a.length; i++) {
            boolean same =
                    Double.compare(a[i], b[i]) == 0 || Math.abs(a[i] - b[i]) <= tolerance * Math.max(1, Math.abs(b[i]));
            if (!same) {
                wrong.add(name + " has " + a[i] + " at " + i + ", not " + b[i]);
                return;
            }
        }
    }

    private List<Path> dataSets() throws IOException {
        try (Stream<Path> within = Files.list(folder)) {
            List<Path> sets = within.filter(Files::isDirectory)
                    .filter(each -> each.getFileName().toString().startsWith("test_data_set_"))
                    .sorted()
                    .toList();
            return sets.isEmpty() ? List.of(folder) : sets;
        }
    }

    private static List<NamedTensor> tensors(Path folder, String prefix) throws IOException {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; ; i++) {
            Path file = folder.resolve(prefix + i + ".pb");
            if (!Files.exists(file)) {
                return tensors;
            }
            tensors.add(FileReader.tensor(Files.readAllBytes(file)));
        }
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
