package rewind.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import rewind.benchmarks.systems.Jvm;

/**
 * How long a process takes that starts a JVM and does {@link FirstUpdates}, with several options of the JVM in turns, in a JVM of the
 * version that this runs in:
 *
 * <pre>
 * mvn -q -Pbenchmark -pl :rewind-benchmarks -am compile exec:exec -Dbenchmark.main=rewind.benchmarks.ColdStart -Dbenchmark.args=5
 * </pre>
 */
final class ColdStart {
    private static final int CACHES = 25; // since this version a cache takes one option, and holds profiles

    private final Path folder;
    private final String classPath;

    private ColdStart(Path folder) throws IOException {
        this.folder = folder;
        classPath = jars();
    }

    /** Measures; the argument says how often, 5 times by default. */
    public static void main(String... args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("rewind-start");
        try {
            new ColdStart(folder).measure(args.length > 0 ? Integer.parseInt(args[0]) : 5);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(Path::toFile).forEach(File::delete);
            }
            Files.delete(folder);
        }
    }

    private void measure(int runs) throws IOException, InterruptedException {
        Map<String, List<String>> options = options();
        Map<String, List<Double>> times = new LinkedHashMap<>();
        Map<String, String> notes = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Map.Entry<String, List<String>> each : options.entrySet()) {
                long start = System.nanoTime();
                String printed = run(each.getValue());
                double time = (System.nanoTime() - start) / 1e6;
                times.computeIfAbsent(each.getKey(), key -> new ArrayList<>()).add(time);
                notes.put(each.getKey(), printed);
            }
        }
        print(
                "%-24s %8s %8s   %s",
                "ms, Java " + Runtime.version().feature(), "least", "median", "classes, ms of compilers");
        times.forEach((name, all) -> {
            List<Double> sorted = all.stream().sorted().toList();
            print("%-24s %8.0f %8.0f   %s", name, sorted.get(0), sorted.get(sorted.size() / 2), notes.get(name));
        });
    }

    /** What is compared, by name; archives are made here. */
    private Map<String, List<String>> options() throws IOException, InterruptedException {
        Map<String, List<String>> options = new LinkedHashMap<>();
        options.put("as it is", List.of());
        options.put("second compiler only", List.of("-XX:-TieredCompilation"));
        options.put(
                "second compiler sooner",
                List.of(
                        "-XX:Tier4InvocationThreshold=500",
                        "-XX:Tier4MinInvocationThreshold=60",
                        "-XX:Tier4CompileThreshold=1000",
                        "-XX:Tier4BackEdgeThreshold=4000"));
        options.put("plain kernels", List.of("-Drewind.kernels=plain"));
        options.put("no archive", List.of("-Xshare:off"));
        Path archive = folder.resolve("classes.jsa");
        run(List.of("-XX:ArchiveClassesAtExit=" + archive));
        options.put("archive of classes", List.of("-XX:SharedArchiveFile=" + archive));
        if (Runtime.version().feature() >= CACHES) {
            Path cache = folder.resolve("classes.aot");
            run(List.of("-XX:AOTCacheOutput=" + cache));
            options.put("AOT cache", List.of("-XX:AOTCache=" + cache));
        }
        return options;
    }

    /** Runs the updates in a JVM of its own, and returns the last line that it prints. */
    private String run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Jvm.java(), "--add-modules", "jdk.incubator.vector"));
        command.addAll(options);
        command.addAll(List.of("-classpath", classPath, FirstUpdates.class.getName()));
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + " failed: " + Files.readString(output));
        }
        List<String> lines = Files.readAllLines(output);
        return lines.stream()
                .filter(line -> line.matches("\\d+ \\d+"))
                .findFirst()
                .orElse("");
    }

    /** The class path with a jar for every folder: classes in folders are not archived. */
    private String jars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, 0)) {
            jars.add(Files.isDirectory(Path.of(entry)) ? jar(Path.of(entry), jars.size()) : entry);
        }
        return String.join(File.pathSeparator, jars);
    }

    private String jar(Path classes, int number) throws IOException {
        Path jar = folder.resolve(number + ".jar");
        try (OutputStream bytes = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(bytes);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar.toString();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
