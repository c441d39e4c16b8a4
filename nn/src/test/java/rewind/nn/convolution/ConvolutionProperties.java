package rewind.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static rewind.nn.Layers.conv2d;
import static rewind.nn.Layers.maxPool1d;
import static rewind.nn.Layers.minPool2d;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;
import rewind.autograd.Grad;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.fixture.Near;
import rewind.nn.layer.Initializers;

/** Convolutions and pooling beside plain loops over every index. */
class ConvolutionProperties {
    private static final int SAMPLES = 2;

    /** A random layer along one axis or two, and where its windows lie. */
    private record Case(
            RandomGenerator rng, int[] size, int[] stride, int[] dilation, int[] before, int[] after, int... sample) {
        static Case of(long seed, boolean paddable) {
            RandomGenerator rng = new Well19937c(seed);
            int axes = 1 + rng.nextInt(2);
            int[][] all = new int[6][axes];
            for (int i = 0; i < axes; i++) {
                all[0][i] = 1 + rng.nextInt(3);
                all[1][i] = 1 + rng.nextInt(3);
                all[2][i] = 1 + rng.nextInt(2);
                int reach = (all[0][i] - 1) * all[2][i] + 1;
                all[5][i] = reach + rng.nextInt(4);
            }
            Case made = new Case(rng, all[0], all[1], all[2], all[3], all[4], all[5]);
            return paddable ? made.padded() : made;
        }

        int kind() {
            return (size[0] + 2 * stride[0] + sample[0]) % 4;
        }

        private Case padded() {
            for (int i = 0; i < size.length; i++) {
                int reach = reach(i);
                switch (kind()) {
                    case 0 -> before[i] = after[i] = i + 1;
                    case 1 -> {
                        before[i] = (reach - 1) / 2;
                        after[i] = reach - 1 - before[i];
                    }
                    case 2 -> {
                        before[i] = i == 0 ? reach - 1 : (reach - 1) / 2;
                        after[i] = reach - 1 - before[i];
                    }
                    default -> {}
                }
            }
            return this;
        }

        Convolution padding(Convolution layer) {
            return switch (kind()) {
                case 0 -> layer.padding(before);
                case 1 -> layer.same();
                case 2 -> layer.causal();
                default -> layer;
            };
        }

        int reach(int axis) {
            return (size[axis] - 1) * dilation[axis] + 1;
        }

        int count(int axis) {
            return (sample[axis] + before[axis] + after[axis] - reach(axis)) / stride[axis] + 1;
        }

        int[] counts() {
            return IntStream.range(0, size.length).map(this::count).toArray();
        }

        /** The element that an element of a window sees; null for padding. */
        int[] place(int[] window, int... element) {
            int[] place = new int[size.length];
            for (int i = 0; i < place.length; i++) {
                place[i] = window[i] * stride[i] + element[i] * dilation[i] - before[i];
                if (place[i] < 0 || place[i] >= sample[i]) {
                    return null;
                }
            }
            return place;
        }

        Shape sampleOf(int features) {
            return Shape.of(joined(sample, features));
        }
    }

    private static int[] joined(int[] some, int... more) {
        return IntStream.concat(Arrays.stream(some), Arrays.stream(more)).toArray();
    }

    /** All indices of a shape. */
    private static List<int[]> indices(int... sizes) {
        Shape shape = Shape.of(sizes);
        return IntStream.range(0, shape.size())
                .mapToObj(flat -> {
                    int[] index = new int[sizes.length];
                    int rest = flat;
                    for (int axis = sizes.length - 1; axis >= 0; axis--) {
                        index[axis] = rest % sizes[axis];
                        rest /= sizes[axis];
                    }
                    return index;
                })
                .toList();
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void convolutionsAreThoseOfLoops(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int groups) {
        Case of = Case.of(seed, true);
        int own = 1 + of.rng.nextInt(2);
        int filters = groups * (1 + of.rng.nextInt(2));
        Convolution layer = of.padding(new Convolution(filters, of.size))
                .stride(of.stride)
                .dilation(of.dilation)
                .groups(groups)
                .initializer(Initializers.normal(1));
        Model model = Sequential.of(layer).build(of.sampleOf(groups * own), seed);
        String name = layer.name();
        Tensor U = model.parameters().get(name + "/U");
        model.set(name + "/b", Tensor.randn(of.rng, 1, filters));
        Tensor x = Tensor.randn(of.rng, joined(new int[] {SAMPLES}, joined(of.sample, groups * own)));

        Tensor y = model.predict(x);

        assertThat(model.output()).isEqualTo(Shape.of(joined(of.counts(), filters)));
        double[] expected = indices(joined(new int[] {SAMPLES}, joined(of.counts(), filters))).stream()
                .mapToDouble(i -> {
                    int filter = i[i.length - 1];
                    double sum = model.parameters().get(name + "/b").get(0, filter);
                    for (int[] element : indices(of.size)) {
                        int[] place = of.place(Arrays.copyOfRange(i, 1, i.length - 1), element);
                        for (int k = 0; place != null && k < own; k++) {
                            int feature = filter / (filters / groups) * own + k;
                            sum += x.get(joined(new int[] {i[0]}, joined(place, feature)))
                                    * U.get(joined(element, k, filter));
                        }
                    }
                    return sum;
                })
                .toArray();
        Near.within(1e-12, 1e-13).verify("y", y, Tensor.of(y.shape(), expected));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void poolingIsThatOfLoops(@ForAll long seed, @ForAll Extract extract, @ForAll boolean sideBySide) {
        Case drawn = Case.of(seed, false);
        Case of = sideBySide
                ? new Case(
                        drawn.rng,
                        drawn.size,
                        drawn.size,
                        IntStream.of(drawn.size).map(i -> 1).toArray(),
                        drawn.before,
                        drawn.after,
                        drawn.sample)
                : drawn;
        Pooling plain = new Pooling(extract, of.size);
        Pooling layer = sideBySide ? plain : plain.stride(of.stride).dilation(of.dilation);
        Model model = Sequential.of(layer).build(of.sampleOf(2), seed);
        Tensor x = Tensor.randn(of.rng, joined(new int[] {SAMPLES}, joined(of.sample, 2)));

        Tensor y = model.predict(x);

        assertThat(model.output()).isEqualTo(Shape.of(joined(of.counts(), 2)));
        double[] expected = indices(y.shape().toArray()).stream()
                .mapToDouble(i -> {
                    var seen = indices(of.size).stream()
                            .map(element -> of.place(Arrays.copyOfRange(i, 1, i.length - 1), element))
                            .mapToDouble(place -> x.get(joined(new int[] {i[0]}, joined(place, i[i.length - 1]))));
                    return (switch (extract) {
                                case MAX -> seen.max();
                                case MIN -> seen.min();
                                case MEAN -> seen.average();
                            })
                            .orElseThrow();
                })
                .toArray();
        Near.within(1e-12, 1e-13).verify("y", y, Tensor.of(y.shape(), expected));
    }

    /** EpyNN's windows lie side by side: the stride is the size unless it is said, for convolutions as for pooling. */
    @Test
    void windowsOfEpynnLieSideBySide() {
        Tensor image = Tensor.arange(50).reshape(1, 5, 5, 2);
        Model convolution = Sequential.of(conv2d(1, 2, 2).stride(2).initializer(Initializers.constant(1)))
                .build(Shape.of(5, 5, 2), 1);
        assertThat(convolution.predict(image).shape()).isEqualTo(Shape.of(1, 2, 2, 1));
        assertThat(convolution.predict(image).get(0, 1, 1, 0))
                .isEqualTo(image.slice(1, 2, 4).slice(2, 2, 4).sum().toDouble());
        Model least = Sequential.of(minPool2d(2, 2)).build(Shape.of(5, 5, 2), 1);
        assertThat(least.predict(image).toArray()).containsExactly(0, 1, 4, 5, 20, 21, 24, 25);
    }

    @Test
    void equalElementsShareTheGradient() {
        Model model = Sequential.of(maxPool1d(3)).build(Shape.of(3, 1), 1);
        Tensor gradient = Grad.gradient(
                x -> model.forward(model.parameters(), x).sum(), Tensor.of(new double[][][] {{{2}, {1}, {2}}}));
        assertThat(gradient.toArray()).containsExactly(0.5, 0, 0.5);
    }
}
