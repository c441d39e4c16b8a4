package rewind.nn.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import rewind.autograd.DType;
import rewind.autograd.Grad;
import rewind.autograd.Gradients;
import rewind.autograd.Tape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/**
 * Tensors by name, in the order of their declaration: a model's parameters, or a gradient for each of them. Immutable.
 *
 * <p>The weights of a cell's gates are stored as one stack, (gates, …), so that one product serves all gates; each gate's block has a
 * name of its own. {@code get("lstm/U")} is the stack, {@code get("lstm/Uf")} the block of its forget gate.
 *
 * <p>They are a vector space, and {@link Grad} differentiates functions of them: a step down a gradient, through which derivatives flow, is
 *
 * <pre>{@code
 * Parameters adapted = p.minus(Grad.gradient(at -> loss(at, x, y), p).times(0.1));
 * }</pre>
 */
public final class Parameters implements Grad.Tensors<Parameters> {
    private static final int SHOWN = 20; // by toString

    private final Map<String, Tensor> stored;
    /** Per stack the names of its blocks, in order. */
    private final Map<String, List<String>> blocks;

    private final Set<String> statistics;

    private Parameters(Map<String, Tensor> stored, Map<String, List<String>> blocks, Set<String> statistics) {
        this.stored = Collections.unmodifiableMap(stored);
        this.blocks = Collections.unmodifiableMap(blocks);
        this.statistics = statistics;
    }

    /** Returns the given tensors under their names. */
    public static Parameters of(Map<String, Tensor> byName) {
        return of(byName, Map.of(), Set.of());
    }

    /** The given tensors, some of which are stacks of named blocks, or statistics. */
    static Parameters of(Map<String, Tensor> stored, Map<String, List<String>> blocks, Set<String> statistics) {
        return new Parameters(new LinkedHashMap<>(stored), new LinkedHashMap<>(blocks), Set.copyOf(statistics));
    }

    /** Returns the names of those that no gradient moves, see {@link Scope#statistic}; of parameters of a model. */
    public Set<String> statistics() {
        return statistics;
    }

    /** Returns the names of all parameters, in order: of a stack those of its blocks. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        stored.keySet().forEach(name -> names.addAll(blocks.getOrDefault(name, List.of(name))));
        return names;
    }

    /** Returns the names under which tensors are stored, in order: of a stack its own. */
    public Set<String> stored() {
        return stored.keySet();
    }

    /** Returns the stored tensors, in order. */
    @Override
    public List<Tensor> values() {
        return new ArrayList<>(stored.values());
    }

    /**
     * Returns one tensor: a parameter, a stack, or a block of one.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public Tensor get(String name) {
        Tensor value = stored.get(name);
        if (value != null) {
            return value;
        }
        String stack = stackOf(name);
        return stored.get(stack).select(0, blocks.get(stack).indexOf(name));
    }

    /**
     * Returns these parameters with one of them, or a block of one, replaced; the value in the element type of what it replaces.
     *
     * @throws IllegalArgumentException if there is none of that name, or its shape differs
     */
    public Parameters with(String name, Tensor value) {
        Tensor old = get(name);
        requireShape(name, old, value);
        Tensor converted = value.to(old.dtype());
        Map<String, Tensor> changed = new LinkedHashMap<>(stored);
        if (stored.containsKey(name)) {
            changed.put(name, converted);
        } else {
            String stack = stackOf(name);
            List<Tensor> parts = stored.get(stack).unstack(0);
            parts.set(blocks.get(stack).indexOf(name), converted);
            changed.put(stack, Tensor.stack(0, parts));
        }
        return new Parameters(changed, blocks, statistics);
    }

    /**
     * Returns the given tensors, in the order of {@link #values}, under these names.
     *
     * @throws IllegalArgumentException if their number or a shape differs
     */
    @Override
    public Parameters with(List<Tensor> values) {
        Check.that(values.size() == stored.size(), "there must be %s parameters, got %s", stored.size(), values.size());
        Map<String, Tensor> changed = new LinkedHashMap<>();
        stored.forEach((name, old) -> {
            Tensor value = values.get(changed.size());
            requireShape(name, old, value);
            changed.put(name, value);
        });
        return new Parameters(changed, blocks, statistics);
    }

    private static void requireShape(String name, Tensor old, Tensor value) {
        Check.that(
                old.shape().equals(value.shape()),
                "parameter %s must have the shape %s, got %s",
                name,
                old.shape(),
                value.shape());
    }

    /** Returns the given tensors under the names under which these are stored; blocks of stacks have no names there. */
    @Override
    public Parameters withAxes(List<Tensor> values) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        stored.keySet().forEach(name -> changed.put(name, values.get(changed.size())));
        return new Parameters(changed, Map.of(), Set.of());
    }

    /**
     * Returns these parameters with some of them, or blocks of them, replaced, as {@link #with(String, Tensor)}: what is trained of a model by
     * itself, {@link #under}, goes back so.
     *
     * @throws IllegalArgumentException if there is none of a name, or a shape differs
     */
    public Parameters with(Parameters some) {
        Parameters changed = this;
        for (Map.Entry<String, Tensor> each : some.stored.entrySet()) {
            changed = changed.with(each.getKey(), each.getValue());
        }
        return changed;
    }

    /**
     * Returns these parameters with the values of others, detached, in the element types of those they replace. Stacks may be given as
     * they are stored, without the names of their blocks.
     *
     * @throws IllegalArgumentException if names or shapes differ
     */
    public Parameters withAll(Parameters others) {
        Check.that(
                others.names().equals(names()) || others.stored().equals(stored()),
                "parameters must be named %s, got %s",
                names(),
                others.names());
        Parameters changed = this;
        for (String name : others.stored()) {
            changed = changed.with(name, others.get(name).detach());
        }
        return changed;
    }

    /** Returns f(name, tensor) under every stored name. */
    public Parameters map(BiFunction<String, Tensor, Tensor> f) {
        Map<String, Tensor> changed = new LinkedHashMap<>();
        stored.forEach((name, value) -> changed.put(name, f.apply(name, value)));
        return new Parameters(changed, blocks, statistics);
    }

    /** Returns the same values in another element type. */
    public Parameters to(DType dtype) {
        return map((name, value) -> value.to(dtype));
    }

    /** Returns the same values, watched by a tape. */
    public Parameters watchedBy(Tape tape) {
        return map((name, value) -> tape.watch(value));
    }

    /** Returns the gradient for each of these tensors, which the tape of the sweep watched. */
    public Parameters in(Gradients gradients) {
        return map((name, value) -> gradients.of(value));
    }

    // ---- a vector space ----

    /**
     * Returns those of a layer, under their whole names.
     *
     * @param path a parameter or stack such as {@code dense/b}, or a path such as {@code lstm} or {@code lstm/forward}
     * @throws IllegalArgumentException if there is none
     */
    public Parameters under(String path) {
        Map<String, Tensor> some = new LinkedHashMap<>();
        stored.forEach((name, value) -> {
            if (name.equals(path) || name.startsWith(path + "/")) {
                some.put(name, value);
            }
        });
        Check.that(!some.isEmpty(), "parameters: there must be %s among %s", path, stored());
        return new Parameters(some, blocks, statistics);
    }

    /**
     * Returns all numbers as one vector, in order.
     *
     * @throws IllegalArgumentException if there is no tensor, or they are of different element types
     */
    public Tensor flatten() {
        Check.that(!stored.isEmpty(), "flatten: there must be parameters, got none");
        return Tensor.concat(
                0, stored.values().stream().map(each -> each.reshape(-1)).toList());
    }

    /**
     * Returns the numbers of a vector as parameters of these names and shapes: the inverse of {@link #flatten}.
     *
     * @throws IllegalArgumentException if it has not as many numbers as these have
     */
    public Parameters unflatten(Tensor vector) {
        Check.that(
                vector.rank() == 1 && vector.size() == count(),
                "unflatten: there must be a vector of %s numbers, got the shape %s",
                count(),
                vector.shape());
        int[] end = {0};
        return map((name, like) -> {
            int from = end[0];
            end[0] += like.size();
            return vector.slice(0, from, end[0]).reshape(like.shape().toArray());
        });
    }

    /**
     * Returns f of every tensor and the one that others have under the same name.
     *
     * @throws IllegalArgumentException if names or shapes differ
     */
    @Override
    public Parameters zip(Parameters others, BinaryOperator<Tensor> f) {
        Check.that(
                others.stored().equals(stored()),
                "zip: parameters must be named %s, got %s",
                stored(),
                others.stored());
        return map((name, value) -> {
            requireShape(name, value, others.stored.get(name));
            return f.apply(value, others.stored.get(name));
        });
    }

    /** Returns the sum with others of the same names and shapes. */
    public Parameters plus(Parameters others) {
        return zip(others, Tensor::add);
    }

    /** Returns the difference to others of the same names and shapes. */
    public Parameters minus(Parameters others) {
        return zip(others, Tensor::sub);
    }

    /** Returns the product with a number. */
    public Parameters times(double factor) {
        return map((name, value) -> value.mul(factor));
    }

    /** Returns the product with a scalar [], through which derivatives may flow. */
    public Parameters times(Tensor factor) {
        Check.that(factor.rank() == 0, "times: the factor must be a scalar [], got the shape %s", factor.shape());
        return map((name, value) -> value.mul(factor));
    }

    /** Returns Σ p·q over all numbers, a scalar. */
    public Tensor dot(Parameters others) {
        return zip(others, (p, q) -> p.mul(q)).flatten().sum();
    }

    /** Returns the Euclidean norm of all numbers together, a scalar; see {@link Tensor#norm(int...)}. */
    public Tensor norm() {
        return flatten().norm();
    }

    /** Returns how many numbers there are. */
    public long count() {
        return stored.values().stream().mapToLong(Tensor::size).sum();
    }

    /** The element type of the first tensor; another one if there is no tensor. */
    DType dtype(DType ofNone) {
        return stored.values().stream().findFirst().map(Tensor::dtype).orElse(ofNone);
    }

    /** The tensor stored under a name, or null. */
    Tensor find(String name) {
        return stored.get(name);
    }

    /**
     * Returns the name under which a tensor is stored: of a block that of its stack.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public String storedAs(String name) {
        return stored.containsKey(name) ? name : stackOf(name);
    }

    private String stackOf(String block) {
        for (Map.Entry<String, List<String>> stack : blocks.entrySet()) {
            if (stack.getValue().contains(block)) {
                return stack.getKey();
            }
        }
        throw Check.failure("parameter %s must be one of %s", block, names());
    }

    /** Returns names, element types and shapes. */
    @Override
    public String toString() {
        return stored.entrySet().stream()
                .limit(SHOWN)
                .map(each -> each.getKey() + " " + each.getValue().dtype() + " "
                        + each.getValue().shape())
                .collect(Collectors.joining(
                        ", ",
                        "Parameters of " + count() + " numbers {",
                        stored.size() > SHOWN ? ", … " + stored.size() + " in all}" : "}"));
    }
}
