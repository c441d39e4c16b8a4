package rewind.autograd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import rewind.autograd.Coverage.Cell;
import rewind.autograd.Coverage.Kind;

/** {@link Coverage} as a table, in text and HTML; gaps stand out. */
record CoverageReport(Coverage coverage) {
    private static final int ORDERS = 3;

    /** A column: how often an argument of some kind was checked. */
    private record Column(DType dtype, int order, Kind kind) {
        String title() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A row: an argument of an operation. */
    private record Row(Operation operation, int argument) {}

    /** Writes {@code target/coverage/operations.html} and {@code .txt}. */
    void write() {
        try {
            Path directory = Files.createDirectories(Path.of("target", "coverage"));
            Files.writeString(directory.resolve("operations.html"), html());
            Files.writeString(directory.resolve("operations.txt"), text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Column> columns() {
        return Stream.of(DType.values())
                .flatMap(dtype -> IntStream.range(0, ORDERS)
                        .boxed()
                        .flatMap(order -> Stream.of(Kind.values()).map(kind -> new Column(dtype, order, kind))))
                .toList();
    }

    private static List<Row> rows() {
        return Operations.all().stream()
                .flatMap(operation -> IntStream.range(0, Coverage.arguments(operation))
                        .mapToObj(argument -> new Row(operation, argument)))
                .toList();
    }

    private int count(Row row, Column column) {
        return coverage.count(
                new Cell(row.operation.signature(), row.argument, column.dtype, column.order, column.kind));
    }

    /** Whether there are arguments of this kind, and those were checked of some other order or dtype alone. */
    private boolean isMissed(Row row, Column column) {
        boolean needed = row.operation.differentiable() || column.order == 0;
        return needed
                && count(row, column) == 0
                && columns().stream().filter(each -> each.kind == column.kind).anyMatch(each -> count(row, each) > 0);
    }

    private int count(Row row, DType dtype, int order) {
        return coverage.count(row.operation.signature(), row.argument, dtype, order);
    }

    /** One line per argument, dtype and order. */
    String text() {
        String kinds = Stream.of(Kind.values())
                .map(kind -> String.format(Locale.ROOT, "%9s", kind.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining());
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%-36s %8s %-8s %5s%s%n", "operation", "argument", "dtype", "order", kinds));
        for (Row row : rows()) {
            for (DType dtype : DType.values()) {
                for (int order = 0; order < (row.operation.differentiable() ? ORDERS : 1); order++) {
                    int of = order;
                    text.append(String.format(
                            Locale.ROOT, "%-36s %8d %-8s %5d", row.operation.signature(), row.argument, dtype, order));
                    Stream.of(Kind.values())
                            .map(kind -> new Column(dtype, of, kind))
                            .forEach(column -> text.append(String.format(Locale.ROOT, "%9s", number(row, column))));
                    text.append(count(row, dtype, order) == 0 ? "   NOT CHECKED\n" : "\n");
                }
            }
        }
        return text.toString();
    }

    private String number(Row row, Column column) {
        int count = count(row, column);
        return count > 0 ? String.valueOf(count) : isMissed(row, column) ? "none" : "·";
    }

    /**
     * Green where checked, red where an order was not checked at all, yellow where it was not for a kind of shape that occurs, grey where
     * there is no such kind.
     */
    String html() {
        StringBuilder html = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>What the tests check</title><style>
                body { font: 14px sans-serif } table { border-collapse: collapse } th { position: sticky; top: 0; background: white }
                td, th { border: 1px solid #ccc; padding: 1px 5px; text-align: right } td:first-child { text-align: left }
                .some { background: #cfc } .none { background: #fcc } .missed { background: #ff9 } .gap { background: #eee } .vertical { writing-mode: vertical-rl }
                </style></head><body><h1>What the tests check</h1>
                <p>How often an argument of an operation was checked, by element type, order of the derivative (0: the value) and kind of
                shape. Grey: no argument of this kind. Yellow: there are some, but this order was not checked at any of them. Red: nothing at all of this order.</p>
                <table><thead><tr><th>operation</th><th>argument</th>
                """);
        columns()
                .forEach(column -> html.append("<th class=\"vertical\">")
                        .append(column.dtype)
                        .append(", order ")
                        .append(column.order)
                        .append(", ")
                        .append(column.title())
                        .append("</th>"));
        html.append("</tr></thead><tbody>\n");
        for (Row row : rows()) {
            html.append("<tr><td>").append(row.operation.signature()).append("</td><td>");
            html.append(row.argument).append("</td>");
            columns().forEach(column -> html.append(cell(row, column)));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></body></html>\n").toString();
    }

    private String cell(Row row, Column column) {
        int count = count(row, column);
        boolean needed = row.operation.differentiable() || column.order == 0;
        boolean red = needed && count(row, column.dtype, column.order) == 0;
        String style = count > 0 ? "some" : red ? "none" : isMissed(row, column) ? "missed" : "gap";
        return "<td class=\"" + style + "\">" + (count > 0 ? count : "") + "</td>";
    }
}
