package rewind.nn.optimize;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Options;
import rewind.nn.layer.Parameters;

/**
 * A number of updates of parameters by the gradient of a loss, {@code adam(0.01).updates(2000)}. Immutable; every option returns a new one.
 *
 * <pre>{@code
 * Minimum fit = adam(0.01).updates(2000).schedule(cosine()).minimize(p -> loss(p), start);
 *
 * DescentRun run = adam(0.01).updates(2000).clipNorm(1).start((p, in) -> loss(p, in.get(0), in.get(1)), start);
 * for (...) {
 *     double value = run.step(x, y);
 * }
 * }</pre>
 */
public final class Descent extends Options<Descent> implements Minimizer {
    private final Optimizer optimizer;
    private final int updates;
    private Schedule schedule;
    private double normLimit = Double.POSITIVE_INFINITY;
    private double valueLimit = Double.POSITIVE_INFINITY;
    private Set<String> kept = Set.of();

    Descent(Optimizer optimizer, int updates) {
        Check.that(updates >= 0, "descent: the number of updates must not be negative, got %s", updates);
        this.optimizer = optimizer;
        this.updates = updates;
    }

    /** Sets how the learning rate changes from update to update; without, it is the optimizer's. */
    public Descent schedule(Schedule schedule) {
        return with(to -> to.schedule = schedule);
    }

    /**
     * Scales the gradients down together when their common Euclidean norm exceeds a limit, see {@link Clipping#byNorm}.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Descent clipNorm(double limit) {
        Check.that(limit > 0, "descent: the limit of the gradients' norm must be positive, got %s", limit);
        return with(to -> to.normLimit = limit);
    }

    /**
     * Limits every element of a gradient to −limit … limit, before {@link #clipNorm}.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Descent clipValue(double limit) {
        Check.that(limit > 0, "descent: the limit of the gradients' values must be positive, got %s", limit);
        return with(to -> to.valueLimit = limit);
    }

    /**
     * Keeps parameters as they are, as {@code model.frozen()}: their gradients count in no norm, and no weight decay moves them. So it is with
     * {@linkplain Parameters#statistics statistics} without this.
     *
     * @param names under which tensors are stored; those that there are not mean nothing
     */
    public Descent keep(Set<String> names) {
        Set<String> own = Set.copyOf(names);
        return with(to -> to.kept = own);
    }

    /**
     * Does all updates; what is returned are the parameters after the last one, which need not be the best.
     *
     * @throws ArithmeticException if a loss, a gradient or a parameter becomes NaN or infinite
     */
    @Override
    public Minimum minimize(Function<Parameters, Tensor> loss, Parameters start) {
        DescentRun run = start((p, in) -> loss.apply(p), start);
        for (int i = 0; i < updates; i++) {
            run.step();
        }
        return run.minimum();
    }

    /**
     * Starts updates that are done one by one, each with data of its own: a training loop in one's own hands.
     *
     * @param loss a function of the parameters and of what {@link DescentRun#step} is given, with one element as its result; replayed as in
     *     {@link rewind.autograd.replay.Compiled}, which tells what it may do. What is random belongs among the data
     * @param start the first parameters
     */
    public DescentRun start(BiFunction<Parameters, List<Tensor>, Tensor> loss, Parameters start) {
        return new DescentRun(this, new Objective("descent", loss, start));
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /** The rate of an update, from 0. */
    double rate(long update) {
        if (schedule == null) {
            return optimizer.learningRate();
        }
        Check.that(
                update < updates,
                "descent: the schedule is one of %s updates, which are done; updates(%s) are more",
                updates,
                update + 1);
        double rate = schedule.at(optimizer.learningRate(), (int) update, updates);
        Check.that(
                rate >= 0 && Double.isFinite(rate),
                "descent: a schedule must give a rate that is finite and not negative, got %s in update %s",
                rate,
                update + 1);
        return rate;
    }

    boolean keeps(Parameters of, String name) {
        return kept.contains(name) || of.statistics().contains(name);
    }

    Parameters clipped(Parameters all) {
        Parameters gradient = all.map((name, g) -> keeps(all, name) ? Tensor.zeros(g.dtype(), g.shape()) : g);
        Parameters byValue = valueLimit < Double.POSITIVE_INFINITY ? Clipping.byValue(gradient, valueLimit) : gradient;
        return normLimit < Double.POSITIVE_INFINITY ? Clipping.byNorm(byValue, normLimit) : byValue;
    }

    /** Returns the rule and the options. */
    @Override
    public String toString() {
        return updates + " updates by " + optimizer + (schedule == null ? "" : ", schedule " + schedule)
                + (normLimit < Double.POSITIVE_INFINITY ? ", clipNorm " + normLimit : "")
                + (valueLimit < Double.POSITIVE_INFINITY ? ", clipValue " + valueLimit : "")
                + (kept.isEmpty() ? "" : ", keep " + new TreeSet<>(kept));
    }
}
