package rewind.nn.optimize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.Safetensors;
import rewind.nn.format.Storable;
import rewind.nn.layer.Parameters;

/**
 * Updates that are done one by one, see {@link Descent#start}. What it has come to can be {@linkplain #save saved}: parameters, what the
 * optimizer remembers, and the number of updates; a run that {@linkplain #resume takes it back} goes on to the same bits.
 */
public final class DescentRun implements Storable {
    private static final String FORMAT = "rewind-descent-1";

    private final Descent descent;
    private final Objective objective;
    private final Optimizer optimizer;
    private Parameters parameters;
    private Parameters gradient;
    private List<Parameters> slots;
    private long updates;
    private double value = Double.NaN;

    DescentRun(Descent descent, Objective objective) {
        this.descent = descent;
        this.objective = objective;
        this.optimizer = descent.optimizer();
        this.parameters = objective.start();
        this.gradient = zeros();
        this.slots = eachSlot(i -> zeros());
    }

    private List<Parameters> eachSlot(IntFunction<Parameters> of) {
        return IntStream.range(0, optimizer.slots()).mapToObj(of).toList();
    }

    private Parameters zeros() {
        return parameters.map((name, p) -> Tensor.zeros(p.dtype(), p.shape()));
    }

    /**
     * Does an update; returns the loss before it.
     *
     * @param data what the loss is given besides the parameters
     * @throws IllegalArgumentException if the loss has more than one element, or there are no updates left of a schedule
     * @throws ArithmeticException if the loss, a gradient or a parameter is not finite; then the run is as before
     */
    public double step(Tensor... data) {
        double rate = descent.rate(updates);
        Objective.Valued now = objective.at(parameters, List.of(data));
        String where = "update " + (updates + 1);
        if (!now.isFinite()) {
            throw objective.notFinite(where, parameters, List.of(data), now.value());
        }
        Parameters clipped = descent.clipped(now.gradient());
        Map<String, Optimizer.Updated> steps = new LinkedHashMap<>();
        for (String name : parameters.stored()) {
            List<Tensor> remembered = slots.stream().map(each -> each.get(name)).toList();
            if (descent.keeps(parameters, name)) {
                steps.put(name, new Optimizer.Updated(parameters.get(name), remembered));
                continue;
            }
            try {
                steps.put(
                        name, optimizer.update(rate, updates + 1, parameters.get(name), clipped.get(name), remembered));
            } catch (ArithmeticException e) {
                throw objective.failure("%s of parameter %s by a rate of %s: %s", where, name, rate, e.getMessage());
            }
        }
        parameters = parameters.map((name, p) -> steps.get(name).parameter());
        slots = eachSlot(
                i -> parameters.map((name, p) -> steps.get(name).slots().get(i)));
        gradient = clipped;
        value = now.value();
        updates++;
        return value;
    }

    /** Returns the parameters after the last update. */
    public Parameters parameters() {
        return parameters;
    }

    /** Returns the gradients of the last update, clipped; zeros before the first one. */
    public Parameters gradient() {
        return gradient;
    }

    /** Returns how many updates were done. */
    public long updates() {
        return updates;
    }

    /** Returns the loss before the last update; NaN before the first one. */
    public double value() {
        return value;
    }

    Minimum minimum() {
        return new Minimum(
                parameters,
                objective.valueAt(parameters),
                updates,
                objective.evaluations(),
                false,
                updates + " updates are done");
    }

    // ---- files ----

    @Override
    public Safetensors content() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        put(tensors, "parameter/", parameters);
        put(tensors, "gradient/", gradient);
        for (int i = 0; i < slots.size(); i++) {
            put(tensors, slot(i), slots.get(i));
        }
        return Safetensors.of(
                tensors,
                Map.of(
                        "format", FORMAT,
                        "optimizer", optimizer.name(),
                        "updates", Long.toString(updates),
                        "value", Double.toString(value)));
    }

    private static String slot(int i) {
        return "optimizer/" + i + "/";
    }

    private static void put(Map<String, Tensor> tensors, String group, Parameters of) {
        of.stored().forEach(name -> tensors.put(group + name, of.get(name)));
    }

    /**
     * Takes back what was saved of a run of the same optimizer and of parameters of the same names, shapes and types; all of it or, if
     * something does not fit, nothing. The options of the optimizer may be others.
     *
     * @throws IllegalArgumentException if it is not such a run
     * @throws IOException if it cannot be read
     */
    public void resume(Path file) throws IOException {
        resume(new SavedRun("descent: " + file, Safetensors.read(file)));
    }

    /** As {@link #resume(Path)}, from what {@link #toBytes} gave. */
    public void resume(byte[] bytes) throws IOException {
        resume(new SavedRun("descent: what is resumed", Safetensors.read(bytes)));
    }

    private void resume(SavedRun from) {
        from.require("format", FORMAT);
        from.require("optimizer", optimizer.name());
        long count = from.count("updates");
        double before = from.number("value");
        Parameters saved = group(from, "parameter/");
        Parameters last = group(from, "gradient/");
        List<Parameters> remembered = eachSlot(i -> group(from, slot(i)));
        for (int i = 0; i < remembered.size(); i++) {
            Check.that(
                    !optimizer.squares(i)
                            || remembered.get(i).values().stream()
                                    .allMatch(v -> v.less(0).sum().toDouble() == 0),
                    "%s: %s must have squares, which are not negative",
                    from.origin(),
                    slot(i));
        }
        parameters = saved;
        gradient = last;
        slots = remembered;
        updates = count;
        value = before;
    }

    private Parameters group(SavedRun from, String group) {
        return parameters.map((name, p) -> from.tensor(group + name, p.dtype(), p.shape()));
    }

    /** Returns the rule, and how far it has come. */
    @Override
    public String toString() {
        return "Run of " + descent + ": " + updates + " done, loss before the last one " + value;
    }
}
