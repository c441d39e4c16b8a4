package rewind.nn.data;

import java.util.stream.Stream;

/** A table of numbers that is read row by row, from the start each time, and need not fit into memory. {@link Csv} is one. */
@FunctionalInterface
public interface Rows {
    /**
     * Returns the rows in their order, all of the same number of columns.
     *
     * @return a sequential stream of arrays that nobody else has; close it, as it may read a file
     */
    Stream<double[]> rows();
}
