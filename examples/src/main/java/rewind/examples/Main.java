package rewind.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Starts the example programs, from the top directory:
 *
 * <pre>
 * mvn -q compile exec:java
 * mvn -q compile exec:java -Dexec.args="forecast --units 24"
 * </pre>
 *
 * <p>The first argument names the program; without a name it is {@code forecast}. The exit status is 0, or 2 after a one-line
 * message if the arguments or a file are wrong.
 */
@Command(
        name = "rewind",
        subcommands = {
            Forecast.class,
            Classify.class,
            Text.class,
            Adding.class,
            OwnCell.class,
            Optimize.class,
            GradientFlow.class,
            LongSequences.class,
            WrittenDown.class,
            Research.class,
            Prompt.class
        })
public final class Main implements Callable<Integer> {
    @Mixin
    private Forecast forecast;

    private Main() {}

    /** Runs a program; ends the JVM only if it failed. */
    public static void main(String... args) {
        int status = commandLine().execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Returns the command line of all programs. */
    static CommandLine commandLine() {
        System.setProperty("java.awt.headless", "true"); // charts go into files, with or without a display
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Main::execute)
                .setParameterExceptionHandler((e, args) -> failed(e.getCommandLine(), e))
                .setExecutionExceptionHandler((e, command, result) -> {
                    if (e instanceof ArithmeticException) { // from a training run
                        return failed(
                                command, new InputException("%s; a smaller --learning-rate may help", e.getMessage()));
                    }
                    if (e instanceof InputException) {
                        return failed(command, e);
                    }
                    throw e;
                });
    }

    @Override
    public Integer call() throws Exception {
        return forecast.call();
    }

    private static int execute(ParseResult result) {
        if (result.hasSubcommand() && !result.matchedOptions().isEmpty()) {
            throw new ParameterException(
                    result.commandSpec().commandLine(),
                    "options must follow the name "
                            + result.subcommand().commandSpec().name());
        }
        return new RunLast().execute(result);
    }

    private static int failed(CommandLine command, Exception e) {
        command.getErr().println("rewind: " + e.getMessage().replaceAll("\\s*\\R\\s*", " "));
        return CommandLine.ExitCode.USAGE;
    }
}
