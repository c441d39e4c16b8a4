package rewind.autograd.picture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Things in rows, each above what it goes to (K. Sugiyama, S. Tagawa, M. Toda, Methods for visual understanding of hierarchical system
 * structures, IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981): rows by the longest path, order within rows by the means of
 * neighbours, places by least squares. A link over several rows goes through a gap in each of them.
 */
final class Lanes {
    private static final int ORDERINGS = 12;
    private static final int PLACINGS = 80;

    private final List<Spot> items = new ArrayList<>();
    private final Map<List<Object>, Link> links = new LinkedHashMap<>();
    private final List<Link> near = new ArrayList<>();
    private final List<List<Spot>> rows = new ArrayList<>();

    /** What stands in a row: an area, or a gap for a link if there is none. */
    static final class Spot {
        private final Area area;
        private final double width;
        private final List<Link> above = new ArrayList<>();
        private final List<Link> below = new ArrayList<>();
        private int row = -1;
        private int place;
        private double x;

        private Spot(Area area, double width) {
            this.area = area;
            this.width = width;
        }

        Area area() {
            return area;
        }

        int row() {
            return row;
        }

        /** Its middle. */
        double x() {
            return x;
        }

        double width() {
            return width;
        }
    }

    /** From an item to another, at distances from their middles. */
    record Link(Spot from, double fromOffset, Spot to, double toOffset) {
        double fromX() {
            return from.x + fromOffset;
        }

        double toX() {
            return to.x + toOffset;
        }

        private double crossing(Link other) {
            double above = Double.compare(from.place + 1e-4 * fromOffset, other.from.place + 1e-4 * other.fromOffset);
            double below = Double.compare(to.place + 1e-4 * toOffset, other.to.place + 1e-4 * other.toOffset);
            return above * below < 0 ? 1 : 0;
        }
    }

    Spot item(Area area, double width) {
        Spot item = new Spot(area, width);
        items.add(item);
        return item;
    }

    void link(Spot from, double fromOffset, Spot to, double toOffset) {
        links.putIfAbsent(List.of(from, fromOffset, to, toOffset), new Link(from, fromOffset, to, toOffset));
    }

    List<List<Spot>> rows() {
        return rows;
    }

    /** Those between neighbouring rows, after {@link #arrange}. */
    List<Link> links() {
        return near;
    }

    /** Finds a place for everything; some are in the first row, some in the last. */
    void arrange(Set<Spot> first, Set<Spot> last) {
        rank(first, last);
        split();
        order();
        place();
    }

    // ---- rows ----

    private void rank(Set<Spot> first, Set<Spot> last) {
        Map<Spot, List<Spot>> next = new HashMap<>();
        links.values()
                .forEach(link -> next.computeIfAbsent(link.from, key -> new ArrayList<>())
                        .add(link.to));
        List<Spot> sorted = sorted(next);
        int least = first.isEmpty() ? 0 : 1;
        Map<Spot, Integer> index = new HashMap<>();
        for (Spot item : sorted) {
            index.put(item, index.size());
            item.row = first.contains(item) ? 0 : least;
        }
        for (Spot item : sorted) {
            for (Spot to : next.getOrDefault(item, List.of())) {
                if (index.get(to) > index.get(item)) {
                    to.row = Math.max(to.row, item.row + 1);
                }
            }
        }
        Set<Spot> reached = new HashSet<>();
        links.values().forEach(link -> reached.add(link.to));
        for (int i = sorted.size() - 1; i >= 0; i--) { // what nothing goes to stands above what it goes to
            Spot item = sorted.get(i);
            if (!reached.contains(item) && !first.contains(item)) {
                item.row = next.getOrDefault(item, List.of()).stream()
                        .filter(to -> index.get(to) > index.get(item))
                        .mapToInt(to -> to.row - 1)
                        .min()
                        .orElse(item.row);
            }
        }
        int most = items.stream()
                .filter(item -> !last.contains(item))
                .mapToInt(item -> item.row)
                .max()
                .orElse(0);
        last.forEach(item -> item.row = most + 1);
    }

    /** Before what they go to, unless that is a way round. */
    private List<Spot> sorted(Map<Spot, List<Spot>> next) {
        List<Spot> done = new ArrayList<>();
        Map<Spot, Integer> seen = new HashMap<>();
        for (int i = items.size() - 1; i >= 0; i--) {
            List<Spot> open = new ArrayList<>(List.of(items.get(i)));
            while (!open.isEmpty()) {
                Spot item = open.get(open.size() - 1);
                List<Spot> to = next.getOrDefault(item, List.of());
                int at = seen.merge(item, 1, Integer::sum) - 1;
                if (at < to.size()) {
                    if (!seen.containsKey(to.get(at))) {
                        open.add(to.get(at));
                    }
                } else {
                    open.remove(open.size() - 1);
                    if (at == to.size()) {
                        done.add(item);
                    }
                }
            }
        }
        Collections.reverse(done);
        return done;
    }

    /** Puts gaps into the rows that links go through; those from one place share them. */
    private void split() {
        Map<List<Object>, List<Link>> bySource = new LinkedHashMap<>();
        links.values()
                .forEach(link -> bySource.computeIfAbsent(List.of(link.from, link.fromOffset), key -> new ArrayList<>())
                        .add(link));
        bySource.values().forEach(some -> {
            some.sort(Comparator.comparing(link -> link.to.row));
            Spot from = some.get(0).from;
            double offset = some.get(0).fromOffset;
            for (Link link : some) {
                while (from.row < link.to.row - 1) {
                    Spot gap = item(null, 10);
                    gap.row = from.row + 1;
                    joined(new Link(from, offset, gap, 0));
                    from = gap;
                    offset = 0;
                }
                joined(new Link(from, offset, link.to, link.toOffset));
            }
        });
        items.forEach(item -> {
            while (rows.size() <= item.row) {
                rows.add(new ArrayList<>());
            }
            rows.get(item.row).add(item);
        });
        rows.forEach(Lanes::number);
    }

    private void joined(Link link) {
        near.add(link);
        link.from.below.add(link);
        link.to.above.add(link);
    }

    private static void number(List<Spot> row) {
        for (int i = 0; i < row.size(); i++) {
            row.get(i).place = i;
        }
    }

    // ---- order ----

    private void order() {
        double fewest = crossings();
        List<List<Spot>> best = rows.stream().map(List::copyOf).toList();
        for (int i = 0; i < ORDERINGS && fewest > 0; i++) {
            for (int row = 1; row < rows.size(); row++) {
                sort(rows.get(row), true);
            }
            for (int row = rows.size() - 2; row >= 0; row--) {
                sort(rows.get(row), false);
            }
            double now = crossings();
            if (now < fewest) {
                fewest = now;
                best = rows.stream().map(List::copyOf).toList();
            }
        }
        for (int row = 0; row < rows.size(); row++) {
            rows.set(row, new ArrayList<>(best.get(row)));
            number(rows.get(row));
        }
    }

    private static void sort(List<Spot> row, boolean byAbove) {
        Map<Spot, Double> means = new HashMap<>();
        row.forEach(item -> means.put(
                item,
                (byAbove ? item.above : item.below)
                        .stream()
                                .mapToDouble(link -> byAbove
                                        ? link.from.place + share(link.from, link.fromOffset)
                                        : link.to.place + share(link.to, link.toOffset))
                                .average()
                                .orElse(item.place)));
        row.sort(Comparator.comparing(means::get));
        number(row);
    }

    private static double share(Spot item, double offset) {
        return offset / (item.width + 1);
    }

    private double crossings() {
        double crossings = 0;
        Map<Integer, List<Link>> byRow = new HashMap<>();
        near.forEach(link ->
                byRow.computeIfAbsent(link.from.row, key -> new ArrayList<>()).add(link));
        for (List<Link> some : byRow.values()) {
            for (int i = 0; i < some.size(); i++) {
                for (int j = 0; j < i; j++) {
                    crossings += some.get(i).crossing(some.get(j));
                }
            }
        }
        return crossings;
    }

    // ---- places ----

    private void place() {
        rows.forEach(row -> pack(row, item -> 0));
        for (int i = 0; i < PLACINGS; i++) {
            boolean down = i % 2 == 0;
            boolean both = i >= PLACINGS / 2;
            for (int k = 0; k < rows.size(); k++) {
                pack(rows.get(down ? k : rows.size() - 1 - k), item -> wanted(item, down || both, !down || both));
            }
        }
    }

    private static double wanted(Spot item, boolean byAbove, boolean byBelow) {
        double sum = 0;
        int count = 0;
        if (byAbove) {
            for (Link link : item.above) {
                sum += link.fromX() - link.toOffset;
                count++;
            }
        }
        if (byBelow) {
            for (Link link : item.below) {
                sum += link.toX() - link.fromOffset;
                count++;
            }
        }
        return count == 0 ? item.x : sum / count;
    }

    /** As near to where they want to be as their order and widths allow, by least squares: neighbours that push each other are one block. */
    private static void pack(List<Spot> row, ToDoubleFunction<Spot> wanted) {
        int n = row.size();
        double[] before = new double[n]; // how far each is from the first at least
        for (int i = 1; i < n; i++) {
            before[i] = before[i - 1] + apart(row.get(i - 1), row.get(i));
        }
        double[] sums = new double[n];
        int[] counts = new int[n];
        int blocks = 0;
        for (int i = 0; i < n; i++) {
            sums[blocks] = wanted.applyAsDouble(row.get(i)) - before[i];
            counts[blocks++] = 1;
            while (blocks > 1 && sums[blocks - 2] / counts[blocks - 2] >= sums[blocks - 1] / counts[blocks - 1]) {
                sums[blocks - 2] += sums[blocks - 1];
                counts[blocks - 2] += counts[blocks - 1];
                blocks--;
            }
        }
        int i = 0;
        for (int block = 0; block < blocks; block++) {
            for (int k = 0; k < counts[block]; k++) {
                row.get(i).x = sums[block] / counts[block] + before[i];
                i++;
            }
        }
    }

    private static double apart(Spot left, Spot right) {
        boolean gaps = left.area == null && right.area == null;
        return (left.width + right.width) / 2 + (gaps ? 6 : 18);
    }

    /** Moves everything so that the leftmost begins at a distance; returns the width of all. */
    double shift(double from) {
        double left = items.stream()
                .mapToDouble(item -> item.x - item.width / 2)
                .min()
                .orElse(0);
        double right = items.stream()
                .mapToDouble(item -> item.x + item.width / 2)
                .max()
                .orElse(0);
        items.forEach(item -> item.x += from - left);
        return right - left;
    }
}
