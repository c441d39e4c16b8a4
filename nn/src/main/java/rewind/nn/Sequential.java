package rewind.nn;

import static rewind.nn.layer.OptionType.LAYERS;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.CheckReturnValue;
import rewind.nn.feedforward.ActivationLayer;
import rewind.nn.feedforward.Dropout;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Layer;
import rewind.nn.layer.NamedLayer;
import rewind.nn.layer.Scope;

/** Layers one after another; itself a layer. Parameters are filed under the layers' names: {@code rnn/U}, {@code rnn2/U}, … */
@CheckReturnValue
public final class Sequential implements Formed {
    static final Form<Sequential> FORM = Form.<Sequential>of(
                    Sequential.class, "sequential", in -> new Sequential(in.get("layers", LAYERS)))
            .option("layers", LAYERS, layer -> layer.layers);

    private final List<Layer> layers;

    private Sequential(List<Layer> layers) {
        this.layers = layers;
    }

    /** Returns the composition of the layers, the first one applied first. */
    public static Sequential of(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    /**
     * Builds a model: infers every shape from that of the input, and draws every parameter from the seed.
     *
     * @param input the shape of one sample, without the batch axis
     * @throws IllegalArgumentException if a layer cannot take what the one before it gives
     */
    public Model build(Shape input, long seed) {
        return Model.build(this, input, seed);
    }

    /** As {@link #build(Shape, long)}, with the parameters rounded to the element type, in which the model then computes. */
    public Model build(Shape input, long seed, DType dtype) {
        return Model.build(this, input, seed, dtype);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        return compose(scope, layers.size());
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        return compose(scope, lastThatActs());
    }

    @Override
    public Activation lastActivation() {
        return layers.isEmpty()
                ? Activation.IDENTITY
                : layers.get(lastThatActs()).lastActivation();
    }

    /** The place of the last layer that does something to what it gets, so that its activation is that of the whole; 0 if none does. */
    private int lastThatActs() {
        int last = layers.size() - 1;
        while (last > 0 && isNeutral(layers.get(last))) {
            last--;
        }
        return last;
    }

    private static boolean isNeutral(Layer layer) {
        return (layer instanceof Dropout dropout && dropout.rate() == 0)
                || (layer instanceof ActivationLayer own && own.activation() == Activation.IDENTITY)
                || (layer instanceof NamedLayer named && isNeutral(named.layer()))
                || (layer instanceof Sequential several
                        && several.layers.stream().allMatch(Sequential::isNeutral));
    }

    /** The layers one after another; those from {@code whole} on without their last activation, which all but the first of them lack. */
    private UnaryOperator<Tensor> compose(Scope scope, int whole) {
        List<String> names = names();
        return x -> {
            Tensor y = x;
            for (int i = 0; i < layers.size(); i++) {
                y = i < whole
                        ? scope.apply(names.get(i), layers.get(i), y)
                        : scope.scores(names.get(i), layers.get(i), y);
            }
            return y;
        };
    }

    /** The layers' names, each with the first number that makes it a new one if it is taken. */
    private List<String> names() {
        Map<String, Integer> counts = new HashMap<>();
        Set<String> names = new LinkedHashSet<>();
        for (Layer layer : layers) {
            String name;
            do {
                int count = counts.merge(layer.name(), 1, Integer::sum);
                name = count == 1 ? layer.name() : layer.name() + count;
            } while (!names.add(name));
        }
        return List.copyOf(names);
    }

    @Override
    public String name() {
        return "sequential";
    }

    @Override
    public Form<Sequential> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
