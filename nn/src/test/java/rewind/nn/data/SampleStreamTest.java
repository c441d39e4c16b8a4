package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Tensor;

/** Samples that come one by one: in order as a dataset has them, in random order each of them once. */
class SampleStreamTest {
    private static Sample sample(int i) {
        return new Sample(Tensor.of(new double[] {i, i * i}), Tensor.of(new double[] {i + 0.5}));
    }

    private static SampleStream samples(int count) {
        return SampleStream.of(() -> IntStream.range(0, count).mapToObj(SampleStreamTest::sample));
    }

    private static double[] seen(Stream<Dataset> batches) {
        return batches.flatMapToDouble(batch -> {
                    double[] first = batch.x().slice(1, 0, 1).toArray();
                    assertThat(batch.x().slice(1, 1, 2).toArray())
                            .isEqualTo(DoubleStream.of(first).map(x -> x * x).toArray());
                    assertThat(batch.y().toArray())
                            .isEqualTo(DoubleStream.of(first).map(x -> x + 0.5).toArray());
                    return DoubleStream.of(first);
                })
                .toArray();
    }

    @Property
    void inOrderTheBatchesAreThoseOfADataset(
            @ForAll @IntRange(max = 20) int count, @ForAll @IntRange(min = 1, max = 8) int size) {
        double[] all = IntStream.range(0, count).asDoubleStream().toArray();
        assertThat(seen(samples(count).batches(size))).isEqualTo(all);
        Dataset memory = Dataset.of(all, all);
        assertThat(samples(count).batches(size).map(Dataset::size))
                .containsExactlyElementsOf(
                        memory.batches(size).map(Dataset::size).toList());
        assertThat(samples(count).counted().batchCount(size)).isEqualTo(memory.batchCount(size));
    }

    @Property
    void inRandomOrderEverySampleComesOnceAndNotBeforeItsTurn(
            @ForAll @IntRange(max = 40) int count,
            @ForAll @IntRange(min = 1, max = 8) int size,
            @ForAll @IntRange(min = 1, max = 50) int buffer,
            @ForAll long seed) {
        DataSource source = samples(count).buffer(buffer);
        RandomGenerator rng = new Well19937c(seed);
        Stream<Dataset> pass = source.batches(size, Optional.of(rng));
        rng.nextDouble(); // as dropout draws in the middle of a pass
        double[] seen = seen(pass);
        for (int i = 0; i < seen.length; i++) {
            assertThat(seen[i]).isLessThan(i + buffer);
        }
        assertThat(seen(source.batches(size, Optional.of(new Well19937c(seed)))))
                .as("the same seed")
                .isEqualTo(seen);
        double[] sorted = seen.clone();
        Arrays.sort(sorted);
        assertThat(sorted).isEqualTo(IntStream.range(0, count).asDoubleStream().toArray());
        assertThat(buffer > 1 || Arrays.equals(seen, sorted)).isTrue();
    }

    /** 6000 passes over four samples, whose 24 orders must come equally often: χ² at a level of 1 in 1000. */
    @Test
    void withABufferForAllEveryOrderIsEquallyLikely() {
        long[] counts = new long[256];
        RandomGenerator rng = new Well19937c(11);
        for (int pass = 0; pass < 6000; pass++) {
            int code = 0;
            for (double x : seen(samples(4).buffer(4).batches(1, Optional.of(rng)))) {
                code = 4 * code + (int) x;
            }
            counts[code]++;
        }
        long[] observed = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertThat(observed).hasSize(24);
        double[] expected = new double[24];
        Arrays.fill(expected, 250);
        assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(0.001);
    }

    @Test
    void noMoreSamplesAreReadThanAreNeeded() {
        AtomicInteger read = new AtomicInteger();
        SampleStream endless = SampleStream.of(() -> IntStream.iterate(0, i -> i + 1)
                .peek(i -> read.incrementAndGet())
                .mapToObj(SampleStreamTest::sample));
        try (Stream<Dataset> batches = endless.buffer(20).batches(5, Optional.of(new Well19937c(1)))) {
            assertThat(batches.limit(2)).hasSize(2);
        }
        assertThat(read.get()).isBetween(20, 30);
    }

    @Test
    void aSliceHasTheSamplesOfTheRange() {
        assertThat(seen(samples(9).slice(2, 7).slice(1, 100).batches(2))).containsExactly(3, 4, 5, 6);
        assertThat(samples(9).slice(2, 7).counted().samples()).hasValue(5);
        assertThat(samples(9).counted().slice(2, 7).samples()).isEmpty();
        assertThat(samples(9).slice(0, 0).batches(2)).isEmpty();
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(samples(9)).hasToString("SampleStream of samples not counted yet, buffer of 1000");
        assertThat(samples(9).counted().buffer(1)).hasToString("SampleStream of 9 samples, buffer of 1");
    }

    @Test
    void nothingCanBeDrawnFromNothing() {
        ShuffleBuffer<String> buffer = new ShuffleBuffer<>(List.of("a").iterator(), 3, new Well19937c(1));
        assertThat(buffer.next()).isEqualTo("a");
        assertThat(buffer.hasNext()).isFalse();
        assertThatThrownBy(buffer::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void everyStreamIsClosed() {
        List<String> log = new ArrayList<>();
        SampleStream logged =
                SampleStream.of(() -> Stream.of(sample(1), sample(2)).onClose(() -> log.add("closed")));
        logged.counted();
        assertThat(log).hasSize(1);
        logged.buffer(3).batches(1, Optional.of(new Well19937c(1))).close();
        assertThat(log).hasSize(2);
    }

    @Test
    void badSizesAreRefused() {
        assertThatThrownBy(() -> samples(1).buffer(0))
                .hasMessage("samples: the buffer must hold a positive number of samples, got 0");
        assertThatThrownBy(() -> samples(1).slice(3, 2)).hasMessage("samples: the range 3 to 2 must not be negative");
        assertThatThrownBy(() -> samples(1).batches(0)).hasMessage("batches: the size must be positive, got 0");
    }

    /** A sample must have something to read and something to forecast. */
    @Test
    void samplesWithoutTargetsOrInputsAreRefused(@TempDir Path folder) throws IOException {
        Csv csv = Csv.of(Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n3,4\n"));
        assertThatThrownBy(() -> csv.samples())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("samples: there must be at least one target among the columns");
        assertThatThrownBy(() -> csv.samples(0, 1).batches(1).toList())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("samples: there must be a column that is no target, got 2 columns");
    }
}
