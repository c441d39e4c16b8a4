package rewind.examples;

import java.util.List;
import java.util.regex.Pattern;

/** Numbers as they are written in tables: with a decimal point or comma, thousands apart or not. */
final class Numbers {
    private static final Pattern POINT = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
    private static final Pattern COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");
    private static final Pattern THOUSANDS = Pattern.compile("[-+]?\\d{1,3}(,\\d{3})+(\\.\\d*)?");

    private Numbers() {}

    /** Returns whether a cell is a finite number, however it is written. */
    static boolean isNumber(String cell) {
        return Double.isFinite(parse(cell, false)) || Double.isFinite(parse(cell, true));
    }

    /** Returns whether commas are decimal in a column: some cells have one that cannot part thousands, and none has a point. */
    static boolean decimalCommas(List<String> cells) {
        return cells.stream()
                        .noneMatch(cell ->
                                cell.indexOf('.') >= 0 && POINT.matcher(cell).matches())
                && cells.stream()
                        .anyMatch(cell -> COMMA.matcher(cell).matches()
                                && !THOUSANDS.matcher(cell).matches());
    }

    /** Returns the number in a cell; NaN if it is none, or not finite. */
    static double parse(String cell, boolean decimalComma) {
        double number = Double.NaN;
        if (POINT.matcher(cell).matches()) {
            number = Double.parseDouble(cell);
        } else if (decimalComma && COMMA.matcher(cell).matches()) {
            number = Double.parseDouble(cell.replace(',', '.'));
        } else if (!decimalComma && THOUSANDS.matcher(cell).matches()) {
            number = Double.parseDouble(cell.replace(",", ""));
        }
        return Double.isFinite(number) ? number : Double.NaN;
    }
}
