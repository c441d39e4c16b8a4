package rewind.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import rewind.autograd.DType;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.nn.layer.BuiltLayer;

/**
 * The layers of a model with their parameters; printed, it is a table. A layer that consists of others and has no parameters beside theirs
 * does not appear.
 *
 * @param layers the layers in the order in which they are applied
 * @param dtype the element type of the parameters
 */
public record Summary(List<Line> layers, DType dtype) {
    /**
     * A layer.
     *
     * @param name its name in the model
     * @param output the shape of its output for one sample
     * @param parameters its parameters; those of a cell's gates are one stack
     */
    public record Line(String name, Shape output, List<Entry> parameters) {}

    /**
     * A parameter.
     *
     * @param name its name in the model
     * @param frozen whether training leaves it alone
     */
    public record Entry(String name, Shape shape, boolean frozen) {}

    static Summary of(Model model) {
        List<BuiltLayer.Applied> applied = model.applied();
        Map<BuiltLayer.Applied, List<Entry>> entries = new LinkedHashMap<>();
        applied.forEach(layer -> entries.put(layer, new ArrayList<>()));
        for (String name : model.parameters().stored()) {
            Tensor value = model.parameters().get(name);
            entries.get(owner(name, applied)).add(new Entry(name, value.shape(), model.frozen(name)));
        }
        List<Line> lines = new ArrayList<>();
        entries.forEach((layer, own) -> {
            if (!own.isEmpty() || !consistsOfOthers(layer, applied)) {
                lines.add(new Line(layer.name(), layer.output(), List.copyOf(own)));
            }
        });
        return new Summary(List.copyOf(lines), model.dtype());
    }

    /** The innermost layer whose part of the scope has the parameter; the whole model has all. */
    private static BuiltLayer.Applied owner(String parameter, List<BuiltLayer.Applied> applied) {
        BuiltLayer.Applied found = applied.get(applied.size() - 1);
        for (BuiltLayer.Applied layer : applied) {
            if (parameter.startsWith(layer.prefix())
                    && layer.prefix().length() > found.prefix().length()) {
                found = layer;
            }
        }
        return found;
    }

    private static boolean consistsOfOthers(BuiltLayer.Applied whole, List<BuiltLayer.Applied> applied) {
        return applied.stream()
                .anyMatch(layer -> layer.prefix().startsWith(whole.prefix())
                        && layer.prefix().length() > whole.prefix().length());
    }

    /** Returns how many numbers all parameters have. */
    public long total() {
        return trainable() + frozen();
    }

    /** Returns how many numbers training may change. */
    public long trainable() {
        return count(false);
    }

    /** Returns how many numbers are frozen. */
    public long frozen() {
        return count(true);
    }

    private long count(boolean frozen) {
        return layers.stream()
                .flatMap(line -> line.parameters().stream())
                .filter(entry -> entry.frozen() == frozen)
                .mapToLong(entry -> entry.shape().size())
                .sum();
    }

    /** Returns the table, a line for every parameter, and the sums below it. */
    @Override
    public String toString() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"layer", "output", "parameter", "shape", "count", ""});
        for (Line line : layers) {
            String[] first = {line.name(), line.output().toString()};
            for (Entry entry : line.parameters()) {
                rows.add(row(first, entry));
                first = new String[] {"", ""};
            }
            if (line.parameters().isEmpty()) {
                rows.add(new String[] {first[0], first[1], "", "", "", ""});
            }
        }
        return table(rows)
                + String.format(
                        Locale.ROOT,
                        "%,d parameters of type %s: %,d trainable, %,d frozen%n",
                        total(),
                        dtype,
                        trainable(),
                        frozen());
    }

    private static String[] row(String[] layer, Entry entry) {
        return new String[] {
            layer[0],
            layer[1],
            entry.name(),
            entry.shape().toString(),
            String.format(Locale.ROOT, "%,d", entry.shape().size()),
            entry.frozen() ? "frozen" : ""
        };
    }

    /** Columns as wide as their widest cell, counts flush right. */
    private static String table(List<String[]> rows) {
        int[] widths = new int[rows.get(0).length];
        Arrays.setAll(
                widths,
                column -> rows.stream()
                        .mapToInt(row -> row[column].length())
                        .max()
                        .orElse(0));
        StringBuilder table = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String space = " ".repeat(widths[column] - row[column].length());
                line.append(column == 4 ? space + row[column] : row[column] + space)
                        .append("  ");
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }
}
