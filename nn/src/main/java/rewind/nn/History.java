package rewind.nn;

import java.util.List;

/**
 * What happened in a training run.
 *
 * @param epochs one entry per epoch, in order
 */
public record History(List<Epoch> epochs) {
    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param number from 1
     * @param loss the mean over the samples of the loss that each had when its batch was trained
     * @param validationLoss the mean loss over the validation data after the epoch; NaN if there are none
     */
    public record Epoch(int number, double loss, double validationLoss) {}

    /**
     * Returns the last epoch.
     *
     * @throws java.util.NoSuchElementException if there was none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new java.util.NoSuchElementException("the training run had no epoch");
        }
        return epochs.get(epochs.size() - 1);
    }
}
