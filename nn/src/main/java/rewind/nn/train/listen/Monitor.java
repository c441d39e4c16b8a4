package rewind.nn.train.listen;

import java.util.Map;
import rewind.autograd.require.Check;
import rewind.nn.train.History;

/**
 * One of the values of an epoch, and which way is better.
 *
 * @param name as in {@link History.Epoch#values}; null for the validation loss, or the loss if there are no validation data
 */
record Monitor(String name, boolean larger) {
    static final Monitor LOSS = new Monitor(null, false);

    static Monitor of(String name, boolean larger) {
        Check.that(name != null, "monitor: there must be a name");
        return new Monitor(name, larger);
    }

    /** The value of an epoch. */
    double of(History.Epoch epoch) {
        Map<String, Double> values = epoch.values();
        String which = which(values);
        Check.that(values.containsKey(which), "monitor: there must be a value %s among %s", which, values.keySet());
        return values.get(which);
    }

    private String which(Map<String, Double> values) {
        return name != null ? name : values.containsKey("validation/loss") ? "validation/loss" : "loss";
    }

    /** What is watched of such an epoch, for people: whose loss, too. */
    String said(History.Epoch epoch) {
        String which = which(epoch.values());
        String whose = which.startsWith("validation/") ? which.replaceFirst("/", " ") : "training " + which;
        return (larger ? "largest " : "smallest ") + whose;
    }

    /** Whether a value is better than the best so far, NaN if there is none, by more than a change; NaN is better than nothing. */
    boolean better(double value, double best, double change) {
        if (Double.isNaN(value) || Double.isNaN(best)) {
            return !Double.isNaN(value);
        }
        return larger ? value > best + change : value < best - change;
    }

    /** What is watched, for checkpoints and values. */
    @Override
    public String toString() {
        return (larger ? "largest " : "smallest ") + (name == null ? "loss" : name);
    }
}
