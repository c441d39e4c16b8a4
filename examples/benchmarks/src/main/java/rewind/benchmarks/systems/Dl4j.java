package rewind.benchmarks.systems;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * DL4J, in a JVM of its own: its native library needs JavaCPP 1.5.7, OpenBLAS 1.5.13, and a class path holds one of them. The module
 * {@code dl4j} beside this one has the class that runs there, and writes down its class path when it is compiled.
 */
public final class Dl4j {
    public static final String NAME = "DL4J";

    private Dl4j() {}

    /** Returns why a layer is not measured, or null. */
    public static String missing(CellKind kind) {
        return kind == CellKind.GRU
                ? "it has no GRU layer, and the operation gru of ND4J has one bias where the form of PyTorch needs two"
                : null;
    }

    /** Starts the JVM. */
    public static Learner learner(Problem problem, int threads) {
        List<String> command = new ArrayList<>(List.of(Jvm.java()));
        if (Peak.measurable()) {
            command.addAll(
                    List.of("--add-modules", "jdk.incubator.vector")); // or Rewind, which draws the problem, misses it
        }
        command.addAll(List.of("-classpath", classPath(), "rewind.benchmarks.systems.Dl4jLearner"));
        command.addAll(problem.arguments());
        return RemoteLearner.start(NAME, Jvm.process(command, threads));
    }

    /**
     * Returns the class path.
     *
     * @throws IllegalStateException if the module has not been compiled
     */
    public static String classPath() {
        return classPath(Jvm.module().resolve("dl4j").resolve("target"));
    }

    /** Returns the class path that a build left in its folder. */
    static String classPath(Path target) {
        try {
            return target.resolve("classes")
                    + File.pathSeparator
                    + Files.readString(target.resolve("classpath")).trim();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "DL4J and its class path must be in " + target
                            + "; call mvn -q -Pbenchmark,dl4j -pl :rewind-benchmarks-dl4j -am compile first",
                    e);
        }
    }
}
