package rewind.nn.optimize;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.format.Safetensors;
import rewind.nn.format.Storable;

/**
 * A search by {@link Lbfgs} that is under way. It can be {@linkplain #save saved}; one that {@linkplain #resume takes it back} goes on to the
 * same bits.
 */
public final class LbfgsRun implements Storable {
    private static final String FORMAT = "rewind-lbfgs-1";

    private final Lbfgs options;
    private final Objective objective;
    private final double rounding;
    private Deque<StepTaken> taken = new ArrayDeque<>(); // the latest first
    private LineSearch.Probe now;
    private long done;
    private boolean converged;
    private String ending; // null as long as it goes on
    private RuntimeException thrown; // by the loss in this step, or null

    /**
     * A step that was done.
     *
     * @param s the difference of the places
     * @param y that of the gradients
     * @param curvature sᵀy, positive
     */
    private record StepTaken(Tensor s, Tensor y, double curvature) {
        static StepTaken of(Tensor s, Tensor y) {
            return new StepTaken(s, y, s.dot(y).toDouble());
        }
    }

    LbfgsRun(Lbfgs options, Objective objective) {
        this.options = options;
        this.objective = objective;
        boolean inDoubles = objective.start().values().stream().allMatch(each -> each.dtype() == DType.FLOAT64);
        this.rounding = (inDoubles ? DType.FLOAT64 : DType.FLOAT32).epsilon();
        this.now = probe(0, Objective.vector(objective.start()), null);
        if (!now.isFinite()) {
            throw objective.notFinite("the first parameters", objective.start(), List.of(), now.value());
        }
    }

    /** Does a step unless it has ended; returns whether it goes on. */
    public boolean step() {
        if (ending != null) {
            return false;
        }
        if (now.gradient().abs().max().toDouble() <= options.gradientTolerance()) {
            return end(true, "no element of the gradient is larger than " + options.gradientTolerance());
        }
        if (done >= options.iterations()) {
            return end(false, options.iterations() + " iterations are done");
        }
        double before = now.value();
        boolean remembered = !taken.isEmpty();
        thrown = null;
        Optional<LineSearch.Probe> next = next();
        if (next.isEmpty()) {
            if (thrown != null && done == 0) {
                throw thrown;
            }
            if (thrown != null) {
                return end(
                        false,
                        "shorter steps do not make the loss less, and longer ones are where it throws: "
                                + thrown.getMessage());
            }
            return end(true, "no step along the gradient makes the loss less, but for rounding");
        }
        accept(next.get());
        double gain = before - now.value();
        if (gain > options.valueTolerance() * Math.max(Math.abs(before), Math.abs(now.value()))) {
            return true;
        }
        if (remembered) { // what was remembered may be of a place that is not like this one
            taken.clear();
            return true;
        }
        return end(true, "a step makes the loss less by no more than " + options.valueTolerance() + " of it");
    }

    private boolean end(boolean found, String why) {
        converged = found;
        ending = why;
        return false;
    }

    /** Returns what was found so far. */
    public Minimum minimum() {
        return new Minimum(
                objective.of(now.x()),
                now.value(),
                done,
                objective.evaluations(),
                converged,
                ending == null ? "it goes on" : ending);
    }

    private LineSearch.Probe probe(double step, Tensor x, Tensor direction) {
        Objective.Valued at = objective.at(objective.of(x), List.of());
        Tensor gradient = Objective.vector(at.gradient());
        double slope = direction == null ? 0 : gradient.dot(direction).toDouble();
        return new LineSearch.Probe(step, at.value(), slope, x, gradient);
    }

    /** As {@link #probe}; where the loss throws that it has no value, such as the determinant of a singular matrix, a shorter step may do. */
    private LineSearch.Probe probeIfDefined(double step, Tensor x, Tensor direction) {
        try {
            return probe(step, x, direction);
        } catch (IllegalArgumentException | ArithmeticException e) {
            thrown = e;
            return new LineSearch.Probe(step, Double.NaN, Double.NaN, x, now.gradient());
        }
    }

    /** The end of the next step; by the steps that were remembered, or, where that fails, down the gradient. */
    private Optional<LineSearch.Probe> next() {
        if (!taken.isEmpty()) {
            Optional<LineSearch.Probe> next = along(direction(), 1);
            if (next.isPresent()) {
                return next;
            }
            taken.clear();
        }
        double size = now.gradient().abs().sum().toDouble();
        return along(now.gradient().neg(), Math.min(1, 1 / size));
    }

    private Optional<LineSearch.Probe> along(Tensor direction, double first) {
        double slope = now.gradient().dot(direction).toDouble();
        Tensor from = now.x();
        return slope < 0
                ? LineSearch.search(
                        step -> probeIfDefined(step, from.add(direction.mul(step)), direction),
                        new LineSearch.Probe(0, now.value(), slope, from, now.gradient()),
                        first,
                        rounding)
                : Optional.empty();
    }

    private void accept(LineSearch.Probe next) {
        Tensor s = next.x().sub(now.x());
        Tensor y = next.gradient().sub(now.gradient());
        StepTaken step = StepTaken.of(s, y);
        if (step.curvature() > 0 && Double.isFinite(1 / step.curvature())) {
            taken.addFirst(step);
            if (taken.size() > options.memory()) {
                taken.removeLast();
            }
        }
        now = next;
        done++;
    }

    /** −H·g, by two loops over the steps. */
    private Tensor direction() {
        Tensor q = now.gradient();
        List<Double> parts = new ArrayList<>();
        for (StepTaken each : taken) {
            double part = each.s().dot(q).toDouble() / each.curvature();
            q = q.sub(each.y().mul(part));
            parts.add(part);
        }
        StepTaken latest = taken.getFirst();
        Tensor r = q.mul(latest.curvature() / latest.y().dot(latest.y()).toDouble());
        int i = parts.size();
        for (Iterator<StepTaken> oldest = taken.descendingIterator(); oldest.hasNext(); ) {
            StepTaken each = oldest.next();
            double part = each.y().dot(r).toDouble() / each.curvature();
            r = r.add(each.s().mul(parts.get(--i) - part));
        }
        return r.neg();
    }

    // ---- files ----

    @Override
    public Safetensors content() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", now.x());
        tensors.put("gradient", now.gradient());
        int i = 0;
        for (StepTaken each : taken) {
            tensors.put("s/" + i, each.s());
            tensors.put("y/" + i++, each.y());
        }
        return Safetensors.of(
                tensors,
                Map.of(
                        "format", FORMAT,
                        "parameters", objective.start().toString(),
                        "value", Double.toString(now.value()),
                        "iterations", Long.toString(done),
                        "steps", Integer.toString(taken.size())));
    }

    /**
     * Takes back what was saved of a search for parameters of the same names, shapes and types; all of it or, if something does not fit,
     * nothing.
     *
     * @throws IllegalArgumentException if it is not such a search
     * @throws IOException if it cannot be read
     */
    public void resume(Path file) throws IOException {
        resume(new SavedRun("lbfgs: " + file, Safetensors.read(file)));
    }

    /** As {@link #resume(Path)}, from what {@link #toBytes} gave. */
    public void resume(byte[] bytes) throws IOException {
        resume(new SavedRun("lbfgs: what is resumed", Safetensors.read(bytes)));
    }

    private void resume(SavedRun from) {
        from.require("format", FORMAT);
        from.require("parameters", objective.start().toString());
        Shape shape = now.x().shape();
        Tensor x = from.tensor("x", DType.FLOAT64, shape);
        Tensor gradient = from.tensor("gradient", DType.FLOAT64, shape);
        double value = from.number("value");
        long iterations = from.count("iterations");
        long steps = from.count("steps");
        Deque<StepTaken> remembered = new ArrayDeque<>();
        for (int i = 0; i < steps; i++) {
            StepTaken step = StepTaken.of(
                    from.tensor("s/" + i, DType.FLOAT64, shape), from.tensor("y/" + i, DType.FLOAT64, shape));
            Check.that(
                    step.curvature() > 0,
                    "%s: step %s must have a positive curvature, got %s",
                    from.origin(),
                    i,
                    step.curvature());
            remembered.addLast(step);
        }
        now = new LineSearch.Probe(0, value, 0, x, gradient);
        taken = remembered;
        done = iterations;
        ending = null;
        converged = false;
    }

    /** Returns the options, and how far it has come. */
    @Override
    public String toString() {
        return "Run of " + options + ": " + minimum();
    }
}
