package rewind.nn;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;

/** Another source's batches, changed as they come. */
record MappedSource(DataSource source, UnaryOperator<Dataset> perBatch) implements DataSource {
    @Override
    public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
        return source.batches(size, order).map(perBatch);
    }

    @Override
    public OptionalLong samples() {
        return source.samples();
    }

    @Override
    public OptionalLong batchCount(int size) {
        return source.batchCount(size);
    }
}
