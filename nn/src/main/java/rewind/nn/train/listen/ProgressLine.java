package rewind.nn.train.listen;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line that tells of a run, as long as there is room for: place and loss always stand in it, the others as far as they fit.
 *
 * @param place such as {@code epoch 3/50}
 * @param share how much of the run is done, from 0 to 1; NaN while nobody knows
 * @param loss such as {@code loss 0.25 / 0.31}; empty if there is none yet
 * @param others what else there is to tell, the most important first
 */
record ProgressLine(String place, double share, String loss, List<String> others) {
    private static final String GAP = "  ";
    private static final int SHORTEST_BAR = 6;
    private static final int LONGEST_BAR = 30;
    private static final int AROUND_BAR = " [] 100%".length();

    /** The line with blanks behind it, which wipe out a longer one. */
    String filled(int columns) {
        String line = fitted(columns);
        return line + " ".repeat(Math.max(0, columns - line.length()));
    }

    String fitted(int columns) {
        List<String> parts = new ArrayList<>();
        if (!loss.isEmpty()) {
            parts.add(loss);
        }
        int room = columns - place.length() - lengthOf(parts) - (Double.isNaN(share) ? 0 : AROUND_BAR + SHORTEST_BAR);
        for (String other : others) {
            if (!other.isEmpty() && GAP.length() + other.length() <= room) {
                parts.add(other);
                room -= GAP.length() + other.length();
            }
        }
        StringBuilder line = new StringBuilder(place);
        if (room >= 0 && !Double.isNaN(share)) {
            line.append(bar(Math.min(SHORTEST_BAR + room, LONGEST_BAR)));
        }
        parts.forEach(part -> line.append(GAP).append(part));
        return line.substring(0, Math.min(line.length(), Math.max(0, columns)));
    }

    private static int lengthOf(List<String> parts) {
        return parts.stream().mapToInt(part -> GAP.length() + part.length()).sum();
    }

    private String bar(int length) {
        int full = (int) (share * length);
        String tip = full < length ? ">" : "";
        String done = "=".repeat(full) + tip;
        return String.format(
                Locale.ROOT, " [%s] %3d%%", done + " ".repeat(length - done.length()), (int) (100 * share));
    }
}
