package rewind.benchmarks.measure;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import rewind.benchmarks.systems.Chains;
import rewind.benchmarks.systems.Peak;

/** When, where and with what something is measured. */
public final class Machine {
    private static final Pattern LIBRARY = Pattern.compile(
            "(pytorch-native-cpu|pytorch-engine|openblas|commons-math3|jmh-core|deeplearning4j-nn|nd4j-native|onnxruntime)-(\\d[\\w.-]*?)(-linux-x86_64)?\\.jar");

    private Machine() {}

    /** Describes this machine and JVM, with the libraries on its class path and on further ones. */
    public static Row describe(String... classPaths) {
        String libraryPath = System.getProperty("java.class.path")
                + File.pathSeparator
                + String.join(File.pathSeparator, classPaths);
        return Row.of(
                "date", LocalDate.now(ZoneOffset.UTC).toString(),
                "revision", revision(),
                "cpu", cpu() + vectors(),
                "cores", Runtime.getRuntime().availableProcessors(),
                "os", System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                "load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                "libraries", String.join(", ", libraries(libraryPath)));
    }

    private static String cpu() {
        Path info = Path.of("/proc/cpuinfo");
        try {
            if (Files.isReadable(info)) {
                for (String line : Files.readAllLines(info)) {
                    if (line.startsWith("model name")) {
                        return line.substring(line.indexOf(':') + 1).trim();
                    }
                }
            }
        } catch (IOException e) {
            // the name only describes; the figures do not need it
        }
        return "unknown processor";
    }

    /** The length of vectors, which the name of a processor does not always tell. */
    private static String vectors() {
        return Peak.measurable() ? " (vectors of " + Chains.vectorBits() + " bits)" : "";
    }

    /** The commit that is measured, with a plus sign if files differ from it. */
    private static String revision() {
        String commit = git("rev-parse", "--short=10", "HEAD");
        return commit.isEmpty()
                ? "unknown"
                : commit + (git("status", "--porcelain", "-uno").isEmpty() ? "" : "+");
    }

    private static String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return process.waitFor() == 0 ? output : "";
        } catch (IOException e) {
            return ""; // there is no git
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while asking git for the revision", e);
        }
    }

    /** The libraries to compare with, by the names of their jars on a class path. */
    public static List<String> libraries(String classPath) {
        List<String> found = new ArrayList<>();
        for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
            Matcher jar = LIBRARY.matcher(
                    Path.of(entry).getFileName() == null
                            ? ""
                            : Path.of(entry).getFileName().toString());
            if (jar.matches() && !found.contains(jar.group(1) + " " + jar.group(2))) {
                found.add(jar.group(1) + " " + jar.group(2));
            }
        }
        return found;
    }
}
