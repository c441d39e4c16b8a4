package rewind.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import rewind.nn.Model;
import rewind.nn.Registry;
import rewind.nn.format.FormatException;

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
