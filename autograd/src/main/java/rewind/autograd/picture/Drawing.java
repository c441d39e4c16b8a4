package rewind.autograd.picture;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import rewind.autograd.Shape;
import rewind.autograd.Trace;
import rewind.autograd.picture.Canvas.Style;
import rewind.autograd.picture.Graph.Group;
import rewind.autograd.picture.Graph.Look;
import rewind.autograd.picture.Graph.Node;

/**
 * A picture of a computation: a box per operation, the darker the more floating-point operations it takes, shapes on the lines between
 * them, layers as frames; steps of a loop that do the same are drawn once. Values of another step, and what the sweep takes from the
 * forward pass, stand with their names in dashed boxes where they are used.
 */
public final class Drawing {
    private static final int FRAME = 0xF6F7FA;
    private static final int BORDER = 0xA9AFC0;
    private static final int LEGEND = 30;
    private static final int[] COLD = {0xFF, 0xFF, 0xFF};
    private static final int[] WARM = {0xFD, 0xC0, 0x7A};
    private static final int[] HOT = {0xE8, 0x5D, 0x3D};

    private final Graph graph;
    private final Layout layout;
    /** Boxes that something goes on from. */
    private final Set<Node> sources = new HashSet<>();

    private final long most;
    private final long all;

    private Drawing(Graph graph) {
        this.graph = graph;
        this.layout = new Layout(graph);
        graph.edges().forEach(edge -> sources.add(edge.from()));
        this.most = graph.nodes().stream().mapToLong(Node::flops).max().orElse(0);
        this.all = graph.nodes().stream().mapToLong(Node::flops).sum();
    }

    /**
     * Draws a trace.
     *
     * @param inputs the names and shapes of its inputs, in their order
     * @param results the names of its results
     * @param flops how many floating-point operations an operation takes
     */
    public static Drawing of(
            Trace trace, Map<String, Shape> inputs, List<String> results, ToLongFunction<Trace.Recorded> flops) {
        return new Drawing(Sketch.of(trace, inputs, results, flops));
    }

    /**
     * Returns it as a document of SVG, which shows what an operation is, how often it is done, what it takes and which line called it when
     * the pointer is over its box. The same program gives the same text everywhere.
     */
    public String svg() {
        Svg svg = new Svg(width(), height());
        draw(svg);
        return svg.document();
    }

    /**
     * Returns it as the bytes of a PNG file, in two dots per pixel of the SVG, fewer if it is very large; for this the module {@code
     * java.desktop} must be there, but no display.
     */
    public byte[] png() {
        Png png = new Png(width(), height());
        draw(png);
        return png.bytes();
    }

    private double width() {
        return Math.max(graph.root().width(), legend().length() * Layout.SMALL * Canvas.ADVANCE + 90);
    }

    private double height() {
        return graph.root().height() + LEGEND;
    }

    private String legend() {
        return "0 … " + most + " flops of " + all;
    }

    private void draw(Canvas canvas) {
        drawFrames(canvas, graph.root());
        layout.lines().forEach(line -> canvas.curve(line.fromX(), line.fromY(), line.toX(), line.toY(), Style.PLAIN));
        layout.heads().forEach(line -> {
            canvas.curve(line.fromX(), line.fromY(), line.toX(), line.toY() - 6, Style.PLAIN);
            canvas.head(line.toX(), line.toY());
        });
        graph.nodes().forEach(node -> draw(canvas, node));
        drawTitles(canvas, graph.root());
        double y = graph.root().height() + 12;
        for (int i = 0; i < 40; i++) {
            canvas.box(14 + i, y - 9, 1.5, 11, 0, colour(i / 39.0), colour(i / 39.0), Style.PLAIN);
        }
        canvas.text(64, y, Layout.SMALL, legend(), Style.FAINT);
    }

    private void drawFrames(Canvas canvas, Group group) {
        if (group.within() != null) {
            canvas.box(group.x(), group.y(), group.width(), group.height(), 8, FRAME, BORDER, Style.PLAIN);
        }
        for (Area member : group.members()) {
            if (member instanceof Group inner) {
                drawFrames(canvas, inner);
            }
        }
    }

    /** Over lines that come in. */
    private void drawTitles(Canvas canvas, Group group) {
        if (!group.title().isEmpty()) {
            double width = group.title().length() * Layout.SMALL * Canvas.ADVANCE;
            canvas.box(group.x() + 6, group.y() + 3, width + 4, 14, 3, FRAME, FRAME, Style.PLAIN);
            canvas.text(group.x() + 8, group.y() + 14, Layout.SMALL, group.title(), Style.FAINT);
        }
        for (Area member : group.members()) {
            if (member instanceof Group inner) {
                drawTitles(canvas, inner);
            }
        }
    }

    private void draw(Canvas canvas, Node node) {
        double middle = node.x() + node.width() / 2;
        double top = node.y();
        canvas.begin(node.title());
        boolean operation = node.kind() == Look.OPERATION;
        canvas.box(
                node.x(),
                top,
                node.width(),
                node.height(),
                operation ? 4 : node.height() / 2,
                operation
                        ? colour(most == 0 ? 0 : Math.sqrt((double) node.flops() / most))
                        : node.kind() == Look.INPUT || node.kind() == Look.RESULT ? 0xDDEBFA : 0xFFFFFF,
                operation ? 0x8088A0 : 0x5B84B1,
                node.kind() == Look.REFERENCE ? Style.DASHED : Style.PLAIN);
        if (node.op().isEmpty() || node.name().isEmpty()) {
            boolean name = node.op().isEmpty();
            double size = name ? Layout.NAME : Layout.SMALL;
            canvas.centered(middle, top + 16, size, node.op() + node.name(), name ? Style.BOLD : Style.PLAIN);
        } else {
            canvas.centered(middle, top + 15, Layout.NAME, node.name(), Style.BOLD);
            canvas.centered(middle, top + 29, Layout.SMALL, node.op(), Style.PLAIN);
        }
        if (sources.contains(node) || node.kind() == Look.RESULT) {
            double width = node.shape().length() * Layout.SMALL * Canvas.ADVANCE;
            double y = top + node.height() + 6;
            int behind = node.within().within() == null ? 0xFFFFFF : FRAME;
            canvas.box(middle - width / 2 - 1, y, width + 2, 12, 0, behind, behind, Style.PLAIN);
            canvas.centered(middle, y + 9.5, Layout.SMALL, node.shape(), Style.FAINT);
        }
        canvas.end();
    }

    /** White for nothing, red for the most. */
    private static int colour(double share) {
        int[] from = share < 0.5 ? COLD : WARM;
        int[] to = share < 0.5 ? WARM : HOT;
        double part = share < 0.5 ? 2 * share : 2 * share - 1;
        int rgb = 0;
        for (int i = 0; i < 3; i++) {
            rgb = rgb << 8 | (int) Math.rint(from[i] + part * (to[i] - from[i]));
        }
        return rgb;
    }

    /** Returns how many operations it shows. */
    @Override
    public String toString() {
        long count = graph.nodes().stream()
                .filter(node -> node.kind() == Look.OPERATION)
                .count();
        return "Drawing of " + count + " operations";
    }
}
