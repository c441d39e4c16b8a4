package rewind.nn.format;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/** Writes files that are there whole or not at all, whatever happens meanwhile. */
public final class WholeFile {
    private static final int BUFFER = 1 << 16;
    /** As many links lead to a file at most, as in Linux. */
    private static final int MOST_LINKS = 40;

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
     * removed and the old file stays. Only a process that is killed leaves a temporary file behind. A thread that is
     * interrupted writes to the end.
     *
     * <p>A link is followed, even to where no file is yet, and stays a link. A file that is replaced keeps its permissions, and its owner
     * and group as far as this process may give them; other hard links keep the old content. The path may be of any file system that
     * can be written to, such as a zip archive.
     *
     * @throws IOException if the file cannot be written or is write-protected, its folder is not there, its links lead in a circle, or
     *     there is something other than a regular file; whatever the content throws
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = target(file);
        boolean old = Files.exists(target);
        check(file, target, old);
        try (Temporary temporary = Temporary.beside(target)) {
            writeAndForce(temporary.path(), old ? Permissions.of(target) : Permissions.NEW, content);
            move(temporary.path(), target);
        } catch (ClosedByInterruptException e) { // what the content reads, or another file system
            throw Input.interrupted(file + ": not written", e);
        }
        forceDirectory(target.getParent());
    }

    /** Where links lead to, whether a file is there or not. */
    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(file + ": cannot be written, as its links lead in a circle");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    private static void check(Path file, Path target, boolean old) throws IOException {
        if (target.getFileSystem().isReadOnly()) {
            throw new IOException(file + ": cannot be written, as its file system is read-only");
        }
        if (old && !Files.isRegularFile(target)) {
            throw new IOException(file + ": is no regular file and cannot be replaced");
        }
        if (!old && !Files.isDirectory(target.getParent())) {
            throw new NoSuchFileException(file.toString(), null, "there is no folder " + target.getParent());
        }
        if (old && !Files.isWritable(target)) {
            throw new AccessDeniedException(file.toString(), null, "the file is write-protected");
        }
    }

    private static void writeAndForce(Path path, Permissions permissions, Content content) throws IOException {
        try (OutputStream file = create(path, permissions);
                OutputStream out = new Unclosed(file)) {
            permissions.give(path);
            content.write(out);
            out.flush();
            if (file instanceof FileOutputStream onDisk) {
                onDisk.getFD().sync();
            }
        }
    }

    /** No channel where there is a choice: an interrupted thread finds its channels closed. Files in a zip, say, have nothing else. */
    private static OutputStream create(Path path, Permissions permissions) throws IOException {
        if (path.getFileSystem() == FileSystems.getDefault()) {
            Files.createFile(path, permissions.atCreation());
            return new FileOutputStream(path.toFile());
        }
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return Channels.newOutputStream(Files.newByteChannel(path, options, permissions.atCreation()));
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) { // then there is no file for a moment
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (FileSystemException e) { // which names the temporary file; a name may be too long, say
            throw withCause(new FileSystemException(target.toString(), null, "cannot be written: " + e.getReason()), e);
        }
    }

    private static <E extends IOException> E withCause(E failure, IOException cause) {
        failure.initCause(cause);
        return failure;
    }

    /**
     * Makes a folder where there is none, and those around it; of a link that leads nowhere yet, the one it leads to.
     *
     * @throws IOException if it cannot be made, or there is something else
     */
    public static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(target(folder));
    }

    /** The content may close its stream, but then the file must still be forced to the disk. */
    private static final class Unclosed extends BufferedOutputStream {
        Unclosed(OutputStream out) {
            super(out, BUFFER);
        }

        @Override
        public void close() {
            // whoever made it flushes it
        }
    }

    /** Makes the new name last, too. */
    private static void forceDirectory(Path directory) {
        boolean interrupted = Thread.interrupted(); // only a channel can do this
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        } catch (IOException | UnsupportedOperationException e) {
            // not every system lets a directory be opened or forced; the content itself is on the disk
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A file that is gone at the end, unless it has been renamed. */
    private record Temporary(Path path) implements Closeable {
        /** The name of a file can be as long as its system allows, so that not all of a long one fits into that of its temporary file. */
        private static final int LONGEST_NAME = 100;

        static Temporary beside(Path target) {
            String name = target.getFileName().toString().replaceAll("[^!-~]", "_");
            String start = name.substring(0, Math.min(name.length(), LONGEST_NAME));
            return new Temporary(target.resolveSibling("." + start + "." + UUID.randomUUID() + ".tmp"));
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }
}
