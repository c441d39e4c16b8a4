package rewind.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import rewind.autograd.program.Program;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.format.FormatException;
import rewind.nn.format.WholeFile;
import rewind.onnx.proto.FileWriter;
import rewind.onnx.proto.OnnxFile;
import rewind.onnx.write.ModelWriter;
import rewind.onnx.write.ProgramWriter;

/**
 * Models in the format of ONNX: those of other systems are read, and those of this library written for others.
 *
 * <pre>{@code
 * OnnxGraph graph = Onnx.read(path);
 * Model model = graph.model(Shape.of(steps, features));
 * }</pre>
 *
 * Source: the specification of ONNX, onnx.ai, operator sets 7 and newer.
 */
public final class Onnx {
    private Onnx() {}

    /**
     * Reads a file.
     *
     * @throws FormatException if it is damaged, or holds what cannot be taken: operators that are not known (all of them are named),
     *     operators of quantised networks, external data, sparse tensors, versions of the operators before 7
     * @throws IOException if it cannot be read
     */
    public static OnnxGraph read(Path file) throws IOException {
        return read(file.toString(), () -> Files.readAllBytes(file));
    }

    /**
     * As {@link #read(Path)}, from the bytes of a file.
     *
     * @throws FormatException as there
     */
    public static OnnxGraph read(byte... bytes) throws IOException {
        return read("model", () -> bytes);
    }

    /**
     * Writes a program, or replaces a file: a graph of standard operators with the program's inputs and results, of its fixed shapes.
     *
     * @throws IllegalArgumentException if the program has operations of a user's own, which have no counterpart; nothing is written then
     * @throws IOException if the file cannot be written
     */
    public static void write(Program program, Path file) throws IOException {
        write(ProgramWriter.file(program), file);
    }

    /**
     * Writes a model, or replaces a file: a graph from x (batch, …) to y (batch, …) for any number of samples, and for any number of steps
     * where no layer needs a certain one. Recurrent layers are the operators RNN, GRU and LSTM; a cell of a user's own, and what these
     * operators do not have, is a Scan; dropout is left out; notes are the metadata. A model that was read is written as it was, with the
     * parameters that it has now.
     *
     * @throws IllegalArgumentException if something has no counterpart, and why; nothing is written then
     * @throws IOException if the file cannot be written
     */
    public static void write(Model model, Path file) throws IOException {
        if (model.layer() instanceof OnnxLayer graph) {
            Map<String, String> texts = new LinkedHashMap<>(model.notes());
            ModelWriter.note(texts, ModelWriter.FROZEN, model.frozen());
            write(graph.file(model.parameters(), "").with(texts), file);
        } else {
            write(ModelWriter.file(model, false, false), file);
        }
    }

    /** Returns how a model is written, with lengths of sequences and states as inputs and outputs if they are asked for. */
    public static OnnxExport export(Model model) {
        return new OnnxExport(model, false, false);
    }

    static void write(OnnxFile content, Path file) throws IOException {
        byte[] bytes = FileWriter.bytes(content);
        WholeFile.write(file, out -> out.write(bytes));
    }

    /** Returns what {@link Model#load(Path, Registry)} needs to read models that were made of graphs and saved. */
    public static Registry registry() {
        return Registry.of().layer(OnnxLayer.NAME, OnnxLayer::of);
    }

    private interface Source {
        byte[] bytes() throws IOException;
    }

    private static OnnxGraph read(String name, Source source) throws IOException {
        try {
            return Reading.graph(name, source.bytes());
        } catch (OutOfMemoryError e) {
            throw new FormatException(name + ": does not fit into the heap; use a larger -Xmx", e);
        }
    }
}
