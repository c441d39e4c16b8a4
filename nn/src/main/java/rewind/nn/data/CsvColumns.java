package rewind.nn.data;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import rewind.autograd.require.Check;

/** Which columns of a file are read, and how: the options of a {@link Csv}, held against its first line. */
final class CsvColumns {
    private final Csv csv;
    private final long line;
    private final List<String> names;
    private final List<String> first; // row of the file
    private final int[] dates;
    private final int[] texts;
    private final int[] numbers;

    /** Reads as far as the columns are named; the first row is null in an empty file. */
    CsvColumns(Csv csv, CsvRecords.CsvLine first) {
        this.csv = csv;
        Check.that(
                first != null,
                csv.hasHeader()
                        ? "%s: the file is empty, its first line must name the columns"
                        : "%s: the file is empty, it must have a row",
                csv.name);
        this.line = first.number();
        this.first = first.cells();
        this.names = csv.hasHeader()
                ? first.cells()
                : IntStream.range(0, first.cells().size())
                        .mapToObj(String::valueOf)
                        .toList();
        requireNames();
        this.dates = places(csv.dates);
        this.texts = places(csv.texts);
        this.numbers = csv.numbers.isEmpty() ? null : places(csv.numbers);
    }

    private CsvColumns(CsvColumns columns, int... numbers) {
        this.csv = columns.csv;
        this.line = columns.line;
        this.names = columns.names;
        this.first = columns.first;
        this.dates = columns.dates;
        this.texts = columns.texts;
        this.numbers = numbers;
    }

    /** Without being told that there is a header, a first row of decimal numbers is taken for one of data that lost its header. */
    private void requireNames() {
        Check.that(
                csv.header.isPresent() || names.stream().anyMatch(name -> Double.isNaN(Numerals.PLAIN.parse(name))),
                "%s:%s: the first row must name the columns, got the numbers %s; header(false) takes them for data, header(true) for names",
                csv.name,
                line,
                names);
    }

    // ---- by name and number ----

    private int[] places(List<Csv.Column> chosen) {
        return chosen.stream().mapToInt(this::place).toArray();
    }

    private int place(Csv.Column column) {
        if (column.name() == null) {
            Check.that(
                    column.number() >= 0 && column.number() < names.size(),
                    "%s:%s: columns have the numbers 0 to %s, got %s",
                    csv.name,
                    line,
                    names.size() - 1,
                    column.number());
            return column.number();
        }
        String name = Texts.strip(column.name());
        int place = names.indexOf(name);
        if (place < 0) {
            throw Check.failure(
                    "%s:%s: there must be a column %s among %s%s",
                    csv.name,
                    line,
                    name,
                    names,
                    TableAdvice.ofNames(csv, first).map(advice -> "; " + advice).orElse(""));
        }
        Check.that(
                place == names.lastIndexOf(name),
                "%s:%s: two columns have the name %s; choose one of %s and %s by number",
                csv.name,
                line,
                name,
                place,
                names.lastIndexOf(name));
        return place;
    }

    // ---- what a first look at the rows decides ----

    /**
     * The columns that may be none: not chosen, without a name, and empty in the first row of data. So look those that a delimiter at the
     * end of every line makes, and the spaces between the parts of a spreadsheet. Without a header only the last ones can be.
     */
    TreeSet<Integer> doubtful(CsvRecords.CsvLine data) {
        TreeSet<Integer> doubtful = new TreeSet<>();
        if (numbers != null || data == null) {
            return doubtful;
        }
        boolean last = true;
        for (int column = names.size() - 1; column >= 0; column--) {
            boolean empty = data.cell(column).isEmpty();
            last &= empty;
            if (empty && (csv.hasHeader() ? names.get(column).isEmpty() : last) && isRead(column)) {
                doubtful.add(column);
            }
        }
        return doubtful;
    }

    /** Whether it is one of numbers, unless chosen otherwise. */
    private boolean isRead(int column) {
        return IntStream.concat(IntStream.of(dates), IntStream.of(texts)).noneMatch(chosen -> chosen == column);
    }

    /** These columns, of numbers all that are not of text, except the empty ones. */
    CsvColumns without(TreeSet<Integer> empty) {
        return numbers != null
                ? this
                : new CsvColumns(
                        this, remaining().filter(i -> !empty.contains(i)).toArray());
    }

    private IntStream remaining() {
        return IntStream.range(0, names.size()).filter(i -> IntStream.of(texts).noneMatch(text -> text == i));
    }

    // ---- what is read ----

    int[] dates() {
        return dates;
    }

    int[] numbers() {
        return numbers;
    }

    int[] texts() {
        return texts;
    }

    /** The names of all columns, except those at the end that have none. */
    List<String> names() {
        int end = names.size();
        while (end > 0 && names.get(end - 1).isEmpty()) {
            end--;
        }
        return List.copyOf(names.subList(0, end));
    }

    int count() {
        return names.size();
    }

    /** The cells of the first row, whether it names the columns or not. */
    List<String> first() {
        return first;
    }

    List<String> textNames() {
        return IntStream.of(texts).mapToObj(names::get).toList();
    }

    /** Those of the numbers, then of the cycles of every date. */
    List<String> numberNames() {
        List<String> all =
                new ArrayList<>(IntStream.of(numbers).mapToObj(names::get).toList());
        for (int column : dates) {
            for (Cycle cycle : csv.calendar) {
                String name = names.get(column) + " " + cycle.name().toLowerCase(java.util.Locale.ROOT);
                all.addAll(List.of(name + " sin", name + " cos"));
            }
        }
        return all;
    }

    /** What messages call a column. */
    String called(int column) {
        return names.get(column).isEmpty() ? column + ", which has no name," : names.get(column);
    }
}
