package rewind.examples;

import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rewind.examples.research.Findings;
import rewind.examples.research.Gallery;

/** The programs of the gallery. */
@Command(
        name = "research",
        sortOptions = false,
        sortSynopsis = false,
        usageHelpAutoWidth = true,
        header = "Small programs of research, each of which proves its numbers and draws a picture.",
        description = {"", "Without a name all are run.", ""})
final class Research extends Example {
    @Parameters(paramLabel = "<name>", arity = "0..*", description = "which: ${COMPLETION-CANDIDATES}")
    private List<Gallery> programs = List.of();

    @Option(
            names = "--folder",
            paramLabel = "<folder>",
            defaultValue = ".",
            description = "where to draw (default: the current one)")
    private Path folder;

    @Override
    void run() throws Exception {
        for (Gallery each : programs.isEmpty() ? List.of(Gallery.values()) : programs) {
            Path picture = folder.resolve(each + ".png");
            Pictures.requireWritable(picture);
            print("%s: %s", each, each.shows());
            XYChart chart = each.run(new Findings(line -> print("%s", line)));
            Pictures.write(picture, chart);
            print("  %s%n", picture);
        }
    }
}
