package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** Looks at a picture. */
final class Drawn {
    private Drawn() {}

    /** Asserts that a picture has this size, and points in every one of these colours. */
    static void assertDrawn(Path file, int width, int height, Color... colours) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(width, height);
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        assertThat(Arrays.stream(pixels).mapToObj(Color::new).collect(Collectors.toSet()))
                .contains(Color.WHITE)
                .contains(colours);
    }
}
