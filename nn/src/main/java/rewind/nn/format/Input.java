package rewind.nn.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The bytes of a file, or of something else whose length is known, in order. Its errors name the file. */
final class Input implements AutoCloseable {
    private final ReadableByteChannel channel;
    private final String name;
    private long left;

    private Input(ReadableByteChannel channel, String name, long left) {
        this.channel = channel;
        this.name = name;
        this.left = left;
    }

    /** How something is read from an input. */
    interface Reader<T> {
        T read(Input in) throws IOException;
    }

    static <T> T read(Path file, Reader<T> reader) throws IOException {
        try (Input in = open(file)) {
            return in.all(reader);
        }
    }

    /** Returns the bytes of a file that stays open until {@link #close}. */
    static Input open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a folder");
        }
        FileChannel channel = FileChannel.open(file);
        return new Input(channel, file.toString(), channel.size());
    }

    static <T> T read(String name, byte[] bytes, Reader<T> reader) throws IOException {
        return read(name, new ByteArrayInputStream(bytes), bytes.length, reader);
    }

    static <T> T read(String name, InputStream in, long length, Reader<T> reader) throws IOException {
        return new Input(Channels.newChannel(in), name, length).all(reader);
    }

    /** Headers have been checked against the length of the file; but a file may be larger than the heap. */
    private <T> T all(Reader<T> reader) throws IOException {
        try {
            return reader.read(this);
        } catch (OutOfMemoryError e) {
            throw failure(
                    e,
                    "does not fit into the heap of %s MB; use a larger -Xmx",
                    Runtime.getRuntime().maxMemory() >> 20);
        }
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
        buffer.rewind();
        while (buffer.hasRemaining()) {
            check(channel.read(buffer) >= 0, "ends too early; it must have %s bytes more", left - buffer.position());
        }
        buffer.flip();
        left -= buffer.limit();
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
        return new FormatException(name + ": " + String.format(Locale.ROOT, text, details), cause);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
