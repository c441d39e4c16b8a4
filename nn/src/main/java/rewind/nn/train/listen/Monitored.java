package rewind.nn.train.listen;

import rewind.autograd.require.Check;
import rewind.nn.layer.Options;
import rewind.nn.train.TrainingListener;

/**
 * A listener that waits for a value to improve. Every option returns a new listener.
 *
 * @param <R> the listener itself
 */
public abstract class Monitored<R extends Monitored<R>> extends Options<R> implements TrainingListener {
    private final String name;
    final int patience;
    Monitor monitor = Monitor.LOSS;
    double minimumChange;

    Monitored(String name, int patience) {
        Check.that(patience > 0, "%s: the patience must be at least one epoch, got %s", name, patience);
        this.name = name;
        this.patience = patience;
    }

    /** Watches a value that is better the smaller it is, by its name in {@link rewind.nn.train.History.Epoch#values}. */
    public final R minimize(String value) {
        return with(listener -> listener.monitor = Monitor.of(value, false));
    }

    /** Watches a value that is better the larger it is, {@code validation/accuracy} say. */
    public final R maximize(String value) {
        return with(listener -> listener.monitor = Monitor.of(value, true));
    }

    /**
     * Sets by how much more than this a value must be better to count, 0 by default.
     *
     * @throws IllegalArgumentException if negative or not finite
     */
    public final R minimumChange(double change) {
        Check.that(
                change >= 0 && Double.isFinite(change),
                "%s: the minimum change must be finite and not negative, got %s",
                name,
                change);
        return with(listener -> listener.minimumChange = change);
    }
}
