package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static rewind.nn.Layers.dense;
import static rewind.nn.Layers.gru;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.Model;
import rewind.nn.Sequential;
import rewind.nn.layer.Lengths;
import rewind.nn.layer.Pass;

/** Datasets made of arrays, split, joined, and put into batches of similar length. */
class DatasetTest {
    @Test
    void arraysOfEveryKindMakeADataset() {
        Dataset floats = Dataset.of(new float[][][] {{{1.5f, 2}, {3, 4}, {5, 6}}}, new float[] {0.1f});
        assertThat(floats.x().shape()).isEqualTo(Shape.of(1, 3, 2));
        assertThat(floats.x().dtype()).isEqualTo(DType.FLOAT32);
        assertThat(floats.x().toArray()).containsExactly(1.5, 2, 3, 4, 5, 6);
        assertThat(floats.y().shape()).isEqualTo(Shape.of(1, 1));
        assertThat(floats.y().toFloatArray()).containsExactly(0.1f);
        Dataset ints = Dataset.of(new double[][] {{0.1, 0.2}, {0.3, 0.4}}, new int[] {1, -2});
        assertThat(ints.x().toArray()).containsExactly(0.1, 0.2, 0.3, 0.4);
        assertThat(ints.y().shape()).isEqualTo(Shape.of(2, 1));
        assertThat(ints.y().toArray()).containsExactly(1, -2);
        assertThat(ints.y().dtype()).isEqualTo(DType.FLOAT64);
        Tensor x = Tensor.arange(6).reshape(3, 2);
        assertThat(Dataset.of(x, new double[3]).x()).isSameAs(x);
        assertThat(Dataset.of(new float[0][2], new int[0]).size()).isZero();
    }

    private static Dataset numbered(int samples) {
        return Dataset.of(
                Tensor.arange(samples),
                IntStream.range(0, samples).map(i -> i + 1000).toArray());
    }

    private static double[] numbers(Dataset data) {
        assertThat(data.y().toArray()).isEqualTo(data.x().add(1000).toArray());
        return data.x().toArray();
    }

    @Property
    void partsInTimeFollowOneAnother(
            @ForAll @IntRange(min = 5, max = 50) int samples, @ForAll @DoubleRange(min = 0.2, max = 0.5) double first) {
        double second = first + 0.3;
        List<Dataset> parts = numbered(samples).splitAt(first, second);
        assertThat(parts).hasSize(3);
        assertThat(parts.get(0).size()).isEqualTo((int) Math.rint(first * samples));
        assertThat(parts.get(0).size() + parts.get(1).size()).isEqualTo((int) Math.rint(second * samples));
        assertThat(parts.stream().flatMapToDouble(part -> Arrays.stream(numbers(part))))
                .containsExactly(
                        Arrays.stream(Tensor.arange(samples).toArray()).boxed().toArray(Double[]::new));
    }

    @Property
    void partsAtRandomHaveEverySampleOnce(@ForAll @IntRange(min = 10, max = 50) int samples, @ForAll long seed) {
        List<Dataset> three = numbered(samples).split(0.6, 0.2, seed);
        double[] all = three.stream()
                .flatMapToDouble(part -> Arrays.stream(numbers(part)))
                .toArray();
        assertThat(all).isEqualTo(numbers(numbered(samples).shuffled(seed)));
        Arrays.sort(all);
        assertThat(all).isEqualTo(Tensor.arange(samples).toArray());
        List<Dataset> two = numbered(samples).split(0.6, seed);
        assertThat(numbers(two.get(0))).isEqualTo(numbers(three.get(0)));
        assertThat(numbers(two.get(1))).isEqualTo(numbers(three.get(1).concat(three.get(2))));
    }

    @Test
    void theSeedDecidesTheOrder() {
        double[] one = numbers(numbered(30).shuffled(1));
        assertThat(numbers(numbered(30).shuffled(1))).isEqualTo(one);
        assertThat(numbers(numbered(30).shuffled(2))).isNotEqualTo(one);
        assertThat(one).isNotEqualTo(numbers(numbered(30)));
    }

    /** Sequences whose numbers tell the sample and the step: 100 · sample + step + 1. */
    private static Dataset ragged(List<Integer> lengths) {
        List<double[][]> sequences = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            int sample = i;
            sequences.add(IntStream.rangeClosed(1, lengths.get(i))
                    .mapToObj(t -> new double[] {100 * sample + t})
                    .toArray(double[][]::new));
        }
        return Dataset.ragged(sequences, Tensor.arange(lengths.size()).expandDims(1));
    }

    @Test
    void stepsOfSeveralFeatures() {
        Dataset data = Dataset.ragged(
                List.of(new double[][] {{1, 2}}, new double[][] {{3, 4}, {5, 6}}, new double[0][]), Tensor.zeros(3, 1));
        assertThat(data.x().shape()).isEqualTo(Shape.of(3, 2, 2));
        assertThat(data.x().toArray()).containsExactly(1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0);
        assertThat(data.lengths()).hasToString("Optional[[1, 2, 0]]");
    }

    @Property(tries = 300)
    void bucketsHaveEverySampleOnceAndNoNeedlessPadding(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 9) Integer> drawn,
            @ForAll @IntRange(min = 1, max = 6) int size,
            @ForAll @IntRange(min = 1, max = 4) int pool,
            @ForAll boolean perStep,
            @ForAll long seed) {
        List<Integer> lengths = new ArrayList<>(drawn);
        lengths.add(3); // not all of them empty
        Dataset padded = ragged(lengths);
        Dataset data = perStep ? padded.mapY(y -> padded.x().mul(2)) : padded;
        DataSource buckets = data.bucketedByLength(pool);
        TreeSet<Integer> seen = new TreeSet<>();
        List<Dataset> batches =
                buckets.batches(size, Optional.of(new Well19937c(seed))).toList();
        for (Dataset batch : batches) {
            Lengths own = batch.lengths().orElseThrow();
            assertThat(batch.x().size(1)).isEqualTo(Math.max(1, own.max()));
            for (int i = 0; i < batch.size(); i++) {
                int sample = sample(batch, i, perStep);
                assertThat(sample < 0 || seen.add(sample)).isTrue();
                if (sample >= 0) {
                    assertThat(own.get(i)).isEqualTo(lengths.get(sample));
                    assertThat(batch.x().select(0, i).slice(0, 0, own.get(i)).toArray())
                            .isEqualTo(padded.x()
                                    .select(0, sample)
                                    .slice(0, 0, own.get(i))
                                    .toArray());
                }
            }
        }
        long empty = perStep ? lengths.stream().filter(length -> length == 0).count() : 0;
        assertThat(seen.size() + empty).isEqualTo(lengths.size());
        assertThat(batches.stream().mapToInt(Dataset::size).sum()).isEqualTo(lengths.size());
        assertThat(buckets.batchCount(size)).hasValue(batches.size());
        assertThat(batches.stream().filter(batch -> batch.size() < size)).hasSizeLessThan(2);
    }

    /** Which sample it is; −1 where targets of steps do not tell, as there is no step. */
    private static int sample(Dataset batch, int i, boolean perStep) {
        if (!perStep) {
            return (int) batch.y().get(i, 0);
        }
        assertThat(batch.y().select(0, i).toArray())
                .isEqualTo(batch.x().select(0, i).mul(2).toArray());
        return batch.lengths().orElseThrow().get(i) == 0 ? -1 : (int) batch.x().get(i, 0, 0) / 100;
    }

    @Test
    void bucketsOfAllSamplesHaveTheLeastPadding() {
        List<Integer> lengths = List.of(5, 1, 4, 1, 5, 9, 2, 6, 5, 3);
        DataSource buckets = ragged(lengths).bucketedByLength();
        assertThat(buckets.batches(4).map(batch -> batch.x().size(1))).containsExactly(3, 5, 9);
        List<List<Integer>> passes = new ArrayList<>();
        RandomGenerator rng = new Well19937c(5);
        for (int pass = 0; pass < 6; pass++) {
            passes.add(buckets.batches(4, Optional.of(rng))
                    .map(batch -> batch.x().size(1))
                    .toList());
        }
        assertThat(passes).allSatisfy(steps -> assertThat(steps).containsExactlyInAnyOrder(3, 5, 9));
        assertThat(passes.stream().distinct()).as("in random order").hasSizeGreaterThan(2);
    }

    /** Where lengths are equal, which samples are in a batch is drawn, too. */
    @Test
    void samplesOfOneLengthAreDrawn() {
        DataSource buckets = ragged(List.of(2, 2, 2, 2, 2, 2)).bucketedByLength();
        List<List<Integer>> batches = buckets.batches(2, Optional.of(new Well19937c(2)))
                .map(batch -> List.of((int) batch.y().get(0, 0), (int) batch.y().get(1, 0)))
                .toList();
        assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
        assertThat(batches).anyMatch(batch -> batch.get(0) / 2 != batch.get(1) / 2);
    }

    @Test
    void aModelSeesTheSameInBucketsAsPadded() {
        Dataset data = ragged(List.of(5, 1, 4, 1, 5, 9, 2)).mapX(x -> x.div(1000));
        Model model = Sequential.of(gru(3), dense(1)).build(Shape.of(9, 1), 1);
        double[] byNumber = new double[data.size()];
        data.bucketedByLength()
                .batches(2, Optional.of(new Well19937c(1)))
                .forEach(batch -> predict(model, batch, byNumber));
        double[] padded = new double[data.size()];
        predict(model, data, padded);
        assertThat(byNumber).containsExactly(padded, offset(1e-15));
        assertThat(Arrays.stream(padded).distinct()).hasSize(7);
    }

    private static void predict(Model model, Dataset batch, double[] byNumber) {
        Pass pass = Pass.inference().lengths(batch.lengths().orElseThrow());
        double[] output = model.forward(model.parameters(), batch.x(), pass).toArray();
        for (int i = 0; i < output.length; i++) {
            byNumber[(int) batch.y().get(i, 0)] = output[i];
        }
    }

    @Test
    void sequencesOfDifferentLengthsAreJoinedWithPadding() {
        Dataset shorter = ragged(List.of(1, 2));
        Dataset whole = new Dataset(Tensor.of(new double[][][] {{{7}, {8}, {9}}}), Tensor.of(new double[][] {{5}}));
        for (Dataset joined :
                List.of(shorter.concat(whole), whole.concat(shorter).select(1, 2, 0))) {
            assertThat(joined.x().toArray()).containsExactly(1, 0, 0, 101, 102, 0, 7, 8, 9);
            assertThat(joined.y().toArray()).containsExactly(0, 1, 5);
            assertThat(joined.lengths()).hasToString("Optional[[1, 2, 3]]");
        }
        Dataset targets = shorter.mapY(y -> shorter.x()).concat(whole.mapY(y -> whole.x()));
        assertThat(targets.y().toArray()).isEqualTo(targets.x().toArray());
    }

    @Test
    void aMappedSourceGivesChangedBatchesAndCountsAsBefore() {
        Dataset data = numbered(5);
        DataSource mapped = data.map(batch -> batch.mapX(x -> x.add(10)).mapY(y -> y.mul(2)));
        assertThat(mapped.samples()).hasValue(5);
        assertThat(mapped.batchCount(2)).hasValue(3);
        assertThat(mapped).hasToString(data + ", its batches mapped");
        Dataset batch =
                mapped.batches(5, Optional.of(new Well19937c(3))).toList().get(0);
        Dataset same = data.batches(5, Optional.of(new Well19937c(3))).toList().get(0);
        assertThat(batch.x().toArray()).isEqualTo(same.x().add(10).toArray());
        assertThat(batch.y().toArray()).isEqualTo(same.y().mul(2).toArray());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String message, ThrowingCallable refused) {
        assertThatThrownBy(refused)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static List<Arguments> isRefused() {
        Dataset three = numbered(3);
        return List.of(
                refusal(
                        "dataset: x must be a tensor, or nested arrays of double, float or int, got String[]",
                        () -> Dataset.of(new String[3], new double[3])),
                refusal(
                        "dataset: y must be a tensor, or nested arrays of double, float or int, got null",
                        () -> Dataset.of(new double[3], null)),
                refusal(
                        "of: rows must be equally long, but row [1] has 1 elements where 2 are expected",
                        () -> Dataset.of(new float[][] {{1, 2}, {3}}, new double[2])),
                refusal(
                        "dataset: there must be as many targets as samples, got the shapes [3, 1] and [2, 1]",
                        () -> Dataset.of(new double[3], new double[2])),
                refusal(
                        "dataset: a step must have a feature, but all have none",
                        () -> Dataset.ragged(List.<double[][]>of(new double[2][0]), Tensor.ones(1, 1))),
                refusal("split: fractions must be between 0 and 1, got [1.0]", () -> three.splitAt(1)),
                refusal("split: fractions must be between 0 and 1, got [0.0]", () -> three.splitAt(0)),
                refusal(
                        "split: fractions must be between 0 and 1, got [0.5, NaN]",
                        () -> three.splitAt(0.5, Double.NaN)),
                refusal(
                        "split: cuts must increase, as all are fractions of the whole, got [0.7, 0.6]; splitAt(0.7, 0.9) gives"
                                + " parts of 0.7, 0.2 and 0.1",
                        () -> three.splitAt(0.7, 0.6)),
                refusal(
                        "split: every part must have a sample, but of 3 samples cut at [0.5, 0.6] part 1 has none",
                        () -> three.splitAt(0.5, 0.6)),
                refusal(
                        "split: two fractions must leave a rest, which is the third part, got 0.7 and 0.3; two parts are"
                                + " split(0.7, seed)",
                        () -> three.split(0.7, 0.3, 1)),
                refusal(
                        "split: every part must have a sample, but of 3 samples cut at [0.9] part 1 has none",
                        () -> three.split(0.9, 1)),
                refusal(
                        "bucketedByLength: the dataset must have lengths: make it with Dataset.ragged, or add them with lengths(…)",
                        () -> three.bucketedByLength()),
                refusal(
                        "bucketedByLength: the pool must have a positive number of batches, got 0",
                        () -> ragged(List.of(1)).bucketedByLength(0)),
                refusal("batches: the size must be positive, got 0", () -> three.batches(0)),
                refusal(
                        "batches: the size must be positive, got -1",
                        () -> ragged(List.of(1)).bucketedByLength().batches(-1)));
    }

    /** What both say of their targets is kept, in either order; what they do not say alike is refused. */
    @Property(tries = 100)
    void concatKeepsWhatTargetsAre(
            @ForAll Told first,
            @ForAll Told second,
            @ForAll boolean lengths,
            @ForAll boolean others,
            @ForAll boolean wide) {
        Dataset one = first.of(sequences(2, 3, lengths, wide));
        Dataset other = second.of(sequences(3, lengths && others ? 2 : 3, others, wide));
        if (one.targetsPerStep() != other.targetsPerStep()) {
            for (ThrowingCallable each : List.<ThrowingCallable>of(() -> one.concat(other), () -> other.concat(one))) {
                assertThatThrownBy(each)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(
                                "concat: there must be a target for every step in both or in neither, got ");
            }
            return;
        }
        if (!one.targetsPerStep() && one.y().size(1) != other.y().size(1)) {
            return; // targets of one shape are needed
        }
        boolean told = first != Told.NOTHING || second != Told.NOTHING;
        for (Dataset both : List.of(one.concat(other), other.concat(one))) {
            assertThat(both.targetsPerStep()).isEqualTo(one.targetsPerStep());
            assertThat(both.size()).isEqualTo(5);
            assertThat(both.lengths().isPresent()).isEqualTo(lengths || others);
            if (told) { // whatever shapes may say afterwards
                Dataset cut = both.targetsPerStep() ? both : both.mapY(y -> Tensor.ones(5, 3, 1));
                assertThat(cut.targetsPerStep()).isEqualTo(one.targetsPerStep());
            }
        }
    }

    enum Told {
        NOTHING,
        YES,
        NO;

        Dataset of(Dataset data) {
            return this == NOTHING ? data : data.targetsPerStep(this == YES);
        }
    }

    private static Dataset sequences(int samples, int steps, boolean lengths, boolean wide) {
        Tensor y = wide ? Tensor.ones(samples, steps, 1) : Tensor.ones(samples, steps);
        Dataset data = new Dataset(Tensor.ones(samples, steps, 2), y);
        return lengths ? data.lengths(Lengths.of(new int[samples])) : data;
    }

    @Test
    void aFunctionMustLeaveAsManyStepsAsLengthsSay() {
        Dataset data = sequences(2, 4, false, true).lengths(Lengths.of(3, 1)).targetsPerStep(false);
        assertThat(data.mapX(x -> x.slice(1, 0, 3)).lengths()).isPresent();
        assertThatThrownBy(() -> data.mapX(x -> x.slice(1, 0, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "dataset: no length may exceed the steps of the shape [2, 2, 2], got 3; new Dataset(x, y) is one"
                                + " without lengths");
    }

    private static Arguments refusal(String message, ThrowingCallable refused) {
        return arguments(message, refused);
    }

    /** There are steps from two axes on. */
    @Test
    void targetsOfStepsNeedSteps() {
        Tensor steps = Tensor.ones(2, 3);
        assertThat(new Dataset(steps, steps).targetsPerStep(true).targetsPerStep())
                .isTrue();
        assertThat(new Dataset(steps, steps).targetsPerStep()).isFalse();
        refusesTargets(Tensor.ones(2), steps);
        refusesTargets(steps, Tensor.ones(2));
    }

    private static void refusesTargets(Tensor x, Tensor y) {
        assertThatThrownBy(() -> new Dataset(x, y).targetsPerStep(true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dataset: where there is a target for every step both must have steps, got the shapes "
                        + x.shape() + " and " + y.shape());
    }

    @Test
    void paddingBecomesZero() {
        Tensor x = Tensor.of(new double[][][] {{{1, 2}, {3, 4}, {5, Double.NaN}}, {{6, 7}, {8, 9}, {1, 2}}});
        Dataset data = new Dataset(x, x.add(1)).lengths(Lengths.of(2, 0)).withoutPadding();
        assertThat(data.x().toArray()).containsExactly(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(data.y().toArray()).containsExactly(2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(data.targetsPerStep()).isTrue();
        Dataset whole =
                new Dataset(x, Tensor.of(3, 4)).lengths(Lengths.of(2, 0)).withoutPadding();
        assertThat(whole.y().toArray()).containsExactly(3, 4);
        Dataset ids =
                new Dataset(Tensor.of(new double[][] {{1, 2}, {3, 4}}), Tensor.of(5, 6)).lengths(Lengths.of(1, 2));
        assertThat(ids.withoutPadding().x().toArray()).containsExactly(1, 0, 3, 4);
        Dataset flat = new Dataset(Tensor.of(3, 4), Tensor.of(5, 6)).lengths(Lengths.of(0, 0));
        assertThat(flat.withoutPadding().x().toArray()).containsExactly(3, 4);
        Dataset plain = new Dataset(x, x);
        assertThat(plain.withoutPadding()).isSameAs(plain);
    }

    @Test
    void itTellsWhatItIs() {
        Dataset data = new Dataset(Tensor.ones(2, 3, 1), Tensor.ones(DType.FLOAT32, 2, 1));
        String shapes = "Dataset of 2 samples: x FLOAT64 [2, 3, 1], y FLOAT32 [2, 1]";
        assertThat(data).hasToString(shapes);
        assertThat(data.lengths(Lengths.of(2, 1))).hasToString(shapes + ", lengths up to 2");
        assertThat(data.mapY(y -> Tensor.ones(2, 3, 1)))
                .hasToString("Dataset of 2 samples: x FLOAT64 [2, 3, 1], y FLOAT64 [2, 3, 1], targets per step");
    }
}
