package rewind.examples;

import java.io.File;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
    boolean help;

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

    /** All that this program can see; Maven's own JVM, in which the examples run, tells it by their class loader alone. */
    static String classPath() throws URISyntaxException {
        if (!(Prompt.class.getClassLoader() instanceof URLClassLoader maven)) {
            return System.getProperty("java.class.path");
        }
        List<String> entries = new ArrayList<>();
        for (URL entry : maven.getURLs()) {
            entries.add(Path.of(entry.toURI()).toString());
        }
        return String.join(File.pathSeparator, entries);
    }
}
