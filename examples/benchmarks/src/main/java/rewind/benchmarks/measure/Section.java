package rewind.benchmarks.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one part measured in one run.
 *
 * @param part which part
 * @param plain whether this library ran its plain loops, because of {@code --plain} or because the vector module was not there
 * @param run when, where and with what
 */
public record Section(Part part, boolean plain, Row run, List<Row> rows) {
    /** Returns the name under which a file holds the section: a later run of the same replaces it. */
    public String key() {
        return part + (plain ? "-plain" : "");
    }

    /** Returns the name of the file with the section's picture, if it has one. */
    public String chart() {
        return key() + ".png";
    }

    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("part", part.name());
        json.put("kernels", plain ? "plain" : "vector");
        json.put("run", run.values());
        json.put("rows", rows.stream().map(Row::values).toList());
        return json;
    }

    @SuppressWarnings("unchecked") // as toJson writes it
    public static Section fromJson(Map<String, Object> json) {
        List<Row> rows = new ArrayList<>();
        ((List<Object>) json.get("rows")).forEach(row -> rows.add(new Row((Map<String, Object>) row)));
        return new Section(
                Part.valueOf((String) json.get("part")),
                json.get("kernels").equals("plain"),
                new Row((Map<String, Object>) json.get("run")),
                rows);
    }
}
