package rewind.nn.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.feedforward.Dense;
import rewind.nn.feedforward.Embedding;
import rewind.nn.feedforward.LayerNormalization;
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
        /** (n) instead of (1, n). */
        VECTOR
    }

    /**
     * Where a parameter is.
     *
     * @param name of the parameter
     * @param foreign of the tensor
     * @param otherwise what the parameter is if there is no tensor; NaN if there must be one
     */
    record Place(String name, String foreign, Arrangement arrangement, double otherwise) {
        boolean mayLack() {
            return !Double.isNaN(otherwise);
        }
    }

    /** The layer in PyTorch, or null if it is another one. */
    static PlainTensors pytorch(Layer layer) {
        return of("pytorch", layer, Arrangement.TRANSPOSED, "weight", "weight", "weight", "bias");
    }

    /** The layer in Keras, or null if it is another one. */
    static PlainTensors keras(Layer layer) {
        return of("keras", layer, Arrangement.SAME, "kernel", "embeddings", "gamma", "beta");
    }

    private static PlainTensors of(
            String system, Layer layer, Arrangement product, String weight, String rows, String gain, String shift) {
        List<Place> places;
        if (layer instanceof Dense) {
            places = List.of(new Place("U", weight, product, Double.NaN), BIAS);
        } else if (layer instanceof Embedding) {
            places = List.of(new Place("E", rows, Arrangement.SAME, Double.NaN));
        } else if (layer instanceof LayerNormalization) {
            places = List.of(
                    new Place("gain", gain, Arrangement.VECTOR, 1), new Place("shift", shift, Arrangement.VECTOR, 0));
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
            if (model.stored().contains(name)) {
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
            if (parameters.stored().contains(prefix + place.name)) {
                tensors.put(place.foreign, theirs(place, parameters.get(prefix + place.name)));
            }
        }
        return tensors;
    }

    private static Tensor theirs(Place place, Tensor value) {
        return switch (place.arrangement) {
            case SAME -> value;
            case TRANSPOSED -> value.permute(1, 0);
            case VECTOR -> value.reshape(value.size());
        };
    }

    private static Tensor ours(Place place, Tensor value, Shape shape) {
        return place.arrangement == Arrangement.TRANSPOSED ? value.permute(1, 0) : value.reshape(shape.toArray());
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
