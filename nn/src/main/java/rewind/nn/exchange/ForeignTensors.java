package rewind.nn.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** The tensors of another system, of which every one must be used. */
final class ForeignTensors {
    private final String system;
    private final Map<String, Tensor> byName;
    private final UnaryOperator<String> told;
    private final Set<String> taken = new TreeSet<>();

    ForeignTensors(String system, Map<String, Tensor> byName) {
        this(system, byName, name -> name);
    }

    /**
     * Takes some of many tensors.
     *
     * @param told the whole name of each, for messages
     */
    ForeignTensors(String system, Map<String, Tensor> byName, UnaryOperator<String> told) {
        this.system = system;
        this.byName = byName;
        this.told = told;
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** Returns the number of axes of a tensor that is there. */
    int rank(String name) {
        return byName.get(name).rank();
    }

    /** Returns the tensor of that name, which must be there with these sizes. */
    Tensor take(String name, int... sizes) {
        Tensor tensor = byName.get(name);
        Check.that(
                tensor != null,
                "%s: there must be a tensor %s, got %s",
                system,
                told.apply(name),
                told(byName.keySet()));
        Check.that(
                tensor.shape().equals(Shape.of(sizes)),
                "%s: %s must have the shape %s, got %s",
                system,
                told.apply(name),
                Shape.of(sizes),
                tensor.shape());
        taken.add(name);
        return tensor;
    }

    /** Refuses a tensor that was not taken, of those that belong to the layer: the layer would be another function without it. */
    void requireAllTaken(Predicate<String> belongs) {
        for (String name : byName.keySet()) {
            Check.that(
                    taken.contains(name) || !belongs.test(name),
                    "%s: there must be no tensor but %s, got %s, which the layer has no place for",
                    system,
                    told(taken),
                    told.apply(name));
        }
    }

    private List<String> told(Set<String> names) {
        return names.stream().map(told).toList();
    }
}
