package rewind.nn.train;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import rewind.nn.layer.Parameters;
import rewind.nn.layer.Pass;

/** A training run that is under way, as its listeners see it and may steer it. For the thread that trains. */
public interface TrainingRun extends Pass.TrainingPlace {
    /** Returns the model, with the parameters as they are now. */
    Trainable model();

    /** Returns the number of the last batch in this epoch, from 1; 0 between two epochs. */
    int batch();

    /** Returns how many batches an epoch has, as far as the data tell, or else as the epoch before had. */
    OptionalLong batches();

    /** Returns how many samples were seen in this run, those before a checkpoint included. */
    long samples();

    /** Returns the mean loss of the last batch before its update; NaN if there was none. */
    double loss();

    /** Returns the learning rate of the last update, or else of the first, where no layer has a rate of its own. */
    double learningRate();

    /** Returns the gradients of the last update, after clipping; those of frozen parameters are zeros. Empty if there was no update yet. */
    Optional<Parameters> gradients();

    /** Returns the epochs so far. */
    History history();

    /**
     * Multiplies all learning rates from the next update on, whatever their schedules.
     *
     * @throws IllegalArgumentException if the factor is not positive
     */
    void scaleLearningRate(double factor);

    /** Ends training after this batch or epoch. An epoch that is under way ends with the batches it had, as others do. */
    void stop();

    /** Whether somebody asked to stop. */
    boolean stopping();

    /**
     * Writes a checkpoint for {@link rewind.nn.Training#resume}, under another name first, so that there is never half a file. It holds what the
     * listeners remember now, so ask for it in a listener that hears of things last.
     *
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    void checkpoint(Path file);
}
