package rewind.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.program.Equations;
import rewind.autograd.program.Program;
import rewind.nn.Layers;
import rewind.nn.Model;
import rewind.nn.layer.CellDefinition;
import rewind.nn.recurrent.Recurrent;

/** Writes the equations of a recurrent layer and, derived from them, of its gradients. */
@Command(
        name = "equations",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Writes the equations of a recurrent layer and, derived from them, of its backward pass.")
final class WrittenDown extends Example {
    /** How equations are written. */
    enum Form {
        TEXT,
        LATEX,
        MARKDOWN,
        HTML
    }

    @Option(
            names = "--cell",
            paramLabel = "<cell>",
            defaultValue = "LSTM",
            description = "recurrent layer: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private CellKind cell;

    @Option(
            names = "--class",
            paramLabel = "<name>",
            description =
                    "a cell of your own instead: a class on the class path that implements CellDefinition<Tensor> and has a"
                            + " constructor without parameters")
    private String className;

    @Option(names = "--reset-after", description = "of the GRU: the form of PyTorch and Keras")
    private boolean resetAfter;

    @Option(names = "--backward", description = "also the backward pass")
    private boolean backward;

    @Option(
            names = "--form",
            paramLabel = "<form>",
            defaultValue = "TEXT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Form form;

    @Option(names = "--to", paramLabel = "<file>", description = "file to write (default: print)")
    private Path file;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "5",
            description = "steps that are unrolled and folded again (default: ${DEFAULT-VALUE})")
    private int steps;

    @Override
    void run() throws IOException {
        requireBetween("--steps", steps, 3, 100_000);
        InputException.unless(
                !resetAfter || (cell == CellKind.GRU && className == null), "--reset-after needs --cell GRU");
        Program program = Model.build(layer(), Shape.of(steps, 3), seed).program(2);
        String text = written(backward ? program.adjoint().equations() : program.equations());
        if (file == null) {
            print("%s", text);
        } else {
            Files.writeString(file, text + "\n");
            print("%s: the equations", file);
        }
    }

    private Recurrent<?, ?> layer() {
        Recurrent<?, ?> layer = className != null
                ? Layers.recurrent(own(), 4)
                : resetAfter ? Layers.gru(4).resetAfter(true) : cell.layer(4);
        return layer.sequences(true);
    }

    @SuppressWarnings("unchecked") // whose states are tensors: others fail when the layer is built
    private CellDefinition<Tensor> own() {
        try {
            Object made = Class.forName(className).getDeclaredConstructor().newInstance();
            InputException.unless(
                    made instanceof CellDefinition,
                    "--class %s must implement rewind.nn.layer.CellDefinition",
                    className);
            return (CellDefinition<Tensor>) made;
        } catch (ReflectiveOperationException e) {
            throw new InputException(
                    "--class %s must be on the class path, with a public constructor without parameters", className);
        }
    }

    private String written(Equations equations) {
        switch (form) {
            case LATEX:
                return equations.latex();
            case MARKDOWN:
                return equations.markdown().strip();
            case HTML:
                return equations
                        .html(className == null ? cell.name() : className)
                        .strip();
            default:
                return equations.text();
        }
    }
}
