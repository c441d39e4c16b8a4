package rewind.nn.train.listen;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import rewind.autograd.Tensor;
import rewind.nn.layer.Parameters;
import rewind.nn.train.History;
import rewind.nn.train.Trainable;
import rewind.nn.train.TrainingRun;
import rewind.nn.train.loop.SavedTensors;

/**
 * Stops when a number of epochs in a row brought nothing better, and in the end takes the parameters of the best epoch back, also if
 * training was not stopped. Watches the validation loss, or the loss if there are no validation data. A NaN is nothing better. When it
 * stops it tells so in the log ({@link System.Logger}, INFO). Every option returns a new listener.
 */
public final class EarlyStopping extends Monitored<EarlyStopping> {
    private static final Logger LOG = System.getLogger(EarlyStopping.class.getName());

    private boolean restoring = true;

    // of the run
    private double best;
    private int waited;
    private Parameters bestParameters;

    /**
     * Returns the listener with the usual options.
     *
     * @throws IllegalArgumentException if the patience is less than 1
     */
    public static EarlyStopping of(int patience) {
        return new EarlyStopping(patience);
    }

    private EarlyStopping(int patience) {
        super("earlyStopping", patience);
    }

    /** Sets whether the best parameters are taken back in the end (the default), or those of the last epoch stay. */
    public EarlyStopping restoreBest(boolean on) {
        return with(listener -> listener.restoring = on);
    }

    @Override
    public void started(TrainingRun run) {
        best = Double.NaN;
        waited = 0;
        bestParameters = null;
    }

    @Override
    public void epochDone(TrainingRun run, History.Epoch epoch) {
        double value = monitor.of(epoch);
        if (monitor.better(value, best, minimumChange)) {
            best = value;
            waited = 0;
            bestParameters = run.model().parameters();
        } else {
            waited++;
            if (stopIfEnough(run)) {
                LOG.log(Level.INFO, said(epoch));
            }
        }
    }

    private boolean stopIfEnough(TrainingRun run) {
        if (waited >= patience) {
            run.stop();
        }
        return waited >= patience;
    }

    private String said(History.Epoch last) {
        String first = String.format(Locale.ROOT, "earlyStopping: stopped after epoch %d, ", last.number());
        if (bestParameters == null) {
            return first + monitor.said(last) + " was NaN in all epochs";
        }
        int bestEpoch = last.number() - waited;
        return first
                + String.format(Locale.ROOT, "%s was %s in epoch %d; ", monitor.said(last), best, bestEpoch)
                + (restoring ? "its parameters are taken back" : "the parameters of the last epoch stay");
    }

    @Override
    public void completed(TrainingRun run) {
        if (restoring && bestParameters != null) {
            run.model().set(bestParameters);
        }
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("best/" + monitor, Tensor.of(best));
        state.put("waited", Tensor.of((double) waited));
        if (bestParameters != null) {
            bestParameters.stored().forEach(name -> state.put("parameter/" + name, bestParameters.get(name)));
        }
        return state;
    }

    @Override
    public void check(TrainingRun run, Map<String, Tensor> state) {
        saved(run.model(), state);
    }

    @Override
    public void restore(TrainingRun run, Map<String, Tensor> state) {
        Saved saved = saved(run.model(), state);
        best = saved.best;
        waited = saved.waited;
        bestParameters = saved.parameters;
        stopIfEnough(run);
    }

    /** What was saved; as at the beginning, if it was of another value. */
    private Saved saved(Trainable model, Map<String, Tensor> state) {
        SavedTensors tensors = new SavedTensors("earlyStopping", "state", state);
        if (!tensors.has("best/" + monitor)) {
            return new Saved(Double.NaN, 0, null);
        }
        double value = tensors.number("best/" + monitor);
        int epochs = (int) tensors.count("waited", Integer.MAX_VALUE);
        return new Saved(
                value,
                epochs,
                Double.isNaN(value) ? null : tensors.under("parameter").parameters(model));
    }

    private record Saved(double best, int waited, Parameters parameters) {}

    /** Returns the factory with its options, as far as they are not the usual ones. */
    @Override
    public String toString() {
        return "earlyStopping(" + patience + ", " + monitor
                + (minimumChange == 0 ? "" : ", minimumChange=" + minimumChange)
                + (restoring ? "" : ", restoreBest=false") + ")";
    }
}
