package rewind.nn.convolution;

import static rewind.nn.layer.OptionType.INTEGERS;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.Form;
import rewind.nn.layer.Formed;
import rewind.nn.layer.Scope;

/**
 * The greatest, least or mean element of every window, of each feature by itself: (…sizes, features) to (…counts, features). Windows lie side by
 * side unless a stride is set, as in EpyNN; what is left of a sample after the last whole one is not seen. Where several elements
 * are greatest, each gets an equal share of the gradient.
 */
public final class Pooling extends SlidingLayer<Pooling> implements Formed {
    static final Form<Pooling> FORM = Form.<Pooling>of(
                    Pooling.class,
                    "pooling",
                    in -> new Pooling(in.get("extract", Extract.OPTION), ints(in.get("size", INTEGERS))))
            .option("extract", Extract.OPTION, layer -> layer.extract)
            .option("size", INTEGERS, layer -> layer.size)
            .option("stride", INTEGERS, layer -> layer.stride, (layer, all) -> layer.stride(ints(all)))
            .option("dilation", INTEGERS, layer -> layer.dilation, (layer, all) -> layer.dilation(ints(all)))
            .option("padding", Padding.OPTION, layer -> layer.padding, (layer, none) -> layer);

    private final Extract extract;

    /** Makes the layer with its usual options, see {@link rewind.nn.Layers#maxPool1d}. */
    public Pooling(Extract extract, int... size) {
        super(name(extract, size.length), boxed(size), boxed(size));
        this.extract = extract;
    }

    private static List<Integer> boxed(int... numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    private static String name(Extract extract, int axes) {
        return extract.word() + "Pool" + axes + "d";
    }

    @Override
    public UnaryOperator<Tensor> bind(Scope scope, Shape input) {
        requireFits(input);
        return x -> {
            Tensor padded = padded(scope, x);
            return told(scope, liesSideBySide() ? ofBlocks(padded) : ofWindows(padded));
        };
    }

    private Tensor ofWindows(Tensor x) {
        int axes = size.size();
        return extract.of(windows(x), IntStream.range(1 + axes, 1 + 2 * axes).toArray());
    }

    private boolean liesSideBySide() {
        return stride.equals(size) && dilation.stream().allMatch(each -> each == 1);
    }

    /** The same where windows do not overlap, without a copy of them. */
    private Tensor ofBlocks(Tensor x) {
        int axes = size.size();
        int[] sizes = new int[2 * axes + 2];
        Tensor whole = x;
        for (int axis = 0; axis < axes; axis++) {
            int count = x.size(1 + axis) / size.get(axis);
            whole = whole.slice(1 + axis, 0, count * size.get(axis));
            sizes[1 + 2 * axis] = count;
            sizes[2 + 2 * axis] = size.get(axis);
        }
        sizes[0] = x.size(0);
        sizes[2 * axes + 1] = x.size(-1);
        return extract.of(
                whole.reshape(sizes),
                IntStream.range(0, axes).map(axis -> 2 + 2 * axis).toArray());
    }

    @Override
    public String name() {
        return name(extract, size.size());
    }

    @Override
    public Form<Pooling> form() {
        return FORM;
    }

    @Override
    public String toString() {
        return FORM.text(this);
    }
}
