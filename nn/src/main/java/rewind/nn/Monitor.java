package rewind.nn;

import java.util.Map;

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
        String which = name != null ? name : values.containsKey("validation/loss") ? "validation/loss" : "loss";
        Check.that(values.containsKey(which), "monitor: there must be a value %s among %s", which, values.keySet());
        return values.get(which);
    }

    /** Whether a value is better than the best so far, NaN if there is none, by more than a change; NaN is better than nothing. */
    boolean better(double value, double best, double change) {
        if (Double.isNaN(value) || Double.isNaN(best)) {
            return !Double.isNaN(value);
        }
        return larger ? value > best + change : value < best - change;
    }

    /** What is watched, for people and checkpoints. */
    @Override
    public String toString() {
        return (larger ? "largest " : "smallest ") + (name == null ? "loss" : name);
    }
}
