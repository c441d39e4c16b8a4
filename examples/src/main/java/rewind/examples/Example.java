package rewind.examples;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import rewind.nn.train.History;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.TrainingRun;

/** What the example programs have in common: a seed, their help, and where they print. */
abstract class Example implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seed",
            order = 1,
            paramLabel = "<n>",
            defaultValue = "1",
            description = "decides all that is random (default: ${DEFAULT-VALUE})")
    long seed;

    @SuppressWarnings("unused") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            order = 2,
            usageHelp = true,
            description = "print this")
    boolean help;

    /** Does all that the program does, after looking at its options. */
    abstract void run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        run();
        return 0;
    }

    /** Returns where the program prints. */
    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Prints a line. */
    final void print(String format, Object... args) {
        synchronized (this) { // networks that learn side by side print lines
            out().println(format(format, args));
            out().flush();
        }
    }

    /** Returns a listener that prints a line after every n-th epoch. */
    final TrainingListener lines(int n, Function<History.Epoch, String> line) {
        return new TrainingListener() {
            @Override
            public void epochDone(TrainingRun run, History.Epoch epoch) {
                if (epoch.number() % n == 0) {
                    print("%s", line.apply(epoch));
                }
            }
        };
    }

    /** Returns the text that is printed, with a point in numbers wherever the program runs. */
    static String format(String format, Object... args) {
        return String.format(Locale.ROOT, format, args);
    }

    /** Throws unless the value of an option is positive and finite. */
    static void requirePositive(String option, Number value) {
        double number = value.doubleValue();
        InputException.unless(number > 0 && Double.isFinite(number), "%s must be positive, got %s", option, value);
    }

    /** Throws unless the value of an option is in a range, both ends included. */
    static void requireBetween(String option, int value, int least, int greatest) {
        InputException.unless(
                value >= least && value <= greatest, "%s must be %s to %s, got %s", option, least, greatest, value);
    }
}
