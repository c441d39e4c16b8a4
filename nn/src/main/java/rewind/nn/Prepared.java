package rewind.nn;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.commons.math3.random.RandomGenerator;
import rewind.autograd.DType;

/** A source in the element type of a model, all its numbers finite there: a dataset is checked at once, others batch by batch. */
record Prepared(DataSource source, DType dtype) implements DataSource {
    static DataSource of(DataSource source, DType dtype) {
        return source instanceof Dataset whole ? finite(whole, dtype) : new Prepared(source, dtype);
    }

    private static Dataset finite(Dataset data, DType dtype) {
        Dataset converted = data.to(dtype);
        converted.requireFinite();
        return converted;
    }

    @Override
    public Stream<Dataset> batches(int size, Optional<RandomGenerator> order) {
        return source.batches(size, order).map(batch -> finite(batch, dtype));
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
