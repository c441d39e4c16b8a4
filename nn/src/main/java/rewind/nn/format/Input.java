package rewind.nn.format;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The bytes of a file, or of something else whose length is known, in order. Its errors name the file. A thread that is interrupted reads to
 * the end, as it writes to the end: streams of files let it, channels close.
 */
final class Input implements AutoCloseable {
    private final InputStream in;
    private final String name;
    private long left;

    private Input(InputStream in, String name, long left) {
        this.in = in;
        this.name = name;
        this.left = left;
    }

    /** How something is read from an input. */
    interface Parser<T> {
        T read(Input in) throws IOException;
    }

    static <T> T read(Path file, Parser<T> reader) throws IOException {
        try (Input in = open(file)) {
            return in.all(reader);
        }
    }

    /** Returns the bytes of a file that stays open until {@link #close}. */
    static Input open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder");
        }
        return new Input(Files.newInputStream(file), file.toString(), Files.size(file));
    }

    static <T> T read(String name, byte[] bytes, Parser<T> reader) throws IOException {
        Objects.requireNonNull(bytes, () -> name + ": there must be bytes, got null");
        return read(name, new ByteArrayInputStream(bytes), bytes.length, reader);
    }

    static <T> T read(String name, InputStream in, long length, Parser<T> reader) throws IOException {
        return new Input(in, name, length).all(reader);
    }

    /** Reads a stream to its end; nothing is taken for it that it does not hold. */
    static <T> T read(String name, InputStream in, Parser<T> reader) throws IOException {
        Objects.requireNonNull(
                in, () -> name + ": there must be a stream, got null, as of a resource that is not there");
        Input end = new Input(in, name, 0);
        byte[] bytes = end.all(nothing -> in.readAllBytes());
        return read(name, bytes, reader);
    }

    /** Headers have been checked against the length of the file; but a file may be larger than the heap. */
    <T> T all(Parser<T> reader) throws IOException {
        try {
            return reader.read(this);
        } catch (OutOfMemoryError e) {
            throw failure(
                    e,
                    "does not fit into the heap of %s MB; use a larger -Xmx",
                    Runtime.getRuntime().maxMemory() >> 20);
        } catch (ClosedByInterruptException e) { // of a stream that somebody made of a channel
            throw interrupted(name + ": not read to its end", e);
        }
    }

    /** Instead of an exception without a message; the flag of the thread stays set. */
    static InterruptedIOException interrupted(String what, ClosedByInterruptException cause) {
        InterruptedIOException failure = new InterruptedIOException(
                what + ", as the thread was interrupted; Thread.interrupted() clears its flag");
        failure.initCause(cause);
        return failure;
    }

    /** Returns how many bytes there are still to be read. */
    long left() {
        return left;
    }

    /** Returns the next bytes; the count has been compared with {@link #left}. */
    ByteBuffer bytes(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        fill(bytes);
        return bytes;
    }

    /** Fills the buffer from its beginning to its limit, and makes it ready to be read. */
    void fill(ByteBuffer buffer) throws IOException {
        int read = in.readNBytes(buffer.array(), 0, buffer.limit());
        check(read == buffer.limit(), "ends too early; it must have %s bytes more", left - read);
        buffer.rewind();
        left -= read;
    }

    /** Passes over the next bytes; the count has been compared with {@link #left}. */
    void skip(long count) throws IOException {
        try {
            in.skipNBytes(count);
        } catch (EOFException e) {
            throw failure(e, "ends too early; it must have %s bytes more", left);
        }
        left -= count;
    }

    void check(boolean condition, String text, Object... details) throws FormatException {
        if (!condition) {
            throw failure(text, details);
        }
    }

    FormatException failure(String text, Object... details) {
        return failure((Throwable) null, text, details);
    }

    FormatException failure(Throwable cause, String text, Object... details) {
        return new FormatException(name + ": " + FormatException.text(text, details), cause);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
