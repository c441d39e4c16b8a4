package rewind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a {@link Worker} in a JVM of its own, where nothing has been compiled for other work and the number of threads is set. */
final class Fork {
    private Fork() {}

    /**
     * Returns the rows that a part measures.
     *
     * @param threads the number of threads that every system gets
     * @throws IllegalStateException if the JVM fails
     */
    static List<Row> rows(Part part, Selection selection, int threads) {
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
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(options(selection, threads));
        command.addAll(heap(part));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), Worker.class.getName()));
        command.addAll(List.of("--part", part.name(), "--to", file.toString()));
        command.addAll(selection.options());
        int status = process(command, threads).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(part + ": the JVM ended with status " + status + "; see above");
        }
    }

    /** Returns the program that starts a JVM like this one. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns a process in which native libraries use that number of threads. */
    static ProcessBuilder process(List<String> command, int threads) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        environment.put("MKL_NUM_THREADS", Integer.toString(threads));
        environment.put("OPT_OUT_TRACKING", "true"); // of DJL
        return builder;
    }

    /**
     * Returns the options for the heap: for time the collector that the README advises, and memory that is touched before, as a virtual
     * machine may take its time for every page that is new; for memory a collector that leaves no garbage behind when asked to collect.
     */
    static List<String> heap(Part part) {
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
