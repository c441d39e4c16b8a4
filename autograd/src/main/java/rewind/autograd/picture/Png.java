package rewind.autograd.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Draws as PNG, with the module java.desktop; it needs no display. */
final class Png implements Canvas {
    private static final double FINE = 2;
    private static final double MOST_PIXELS = 60e6;
    private static final Color LINE = new Color(0x666677);
    private static final Color TEXT = new Color(0x222222);

    private final BufferedImage image;
    private final Graphics2D graphics;

    Png(double width, double height) {
        double scale = Math.min(FINE, Math.sqrt(MOST_PIXELS / (width * height)));
        image = new BufferedImage(
                (int) Math.ceil(width * scale), (int) Math.ceil(height * scale), BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(scale, scale);
    }

    @Override
    public void begin(String title) {} // a picture of dots has no pointer

    @Override
    public void end() {}

    @Override
    public void box(double x, double y, double width, double height, double radius, int fill, int line, Style style) {
        Shape shape = new RoundRectangle2D.Double(x, y, width, height, 2 * radius, 2 * radius);
        graphics.setColor(new Color(fill));
        graphics.fill(shape);
        draw(shape, new Color(line), style);
    }

    @Override
    public void centered(double x, double y, double size, String text, Style style) {
        text(x - text.length() * ADVANCE * size / 2, y, size, text, style);
    }

    /** As wide as it was planned, whatever font there is. */
    @Override
    public void text(double x, double y, double size, String text, Style style) {
        if (text.isBlank()) {
            return;
        }
        Font font = new Font(Font.MONOSPACED, style == Style.BOLD ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) size);
        TextLayout layout = new TextLayout(text, font, graphics.getFontRenderContext());
        AffineTransform fitted = AffineTransform.getTranslateInstance(x, y);
        fitted.scale(text.length() * ADVANCE * size / layout.getAdvance(), 1);
        graphics.setColor(style == Style.FAINT ? LINE : TEXT);
        graphics.fill(layout.getOutline(fitted));
    }

    @Override
    public void curve(double fromX, double fromY, double toX, double toY, Style style) {
        double middle = (fromY + toY) / 2;
        Path2D path = new Path2D.Double();
        path.moveTo(fromX, fromY);
        path.curveTo(fromX, middle, toX, middle, toX, toY);
        draw(path, LINE, style);
    }

    @Override
    public void head(double x, double y) {
        Path2D path = new Path2D.Double();
        path.moveTo(x, y);
        path.lineTo(x - 4, y - 8);
        path.lineTo(x + 4, y - 8);
        path.closePath();
        graphics.setColor(LINE);
        graphics.fill(path);
    }

    private void draw(Shape shape, Color colour, Style style) {
        float[] dashes = {4, 3};
        graphics.setStroke(
                style == Style.DASHED
                        ? new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0)
                        : new BasicStroke(1.2f));
        graphics.setColor(colour);
        graphics.draw(shape);
    }

    /** The whole as the bytes of a file. */
    byte[] bytes() {
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return png.toByteArray();
    }
}
