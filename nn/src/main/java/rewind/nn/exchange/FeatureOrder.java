package rewind.nn.exchange;

import java.util.List;
import java.util.stream.IntStream;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * In which order another system has the features of what a layer is given.
 *
 * @param places where each of them is here, in their order there; null if they are in the same one
 * @param doubt what leaves open which order that is; null if it is known
 */
record FeatureOrder(List<Integer> places, String doubt) {
    static final FeatureOrder SAME = new FeatureOrder(null, null);

    static FeatureOrder doubtful(String doubt) {
        return new FeatureOrder(null, doubt);
    }

    boolean isSame() {
        return places == null && doubt == null;
    }

    /**
     * The order of all elements of a sample as one axis, of which the features are the last axis here, and another one there.
     *
     * @param axis where the axis of the features is there
     */
    FeatureOrder flattened(Shape sample, int axis) {
        if (doubt != null) {
            return this;
        }
        int features = sample.size(-1);
        Tensor all = Tensor.arange(sample.size()).reshape(sample.size() / Math.max(1, features), features);
        Tensor ordered = (places == null ? all : theirs(all, 1)).reshape(sample.toArray());
        int last = sample.rank() - 1;
        int[] axes = IntStream.range(0, sample.rank())
                .map(i -> i < axis ? i : i == axis ? last : i - 1)
                .toArray();
        List<Integer> order =
                IntStream.of(ordered.permute(axes).toIntArray()).boxed().toList();
        boolean same = IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
        return same ? SAME : new FeatureOrder(order, null);
    }

    /** A tensor with the features along an axis in their order there. */
    Tensor theirs(Tensor ours, int axis) {
        return along(ours, axis, places.stream().mapToInt(place -> place).toArray());
    }

    /** The inverse of {@link #theirs}. */
    Tensor ours(Tensor theirs, int axis) {
        int[] inverse = new int[places.size()];
        for (int i = 0; i < inverse.length; i++) {
            inverse[places.get(i)] = i;
        }
        return along(theirs, axis, inverse);
    }

    private static Tensor along(Tensor x, int axis, int... rows) {
        int[] first = IntStream.range(0, x.rank())
                .map(i -> i == 0 ? axis : i <= axis ? i - 1 : i)
                .toArray();
        int[] back = IntStream.range(0, x.rank())
                .map(i -> i == axis ? 0 : i < axis ? i + 1 : i)
                .toArray();
        return x.permute(first).gather(rows).permute(back);
    }
}
