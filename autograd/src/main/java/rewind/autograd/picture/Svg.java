package rewind.autograd.picture;

import java.util.Locale;

/** Draws as SVG. */
final class Svg implements Canvas {
    private static final String[] NAMES = {"", "bold", "faint", "dashed"};

    private final StringBuilder svg = new StringBuilder();

    Svg(double width, double height) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append("\" viewBox=\"0 0 ")
                .append(number(width))
                .append(' ')
                .append(number(height))
                .append(
                        "\">\n<style>text { font-family: 'DejaVu Sans Mono', Menlo, monospace; fill: #222; white-space: pre; }"
                                + " .bold { font-weight: bold; } .faint { fill: #667; }"
                                + " path { fill: none; stroke: #667; stroke-width: 1.2; } path.head { fill: #667; stroke: none; }"
                                + " .dashed { stroke-dasharray: 4 3; } g:hover > rect { stroke-width: 2.5; }</style>\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    }

    @Override
    public void begin(String title) {
        svg.append("<g><title>").append(escaped(title)).append("</title>");
    }

    @Override
    public void end() {
        svg.append("</g>\n");
    }

    @Override
    public void box(double x, double y, double width, double height, double radius, int fill, int line, Style style) {
        svg.append("<rect").append(kind(style));
        attribute("x", x);
        attribute("y", y);
        attribute("width", width);
        attribute("height", height);
        attribute("rx", radius);
        svg.append(" fill=\"").append(colour(fill)).append("\" stroke=\"");
        svg.append(colour(line)).append("\"/>\n");
    }

    @Override
    public void centered(double x, double y, double size, String text, Style style) {
        text(x - text.length() * ADVANCE * size / 2, y, size, text, style);
    }

    @Override
    public void text(double x, double y, double size, String text, Style style) {
        if (text.isEmpty()) {
            return;
        }
        svg.append("<text").append(kind(style));
        attribute("x", x);
        attribute("y", y);
        attribute("font-size", size);
        attribute("textLength", text.length() * ADVANCE * size); // whatever font there is
        svg.append(" lengthAdjust=\"spacingAndGlyphs\">").append(escaped(text)).append("</text>\n");
    }

    @Override
    public void curve(double fromX, double fromY, double toX, double toY, Style style) {
        double middle = (fromY + toY) / 2;
        svg.append("<path").append(kind(style)).append(" d=\"M");
        point(fromX, fromY);
        if (fromX == toX) {
            svg.append("L");
        } else {
            svg.append("C");
            point(fromX, middle);
            point(toX, middle);
        }
        point(toX, toY);
        svg.append("\"/>\n");
    }

    @Override
    public void head(double x, double y) {
        svg.append("<path class=\"head\" d=\"M");
        point(x, y);
        svg.append('L');
        point(x - 4, y - 8);
        point(x + 4, y - 8);
        svg.append("Z\"/>\n");
    }

    /** The whole as a document. */
    String document() {
        return svg + "</svg>\n";
    }

    private void point(double x, double y) {
        svg.append(number(x)).append(' ').append(number(y)).append(' ');
    }

    private void attribute(String name, double value) {
        svg.append(' ').append(name).append("=\"").append(number(value)).append('"');
    }

    private static String kind(Style style) {
        return style == Style.PLAIN ? "" : " class=\"" + NAMES[style.ordinal()] + "\"";
    }

    private static String colour(int rgb) {
        return String.format(Locale.ROOT, "#%06x", rgb);
    }

    /** With one digit after the point at most, wherever it runs. */
    private static String number(double value) {
        double rounded = Math.rint(value * 10) / 10;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    /** As content and in attributes; what XML cannot hold at all becomes a question mark. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(each -> {
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(each) ? each : '?');
            }
        });
        return escaped.toString();
    }

    private static boolean isXml(int each) {
        return each == '\t'
                || each == '\n'
                || (each >= 0x20 && each <= 0xD7FF)
                || (each >= 0xE000 && each <= 0xFFFD)
                || each >= 0x10000;
    }
}
