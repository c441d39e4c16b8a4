package rewind.benchmarks.systems;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Other JVMs like this one. */
public final class Jvm {
    private Jvm() {}

    /** Returns the program that starts a JVM like this one. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns a process in which native libraries use that number of threads. */
    public static ProcessBuilder process(List<String> command, int threads) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        environment.put("MKL_NUM_THREADS", Integer.toString(threads));
        environment.put("OPT_OUT_TRACKING", "true"); // of DJL
        return builder;
    }

    /** Returns the folder of this module, seen from the top directory or from there. */
    public static Path module() {
        Path module = Path.of("examples", "benchmarks");
        return Files.isDirectory(module) ? module : Path.of("");
    }
}
