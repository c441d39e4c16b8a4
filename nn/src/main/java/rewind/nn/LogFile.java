package rewind.nn;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file to which a run adds, event by event. */
final class LogFile {
    private LogFile() {}

    /**
     * Opens a file at its end, which is made if it is not there. No channel where there is a choice: an interrupted thread finds its
     * channels closed, and a log must hear of the last batch too.
     */
    static OutputStream append(Path file) throws IOException {
        return file.getFileSystem() == FileSystems.getDefault()
                ? new FileOutputStream(file.toFile(), true)
                : Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
