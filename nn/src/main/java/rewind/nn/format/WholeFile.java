package rewind.nn.format;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that are there whole or not at all, whatever happens meanwhile. */
public final class WholeFile {
    private static final int BUFFER = 1 << 16;

    private WholeFile() {}

    /** What a file shall hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes it all to the stream, which it may close or not. */
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes a file, or replaces it: readers see the old content, or none, until they see all of the new. The content goes to a
     * temporary file {@code .name.….tmp} in the same directory, which is forced to the disk and renamed; if anything is thrown, it is
     * removed and the old file stays. Only a process that is killed leaves a temporary file behind. A link is followed. A thread that is
     * interrupted writes to the end.
     *
     * @throws IOException if the file cannot be written, its folder is not there, or there is something other than a regular file;
     *     whatever the content throws
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(file + ": is no regular file and cannot be replaced");
        }
        if (!Files.isDirectory(target.getParent())) {
            throw new NoSuchFileException(file.toString(), null, "there is no folder " + target.getParent());
        }
        try (Temporary temporary = Temporary.beside(target)) {
            writeAndForce(temporary.path(), content);
            Files.move(temporary.path(), target, StandardCopyOption.ATOMIC_MOVE);
        }
        forceDirectory(target.getParent());
    }

    private static void writeAndForce(Path path, Content content) throws IOException {
        try (OutputStream file = create(path);
                OutputStream out = new Unclosed(file)) {
            content.write(out);
            out.flush();
            if (file instanceof FileOutputStream onDisk) {
                onDisk.getFD().sync();
            }
        }
    }

    /** No channel where there is a choice: an interrupted thread finds its channels closed. Files in a zip, say, have nothing else. */
    private static OutputStream create(Path path) throws IOException {
        return path.getFileSystem() == FileSystems.getDefault()
                ? new FileOutputStream(path.toFile())
                : Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** The content may close its stream, but then the file must still be forced to the disk. */
    private static final class Unclosed extends BufferedOutputStream {
        Unclosed(OutputStream out) {
            super(out, BUFFER);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /** Makes the new name last, too. */
    private static void forceDirectory(Path directory) {
        boolean interrupted = Thread.interrupted(); // only a channel can do this
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        } catch (IOException e) {
            // not every system lets a directory be opened or forced; the content itself is on the disk
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A file that is gone at the end, unless it has been renamed. */
    private record Temporary(Path path) implements Closeable {
        static Temporary beside(Path target) {
            return new Temporary(target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp"));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }
}
