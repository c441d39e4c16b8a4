package rewind.nn.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;

/**
 * Files of one array as {@code numpy.save} writes them.
 *
 * <p>What is written and read again is the same bit by bit. Of NumPy's other types float16 is read as FLOAT32; bool and integers as
 * FLOAT64, if they lie within ±2⁵³. Both byte orders, both orders of the axes and the versions 1.0, 2.0 and 3.0 are read. Source: {@code
 * numpy.lib.format}.
 */
public final class Npy {
    private Npy() {}

    /**
     * Reads an array.
     *
     * @throws FormatException if the file is damaged, has a type that no tensor has, or does not fit into memory
     * @throws IOException if it cannot be read
     */
    public static Tensor read(Path file) throws IOException {
        return Input.read(file, Npy::read);
    }

    /**
     * Reads an array from the bytes of a file.
     *
     * @throws FormatException as {@link #read(Path)}; the message begins with {@code npy}
     */
    public static Tensor read(byte[] bytes) throws IOException {
        return Input.read("npy", bytes, Npy::read);
    }

    /**
     * Reads an array from a stream, a resource say, which is read to its end and stays open.
     *
     * @throws FormatException as {@link #read(Path)}; the message begins with {@code npy}
     * @throws IOException if the stream throws it
     */
    public static Tensor read(InputStream in) throws IOException {
        return Input.read("npy", in, Npy::read);
    }

    /**
     * Returns the rows of an array (rows, columns), one after the other; only a few are in memory at a time. So samples can be had of a
     * file that does not fit into memory: {@code Windows.of(48).over(() -> Npy.rows(file))}.
     *
     * @return a stream of arrays that nobody else has; close it, as it reads the file
     * @throws UncheckedIOException (the stream, too) if the file cannot be read, is damaged, or has an array with another number of axes
     *     or in Fortran's order
     */
    public static Stream<double[]> rows(Path file) {
        NpyRows rows = NpyRows.open(file);
        return StreamSupport.stream(rows, false).onClose(rows::close);
    }

    static Tensor read(Input in) throws IOException {
        NpyHeader header = NpyHeader.read(in);
        Shape shape = header.shape();
        header.checkLength(in);
        if (!header.columnMajor()) {
            return Elements.read(in, header.type(), header.order(), shape, "array");
        }
        Tensor reversed = Elements.read(in, header.type(), header.order(), reversed(shape), "array");
        return shape.rank() < 2 ? reversed : reversed.permute(reversedAxes(shape.rank()));
    }

    private static Shape reversed(Shape shape) {
        int[] sizes = shape.toArray();
        for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = shape.size(-1 - axis);
        }
        return Shape.of(sizes);
    }

    private static int[] reversedAxes(int rank) {
        int[] axes = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            axes[axis] = rank - 1 - axis;
        }
        return axes;
    }

    /**
     * Writes or replaces a file, in C order, as {@code <f8} or {@code <f4}; see {@link WholeFile#write}.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the tensor has more than 64 axes
     */
    public static void write(Path file, Tensor tensor) throws IOException {
        WholeFile.write(file, out -> write(tensor, out));
    }

    /** Returns the bytes of the file; {@link #write} has no limit of 2 GB. */
    public static byte[] toBytes(Tensor tensor) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(tensor, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static void write(Tensor tensor, OutputStream out) throws IOException {
        out.write(NpyHeader.bytes(tensor));
        Elements.write(tensor, out);
    }

    /** Returns the length of the file in bytes. */
    static long length(Tensor tensor) {
        return NpyHeader.bytes(tensor).length + (long) tensor.size() * Elements.width(tensor);
    }
}
