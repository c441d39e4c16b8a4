package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.layer.BuiltLayer;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/**
 * A layer of a model that has parameters, with the other system's names and shapes for them.
 *
 * @param prefix the beginning of the parameters' names
 * @param layer without names around it
 * @param shapes of the other system's tensors, by the names that they have for the layer alone
 */
record ModelPart(String prefix, Layer layer, LayerTensors tensors, Map<String, Shape> shapes) {
    /** The layers of a model in their order, then parameters of layers of a user's own. */
    static List<ModelPart> of(Model model, WeightNames system, Optional<Boolean> channelsFirst) {
        Parameters parameters = model.parameters();
        Map<String, FeatureOrder> orders = system.orders(model, channelsFirst);
        Map<String, ModelPart> parts = new LinkedHashMap<>();
        Map<String, Layer> owners = new LinkedHashMap<>();
        Set<String> own = new LinkedHashSet<>(parameters.stored());
        for (BuiltLayer.Applied applied : model.applied()) {
            String prefix = applied.prefix();
            Layer layer = WeightLayout.bare(applied.layer());
            if (WeightLayout.knows(layer) && own.removeIf(name -> name.startsWith(prefix))) {
                LayerTensors tensors = system.layout(layer).layer();
                parts.put(
                        prefix,
                        of(
                                prefix,
                                layer,
                                ReorderedTensors.of(tensors, order(orders, prefix), layer, applied.name()),
                                parameters));
            }
            owners.putIfAbsent(prefix, layer);
        }
        Map<String, Set<String>> names = new LinkedHashMap<>();
        for (String name : own) {
            int end = name.lastIndexOf('/') + 1;
            names.computeIfAbsent(name.substring(0, end), key -> new LinkedHashSet<>())
                    .add(name.substring(end));
        }
        names.forEach((prefix, each) -> {
            Layer layer = owners.getOrDefault(prefix, model.layer());
            LayerTensors tensors = PlainTensors.own(system.system(), layer, each);
            String title = prefix.isEmpty() ? layer.name() : prefix.substring(0, prefix.length() - 1);
            parts.put(
                    prefix,
                    of(prefix, layer, ReorderedTensors.of(tensors, order(orders, prefix), null, title), parameters));
        });
        return new ArrayList<>(parts.values());
    }

    /** The order for a layer, or for that which parameters of a part of it belong to. */
    private static FeatureOrder order(Map<String, FeatureOrder> orders, String prefix) {
        return orders.keySet().stream()
                .filter(prefix::startsWith)
                .max(Comparator.comparing(String::length))
                .map(orders::get)
                .orElse(FeatureOrder.SAME);
    }

    private static ModelPart of(String prefix, Layer layer, LayerTensors tensors, Parameters parameters) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        tensors.write(parameters, prefix, false).forEach((name, value) -> shapes.put(name, value.shape()));
        return new ModelPart(prefix, layer, tensors, shapes);
    }

    /** Where the parameters are, empty for the whole model. */
    String path() {
        return prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
    }

    /** What messages call it. */
    String title() {
        return prefix.isEmpty() ? layer.name() : path();
    }

    /**
     * Returns the whole names of a module's tensors by those that this layer has for them. Where numbers do not tell which tensor is absent,
     * as of a normalisation with gain or shift alone, they stay numbers.
     */
    Map<String, String> names(ForeignModule module) {
        List<String> all = List.copyOf(shapes.keySet());
        boolean doubtful = module.names().size() < all.size() && tensors.mayLack(all.get(0));
        return module.namesFor(doubtful ? List.of() : all);
    }

    /** Whether a module has the same tensors, or at least those without which the layer could not be. */
    boolean fits(ForeignModule module, Map<String, Tensor> weights, boolean all) {
        Map<String, String> named = names(module);
        return has(named.keySet(), all)
                && named.entrySet().stream()
                        .allMatch(each -> weights.get(each.getValue()).shape().equals(shapes.get(each.getKey())));
    }

    /** As {@link #fits}, whatever the shapes are, but for the number of axes. */
    boolean resembles(ForeignModule module, Map<String, Tensor> weights) {
        Map<String, String> named = names(module);
        return named.keySet().stream().anyMatch(shapes::containsKey)
                && shapes.keySet().stream().allMatch(name -> named.containsKey(name) || tensors.mayLack(name))
                && named.entrySet().stream()
                        .filter(each -> shapes.containsKey(each.getKey()) && !tensors.mayLack(each.getKey()))
                        .allMatch(each -> weights.get(each.getValue()).rank()
                                == shapes.get(each.getKey()).rank());
    }

    private boolean has(Set<String> names, boolean all) {
        return shapes.keySet().containsAll(names)
                && shapes.keySet().stream().allMatch(name -> names.contains(name) || (!all && tensors.mayLack(name)));
    }
}
