package rewind.nn.data;

/**
 * The rows of data of one file, after the one that names the columns. Empty lines are passed over, except between the rows of one column:
 * there they are missing cells, without which the later rows would move up.
 */
final class CsvRows implements AutoCloseable {
    private final CsvRecords records;
    private final CsvColumns columns;

    // what is read already: empty lines, and the row after them
    private CsvRecords.CsvLine ahead;
    private CsvRecords.CsvLine emptyLine;
    private long empty;

    CsvRows(Csv csv) {
        this.records = new CsvRecords(csv);
        try {
            ahead = ahead();
            this.columns = new CsvColumns(csv, ahead);
            empty = 0;
            if (csv.hasHeader()) {
                ahead = null;
            }
        } catch (RuntimeException | Error e) {
            records.close();
            throw e;
        }
    }

    CsvColumns columns() {
        return columns;
    }

    /** Returns the row that is next, or null, without taking it; an empty line before it does not count. */
    CsvRecords.CsvLine peek() {
        if (ahead == null) {
            ahead = ahead();
        }
        return ahead;
    }

    /** Returns the next row, or null. */
    CsvRecords.CsvLine next() {
        peek();
        if (ahead != null && empty > 0 && columns.count() == 1) {
            return new CsvRecords.CsvLine(ahead.number() - empty--, emptyLine.cells());
        }
        CsvRecords.CsvLine row = ahead;
        ahead = null;
        return row;
    }

    /** The next record that is no empty line; {@link #empty} are before it. */
    private CsvRecords.CsvLine ahead() {
        empty = 0;
        CsvRecords.CsvLine read = records.next();
        while (read != null && read.isEmpty()) {
            empty++;
            emptyLine = read;
            read = records.next();
        }
        return read;
    }

    @Override
    public void close() {
        records.close();
    }
}
