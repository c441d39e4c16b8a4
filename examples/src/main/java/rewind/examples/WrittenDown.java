package rewind.examples;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Shape;
import rewind.autograd.program.Equations;
import rewind.autograd.program.Program;
import rewind.nn.Model;

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
        HTML,
        JAVA,
        PNG,
        SVG
    }

    @Option(
            names = "--cell",
            paramLabel = "<cell>",
            defaultValue = "lstm",
            description = {
                "rnn, gru, gru-after (reset after the product, as in PyTorch and Keras), lstm, peephole-lstm, coupled-lstm,"
                        + " normalized-lstm, indrnn or mgu (default: ${DEFAULT-VALUE}); or a cell of your own, by the name of a class on the class path:",
                "com.acme.Leaky, a CellDefinition;",
                "com.acme.Leaky(0.5, true), one whose constructor takes options;",
                "com.acme.Cells::leaky, a static method of (Scope scope, int inputs, int units) that returns a Cell"
            })
    private String cell;

    @Option(names = "--backward", description = "also the backward pass")
    private boolean backward;

    @Option(
            names = "--form",
            paramLabel = "<form>",
            description = "${COMPLETION-CANDIDATES} (default: TEXT, of the graph SVG)")
    private Form form;

    @Option(names = "--graph", description = "the graph of the operations instead of the equations, as SVG or PNG")
    private boolean graph;

    @Option(names = "--to", paramLabel = "<file>", description = "file to write (default: print)")
    private Path file;

    @Option(
            names = "--steps",
            paramLabel = "<n>",
            defaultValue = "5",
            description = "steps that are unrolled and folded again (default: ${DEFAULT-VALUE})")
    private int steps;

    @Override
    void run() {
        requireBetween("--steps", steps, 3, 100_000);
        Form chosen = form != null ? form : graph ? Form.SVG : Form.TEXT;
        InputException.unless(chosen != Form.PNG || file != null, "--form png needs --to");
        InputException.unless(
                graph == (chosen == Form.SVG) || chosen == Form.PNG,
                graph ? "--graph needs --form svg or png" : "--form svg needs --graph");
        if (file != null) {
            Pictures.requireWritable(file);
        }
        Program forward = Model.build(CellByName.layer(cell, 4).sequences(true), Shape.of(steps, 3), seed)
                .program(2);
        Program program = backward ? forward.withAdjoint() : forward;
        if (file == null) {
            print("%s", text(program, chosen).strip());
            return;
        }
        Pictures.write(
                file,
                chosen == Form.PNG
                        ? dots(program)
                        : (text(program, chosen).strip() + "\n").getBytes(StandardCharsets.UTF_8));
        print("%s: %s", file, graph ? "the graph" : "the equations");
    }

    private byte[] dots(Program program) {
        return graph ? program.picture().png() : Typeset.png(program.equations().latex());
    }

    /** MguEquations, LeakyEquations for com.acme.Leaky(0.5, true) or com.acme.Cells::leaky. */
    private String className() {
        String name = cell.replaceAll("\\(.*", "").replaceAll(".*[.:$]", "");
        return Pattern.compile("(?:^|[^\\p{Alnum}])+(\\p{Alnum}|$)")
                        .matcher(name)
                        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT))
                + "Equations";
    }

    private String text(Program program, Form chosen) {
        if (graph) {
            return program.picture().svg();
        }
        Equations equations = program.equations();
        return switch (chosen) {
            case LATEX -> equations.latex();
            case MARKDOWN -> equations.markdown();
            case HTML -> equations.html(cell);
            case JAVA -> equations.java(className());
            default -> equations.text();
        };
    }
}
