package rewind.benchmarks.gradbench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import rewind.benchmarks.measure.Json;

/**
 * Small inputs, and what GradBench's hand-derived C++ tool says of them (revision f26651a7); of {@code particle} and {@code saddle}, which
 * that tool has not, and of {@code hello}, what the evals themselves expect.
 */
final class References {
    private References() {}

    static List<Map<String, Object>> all() throws IOException {
        try (InputStream file = References.class.getResourceAsStream("reference.jsonl")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Json::read)
                    .toList();
        }
    }

    static List<Map<String, Object>> of(String module, String function) throws IOException {
        return all().stream()
                .filter(each -> each.get("module").equals(module)
                        && each.get("function").equals(function))
                .toList();
    }

    @SuppressWarnings("unchecked") // as an object is read
    static Map<String, Object> input(Map<String, Object> reference) {
        return (Map<String, Object>) reference.get("input");
    }
}
