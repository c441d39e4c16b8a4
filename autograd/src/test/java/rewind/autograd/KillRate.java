package rewind.autograd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How many mutants were noticed, by subject and by mistake; written to {@code target/mutation}. */
public final class KillRate {
    private final String name;
    private final Map<Mistake, int[]> ofMistake = new TreeMap<>();
    private final Map<String, int[]> ofSubject = new TreeMap<>();
    private final Map<String, String> equivalents;
    private final Map<String, String> right = new TreeMap<>();
    private final List<String> survivors = new ArrayList<>();
    private int count;

    /**
     * Starts counting.
     *
     * @param equivalents mutants that are right after all, as patterns of {@code subject: operation argument MISTAKE}, with the reason
     */
    public KillRate(String name, Map<String, String> equivalents) {
        this.name = name;
        this.equivalents = equivalents;
    }

    /** Counts a mutant of a subject. */
    public void count(String subject, Mutant mutant, boolean noticed) {
        String description = subject + ": " + mutant;
        for (String pattern : equivalents.keySet()) {
            if (!noticed && description.matches(pattern)) {
                right.put(description, equivalents.get(pattern));
                return;
            }
        }
        count++;
        add(ofMistake.computeIfAbsent(mutant.mistake(), any -> new int[2]), noticed);
        add(ofSubject.computeIfAbsent(subject, any -> new int[2]), noticed);
        if (!noticed) {
            survivors.add(description);
        }
    }

    private static void add(int[] noticedAndAll, boolean noticed) {
        noticedAndAll[0] += noticed ? 1 : 0;
        noticedAndAll[1]++;
    }

    /** How many mutants there were. */
    public int count() {
        return count;
    }

    /** Those that nothing noticed. */
    public List<String> survivors() {
        return survivors;
    }

    /** The patterns of equivalents that fit no mutant; such a list must not be longer than the truth. */
    public List<String> superfluous() {
        return equivalents.keySet().stream()
                .filter(pattern -> right.keySet().stream().noneMatch(each -> each.matches(pattern)))
                .toList();
    }

    /** Writes the report, and prints its first line. */
    public void write() throws IOException {
        int noticed = count - survivors.size();
        String total = String.format(
                Locale.ROOT,
                "mutants of %s: %d of %d noticed, %.1f %%; %d more are right after all",
                name,
                noticed,
                count,
                100.0 * noticed / Math.max(1, count),
                right.size());
        List<String> lines = new ArrayList<>(List.of(total, ""));
        ofMistake.forEach((mistake, counts) -> lines.add(line(mistake.name(), counts)));
        lines.add("");
        ofSubject.forEach((subject, counts) -> lines.add(line(subject, counts)));
        lines.add("");
        right.forEach((mutant, reason) -> lines.add("right after all: " + mutant + "; " + reason));
        survivors.forEach(each -> lines.add("not noticed: " + each));
        Path directory = Files.createDirectories(Path.of("target", "mutation"));
        Files.write(directory.resolve(name + ".txt"), lines);
        System.out.println(total);
    }

    private static String line(String subject, int[] noticedAndAll) {
        return String.format(Locale.ROOT, "%-40s %5d of %5d", subject, noticedAndAll[0], noticedAndAll[1]);
    }
}
