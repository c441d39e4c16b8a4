package rewind.onnx;

import java.io.IOException;
import java.nio.file.Path;
import rewind.autograd.require.CheckReturnValue;
import rewind.nn.Model;
import rewind.onnx.write.ModelWriter;

/**
 * How a model is written. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Onnx.export(model).lengths(true).states(true).write(path);
 * }</pre>
 */
@CheckReturnValue
public final class OnnxExport {
    private final Model model;
    private final boolean lengths;
    private final boolean states;

    OnnxExport(Model model, boolean lengths, boolean states) {
        this.model = model;
        this.lengths = lengths;
        this.states = states;
    }

    /**
     * Sets whether there is an input {@code lengths} (batch), whole numbers of 64 bits: how many steps of each sample are real, as {@link
     * rewind.nn.layer.Pass#lengths} has it.
     */
    public OnnxExport lengths(boolean on) {
        return new OnnxExport(model, on, states);
    }

    /**
     * Sets whether recurrent layers get the states in which they start, and give those in which they end: inputs such as {@code lstm/h}
     * and {@code lstm/C_}, (batch, units), or {@code recurrent/state1}, … of a cell of one's own with a state of several tensors; outputs
     * of the same names followed by {@code /last}.
     */
    public OnnxExport states(boolean on) {
        return new OnnxExport(model, lengths, on);
    }

    /**
     * Writes the file, or replaces one.
     *
     * @throws IllegalArgumentException if something has no counterpart, and why; nothing is written then
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        if (lengths || states) {
            Onnx.write(ModelWriter.file(model, lengths, states), file);
        } else {
            Onnx.write(model, file);
        }
    }

    /** Returns what is written, and with what. */
    @Override
    public String toString() {
        return "OnnxExport" + (lengths ? " with lengths" : "") + (states ? " with states" : "") + ": " + model;
    }
}
