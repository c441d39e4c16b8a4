package rewind.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rewind.benchmarks.systems.Jvm;
import rewind.benchmarks.systems.Peak;

/** Runs a {@link Worker} in a JVM of its own, where nothing has been compiled for other work and the number of threads is set. */
public final class Fork {
    private Fork() {}

    /**
     * Returns the rows that a part measures.
     *
     * @param threads the number of threads that every system gets
     * @throws IllegalStateException if the JVM fails
     */
    public static List<Row> rows(Part part, Selection selection, int threads) {
        try {
            Path file = Files.createTempFile("rewind-benchmark", ".json");
            try {
                run(part, selection, threads, file);
                return Section.fromJson(Json.read(Files.readString(file))).rows();
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(part + ": the JVM could not be started", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(part + ": interrupted", e);
        }
    }

    private static void run(Part part, Selection selection, int threads, Path file)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Jvm.java()));
        command.addAll(options(selection, threads));
        command.addAll(heap(part));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), Worker.class.getName()));
        command.addAll(List.of("--part", part.name(), "--to", file.toString()));
        command.addAll(selection.options());
        int status = Jvm.process(command, threads).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(part + ": the JVM ended with status " + status + "; see above");
        }
    }

    /**
     * Returns the options for the heap: for time the collector that the README advises, and memory that is touched before, as a virtual
     * machine may take its time for every page that is new; for memory a collector that leaves no garbage behind when asked to collect.
     */
    public static List<String> heap(Part part) {
        if (part == Part.MEMORY) {
            return List.of("-XX:+UseG1GC");
        }
        String size = part == Part.KERNELS ? "512m" : "3g";
        return List.of("-XX:+UseParallelGC", "-Xms" + size, "-Xmx" + size, "-XX:+AlwaysPreTouch");
    }

    /** Returns the options of the JVM. */
    static List<String> options(Selection selection, int threads) {
        List<String> options = new ArrayList<>();
        if (Peak.measurable()) {
            options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        if (selection.plain()) {
            options.add("-Drewind.kernels=plain");
        }
        options.add("-Drewind.threads=" + threads);
        options.add("-Dai.djl.pytorch.num_threads=" + threads);
        options.add("-Dai.djl.pytorch.num_interop_threads=1");
        options.add("-Dai.djl.offline=true");
        return options;
    }
}
