package rewind.nn.exchange;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.attention.MultiHeadAttention;
import rewind.nn.attention.PositionalEmbedding;
import rewind.nn.convolution.Convolution;
import rewind.nn.feedforward.BatchNormalization;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.LayerNormalization;
import rewind.nn.feedforward.RmsNormalization;
import rewind.nn.layer.Layer;
import rewind.nn.layer.Parameters;

/**
 * A layer each of whose parameters is one tensor of the other system.
 *
 * @param kind what it is
 * @param places where each parameter is there; those that the layer does not have are passed over
 */
record PlainTensors(String system, String kind, List<Place> places) implements LayerTensors {
    private static final Place BIAS = new Place("b", "bias", Arrangement.VECTOR, 0);

    /** How a parameter lies in the other system's tensor. */
    enum Arrangement {
        SAME,
        /** (columns, rows) instead of (rows, columns). */
        TRANSPOSED,
        /** (n) instead of (1, n), or of (gates, 1, n / gates). */
        VECTOR,
        /** (filters, features, …window) instead of (…window, features, filters). */
        REVERSED,
        /** (roles · columns, rows) instead of (roles, rows, columns). */
        ROWS_OF_ROLES,
        /** (rows, heads, columns) instead of (rows, heads · columns). */
        COLUMNS_OF_HEADS,
        /** (heads, columns) instead of (1, heads · columns). */
        VECTORS_OF_HEADS,
        /** (heads, rows, columns) instead of (heads · rows, columns). */
        ROWS_OF_HEADS
    }

    /**
     * Where a parameter is.
     *
     * @param name of the parameter
     * @param foreign of the tensor
     * @param otherwise what the parameter is if there is no tensor; NaN if there must be one
     * @param heads how many there are; 1 without
     */
    record Place(String name, String foreign, Arrangement arrangement, double otherwise, int heads) {
        Place(String name, String foreign, Arrangement arrangement, double otherwise) {
            this(name, foreign, arrangement, otherwise, 1);
        }

        boolean mayLack() {
            return !Double.isNaN(otherwise);
        }
    }

    /** The layer in PyTorch, or null if it is another one. */
    static PlainTensors pytorch(Layer layer) {
        if (layer instanceof PositionalEmbedding) {
            return new PlainTensors("pytorch", layer.name(), List.of(needed("P", "weight", Arrangement.SAME)));
        }
        if (layer instanceof Convolution) {
            return new PlainTensors(
                    "pytorch", layer.name(), List.of(needed("U", "weight", Arrangement.REVERSED), BIAS));
        }
        if (layer instanceof MultiHeadAttention) {
            return new PlainTensors(
                    "pytorch",
                    layer.name(),
                    List.of(
                            needed("U", "in_proj_weight", Arrangement.ROWS_OF_ROLES),
                            new Place("b", "in_proj_bias", Arrangement.VECTOR, 0),
                            needed("W", "out_proj.weight", Arrangement.TRANSPOSED),
                            new Place("c", "out_proj.bias", Arrangement.VECTOR, 0)));
        }
        return of(
                "pytorch",
                layer,
                Arrangement.TRANSPOSED,
                Map.of(
                        "U", "weight",
                        "E", "weight",
                        "gain", "weight",
                        "scale", "weight",
                        "shift", "bias",
                        "mean", "running_mean",
                        "variance", "running_var"));
    }

    /** The layer in Keras, or null if it is another one. */
    static PlainTensors keras(Layer layer) {
        if (layer instanceof PositionalEmbedding) {
            return new PlainTensors("keras", layer.name(), List.of(needed("P", "embeddings", Arrangement.SAME)));
        }
        if (layer instanceof Convolution) {
            return new PlainTensors("keras", layer.name(), List.of(needed("U", "kernel", Arrangement.SAME), BIAS));
        }
        if (layer instanceof MultiHeadAttention attention) {
            return new PlainTensors("keras", layer.name(), ofHeads(attention.heads()));
        }
        return of(
                "keras",
                layer,
                Arrangement.SAME,
                Map.of(
                        "U", "kernel",
                        "E", "embeddings",
                        "gain", "gamma",
                        "scale", "scale",
                        "shift", "beta",
                        "mean", "moving_mean",
                        "variance", "moving_variance"));
    }

    /** Attention in Keras: a layer for each role, and one for the output. */
    private static List<Place> ofHeads(int heads) {
        List<Place> places = new ArrayList<>();
        for (String role : List.of("query", "key", "value")) {
            String our = role.substring(0, 1);
            places.add(new Place("U" + our, role + "/kernel", Arrangement.COLUMNS_OF_HEADS, Double.NaN, heads));
            places.add(new Place("b" + our, role + "/bias", Arrangement.VECTORS_OF_HEADS, 0, heads));
        }
        places.add(new Place("W", "attention_output/kernel", Arrangement.ROWS_OF_HEADS, Double.NaN, heads));
        places.add(new Place("c", "attention_output/bias", Arrangement.VECTOR, 0));
        return places;
    }

    private static Place needed(String name, String foreign, Arrangement arrangement) {
        return new Place(name, foreign, arrangement, Double.NaN);
    }

    /** Layers that are in both systems, whose tensors have names of their own there. */
    private static PlainTensors of(String system, Layer layer, Arrangement product, Map<String, String> names) {
        List<Place> places;
        if (layer instanceof Dense) {
            places = List.of(needed("U", names.get("U"), product), BIAS);
        } else if (layer instanceof Embedding) {
            places = List.of(needed("E", names.get("E"), Arrangement.SAME));
        } else if (layer instanceof RmsNormalization) {
            places = List.of(new Place("gain", names.get("scale"), Arrangement.VECTOR, 1));
        } else if (layer instanceof LayerNormalization || layer instanceof BatchNormalization) {
            places = new ArrayList<>(List.of(
                    new Place("gain", names.get("gain"), Arrangement.VECTOR, 1),
                    new Place("shift", names.get("shift"), Arrangement.VECTOR, 0)));
            if (layer instanceof BatchNormalization) {
                places.add(needed("mean", names.get("mean"), Arrangement.VECTOR));
                places.add(needed("variance", names.get("variance"), Arrangement.VECTOR));
            }
        } else {
            return null;
        }
        return new PlainTensors(system, layer.name(), places);
    }

    /** Parameters of a layer of one's own, which is the same in the other system with the same names. */
    static PlainTensors own(String system, Layer layer, Set<String> names) {
        return new PlainTensors(
                system,
                layer.name(),
                names.stream()
                        .map(name -> new Place(name, name, Arrangement.SAME, Double.NaN))
                        .toList());
    }

    @Override
    public Parameters read(ForeignTensors tensors, Parameters model, String prefix) {
        Parameters changed = model;
        for (Place place : places) {
            String name = prefix + place.name;
            if (has(model, name)) {
                Tensor like = model.get(name);
                boolean left = place.mayLack() && !tensors.has(place.foreign);
                Tensor value = left
                        ? Tensor.full(place.otherwise, like.shape().toArray())
                        : ours(
                                place,
                                tensors.take(
                                        place.foreign,
                                        theirs(place, like).shape().toArray()),
                                like.shape());
                changed = changed.with(name, value);
            }
        }
        tensors.requireAllTaken(name -> true);
        return changed;
    }

    @Override
    public Map<String, Tensor> write(Parameters parameters, String prefix, boolean gradients) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Place place : places) {
            if (has(parameters, prefix + place.name)) {
                tensors.put(place.foreign, theirs(place, parameters.get(prefix + place.name)));
            }
        }
        return tensors;
    }

    /** Whether there is a parameter of this name, or a part of one. */
    private static boolean has(Parameters parameters, String name) {
        return parameters.stored().contains(name) || parameters.names().contains(name);
    }

    private static Tensor theirs(Place place, Tensor value) {
        return switch (place.arrangement) {
            case SAME -> value;
            case TRANSPOSED -> value.permute(1, 0);
            case VECTOR -> value.reshape(value.size());
            case REVERSED -> value.permute(lastTwoFirst(value.rank()));
            case ROWS_OF_ROLES -> rowsOfRoles(value);
            case COLUMNS_OF_HEADS -> value.reshape(value.size(0), place.heads, value.size(1) / place.heads);
            case VECTORS_OF_HEADS -> value.reshape(place.heads, value.size() / place.heads);
            case ROWS_OF_HEADS -> value.reshape(place.heads, value.size(0) / place.heads, value.size(1));
        };
    }

    private static Tensor rowsOfRoles(Tensor value) {
        Check.that(
                value.size(1) == value.size(2),
                "pytorch: the heads of attention must have as many features together as the input there, got %s for %s; set no headFeatures",
                value.size(2),
                value.size(1));
        return value.permute(0, 2, 1).reshape(-1, value.size(1));
    }

    private static Tensor ours(Place place, Tensor value, Shape shape) {
        return switch (place.arrangement) {
            case SAME, VECTOR, COLUMNS_OF_HEADS, VECTORS_OF_HEADS, ROWS_OF_HEADS -> value.reshape(shape.toArray());
            case TRANSPOSED -> value.permute(1, 0);
            case REVERSED -> value.permute(firstTwoLast(value.rank()));
            case ROWS_OF_ROLES ->
                value.reshape(shape.size(0), shape.size(2), shape.size(1)).permute(0, 2, 1);
        };
    }

    /** The last axis, the one before it, then the others. */
    private static int[] lastTwoFirst(int rank) {
        return IntStream.range(0, rank)
                .map(axis -> axis < 2 ? rank - 1 - axis : axis - 2)
                .toArray();
    }

    private static int[] firstTwoLast(int rank) {
        return IntStream.range(0, rank)
                .map(axis -> axis < rank - 2 ? axis + 2 : rank - 1 - axis)
                .toArray();
    }

    @Override
    public boolean mayLack(String name) {
        return places.stream().anyMatch(place -> place.foreign.equals(name) && place.mayLack());
    }

    @Override
    public String toString() {
        return kind;
    }
}
