package rewind.examples;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    @Parameters(paramLabel = "<name>", arity = "0..*", description = "which of them, by the names in the README")
    private List<String> names = List.of();

    @Option(
            names = "--folder",
            paramLabel = "<folder>",
            defaultValue = ".",
            description = "where to draw (default: the current one)")
    private Path folder;

    @Override
    void run() throws Exception {
        Map<String, Gallery> all = new LinkedHashMap<>();
        Arrays.stream(Gallery.values()).forEach(each -> all.put(each.toString(), each));
        for (String name : names) {
            InputException.unless(all.containsKey(name), "a program must be one of %s, got %s", all.keySet(), name);
        }
        for (Gallery each :
                names.isEmpty() ? all.values() : names.stream().map(all::get).toList()) {
            Path picture = folder.resolve(each + ".png");
            Pictures.requireWritable(picture);
            print("%s: %s", each, each.shows());
            XYChart chart = each.run(new Findings(line -> print("%s", line)));
            Pictures.write(picture, chart);
            print("  %s%n", picture);
        }
    }
}
