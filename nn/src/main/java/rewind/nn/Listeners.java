package rewind.nn;

import java.nio.file.Path;
import rewind.nn.train.TrainingListener;
import rewind.nn.train.listen.Checkpoints;
import rewind.nn.train.listen.CsvLog;
import rewind.nn.train.listen.EarlyStopping;
import rewind.nn.train.listen.Progress;
import rewind.nn.train.listen.ReduceOnPlateau;
import rewind.nn.train.listen.TensorBoard;

/** Ready-made listeners, for static import. */
public final class Listeners {
    private Listeners() {}

    /**
     * Shows on the standard error stream how far training is, with losses and metrics of the last epoch (validation data behind a slash),
     * samples a second and the time left: a bar on a terminal, else a line per epoch.
     */
    public static TrainingListener progressBar() {
        return Progress.toStandardError();
    }

    /**
     * Stops when a number of epochs in a row brought nothing better, and takes the best parameters back; see {@link EarlyStopping}.
     *
     * @param patience the number of epochs, at least 1
     */
    public static EarlyStopping earlyStopping(int patience) {
        return EarlyStopping.of(patience);
    }

    /**
     * Multiplies the learning rate by a factor when a number of epochs in a row brought nothing better; see {@link ReduceOnPlateau}.
     *
     * @param factor more than 0 and less than 1
     * @param patience the number of epochs, at least 1
     */
    public static ReduceOnPlateau reduceOnPlateau(double factor, int patience) {
        return ReduceOnPlateau.of(factor, patience);
    }

    /** Writes checkpoints into a folder, from which {@link Training#resume} continues; see {@link Checkpoints}. */
    public static Checkpoints checkpoint(Path folder) {
        return Checkpoints.in(folder);
    }

    /**
     * Writes the table of {@link rewind.nn.train.History#toCsv} into a file, a row after every epoch. An existing file is replaced; in a run that is
     * continued, by the epochs so far.
     */
    public static TrainingListener csvLog(Path file) {
        return new CsvLog(file);
    }

    /** Writes event files for TensorBoard into a folder; see {@link TensorBoard}. */
    public static TensorBoard tensorBoard(Path folder) {
        return TensorBoard.in(folder);
    }
}
