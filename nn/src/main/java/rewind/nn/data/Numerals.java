package rewind.nn.data;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How numbers are written. {@link Csv} is told by its options; for tables of others {@link #guess} finds it.
 *
 * @param decimal what stands before the decimals
 * @param thousands what may stand between groups of digits, or 0 for nothing; a blank means every kind of blank
 * @param percent whether 12 % is 0.12
 */
public record Numerals(char decimal, char thousands, boolean percent) {
    /** With a decimal point, and nothing between groups of digits. */
    public static final Numerals PLAIN = new Numerals('.', '\0', false);

    // decimals and thousands, the usual ones first: 1,234 has a group of digits unless another cell says otherwise
    private static final List<String> WAYS = List.of(".", ".,", ",", ",.", ". ", ", ", ".'", ",'", "._", ",_");

    // the first group does not begin with 0, the last has three digits, those before it three, or two as in India
    private static final Pattern GROUPED = Pattern.compile("[+-]?[1-9]\\d{0,2}(_\\d{2,3})*_\\d{3}([.eE][^_]*)?");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\u00a0\\u2007\\u2009\\u202f]");

    /**
     * Returns the way in which most of the cells are numbers; of several, the first of: a decimal point, groups of digits set apart by
     * commas with it, a decimal comma, groups set apart by points with it, and by other marks; without per cent before with it. So 1,500
     * is 1500 unless another cell, such as 1,5 or 0,125, says otherwise, and 1.500 is 1.5.
     *
     * @param cells those that are no numbers do not count
     */
    public static Numerals guess(List<String> cells) {
        Numerals best = PLAIN;
        long most = 0;
        for (boolean percent : new boolean[] {false, true}) {
            for (String way : WAYS) {
                Numerals each = new Numerals(way.charAt(0), way.length() > 1 ? way.charAt(1) : '\0', percent);
                long numbers = cells.stream().filter(each::isNumber).count();
                if (numbers > most) {
                    best = each;
                    most = numbers;
                }
                if (most == cells.size()) {
                    return best;
                }
            }
        }
        return best;
    }

    /** Returns whether a cell is a finite number. */
    public boolean isNumber(String cell) {
        return !Double.isNaN(parse(cell));
    }

    /** Returns the finite number in a cell without blanks around it, or NaN if it is none. */
    public double parse(String cell) {
        if (decimal == '.' && decimal(cell)) {
            return number(cell);
        }
        String text = cell.replace('\u2212', '-'); // the typographic minus
        String exponent = "";
        if (percent && text.endsWith("%")) {
            text = Texts.strip(text.substring(0, text.length() - 1));
            exponent = "e-2"; // dividing would round twice
        }
        text = plain(text) + exponent;
        return decimal(text) ? number(text) : Double.NaN;
    }

    private static double number(String text) {
        try {
            double value = Double.parseDouble(text);
            return Double.isFinite(value) ? value : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The text with a decimal point and without groups, or an empty one if that cannot be. */
    private String plain(String text) {
        String grouped = underlined(text);
        if (decimal != '.') {
            if (grouped.contains(".")) {
                return "";
            }
            grouped = grouped.replace(decimal, '.');
        }
        if (!grouped.contains("_")) {
            return grouped;
        }
        return GROUPED.matcher(grouped).matches() ? grouped.replace("_", "") : "";
    }

    /** The text with underscores alone between groups of digits, or an empty one if it has them already. */
    private String underlined(String text) {
        if (text.contains("_") && thousands != '_') {
            return "";
        }
        return switch (thousands) {
            case 0 -> text;
            case ' ' -> BLANKS.matcher(text).replaceAll("_");
            case '\'' -> text.replace('\'', '_').replace('\u2019', '_');
            default -> text.replace(thousands, '_');
        };
    }

    /** Whether there is nothing but digits, signs, points and e: Double.parseDouble alone would take "12d", "0x1p3" and "NaN" too. */
    private static boolean decimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
