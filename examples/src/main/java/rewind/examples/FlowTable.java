package rewind.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes what goes through networks as a table: a row for every step, before and after training. */
final class FlowTable {
    private FlowTable() {}

    /** Returns the text of a CSV file with a header. */
    static String of(List<Flow> flows) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter table = new CSVPrinter(
                text, CSVFormat.DEFAULT.builder().setRecordSeparator("\n").get())) {
            table.printRecord(
                    header(flows.stream().filter(flow -> flow.epoch() == 0).toList()));
            for (int epoch : flows.stream().mapToInt(Flow::epoch).distinct().toArray()) {
                List<Flow> row =
                        flows.stream().filter(flow -> flow.epoch() == epoch).toList();
                for (int t = 0; t < row.get(0).norms().get("h").length; t++) {
                    table.printRecord(row(epoch, t, row));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory has no such failure
        }
        return text.toString();
    }

    private static List<Object> header(List<Flow> flows) {
        List<Object> names = new ArrayList<>(List.of("epoch", "step"));
        for (Flow flow : flows) {
            flow.norms().keySet().forEach(state -> names.add(flow.cell() + " " + state + " norm"));
            flow.saturation().keySet().forEach(gate -> {
                names.add(flow.cell() + " " + gate + " low");
                names.add(flow.cell() + " " + gate + " high");
            });
        }
        return names;
    }

    private static List<Object> row(int epoch, int t, List<Flow> flows) {
        List<Object> cells = new ArrayList<>(List.of(epoch, t + 1));
        for (Flow flow : flows) {
            flow.norms().values().forEach(norms -> cells.add(norms[t]));
            flow.saturation().values().forEach(gate -> {
                cells.add(gate.low()[t]);
                cells.add(gate.high()[t]);
            });
        }
        return cells;
    }
}
