package rewind.examples;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import rewind.nn.History;
import rewind.nn.TrainingListener;
import rewind.nn.TrainingRun;

/**
 * Prints a line after every epoch, with the errors one value ahead in the unit of the series.
 *
 * @param network what is being trained
 * @param first the first value that it can forecast
 * @param train where the test part begins
 * @param terminal whether a progress bar is in the way of the lines
 */
record EpochLines(Network network, int first, int train, boolean terminal, PrintWriter out)
        implements TrainingListener {
    /** Erases the line that the progress bar stands on; the bar draws itself again on the next one. */
    private static final String ERASE = "\r\u001b[K";

    /** Whether the program talks to somebody. */
    static boolean onTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try { // JDK 22 to 24 have a console for redirected streams too, and this method to tell
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        double[] values = network.values();
        double trainError = network.rootMeanSquareError(values, first, train);
        double testError = network.rootMeanSquareError(values, train, values.length);
        InputException.unless(
                Double.isFinite(trainError) && Double.isFinite(testError),
                "training diverged in epoch %s; a smaller --learning-rate may help",
                epoch.number());
        String line = String.format(
                Locale.ROOT, "epoch %3d  train RMSE %.4g  test RMSE %.4g", epoch.number(), trainError, testError);
        out.println(terminal ? ERASE + line : line);
        out.flush();
    }
}
