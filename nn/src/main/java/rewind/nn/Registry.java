package rewind.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.CellDefinition;
import rewind.nn.layer.Description;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parts;
import rewind.nn.layer.State;
import rewind.nn.recurrent.NamedCell;

/**
 * What a user made and a saved model refers to by name, for {@link Model#load(java.nio.file.Path, Registry)}. Immutable.
 *
 * <pre>{@code
 * Model model = Sequential.of(recurrent("minimal", Mine::cell, 8), function("halve", x -> x.mul(0.5))).build(input, seed);
 * model.save(path);
 *
 * Model same = Model.load(path, Registry.of().cell("minimal", Mine::cell).function("halve", x -> x.mul(0.5)));
 * }</pre>
 */
public final class Registry {
    private final Map<String, Object> entries;

    private Registry(Map<String, Object> entries) {
        this.entries = entries;
    }

    /** Returns a registry without entries: of models that are built in as a whole. */
    public static Registry of() {
        return new Registry(Map.of());
    }

    /** Adds the layer that {@link Layers#layer} named so. */
    public Registry layer(String name, Layer layer) {
        return layer(name, description -> Layers.layer(name, layer));
    }

    /** Adds layers that {@link Layer#description describe} themselves so, which are made again from the description. */
    public Registry layer(String name, Function<Description, Layer> maker) {
        return with("layer", name, maker);
    }

    /** Adds the function that {@link Layers#function} named so. */
    public Registry function(String name, UnaryOperator<Tensor> function) {
        return layer(name, description -> Layers.function(name, function));
    }

    /** Adds the cell that {@link Layers#recurrent(String, CellDefinition, int)} named so. */
    public Registry cell(String name, CellDefinition<Tensor> cell) {
        return with("cell", name, new NamedCell<>(name, cell, zeros -> zeros));
    }

    /** Adds the cell that {@link Layers#recurrent(String, CellDefinition, Function, int)} named so. */
    public <S extends State<S>> Registry cell(String name, CellDefinition<S> cell, Function<Tensor, S> zero) {
        return with("cell", name, new NamedCell<>(name, cell, zero));
    }

    /** Adds the activation that {@link Activation#of(String, UnaryOperator)} named so. */
    public Registry activation(String name, UnaryOperator<Tensor> function) {
        return with("activation", name, Activation.of(name, function));
    }

    /** Adds the initializer that {@link Initializers#named} named so. */
    public Registry initializer(String name, Initializer initializer) {
        return with("initializer", name, Initializers.named(name, initializer));
    }

    /** Adds something that is a layer, cell, activation or initializer. */
    Registry with(String what, String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(entries);
        Check.that(more.put(what + " " + name, value) == null, "registry: there must be one %s %s only", what, name);
        return new Registry(more);
    }

    private Object get(String what, String name) {
        Object value = entries.get(what + " " + name);
        Check.that(
                value != null,
                "%s %s is not built in; give Model.load a registry with it: Registry.of().%s(\"%s\", …)",
                what,
                name,
                what,
                name);
        return value;
    }

    /**
     * Returns the layer that is described: a built-in one, or one of this registry.
     *
     * @throws IllegalArgumentException if there is none, or it cannot have such options
     */
    @SuppressWarnings("unchecked") // what layer(…) put there
    public Layer layer(Description description) {
        return description.isOwn()
                ? ((Function<Description, Layer>) get("layer", description.ownName())).apply(description)
                : Forms.read(description, parts());
    }

    /** What descriptions are read with. */
    private Parts parts() {
        return new Parts() {
            @Override
            public Layer layer(Description description) {
                return Registry.this.layer(description);
            }

            @Override
            public Object own(String kind, String name) {
                return get(kind, name);
            }
        };
    }

    /** Returns what there is by which name. */
    @Override
    public String toString() {
        return "Registry " + entries.keySet();
    }
}
