package rewind.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * A series of numbers and their times.
 *
 * @param source the file that it comes from
 * @param name the name of its column
 * @param timeName what the times are: year or row
 * @param times one per value, equally spaced
 * @param values as many, all of them finite
 */
record Series(String source, String name, String timeName, double[] times, double[] values) {
    private static final CSVFormat FORMAT = CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .get();

    /**
     * Returns the monthly sunspot number, January 1749 to September 2013; sunspots-monthly.txt names its source.
     *
     * @param column another column of that file; null for the sunspot number, the last one
     */
    static Series sunspots(String column) {
        String name = "sunspots-monthly.csv";
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(Series.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return read(reader, name, column);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a CSV file whose first line names the columns. Where there are columns {@code year} and perhaps {@code month}, they give
     * the times; otherwise the numbers of the rows do.
     *
     * @param column the column of the values; null for the last one
     * @throws InputException if the file cannot be read, has no such column, or a cell that is no finite number
     */
    static Series read(Path file, String column) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return read(reader, file.toString(), column);
        } catch (UncheckedIOException e) { // from the iteration
            throw new InputException("%s: %s", file, reason(e.getCause()));
        } catch (IOException e) {
            throw new InputException("%s: %s", file, reason(e));
        }
    }

    private static Series read(BufferedReader reader, String file, String column) throws IOException {
        skipByteOrderMark(reader);
        try (CSVParser parser = FORMAT.parse(reader)) {
            List<String> names = parser.getHeaderNames();
            InputException.unless(
                    !names.isEmpty(), "%s: the file is empty, its first line must name the columns", file);
            String name = column == null ? names.get(names.size() - 1) : column;
            InputException.unless(names.contains(name), "%s:1: no column %s among %s", file, name, names);
            boolean dated = names.contains("year");
            DoubleStream.Builder times = DoubleStream.builder();
            DoubleStream.Builder values = DoubleStream.builder();
            for (CSVRecord row : parser) {
                String line = file + ":" + parser.getCurrentLineNumber();
                values.add(number(row, name, line));
                times.add(dated ? year(row, names.contains("month"), line) : row.getRecordNumber());
            }
            return new Series(
                    file,
                    name,
                    dated ? "year" : "row",
                    times.build().toArray(),
                    values.build().toArray());
        } catch (IllegalArgumentException e) { // a column without a name, or two of one name
            throw new InputException("%s:1: %s", file, e.getMessage());
        }
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
    }

    /** The middle of the month in years. */
    private static double year(CSVRecord row, boolean monthly, String line) {
        double year = number(row, "year", line);
        return monthly ? year + (number(row, "month", line) - 0.5) / 12 : year;
    }

    private static double number(CSVRecord row, String column, String line) {
        InputException.unless(row.isSet(column), "%s: no cell in column %s", line, column);
        String cell = row.get(column);
        double value;
        try {
            value = Double.parseDouble(cell);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        InputException.unless(
                Double.isFinite(value), "%s: column %s must be a finite number, got '%s'", line, column, cell);
        return value;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof CharacterCodingException ? "not a text file in UTF-8" : e.getMessage();
    }

    /** Returns the times of the given number of values after the end. */
    double[] timesAhead(int count) {
        int last = times.length - 1;
        double spacing = (times[last] - times[0]) / last;
        return IntStream.rangeClosed(1, count)
                .mapToDouble(i -> times[last] + i * spacing)
                .toArray();
    }
}
