package rewind.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import rewind.autograd.Tensor;
import rewind.nn.data.Dataset;
import rewind.nn.data.Sample;
import rewind.nn.data.SampleStream;
import rewind.nn.data.Scaling;
import rewind.nn.data.Vocabulary;
import rewind.nn.data.Windows;
import rewind.nn.layer.Lengths;

/** Whatever is counted, from the start or from the end, against plain lists: the same parts, or a refusal that says so. */
class IndexProperties {
    @Provide
    Arbitrary<Integer> bounds() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(-9, 9),
                Arbitraries.of(Integer.MIN_VALUE, Integer.MIN_VALUE + 1, Integer.MAX_VALUE - 1, Integer.MAX_VALUE));
    }

    /** What a list says to bounds that may count from the end, or nothing where they lie outside. */
    private static Optional<List<Integer>> part(int size, int from, int to) {
        long first = from < 0 ? (long) from + size : from;
        long end = to < 0 ? (long) to + size : to;
        List<Integer> all = IntStream.range(0, size).boxed().toList();
        return first < 0 || first > end || end > size
                ? Optional.empty()
                : Optional.of(all.subList((int) first, (int) end));
    }

    /** What a list says to indices that may count from the end, or nothing where one lies outside. */
    private static Optional<List<Integer>> elements(int size, List<Integer> indices) {
        List<Integer> found = new ArrayList<>();
        for (int index : indices) {
            if (index < -size || index >= size) {
                return Optional.empty();
            }
            found.add(index < 0 ? index + size : index);
        }
        return Optional.of(found);
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void isRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isExactlyInstanceOf(IllegalArgumentException.class);
    }

    /** The sample i has the numbers 2i and 2i + 1, the target −i, and the length i modulo 3. */
    private static Dataset numbered(int size) {
        return new Dataset(
                        Tensor.arange(2 * size).reshape(size, 2),
                        Tensor.arange(size).mul(-1).expandDims(1))
                .lengths(Lengths.of(IntStream.range(0, size).map(i -> i % 3).toArray()));
    }

    private static void isSamples(Supplier<Dataset> part, Optional<List<Integer>> expected) {
        if (expected.isEmpty()) {
            isRefused(part::get);
            return;
        }
        Dataset data = part.get();
        assertThat(data.size()).isEqualTo(expected.get().size());
        for (int i = 0; i < data.size(); i++) {
            int sample = expected.get().get(i);
            assertThat(data.x().select(0, i).toArray()).containsExactly(2 * sample, 2 * sample + 1);
            assertThat(data.y().get(i, 0)).isEqualTo(-sample);
            assertThat(data.lengths().orElseThrow().get(i)).isEqualTo(sample % 3);
        }
    }

    @Property(tries = 300)
    void slicesOfADataset(@ForAll @IntRange(max = 7) int size, @ForAll("bounds") int from, @ForAll("bounds") int to) {
        isSamples(() -> numbered(size).slice(from, to), part(size, from, to));
    }

    @Property(tries = 300)
    void chosenSamples(
            @ForAll @IntRange(max = 7) int size,
            @ForAll @Size(max = 4) List<@net.jqwik.api.From("bounds") Integer> indices) {
        isSamples(() -> numbered(size).select(ints(indices)), elements(size, indices));
    }

    @Property(tries = 300)
    void lengthsOfSamples(
            @ForAll @IntRange(max = 7) int size,
            @ForAll @Size(max = 4) List<@net.jqwik.api.From("bounds") Integer> indices) {
        Lengths lengths = numbered(size).lengths().orElseThrow();
        Optional<List<Integer>> expected = elements(size, indices);
        if (expected.isEmpty()) {
            isRefused(() -> lengths.select(ints(indices)));
            isRefused(() -> indices.stream().map(lengths::get).toList());
        } else {
            int[] its = expected.get().stream().mapToInt(i -> i % 3).toArray();
            assertThat(lengths.select(ints(indices)))
                    .hasToString(Lengths.of(its).toString());
            assertThat(indices.stream().mapToInt(lengths::get))
                    .containsExactly(IntStream.of(its).boxed().toArray(Integer[]::new));
        }
    }

    @Property(tries = 300)
    void slicesOfAStream(@ForAll @IntRange(max = 7) int size, @ForAll("bounds") int from, @ForAll("bounds") int to) {
        SampleStream all = SampleStream.of(() -> IntStream.range(0, size)
                .mapToObj(i -> new Sample(Tensor.of(new double[] {i}), Tensor.of(new double[] {-i}))));
        if (from < 0 || to < from) {
            isRefused(() -> all.slice(from, to));
            return;
        }
        List<Integer> expected = IntStream.range(0, size)
                .filter(i -> i >= from && i < to)
                .boxed()
                .toList();
        List<Integer> got = all.slice(from, to)
                .batches(2)
                .flatMap(batch -> IntStream.range(0, batch.size())
                        .mapToObj(i -> (int) batch.x().get(i, 0)))
                .toList();
        assertThat(got).isEqualTo(expected);
    }

    @Property(tries = 300)
    void slicesOfATensorAlongEveryAxis(
            @ForAll @IntRange(max = 7) int size,
            @ForAll("bounds") int from,
            @ForAll("bounds") int to,
            @ForAll("bounds") int step,
            @ForAll @IntRange(min = -2, max = 1) int axis) {
        boolean first = axis == 0 || axis == -2;
        Tensor series = Tensor.arange(size);
        Tensor x = first ? Tensor.stack(1, series, series) : Tensor.stack(0, series, series);
        Optional<List<Integer>> expected = step < 1 ? Optional.empty() : part(size, from, to);
        if (expected.isEmpty()) {
            isRefused(() -> x.slice(axis, from, to, step));
            return;
        }
        List<Integer> every = IntStream.range(0, expected.get().size())
                .filter(i -> i % step == 0)
                .mapToObj(expected.get()::get)
                .toList();
        Tensor part = x.slice(axis, from, to, step);
        for (int k = 0; k < 2; k++) {
            assertThat(part.select(first ? 1 : 0, k).toArray())
                    .isEqualTo(every.stream().mapToDouble(Integer::doubleValue).toArray());
        }
    }

    @Property(tries = 300)
    void elementsOfATensor(
            @ForAll @IntRange(max = 7) int size,
            @ForAll @Size(max = 4) List<@net.jqwik.api.From("bounds") Integer> indices) {
        Tensor x = Tensor.arange(size);
        Tensor floats =
                Tensor.of(indices.stream().mapToDouble(Integer::doubleValue).toArray());
        Optional<List<Integer>> expected = elements(size, indices);
        if (expected.isEmpty()) {
            isRefused(() -> x.gather(ints(indices)));
            isRefused(() -> x.gather(floats));
            isRefused(() -> indices.stream().map(x::get).toList());
            isRefused(() -> indices.stream().map(i -> x.select(0, i)).toList());
        } else {
            double[] its =
                    expected.get().stream().mapToDouble(Integer::doubleValue).toArray();
            assertThat(x.gather(ints(indices)).toArray()).isEqualTo(its);
            assertThat(x.gather(floats).toArray()).isEqualTo(its);
            assertThat(indices.stream().mapToDouble(x::get).toArray()).isEqualTo(its);
            assertThat(indices.stream()
                            .mapToDouble(i -> x.select(0, i).toDouble())
                            .toArray())
                    .isEqualTo(its);
        }
    }

    @Property(tries = 300)
    void classesFeaturesColumnsAndTokensCountFromTheStartAlone(
            @ForAll @IntRange(min = 1, max = 7) int size, @ForAll("bounds") int index) {
        List<String> tokens = IntStream.range(0, size).mapToObj(String::valueOf).toList();
        Vocabulary vocabulary = Vocabulary.labels().of(tokens);
        Tensor x = Tensor.arange(2 * size).reshape(2, size);
        Scaling scaling = Scaling.standard(x);
        Windows inputs = Windows.of(1).inputs(index);
        Windows targets = Windows.of(1).targets(index);
        if (index < 0 || index >= size) {
            isRefused(() -> vocabulary.token(index));
            isRefused(() -> vocabulary.decode(index));
            isRefused(() -> vocabulary.oneHot(index));
            isRefused(() -> Tensor.of(new double[] {index}).oneHot(size));
            isRefused(() -> scaling.features(index));
            isRefused(() -> inputs.over(x));
            isRefused(() -> inputs.last(x));
            isRefused(() -> targets.over(x));
        } else {
            assertThat(vocabulary.decode(index)).isEqualTo(tokens.get(index));
            assertThat(vocabulary.oneHot(index).argMax(1).toDouble()).isEqualTo(index);
            assertThat(scaling.features(index)
                            .apply(x.slice(1, index, index + 1))
                            .toArray())
                    .containsExactly(-1, 1);
            assertThat(inputs.over(x).x().toArray()).containsExactly(index);
            assertThat(inputs.last(x).toArray()).containsExactly(size + index);
            assertThat(targets.over(x).y().toArray()).containsExactly(size + index);
        }
    }

    @Property(tries = 200)
    void partsOfASplit(
            @ForAll @IntRange(max = 7) int size,
            @ForAll @Size(min = 1, max = 4) List<@net.jqwik.api.From("bounds") Integer> sizes) {
        Tensor x = Tensor.arange(size);
        boolean fits = sizes.stream().allMatch(each -> each >= 0)
                && sizes.stream().mapToLong(Integer::longValue).sum() == size;
        if (fits) {
            assertThat(Tensor.concat(0, x.split(0, ints(sizes))).toArray()).isEqualTo(x.toArray());
        } else {
            assertThatThrownBy(() -> x.split(0, ints(sizes))).hasMessageStartingWith("split: sizes ");
        }
    }

    @Test
    void boundsAreRefusedWithWordsOfTheirOwn() {
        Dataset data = numbered(5);
        assertThatThrownBy(() -> data.slice(-7, 5))
                .hasMessage("slice: the range -7 to 5 by 1 must lie inside axis 0 of the shape [5, 2]");
        assertThatThrownBy(() -> data.select(5)).hasMessage("gather: row 5 must lie inside the shape [5, 2]");
        assertThatThrownBy(() -> Lengths.of(1, 2).get(2)).hasMessage("lengths: sample 2 must be one of the 2 samples");
        assertThatThrownBy(() -> data.lengths(Lengths.of(1, 1, 1, 1, 3)))
                .hasMessage("dataset: no length may exceed the steps of the shape [5, 2], got 3; new Dataset(x, y)"
                        + " is one without lengths");
        assertThatThrownBy(() -> data.batchCount(0)).hasMessage("batches: the size must be positive, got 0");
        assertThat(data.batches(Integer.MAX_VALUE)).hasSize(1);
        assertThat(data.bucketedByLength(Integer.MAX_VALUE).batches(Integer.MAX_VALUE))
                .hasSize(1);
    }
}
