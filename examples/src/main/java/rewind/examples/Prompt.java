package rewind.examples;

import com.fasterxml.jackson.core.JsonFactory;
import java.io.File;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jshell.tool.JavaShellToolBuilder;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.math3.random.RandomGenerator;
import org.knowm.xchart.XYChart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rewind.autograd.Tensor;
import rewind.nn.Model;

/** The JDK's prompt for Java, with all of Rewind on its class path and imported. */
@Command(
        name = "jshell",
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Starts a prompt for Java with everything imported.")
final class Prompt implements Callable<Integer> {
    @SuppressWarnings("unused") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        Path imports = Files.createTempFile("rewind", ".jsh");
        try {
            try (InputStream lines = Prompt.class.getResourceAsStream("imports.jsh")) {
                Files.copy(lines, imports, StandardCopyOption.REPLACE_EXISTING);
            }
            return JavaShellToolBuilder.builder().start(arguments(imports));
        } finally {
            Files.delete(imports);
        }
    }

    private static String[] arguments(Path imports) throws URISyntaxException {
        List<String> arguments = new ArrayList<>(
                List.of("--class-path", classPath(), "--startup", "DEFAULT", "--startup", imports.toString()));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            arguments.add("-R--add-modules=jdk.incubator.vector");
        }
        return arguments.toArray(new String[0]);
    }

    /** Where the classes are; Maven's own JVM, in which the examples run, does not say so elsewhere. */
    private static String classPath() throws URISyntaxException {
        List<String> entries = new ArrayList<>();
        for (Class<?> each : List.of(
                Tensor.class,
                Model.class,
                Prompt.class,
                RandomGenerator.class,
                CSVFormat.class,
                ProgressBar.class,
                XYChart.class,
                JsonFactory.class)) {
            entries.add(Path.of(each.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
