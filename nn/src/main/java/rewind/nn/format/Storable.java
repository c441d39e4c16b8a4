package rewind.nn.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** What can be stored as a safetensors file: a {@code Model}, say. */
public interface Storable {
    /**
     * Returns what the file holds.
     *
     * @throws IllegalArgumentException if there is something that no file could tell
     */
    Safetensors content();

    /**
     * Writes the file, or replaces one. It is there whole or not at all.
     *
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException as {@link #content}, before anything is written
     */
    default void save(Path file) throws IOException {
        content().write(file);
    }

    /**
     * Writes the bytes of the file to a stream, which stays open.
     *
     * @throws IOException if the stream throws it
     * @throws IllegalArgumentException as {@link #content}, before anything is written
     */
    default void save(OutputStream out) throws IOException {
        content().write(out);
    }

    /**
     * Returns the bytes of the file, for a database say; {@link #save(Path)} has no limit of 2 GB.
     *
     * @throws IllegalArgumentException as {@link #content}
     */
    default byte[] toBytes() {
        return content().toBytes();
    }
}
