package rewind.nn.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import rewind.autograd.Shape;

/** The rows of one array (rows, columns), read a few at a time. */
final class NpyRows extends AbstractSpliterator<double[]> implements AutoCloseable {
    /** How many elements are read at once, if a row has not more. */
    private static final int AT_ONCE = 4096;

    private final Input in;
    private final NpyHeader header;
    private final Queue<double[]> read = new ArrayDeque<>();
    private int left;

    private NpyRows(Input in) throws IOException {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.in = in;
        this.header = NpyHeader.read(in);
        Shape shape = header.shape();
        in.check(
                shape.rank() == 2 && !header.columnMajor(),
                "to be read by rows, an array must be (rows, columns) in C order, got the shape %s%s",
                shape,
                header.columnMajor() ? " in Fortran's order" : "");
        header.checkLength(in);
        this.left = shape.size(0);
    }

    static NpyRows open(Path file) {
        try {
            Input in = Input.open(file);
            try {
                return new NpyRows(in);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw unchecked(e);
        }
    }

    @Override
    public boolean tryAdvance(Consumer<? super double[]> action) {
        if (read.isEmpty()) {
            readMore();
        }
        if (read.isEmpty()) {
            return false;
        }
        action.accept(read.remove());
        return true;
    }

    private void readMore() {
        int columns = header.shape().size(1);
        int rows = Math.min(left, Math.max(1, AT_ONCE / Math.max(1, columns)));
        try {
            left -= in.all(bytes -> {
                double[] flat = Elements.read(bytes, header.type(), header.order(), Shape.of(rows, columns), "array")
                        .toArray();
                for (int i = 0; i < rows; i++) {
                    read.add(Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
                }
                return rows;
            });
        } catch (IOException e) {
            throw unchecked(e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw unchecked(e);
        }
    }

    private static UncheckedIOException unchecked(IOException e) {
        return new UncheckedIOException(e.getMessage(), e);
    }
}
