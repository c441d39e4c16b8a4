package rewind.nn.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.util.MathArrays;
import rewind.autograd.Tensor;

/** The batches of a pass: every sample once, in an order that the generator alone decides. */
class DataSourceTest {
    @Property
    void aDatasetGivesTheDrawnOrderInBatches(
            @ForAll @IntRange(max = 20) int samples, @ForAll @IntRange(min = 1, max = 8) int size, @ForAll long seed) {
        Dataset data = new Dataset(
                Tensor.arange(samples).expandDims(1),
                Tensor.arange(samples).mul(-1).expandDims(1));
        int[] order = MathArrays.natural(samples);
        MathArrays.shuffle(order, new Well19937c(seed));
        RandomGenerator rng = new Well19937c(seed);
        Stream<Dataset> pass = data.batches(size, Optional.of(rng));
        double next = rng.nextDouble();
        List<Integer> seen = new ArrayList<>();
        List<Dataset> batches = pass.toList();
        for (Dataset batch : batches) {
            assertThat(batch.y().toArray()).isEqualTo(batch.x().mul(-1).toArray());
            Arrays.stream(batch.x().toArray()).forEach(x -> seen.add((int) x));
        }
        assertThat(seen).containsExactly(Arrays.stream(order).boxed().toArray(Integer[]::new));
        assertThat(batches.stream().map(Dataset::size).limit(Math.max(0, batches.size() - 1)))
                .allMatch(each -> each == size);
        assertThat(data.batchCount(size)).hasValue(batches.size());
        RandomGenerator again = new Well19937c(seed);
        MathArrays.shuffle(MathArrays.natural(samples), again);
        assertThat(again.nextDouble()).as("drawn before the pass").isEqualTo(next);
    }

    @Property(tries = 20)
    void withoutAGeneratorADatasetKeepsItsOrder(
            @ForAll @IntRange(max = 20) int samples, @ForAll @IntRange(min = 1, max = 8) int size) {
        Tensor x = Tensor.arange(samples).expandDims(1);
        double[] seen = new Dataset(x, x)
                .batches(size)
                .flatMapToDouble(batch -> Arrays.stream(batch.x().toArray()))
                .toArray();
        assertThat(seen).isEqualTo(x.toArray());
    }
}
