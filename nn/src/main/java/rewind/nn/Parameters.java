package rewind.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;

/** Tensors by name, in the order of their declaration: a model's parameters, or a gradient for each of them. Immutable. */
public final class Parameters {
    private final Map<String, Tensor> byName;

    private Parameters(Map<String, Tensor> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** Returns the given tensors under their names. */
    public static Parameters of(Map<String, Tensor> byName) {
        return new Parameters(new LinkedHashMap<>(byName));
    }

    /** Returns the names, in order. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** Returns the tensors, in order. */
    public List<Tensor> values() {
        return new ArrayList<>(byName.values());
    }

    /**
     * Returns one tensor.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Tensor get(String name) {
        Tensor value = byName.get(name);
        Check.that(value != null, "parameter %s must be one of %s", name, names());
        return value;
    }

    /**
     * Returns these parameters with one of them replaced.
     *
     * @throws IllegalArgumentException if there is none of that name, or its shape differs
     */
    public Parameters with(String name, Tensor value) {
        Check.that(
                get(name).shape().equals(value.shape()),
                "parameter %s must have the shape %s, got %s",
                name,
                get(name).shape(),
                value.shape());
        Map<String, Tensor> changed = new LinkedHashMap<>(byName);
        changed.put(name, value);
        return new Parameters(changed);
    }

    /**
     * Returns the given tensors under these names.
     *
     * @throws IllegalArgumentException if their number differs
     */
    public Parameters with(List<Tensor> values) {
        Check.that(values.size() == byName.size(), "there must be %s parameters, got %s", byName.size(), values.size());
        Map<String, Tensor> changed = new LinkedHashMap<>();
        for (String name : names()) {
            changed.put(name, values.get(changed.size()));
        }
        return new Parameters(changed);
    }

    /** Returns f(name, tensor) under every name. */
    public Parameters map(BiFunction<String, Tensor, Tensor> f) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        byName.forEach((name, value) -> changed.put(name, f.apply(name, value)));
        return new Parameters(changed);
    }

    /** Returns the same values, watched by a tape. */
    public Parameters watchedBy(Tape tape) {
        return map((name, value) -> tape.watch(value));
    }

    /** Returns the gradient for each of these tensors, which the tape of the sweep watched. */
    public Parameters in(Gradients gradients) {
        return map((name, value) -> gradients.of(value));
    }

    /** Returns how many numbers there are. */
    public long count() {
        return byName.values().stream().mapToLong(Tensor::size).sum();
    }

    Map<String, Tensor> asMap() {
        return byName;
    }
}
