package rewind.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes charts into files. */
final class Pictures {
    private Pictures() {}

    /**
     * Throws if a file could not be written there; for use before hours of work.
     *
     * @throws InputException if there is no such folder, or it cannot be written to
     */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        InputException.unless(
                folder != null && Files.isDirectory(folder) && Files.isWritable(folder) && !Files.isDirectory(file),
                "cannot write %s",
                file);
    }

    /**
     * Writes a chart as a PNG, under another name first, so that there is never half a picture.
     *
     * @throws InputException if the file cannot be written
     */
    static void write(Chart<?, ?> chart, Path file) {
        Path target = file.toAbsolutePath();
        try {
            Path unfinished = target.resolveSibling(target.getFileName() + ".tmp");
            try {
                Files.write(unfinished, BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG));
                Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new InputException("cannot write %s: %s", file, e.getMessage());
        }
    }
}
