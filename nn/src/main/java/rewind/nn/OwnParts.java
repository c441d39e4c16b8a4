package rewind.nn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Description;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Layer;
import rewind.nn.recurrent.BuiltInCells;
import rewind.nn.recurrent.NamedCell;

/**
 * What is a user's own in a model. Files know it by name and options alone: where two things are described alike, loading makes the first one
 * of both. That is the same model if they are equal, or two lambdas that do the same; otherwise saving is refused.
 */
final class OwnParts {
    private record Key(String what, Description description) {}

    private final Map<Key, Object> first = new HashMap<>();
    private final Set<String> ambiguous = new TreeSet<>();
    /** Whether two things of one name are known to differ, wherever they stand. */
    private boolean different;

    private OwnParts() {}

    /**
     * Checks that the model which will be loaded is this one.
     *
     * @throws IllegalArgumentException if it is not
     */
    static void check(Model model) {
        OwnParts parts = new OwnParts();
        parts.add(model.layer());
        Check.that(
                parts.ambiguous.isEmpty() || (!parts.different && parts.loadedIsSame(model)),
                "model: %s stands for different things here, of which Model.load would find only one; give them different names, or"
                        + " save in what layers differ: layer(Description.own(\"name\").with(\"option\", value), …)",
                String.join(", ", parts.ambiguous));
    }

    private void add(Object part) {
        if (part instanceof List<?> several) {
            several.forEach(this::add);
        } else if (part instanceof Formed builtIn) {
            builtIn.options().forEach(this::add);
        } else if (part instanceof Layer layer) {
            add("layer", layer.description(), layer);
        } else if (part instanceof NamedCell<?> cell && !BuiltInCells.has(cell)) {
            add("cell", Description.own(cell.described()), cell);
        } else if (part instanceof Activation activation) {
            add("activation", activation.description(), activation);
        } else if (part instanceof Initializer initializer) {
            add("initializer", Initializers.description(initializer), initializer);
        }
    }

    private void add(String what, Description description, Object part) {
        if (description.isOwn()) {
            Object before = first.putIfAbsent(new Key(what, description), part);
            if (before != null && !before.equals(part)) {
                ambiguous.add(what + " " + description.ownName());
                different |= part instanceof Activation one && !SameBehaviour.of(one, (Activation) before);
            }
        }
    }

    // ---- what would be loaded ----

    private boolean loadedIsSame(Model model) {
        Layer loaded = registry().layer(model.layer().description());
        try {
            Model expected = Model.build(model.layer(), model.input(), model.seed());
            Model actual = Model.build(loaded, model.input(), model.seed());
            return SameBehaviour.of(actual, expected);
        } catch (IllegalArgumentException e) {
            return false; // the parameters do not fit
        }
    }

    /** The registry with the first one of each name. */
    private Registry registry() {
        Registry registry = Registry.of();
        Set<String> names = new TreeSet<>();
        for (Map.Entry<Key, Object> each : first.entrySet()) {
            String what = each.getKey().what();
            String name = each.getKey().description().ownName();
            if (!what.equals("layer")) {
                registry = registry.with(what, name, each.getValue());
            } else if (names.add(name)) {
                registry = registry.layer(name, description -> (Layer) first.get(new Key(what, description)));
            }
        }
        return registry;
    }
}
