package rewind.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rewind.benchmarks.measure.Json;
import rewind.benchmarks.measure.Part;
import rewind.benchmarks.measure.Section;

/**
 * The latest section of every part, in {@code results.json}, and the text made of it, {@code RESULTS.md}, which ends with
 * {@code LIMITS.md}, if there is one: what people say of the figures.
 */
public final class Results {
    private final Path json;
    private final Path text;
    private final Path limits;
    private final Map<String, Section> sections = new LinkedHashMap<>();

    private Results(Path folder) {
        json = folder.resolve("results.json");
        text = folder.resolve("RESULTS.md");
        limits = folder.resolve("LIMITS.md");
    }

    /** Returns the results that a folder holds, none if it has no file of them. */
    @SuppressWarnings("unchecked") // as put writes it
    public static Results in(Path folder) throws IOException {
        Results results = new Results(folder);
        if (Files.exists(results.json)) {
            Json.read(Files.readString(results.json))
                    .forEach((key, section) ->
                            results.sections.put(key, Section.fromJson((Map<String, Object>) section)));
        }
        return results;
    }

    /** Replaces the section of that part, and writes both files. */
    public void put(Section section) throws IOException {
        sections.put(section.key(), section);
        Map<String, Object> all = new TreeMap<>();
        sections.forEach((key, each) -> all.put(key, each.toJson()));
        Files.createDirectories(json.toAbsolutePath().getParent()); // that of --to may be new
        Files.writeString(json, Json.write(all));
        String said = Files.exists(limits) ? "\n" + Files.readString(limits) : "";
        Files.writeString(text, Report.of(sections()) + said);
        if (section.part() == Part.GROWTH) {
            GrowthChart.write(section.rows(), text.resolveSibling(section.chart()));
        }
    }

    /** The sections, part by part. */
    private List<Section> sections() {
        return sections.values().stream()
                .sorted((a, b) -> a.part() == b.part()
                        ? Boolean.compare(a.plain(), b.plain())
                        : a.part().compareTo(b.part()))
                .toList();
    }

    public List<Path> files() {
        return List.of(json, text);
    }
}
