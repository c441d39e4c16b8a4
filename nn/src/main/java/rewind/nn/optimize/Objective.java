package rewind.nn.optimize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import rewind.autograd.DType;
import rewind.autograd.NonFiniteException;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.replay.Compiled;
import rewind.autograd.require.Check;
import rewind.nn.layer.Parameters;

/** A loss of parameters, and of data that may be others each time, with its gradient; replayed where that can be. */
final class Objective {
    private final String name;
    private final BiFunction<Parameters, List<Tensor>, Tensor> loss;
    private final Parameters start;
    private final Compiled withGradient;
    private final Compiled alone;
    private long evaluations;

    /**
     * Makes one.
     *
     * @param name what messages call the method
     * @param start parameters of the names, shapes and types of all others
     */
    Objective(String name, BiFunction<Parameters, List<Tensor>, Tensor> loss, Parameters start) {
        Check.that(start.count() > 0, "%s: there must be parameters to change, got %s", name, start);
        this.name = name;
        this.loss = loss;
        this.start = start.map((each, value) -> value.detach());
        this.withGradient = Compiled.of(in -> List.of(value(in)));
        this.alone = Compiled.of(in -> List.of(value(in)));
    }

    /** A value with its gradient. */
    record Valued(double value, Parameters gradient) {
        boolean isFinite() {
            return Double.isFinite(value) && gradient.values().stream().allMatch(Tensor::isFinite);
        }
    }

    /** The loss of parameters, followed by data. */
    private Tensor value(List<Tensor> in) {
        int count = start.values().size();
        Tensor value = loss.apply(start.with(in.subList(0, count)), in.subList(count, in.size()));
        Check.that(
                value != null && value.size() == 1,
                "%s: the loss must be one number, got %s; its mean() or sum() is one",
                name,
                value == null ? "null" : "the shape " + value.shape());
        return value;
    }

    Parameters start() {
        return start;
    }

    long evaluations() {
        return evaluations;
    }

    Valued at(Parameters parameters, List<Tensor> data) {
        evaluations++;
        List<Tensor> results = withGradient.run(parameters.values(), data);
        return new Valued(results.get(0).toDouble(), start.with(results.subList(1, results.size())));
    }

    double valueAt(Parameters parameters) {
        evaluations++;
        return alone.run(List.of(), parameters.values()).get(0).toDouble();
    }

    // ---- as a function of one vector ----

    /** All parameters as a vector of doubles. */
    static Tensor vector(Parameters parameters) {
        return parameters.to(DType.FLOAT64).flatten();
    }

    /** The parameters of a vector, in their own types. */
    Parameters of(Tensor vector) {
        return start.zip(start.unflatten(vector), (like, value) -> value.to(like.dtype()));
    }

    // ---- failures ----

    /** What to throw for a loss or gradient that is not finite; it tells the operation that made the first such number. */
    ArithmeticException notFinite(String where, Parameters parameters, List<Tensor> data, double value) {
        return failure(
                "%s: %s; %s",
                where,
                Double.isFinite(value) ? "a gradient is not finite" : "the loss is " + value,
                origin(parameters, data));
    }

    private String origin(Parameters parameters, List<Tensor> data) {
        Tape tape = new Tape().checkFinite();
        List<Tensor> in = new ArrayList<>();
        parameters.values().forEach(each -> in.add(tape.watch(each)));
        in.addAll(data);
        try {
            tape.backward(value(in));
            return "it was so only once";
        } catch (NonFiniteException e) {
            return e.getMessage();
        }
    }

    /** What to throw with a text that begins with what was done. */
    ArithmeticException failure(String text, Object... details) {
        return new ArithmeticException(
                name + ": " + String.format(Locale.ROOT, text, details) + "; the parameters are as they were before");
    }
}
