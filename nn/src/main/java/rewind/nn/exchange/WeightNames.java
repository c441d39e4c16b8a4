package rewind.nn.exchange;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rewind.nn.Model;
import rewind.nn.layer.Layer;

/** How another system names the tensors of whole models. */
interface WeightNames {
    /** The name of the system, for messages. */
    String system();

    /** What stands between the names of modules that lie in each other. */
    String separator();

    /** How to write a file that can be read. */
    String remedy();

    /** The layout of a layer's tensors, those of the first one of a stack. */
    WeightLayout layout(Layer layer);

    /** Whether a tensor is a weight, and not the state of a generator or of an optimizer. */
    default boolean isWeight(String name) {
        return true;
    }

    /**
     * The orders in which layers get their features there, by the beginnings of their parameters' names, where they may be others than here.
     *
     * @param channelsFirst whether flatten gets channels first there; empty if the layers tell
     */
    default Map<String, FeatureOrder> orders(Model model, Optional<Boolean> channelsFirst) {
        return Map.of();
    }

    /** The modules whose tensors have these names. */
    List<ForeignModule> modules(Collection<String> names);

    /**
     * The whole name of a tensor.
     *
     * @param module the module's name
     * @param index which layer of a stack
     * @param name the name that it has for the layer alone
     */
    String whole(String module, int index, Layer layer, String name);
}
