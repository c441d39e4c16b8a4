package rewind.nn.train.listen;

import java.util.Map;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.train.History;
import rewind.nn.train.TrainingRun;
import rewind.nn.train.loop.SavedTensors;

/**
 * Multiplies all learning rates by a factor when a number of epochs in a row brought nothing better; then waits as long again. Watches
 * the validation loss, or the loss if there are no validation data. A NaN is nothing better. Every option returns a new listener.
 */
public final class ReduceOnPlateau extends Monitored<ReduceOnPlateau> {
    private final double factor;
    private double minimumRate;

    // of the run
    private double best;
    private int waited;

    /**
     * Returns the listener with the usual options.
     *
     * @throws IllegalArgumentException if the factor is not between 0 and 1, or the patience less than 1
     */
    public static ReduceOnPlateau of(double factor, int patience) {
        return new ReduceOnPlateau(factor, patience);
    }

    private ReduceOnPlateau(double factor, int patience) {
        super("reduceOnPlateau", patience);
        Check.that(
                factor > 0 && factor < 1,
                "reduceOnPlateau: the factor must be more than 0 and less than 1, got %s",
                factor);
        this.factor = factor;
    }

    /**
     * Sets a rate below which the rate is not reduced, 0 by default; see {@link TrainingRun#learningRate}.
     *
     * @throws IllegalArgumentException if negative or not finite
     */
    public ReduceOnPlateau minimumRate(double rate) {
        Check.that(
                rate >= 0 && Double.isFinite(rate),
                "reduceOnPlateau: the minimum rate must be finite and not negative, got %s",
                rate);
        return with(listener -> listener.minimumRate = rate);
    }

    @Override
    public void started(TrainingRun run) {
        best = Double.NaN;
        waited = 0;
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        double value = monitor.of(epoch);
        if (monitor.better(value, best, minimumChange)) {
            best = value;
            waited = 0;
        } else if (++waited >= patience) {
            waited = 0;
            double bounded = Math.max(factor, minimumRate / run.learningRate());
            if (bounded < 1) {
                run.scaleLearningRate(bounded);
            }
        }
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of("best/" + monitor, Tensor.of(best), "waited", Tensor.of((double) waited));
    }

    @Override
    public void check(TrainingRun run, Map<String, Tensor> state) {
        SavedTensors saved = new SavedTensors("reduceOnPlateau", "state", state);
        if (saved.has("best/" + monitor)) { // or else it watched something else
            saved.number("best/" + monitor);
            saved.count("waited", Integer.MAX_VALUE - 1);
        }
    }

    @Override
    public void restore(TrainingRun run, Map<String, Tensor> state) {
        if (state.containsKey("best/" + monitor)) {
            best = state.get("best/" + monitor).toDouble();
            waited = (int) state.get("waited").toDouble();
        }
    }

    /** Returns the factory with its options, as far as they are not the usual ones. */
    @Override
    public String toString() {
        return "reduceOnPlateau(" + factor + ", " + patience + ", " + monitor
                + (minimumChange == 0 ? "" : ", minimumChange=" + minimumChange)
                + (minimumRate == 0 ? "" : ", minimumRate=" + minimumRate) + ")";
    }
}
