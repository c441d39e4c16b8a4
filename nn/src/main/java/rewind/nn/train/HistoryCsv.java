package rewind.nn.train;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import rewind.nn.format.WholeFile;

/** A history as a table: a header, and a row per epoch with numbers as Java writes them, so that they are read back exactly. */
final class HistoryCsv {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

    private HistoryCsv() {}

    /** Writes all epochs into a file, which is there whole or not at all. */
    static void write(History history, Path file) {
        try {
            WholeFile.write(file, out -> {
                Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
                print(history.epochs(), true, writer);
                writer.flush();
            });
        } catch (IOException e) {
            throw new UncheckedIOException("history: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Adds the row of an epoch; before that of the first, the header. */
    static void append(History.Epoch epoch, Path file) {
        try (Writer writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            print(List.of(epoch), epoch.number() == 1, writer);
        } catch (IOException e) {
            throw new UncheckedIOException("history: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void print(List<History.Epoch> epochs, boolean withHeader, Writer writer) throws IOException {
        CSVPrinter printer = new CSVPrinter(writer, FORMAT);
        if (withHeader && !epochs.isEmpty()) {
            printer.printRecord(header(epochs.get(0)));
        }
        for (History.Epoch epoch : epochs) {
            printer.printRecord(row(epoch));
        }
    }

    private static List<String> header(History.Epoch epoch) {
        List<String> names = new ArrayList<>(List.of("epoch", "learningRate"));
        names.addAll(epoch.values().keySet());
        return names;
    }

    private static List<Object> row(History.Epoch epoch) {
        List<Object> row = new ArrayList<>(List.of(epoch.number(), epoch.learningRate()));
        for (Map.Entry<String, Double> value : epoch.values().entrySet()) {
            row.add(value.getValue());
        }
        return row;
    }
}
