package rewind.autograd.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import rewind.autograd.picture.Graph.Edge;
import rewind.autograd.picture.Graph.Group;
import rewind.autograd.picture.Graph.Node;
import rewind.autograd.picture.Lanes.Link;
import rewind.autograd.picture.Lanes.Spot;

/** Gives every box and frame a place, and every value its lines: frame by frame, those inside first. */
final class Layout {
    static final double NAME = 12;
    static final double SMALL = 10.5;
    /** From a box to where its lines part, with the shape in between. */
    static final double STUB = 24;

    private static final double FAN = 26;
    private static final double PADDING = 14;
    private static final double TITLE = 18;

    private final Graph graph;
    private final Map<Group, Frame> frames = new HashMap<>();
    private final Set<Stroke> lines = new LinkedHashSet<>();
    private final Set<Stroke> heads = new LinkedHashSet<>();

    /** A line that begins and ends vertically. */
    record Stroke(double fromX, double fromY, double toX, double toY) {}

    /** What is inside of a group: its lines, and where values come in and go out, from its middle. */
    private record Frame(Set<Stroke> lines, Set<Stroke> heads, Map<Node, Double> in, Map<Node, Double> out) {}

    Layout(Graph graph) {
        this.graph = graph;
        graph.nodes().forEach(Layout::measure);
        lay(graph.root());
        moveTo(graph.root(), 0, 0);
    }

    Set<Stroke> lines() {
        return lines;
    }

    /** Lines that end in a head. */
    Set<Stroke> heads() {
        return heads;
    }

    private static void measure(Node node) {
        double width =
                Math.max(node.name().length() * NAME * Canvas.ADVANCE, node.op().length() * SMALL * Canvas.ADVANCE);
        boolean both = !node.name().isEmpty() && !node.op().isEmpty();
        node.size(Math.max(30, width + 18), both ? 36 : 24);
    }

    private void lay(Group group) {
        for (Area member : group.members()) {
            if (member instanceof Group inner) {
                lay(inner);
            }
        }
        new Filling(group).fill();
    }

    /** From places within frames to places in the picture. */
    private void moveTo(Group group, double x, double y) {
        group.place(x, y);
        Frame frame = frames.get(group);
        frame.lines.forEach(line -> lines.add(moved(line, x, y)));
        frame.heads.forEach(line -> heads.add(moved(line, x, y)));
        for (Area member : group.members()) {
            if (member instanceof Group inner) {
                moveTo(inner, x + inner.x(), y + inner.y());
            } else {
                member.place(x + member.x(), y + member.y());
            }
        }
    }

    private static Stroke moved(Stroke line, double x, double y) {
        return new Stroke(line.fromX + x, line.fromY + y, line.toX + x, line.toY + y);
    }

    /** The inside of one frame. */
    private final class Filling {
        private final Group group;
        private final Lanes rows = new Lanes();
        private final Map<Area, Spot> items = new LinkedHashMap<>();
        private final Map<Node, Spot> in = new LinkedHashMap<>();
        private final Map<Node, Spot> out = new LinkedHashMap<>();
        private final Set<Stroke> inside = new LinkedHashSet<>();
        private final Set<Stroke> ends = new LinkedHashSet<>();
        private double[] tops;
        private double[] bottoms;

        Filling(Group group) {
            this.group = group;
        }

        void fill() {
            group.members().forEach(member -> items.put(member, rows.item(member, width(member))));
            graph.edges().forEach(this::link);
            rows.arrange(new LinkedHashSet<>(in.values()), new LinkedHashSet<>(out.values()));
            double width = rows.shift(PADDING) + 2 * PADDING;
            width = Math.max(width, group.title().length() * SMALL * Canvas.ADVANCE + 2 * PADDING);
            double height = placeRows();
            group.size(width, height);
            rows.links().forEach(this::draw);
            arrive();
            rows.rows()
                    .forEach(row ->
                            row.stream().filter(item -> item.area() == null).forEach(this::drawThrough));
            Map<Node, Double> comes = new HashMap<>();
            in.forEach((node, item) -> comes.put(node, item.x() - group.width() / 2));
            Map<Node, Double> goes = new HashMap<>();
            out.forEach((node, item) -> goes.put(node, item.x() - group.width() / 2));
            frames.put(group, new Frame(inside, ends, comes, goes));
        }

        private double width(Area member) {
            return member instanceof Node node
                    ? Math.max(node.width(), node.shape().length() * SMALL * Canvas.ADVANCE + 6)
                    : member.width();
        }

        private void link(Edge edge) {
            Area from = edge.from().memberOf(group);
            Area to = edge.to().memberOf(group);
            if (from == to) {
                return; // in a frame further in, or outside
            }
            Spot source = from == null ? in.computeIfAbsent(edge.from(), key -> rows.item(null, 10)) : items.get(from);
            Spot target = to == null ? out.computeIfAbsent(edge.from(), key -> rows.item(null, 10)) : items.get(to);
            double at = from instanceof Group inner ? frames.get(inner).out.get(edge.from()) : 0;
            double end = to instanceof Group inner ? frames.get(inner).in.get(edge.from()) : 0;
            rows.link(source, at, target, end);
        }

        private double placeRows() {
            List<List<Spot>> all = rows.rows();
            tops = new double[all.size()];
            bottoms = new double[all.size()];
            double y = in.isEmpty() ? PADDING + (group.title().isEmpty() ? 0 : TITLE) : 0;
            for (int i = 0; i < all.size(); i++) {
                double height = all.get(i).stream()
                        .mapToDouble(
                                item -> item.area() == null ? 0 : item.area().height())
                        .max()
                        .orElse(0);
                tops[i] = y;
                bottoms[i] = y + height;
                for (Spot item : all.get(i)) {
                    if (item.area() != null) {
                        double above = item.area() instanceof Node
                                ? (height - item.area().height()) / 2
                                : 0;
                        item.area().place(item.x() - item.area().width() / 2, y + above);
                    }
                }
                boolean last = i == all.size() - 1;
                y = bottoms[i] + (last ? 0 : i == 0 && !in.isEmpty() ? TITLE + FAN : STUB + fan(i));
            }
            boolean open = out.isEmpty();
            return open ? y + PADDING + (group.within() == null ? STUB : 0) : y; // results have shapes below them
        }

        /** The space for lines below a row: the more the farther they go aside. */
        private double fan(int row) {
            double widest = rows.links().stream()
                    .filter(link -> link.from().row() == row)
                    .mapToDouble(link -> Math.abs(link.fromX() - link.toX()))
                    .max()
                    .orElse(0);
            return FAN + Math.min(40, widest / 10);
        }

        private double parting(Spot item) {
            return item.row() == 0 && !in.isEmpty() ? TITLE : bottoms[item.row()] + STUB;
        }

        private void draw(Link link) {
            Spot from = link.from();
            double start = parting(from);
            if (from.area() != null) {
                inside.add(
                        new Stroke(link.fromX(), from.area().y() + from.area().height(), link.fromX(), start));
            }
            if (!(link.to().area() instanceof Node)) {
                double end = tops[link.to().row()];
                inside.add(new Stroke(link.fromX(), start, link.toX(), end));
                if (link.to().area() != null && link.to().area().y() > end) {
                    inside.add(new Stroke(
                            link.toX(), end, link.toX(), link.to().area().y()));
                }
            }
        }

        /** Lines to a box end side by side. */
        private void arrive() {
            Map<Spot, List<Link>> byTarget = new LinkedHashMap<>();
            rows.links().stream()
                    .filter(link -> link.to().area() instanceof Node)
                    .forEach(link -> byTarget.computeIfAbsent(link.to(), key -> new ArrayList<>())
                            .add(link));
            byTarget.forEach((item, links) -> {
                links.sort(Comparator.comparing(Link::fromX));
                double width = item.area().width();
                for (int i = 0; i < links.size(); i++) {
                    double x = item.x() + width * ((i + 1.0) / (links.size() + 1) - 0.5);
                    double end = tops[item.row()];
                    inside.add(new Stroke(
                            links.get(i).fromX(), parting(links.get(i).from()), x, end));
                    ends.add(new Stroke(x, end, x, item.area().y()));
                }
            });
        }

        /** A line through a gap, from the top of its row to where lines part. */
        private void drawThrough(Spot gap) {
            boolean goesOn = gap.row() < rows.rows().size() - 1;
            if (goesOn) {
                inside.add(new Stroke(gap.x(), tops[gap.row()], gap.x(), parting(gap)));
            }
        }
    }
}
