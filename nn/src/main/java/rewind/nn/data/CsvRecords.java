package rewind.nn.data;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import rewind.autograd.require.Check;

/** The records of one file with the lines in which they begin, once. Lines of comment are passed over. */
final class CsvRecords implements AutoCloseable {
    /** By their first bytes what is taken for a table, and what may be done. */
    private static final Map<String, String> OTHERS = Map.of(
            "1F8B", "it is compressed by gzip and must be unpacked",
            "504B0304",
                    "it is an archive, as a spreadsheet in .xlsx or .ods is, which must be saved as CSV or unpacked",
            "D0CF11E0", "it is a spreadsheet in .xls, which must be saved as CSV",
            "25504446", "it is a PDF",
            "50415231", "it is a table in Parquet, which must be written as CSV");

    /** The line in which a record begins, from 1 on, and its cells without blanks around them. */
    record CsvLine(long number, List<String> cells) {
        boolean isEmpty() {
            return cells.size() == 1 && cells.get(0).isEmpty();
        }

        /** The text of a cell, empty where the record ends before it. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column) : "";
        }
    }

    private final Csv csv;
    private final Limit limit;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private long end; // the line in which the last record ended

    CsvRecords(Csv csv) {
        this.csv = csv;
        try {
            this.limit = new Limit(open(csv));
        } catch (IOException e) {
            throw unreadable(e);
        }
        try {
            start();
            this.parser = format(csv).parse(limit);
            this.records = parser.iterator();
        } catch (IOException e) {
            closeQuietly();
            throw unreadable(e);
        } catch (RuntimeException | Error e) {
            closeQuietly();
            throw e;
        }
    }

    /** A decoder refuses what is not in its charset, where a charset alone would replace it. */
    private static Reader open(Csv csv) throws IOException {
        return new BufferedReader(new InputStreamReader(csv.bytes.open(), csv.charset.newDecoder()));
    }

    private static CSVFormat format(Csv csv) {
        Check.that(
                csv.comment != csv.delimiter,
                "csv: the delimiter and the comment marker must differ, got '%s' for both; delimiter(…) and comment(…) set them",
                csv.delimiter);
        CSVFormat.Builder format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(csv.delimiter)
                .setIgnoreSurroundingSpaces(true)
                .setIgnoreEmptyLines(false);
        return csv.comment == 0
                ? format.get()
                : format.setCommentMarker(csv.comment).get();
    }

    /** Passes over a byte order mark and the lines that are to be skipped. */
    private void start() throws IOException {
        limit.mark(1);
        if (limit.read() != '\uFEFF') {
            limit.reset();
        }
        while (end < csv.skipped && skipLine()) {
            end++;
        }
    }

    private boolean skipLine() throws IOException {
        int read = limit.read();
        boolean any = read >= 0;
        while (read >= 0 && read != '\n' && read != '\r') {
            read = limit.read();
        }
        if (read == '\r') {
            limit.mark(1);
            if (limit.read() != '\n') {
                limit.reset();
            }
        }
        return any;
    }

    /** Returns the next record, or null. */
    CsvLine next() {
        try {
            if (!records.hasNext()) {
                return null;
            }
            CSVRecord read = records.next();
            limit.startRecord();
            long begin = end + 1 + commentLines(read);
            end = csv.skipped + parser.getCurrentLineNumber();
            List<String> cells = Arrays.asList(read.values());
            cells.replaceAll(Texts::strip);
            return new CsvLine(begin, cells);
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CSVException) {
                // its own message counts in the digits of the default locale
                throw new IllegalArgumentException(
                        csv.name + ":" + (end + 1)
                                + ": a cell in quotes must end with a quote before the next delimiter or line; a quote in it must be doubled",
                        e);
            }
            throw unreadable(e.getCause());
        }
    }

    private static long commentLines(CSVRecord read) {
        return read.getComment() == null ? 0 : read.getComment().lines().count();
    }

    private UncheckedIOException unreadable(IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof NoSuchFileException) {
            reason = "no such file";
        } else if (e instanceof AccessDeniedException) {
            reason = "permission denied";
        } else if (e instanceof CharacterCodingException) {
            reason = "not a text file in " + csv.charset + "; " + charsetAdvice();
        }
        return new UncheckedIOException(csv.name + ": " + reason, e);
    }

    /** What begins like the files of others tells what it is. The bytes 0 that every Latin letter has in UTF-16 tell it; other encodings look alike. */
    private String charsetAdvice() {
        byte[] start = new byte[0];
        try (InputStream in = csv.bytes.open()) {
            start = in.readNBytes(1000);
        } catch (IOException e) {
            // that it cannot be read is told already
        }
        String bytes = HexFormat.of().withUpperCase().formatHex(start);
        Optional<String> known =
                OTHERS.keySet().stream().filter(bytes::startsWith).findFirst();
        if (known.isPresent()) {
            return OTHERS.get(known.get());
        }
        int[] zeros = new int[2]; // at even and odd places
        for (int i = 0; i < start.length; i++) {
            zeros[i % 2] += start[i] == 0 ? 1 : 0;
        }
        if (zeros[0] == zeros[1]) {
            return "charset(…) sets another, such as Charset.forName(\"windows-1252\") of spreadsheets in Western Europe";
        }
        boolean marked = start[0] == (byte) 0xFE || start[0] == (byte) 0xFF;
        return "charset(StandardCharsets.UTF_16" + (marked ? "" : zeros[0] > zeros[1] ? "BE" : "LE") + ") reads it";
    }

    private void closeQuietly() {
        try {
            limit.close();
        } catch (IOException e) {
            // what went wrong before is told
        }
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Refuses a record before it fills the heap, such as all of a file behind a quote that does not end. What is read one by one is not
     * kept and does not count.
     */
    private final class Limit extends FilterReader {
        private long read;

        Limit(Reader in) {
            super(in);
        }

        void startRecord() {
            read = 0;
        }

        @Override
        public int read(char[] buffer, int from, int length) throws IOException {
            int got = super.read(buffer, from, length);
            read += got;
            Check.that(
                    read <= csv.longestRow,
                    "%s:%s: a row must have at most %s characters, with a heap of %s MB; perhaps a quote does not end, or the lines do not",
                    csv.name,
                    end + 1,
                    csv.longestRow,
                    Runtime.getRuntime().maxMemory() >> 20);
            return got;
        }
    }
}
