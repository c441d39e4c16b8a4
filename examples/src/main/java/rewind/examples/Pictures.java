package rewind.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import rewind.nn.format.WholeFile;

/** Writes charts into files. */
final class Pictures {
    private Pictures() {}

    /**
     * Throws if a file could not be written there; for use before hours of work.
     *
     * @throws InputException if there is no such folder, it cannot be written to, or there is something other than a file
     */
    static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        InputException.unless(
                folder != null
                        && Files.isDirectory(folder)
                        && Files.isWritable(folder)
                        && (Files.notExists(file) || Files.isRegularFile(file)),
                "cannot write %s",
                file);
    }

    /**
     * Writes charts one below the other as a PNG.
     *
     * @throws InputException if the file cannot be written
     */
    static void write(Path file, XYChart... charts) {
        write(file, List.of(charts));
    }

    /** As {@link #write(Path, XYChart...)}. */
    static void write(Path file, List<XYChart> charts) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(column(charts), "png", png);
        } catch (IOException e) {
            throw new InputException("cannot write %s: %s", file, e.getMessage());
        }
        write(file, png.toByteArray());
    }

    private static BufferedImage column(List<XYChart> charts) {
        List<BufferedImage> images = new ArrayList<>();
        charts.forEach(chart -> images.add(BitmapEncoder.getBufferedImage(chart)));
        int width = images.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int height = images.stream().mapToInt(BufferedImage::getHeight).sum();
        BufferedImage all = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        int y = 0;
        for (BufferedImage image : images) {
            graphics.drawImage(image, 0, y, null);
            y += image.getHeight();
        }
        graphics.dispose();
        return all;
    }

    /**
     * Writes a file, which is there whole or not at all.
     *
     * @throws InputException if it cannot be written
     */
    static void write(Path file, byte[] content) {
        try {
            WholeFile.write(file, out -> out.write(content));
        } catch (IOException e) {
            throw new InputException("cannot write %s: %s", file, e.getMessage());
        }
    }
}
