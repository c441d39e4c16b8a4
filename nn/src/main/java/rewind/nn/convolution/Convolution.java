package rewind.nn.convolution;

import static rewind.nn.layer.OptionType.ACTIVATION;
import static rewind.nn.layer.OptionType.FLAG;
import static rewind.nn.layer.OptionType.INITIALIZER;
import static rewind.nn.layer.OptionType.INTEGER;
import static rewind.nn.layer.OptionType.INTEGERS;

import java.util.Arrays;
import java.util.Collections;
import java.util.function.UnaryOperator;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.require.Check;
import rewind.nn.layer.Activation;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Initializer;
import rewind.nn.layer.Initializers;
import rewind.nn.layer.Scope;

/**
 * A convolution, or rather a correlation, as all such layers are: y = act(windows(x)·U + b), the same function of every window, from
 * samples (…sizes, features) to (…counts, filters), with U (…window, features/groups, filters) and b (1, filters). Along one axis, for
 * sample m, step t and filter n:
 *
 * <pre>
 * y_[m, t, n] = Σ_j Σ_e x[m, t·stride + j·dilation − before, e] U[j, e, n] + b[n]        y = act(y_)
 *
 * dy_ = dy ⊙ act'(y_)
 * dU[j, e, n] = Σ_m Σ_t x[m, t·stride + j·dilation − before, e] dy_[m, t, n]
 * dx[m, i, e] = Σ over all t, j with t·stride + j·dilation − before = i of Σ_n dy_[m, t, n] U[j, e, n]
 * db[n] = Σ_m Σ_t dy_[m, t, n]
 * </pre>
 *
 * <p>Sources: LeCun et al., Neural Computation 1, 1989; dilation: Yu and Koltun, ICLR 2016.
 */
public final class Convolution extends SlidingLayer<Convolution> implements Formed {
    static final Form<Convolution> FORM = Form.<Convolution>of(
                    Convolution.class,
                    "convolution",
                    in -> new Convolution(in.get("filters", INTEGER), ints(in.get("size", INTEGERS))))
            .option("filters", INTEGER, layer -> layer.filters)
            .option("size", INTEGERS, layer -> layer.size)
            .option("stride", INTEGERS, layer -> layer.stride, (layer, all) -> layer.stride(ints(all)))
            .option("dilation", INTEGERS, layer -> layer.dilation, (layer, all) -> layer.dilation(ints(all)))
            .option("padding", Padding.OPTION, layer -> layer.padding, Convolution::padding)
            .option("groups", INTEGER, layer -> layer.groups, Convolution::groups)
            .option("activation", ACTIVATION, layer -> layer.activation, Convolution::activation)
            .option("initializer", INITIALIZER, layer -> layer.initializer, Convolution::initializer)
            .option("bias", FLAG, layer -> layer.bias, Convolution::bias);

    private final int filters;
    private int groups = 1;
    private Activation activation = Activation.IDENTITY;
    private Initializer initializer = Initializers.xavier();
    private boolean bias = true;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#conv1d}. */
    public Convolution(int filters, int... size) {
        super("conv" + size.length + "d", Arrays.stream(size).boxed().toList(), Collections.nCopies(size.length, 1));
        Check.that(filters > 0, "%s: filters must be positive, got %s", name(), filters);
        this.filters = filters;
    }

    /** Sets how many zeros come before, and as many after, a sample along every axis, or by one number along all of them; the default is 0. */
    public Convolution padding(int... perAxis) {
        Check.that(
                perAxis.length == size.size() || perAxis.length == 1,
                "%s: there must be a padding for all axes, or one for each of %s, got %s",
                name(),
                size.size(),
                perAxis);
        return padding(Padding.each(ints(ofAxes(perAxis))));
    }

    private Convolution padding(Padding how) {
        return how.kind().equals("each") && how.counts().size() != size.size()
                ? padding(ints(how.counts()))
                : with(layer -> layer.padding = how);
    }

    /**
     * Sets as much padding as gives a window for every element where the stride is 1, (window − 1)·dilation zeros: ⌊half⌋ of them before, the
     * rest after. So a window is centred, whatever the length of a sample is; Keras puts fewer before where the stride is greater.
     */
    public Convolution same() {
        return padding(Padding.SAME);
    }

    /** As {@link #same}, but all zeros of the first axis come before it: no output depends on a later step. */
    public Convolution causal() {
        return padding(Padding.CAUSAL);
    }

    /**
     * Sets into how many groups features and filters fall: a filter sees the features of its own group alone; the default is 1. As many as
     * there are features make a depthwise convolution.
     *
     * @throws IllegalArgumentException if the filters do not fall into so many groups
     */
    public Convolution groups(int count) {
        Check.that(
                count > 0 && filters % count == 0,
                "%s: groups must be positive and divide the filters, got %s for %s",
                name(),
                count,
                filters);
        return with(layer -> layer.groups = count);
    }

    /** Sets the activation, for example {@code Tensor::relu}; the default is the identity. */
    public Convolution activation(UnaryOperator<Tensor> function) {
        return with(layer -> layer.activation = Activation.of(function));
    }

    /** Sets the activation by name, see {@link Activation#named}. */
    public Convolution activation(String name) {
        return activation(Activation.named(name));
    }

    /** Sets how U starts, of which each filter is a column of all that it sees; the default is Xavier. */
    public Convolution initializer(Initializer initializer) {
        return with(layer -> layer.initializer = initializer);
    }

    /** Sets whether there is a bias (the default). */
    public Convolution bias(boolean on) {
        return with(layer -> layer.bias = on);
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        UnaryOperator<Tensor> scores = bindScores(scope, input);
        return x -> activation.apply(scores.apply(x));
    }

    @Override
    public UnaryOperator<Tensor> bindScores(Scope scope, Shape input) {
        requireFits(input);
        int features = input.size(-1);
        Check.that(
                features % groups == 0,
                "%s: groups must divide the features of a sample, got %s for %s",
                name(),
                groups,
                input);
        int seen = size.stream().reduce(features / groups, Math::multiplyExact);
        int[] sizes = Arrays.copyOf(ints(size), size.size() + 2);
        sizes[sizes.length - 2] = features / groups;
        sizes[sizes.length - 1] = filters;
        Initializer ofColumns =
                (rng, shape) -> initializer.draw(rng, Shape.of(seen, filters)).reshape(shape.toArray());
        Tensor U = scope.parameter("U", ofColumns, sizes).reshape(seen, filters);
        Tensor b = bias ? scope.bias("b", filters) : null;
        return x -> {
            Tensor windows = windows(padded(scope, x));
            Tensor products = groups == 1 ? products(windows, U, seen) : grouped(windows, U);
            return told(scope, bias ? products.add(b) : products);
        };
    }

    private Tensor products(Tensor windows, Tensor U, int seen) {
        int[] sizes = Arrays.copyOf(windows.shape().toArray(), size.size() + 2);
        sizes[sizes.length - 1] = seen;
        return windows.reshape(sizes).matmul(U);
    }

    /** A product for every group, of the windows of its features alone. */
    private Tensor grouped(Tensor windows, Tensor U) {
        int own = windows.size(-1) / groups;
        int seen = U.size(0);
        int[] counts = Arrays.copyOf(windows.shape().toArray(), size.size() + 2);
        int rows = Arrays.stream(counts).limit(size.size() + 1L).reduce(1, Math::multiplyExact);
        Tensor perGroup = windows.reshape(rows, seen / own, groups, own)
                .permute(2, 0, 1, 3)
                .reshape(groups, rows, seen);
        Tensor weights = U.reshape(seen, groups, filters / groups).permute(1, 0, 2);
        counts[counts.length - 1] = filters;
        return perGroup.matmul(weights).permute(1, 0, 2).reshape(counts);
    }

    @Override
    public Activation lastActivation() {
        return activation;
    }

    @Override
    public String name() {
        return "conv" + size.size() + "d";
    }

    @Override
    public Form<Convolution> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
