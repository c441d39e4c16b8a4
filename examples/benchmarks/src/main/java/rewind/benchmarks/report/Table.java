package rewind.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table in Markdown whose columns are aligned, so that it reads well as plain text too. */
final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    Table(String... titles) {
        lines.add(List.of(titles));
    }

    /** Appends a line with one cell per column. */
    Table add(String... cells) {
        if (cells.length != lines.get(0).size()) {
            throw new IllegalArgumentException(
                    "table: a line must have the cells " + lines.get(0) + ", got " + List.of(cells));
        }
        lines.add(List.of(cells));
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < lines.size(); line++) {
            text.append(line(lines.get(line)));
            if (line == 0) {
                text.append(line(Collections.nCopies(lines.get(0).size(), "--:")));
            }
        }
        return text.toString();
    }

    private String line(List<String> cells) {
        StringBuilder text = new StringBuilder("|");
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String filler = cell.equals("--:") ? "-" : " ";
            int missing = width(column) - cell.length();
            text.append(' ').append(filler.repeat(missing)).append(cell).append(" |");
        }
        return text.append('\n').toString();
    }

    private int width(int column) {
        int width = "--:".length();
        for (List<String> line : lines) {
            width = Math.max(width, line.get(column).length());
        }
        return width;
    }
}
