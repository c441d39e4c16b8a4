package rewind.nn.layer;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;

/** Where the parameters of a {@link Scope} come from, and who hears what layers declare beside them. */
interface ParameterSource {
    /**
     * Returns a parameter.
     *
     * @param blocks the names of its blocks if it is a stack
     * @param draw draws it
     */
    Tensor get(String name, List<String> blocks, Function<RandomGenerator, Tensor> draw);

    /** Whether a parameter is there already. */
    default boolean has(String name) {
        return parameters().find(name) != null;
    }

    Parameters parameters();

    DType dtype();

    /** Hears a limit of the gradients' norm for all parameters whose names begin so. */
    default void clip(String prefix, double limit) {}

    /** Hears that a parameter is one that training does not move by gradients. */
    default void statistic(String name) {}

    /** Whether outputs are looked at for their shapes alone. */
    default boolean shapesAlone() {
        return false;
    }

    /** Hears that a layer was applied. */
    default void applied(BuiltLayer.Applied layer) {}

    /** The layer over steps that was applied last, if it gives no sequences; known while a model is built. */
    default Optional<BuiltLayer.Applied> lastOverSteps() {
        return Optional.empty();
    }

    /** The parameters of a model. */
    record Given(Parameters parameters) implements ParameterSource {
        @Override
        public Tensor get(String name, List<String> blocks, Function<RandomGenerator, Tensor> draw) {
            Tensor value = parameters.find(name);
            Check.that(
                    value != null,
                    "parameter %s must have been declared when the model was built, there are %s",
                    name,
                    parameters.names());
            return value;
        }

        @Override
        public DType dtype() {
            return parameters.dtype(DType.FLOAT64);
        }
    }

    /** A model that is being built: every parameter is made when it is first asked for. */
    final class Building implements ParameterSource {
        private final DType dtype;
        private final boolean shapesAlone;
        private final BiFunction<String, Function<RandomGenerator, Tensor>, Tensor> make;
        private final Map<String, Tensor> made = new LinkedHashMap<>();
        private final Map<String, List<String>> blocks = new LinkedHashMap<>();
        private final Map<String, Double> clipping = new LinkedHashMap<>();
        private final Set<String> statistics = new LinkedHashSet<>();
        private final Map<String, BuiltLayer.Applied> applied = new LinkedHashMap<>();

        private Building(
                DType dtype, boolean shapesAlone, BiFunction<String, Function<RandomGenerator, Tensor>, Tensor> make) {
            this.dtype = dtype;
            this.shapesAlone = shapesAlone;
            this.make = make;
        }

        /** Draws parameters, and rounds them to the element type. */
        static Building drawing(RandomGenerator rng, DType dtype) {
            return new Building(dtype, false, (name, draw) -> draw.apply(rng).to(dtype));
        }

        /** As {@link #drawing}, for a model, which needs no more than the shapes of what layers give. */
        static Building drawingForShapes(RandomGenerator rng, DType dtype) {
            return new Building(dtype, true, (name, draw) -> draw.apply(rng).to(dtype));
        }

        /** Takes parameters of that element type as they were stored. */
        static Building reading(Map<String, Tensor> stored, DType dtype) {
            return new Building(dtype, true, (name, draw) -> {
                Tensor value = stored.get(name);
                Check.that(value != null, "parameter %s is missing, there are %s", name, stored.keySet());
                return value;
            });
        }

        @Override
        public Tensor get(String name, List<String> names, Function<RandomGenerator, Tensor> draw) {
            if (!names.isEmpty()) {
                blocks.put(name, names);
            }
            return made.computeIfAbsent(name, absent -> make.apply(name, draw));
        }

        @Override
        public Parameters parameters() {
            return Parameters.of(made, blocks, statistics);
        }

        @Override
        public DType dtype() {
            return dtype;
        }

        @Override
        public boolean shapesAlone() {
            return shapesAlone;
        }

        @Override
        public void clip(String prefix, double limit) {
            clipping.put(prefix, limit);
        }

        @Override
        public void statistic(String name) {
            statistics.add(name);
        }

        /** The names of statistics, in order. */
        Set<String> statistics() {
            return statistics;
        }

        /** The limits that were declared, in order. */
        Map<String, Double> clipping() {
            return clipping;
        }

        @Override
        public void applied(BuiltLayer.Applied layer) {
            applied.putIfAbsent(layer.prefix(), layer); // a layer at two places, or at every step of a cell, is one
        }

        @Override
        public Optional<BuiltLayer.Applied> lastOverSteps() {
            return applied.values().stream()
                    .filter(each -> OverSteps.in(each.layer()) != null)
                    .reduce((one, later) -> later)
                    .filter(last -> !OverSteps.in(last.layer()).givesSequences());
        }

        /** The layers that were applied, each after those that it consists of, once. */
        List<BuiltLayer.Applied> applied() {
            return List.copyOf(applied.values());
        }
    }
}
