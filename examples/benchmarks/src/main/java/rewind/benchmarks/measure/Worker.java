package rewind.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import rewind.benchmarks.systems.Sizes;

/** Measures one part in this JVM and writes its rows into a file; {@link Fork} starts it. */
@Command(name = "worker")
public final class Worker implements Callable<Integer> {
    @Option(names = "--part", required = true)
    private Part part;

    @Option(names = "--to", required = true)
    private Path file;

    @Mixin
    private Selection selection;

    private Worker() {}

    /** Runs the part; the exit status is 1 if two systems disagree. */
    public static void main(String... args) {
        System.exit(commandLine(new Worker()).execute(args));
    }

    /** Returns the command line of a program: failures are told in one line. */
    public static CommandLine commandLine(Object command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Sizes.class, Sizes::parse)
                .setExecutionExceptionHandler((e, line, result) -> {
                    if (e instanceof IllegalStateException) {
                        line.getErr().println("benchmark: " + e.getMessage());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw e;
                });
    }

    @Override
    public Integer call() throws IOException {
        Section section = new Section(part, selection.plain(), Machine.describe(), rows());
        Files.writeString(file, Json.write(section.toJson()));
        return CommandLine.ExitCode.OK;
    }

    private List<Row> rows() {
        return switch (part) {
            case STEPS -> new TrainingSteps(selection).rows();
            case GROWTH -> new Growth(selection).rows();
            case MEMORY -> new Memory(selection).rows();
            case REVISION -> new Revision(selection).rows();
            case KERNELS ->
                throw new IllegalArgumentException("kernels are measured by JMH, which starts its own JVMs");
        };
    }
}
