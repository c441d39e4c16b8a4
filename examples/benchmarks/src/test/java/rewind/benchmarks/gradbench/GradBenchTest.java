package rewind.benchmarks.gradbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import rewind.benchmarks.measure.Json;

/** Messages and their answers. */
class GradBenchTest {
    private static final double TOLERANCE = 1e-8;

    @Test
    void allResultsAreThoseOfTheReference() throws IOException {
        Set<String> modules = new TreeSet<>();
        for (Map<String, Object> each : References.all()) {
            String function = each.get("module") + " " + each.get("function");
            Map<String, Object> answer = answer(evaluate(each));
            assertThat(answer).as("%s: %s", function, answer.get("error")).containsEntry("success", true);
            assertClose(function, answer.get("output"), each.get("output"));
            modules.add(each.get("module") + "");
        }
        assertThat(modules)
                .containsExactly(
                        "ba",
                        "det",
                        "gmm",
                        "hello",
                        "ht",
                        "kmeans",
                        "llsq",
                        "lse",
                        "lstm",
                        "ode",
                        "particle",
                        "saddle");
    }

    @Test
    void aSessionGoesAsTheProtocolSays() throws IOException {
        String session = """
                {"id":0,"kind":"start","eval":"lse","config":{"n":[1,2],"flag":false}}
                {"id":1,"kind":"define","module":"lse"}
                {"id":2,"kind":"evaluate","module":"lse","function":"primal","input":{"x":[3.0],"min_runs":3,"min_seconds":0},"description":"n=1"}
                {"id":3,"kind":"analysis","of":2,"valid":true,"error":null}
                {"id":4,"kind":"end"}
                """;
        List<Map<String, Object>> answers = answers(session);
        assertThat(answers).extracting(each -> each.get("id")).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0);
        assertThat(answers.get(0)).containsEntry("tool", "rewind");
        assertThat(answers.get(1)).containsEntry("success", true);
        assertThat(answers.get(2)).containsEntry("success", true).containsEntry("output", 3.0);
        assertThat(answers.get(3)).containsOnlyKeys("id");
        assertThat(answers.get(4)).containsOnlyKeys("id");
        assertThat((List<?>) answers.get(2).get("timings"))
                .extracting(each -> ((Map<?, ?>) each).get("name"))
                .isEqualTo(List.of("prepare", "evaluate", "evaluate", "evaluate"));
    }

    @Test
    void aFunctionRunsUntilTheTimeIsOver() {
        Runs runs = new Runs(new Input(Map.of("min_runs", 1.0, "min_seconds", 1e-6)));
        runs.took("prepare", 5000);
        runs.took("evaluate", 400);
        runs.took("evaluate", 500);
        assertThat(runs.goOn()).isTrue();
        runs.took("evaluate", 100);
        assertThat(runs.goOn()).isFalse();
    }

    @Test
    void whatCannotBeDoneIsAnswered() throws IOException {
        assertRefused("{\"id\":7,\"kind\":\"define\",\"module\":\"fft\"}", "no module fft among [ba, det,");
        assertRefused(
                "{\"id\":7,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"hessian\",\"input\":{\"x\":[1]}}",
                "no function hessian among [gradient, primal]");
        assertRefused(
                "{\"id\":7,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"primal\",\"input\":{}}",
                "there must be a part x");
        assertRefused(
                "{\"id\":7,\"kind\":\"evaluate\",\"module\":\"lse\",\"function\":\"primal\",\"input\":{\"x\":[1,true]}}",
                "there must be a number");
    }

    @Test
    void aLineThatIsNoMessageEndsTheSession() {
        assertThatThrownBy(() -> answers("[]\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("object");
    }

    private static void assertRefused(String message, String why) throws IOException {
        Map<String, Object> answer = answer(message);
        assertThat(answer).containsEntry("id", 7.0).containsEntry("success", false);
        assertThat((String) answer.get("error")).contains(why);
    }

    private static String evaluate(Map<String, Object> each) {
        return Json.line(Map.of(
                "id", 1.0,
                "kind", "evaluate",
                "module", each.get("module"),
                "function", each.get("function"),
                "input", each.get("input")));
    }

    private static Map<String, Object> answer(String message) throws IOException {
        return answers(message).get(0);
    }

    private static List<Map<String, Object>> answers(String messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GradBench.answer(new StringReader(messages), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return new ArrayList<>(
                bytes.toString(StandardCharsets.UTF_8).lines().map(Json::read).toList());
    }

    private static void assertClose(String where, Object actual, Object expected) {
        if (expected instanceof Map<?, ?> map) {
            assertThat(((Map<?, ?>) actual).keySet()).as(where).isEqualTo(map.keySet());
            map.forEach((key, each) -> assertClose(where + "." + key, ((Map<?, ?>) actual).get(key), each));
        } else if (expected instanceof List<?> list) {
            assertThat((List<?>) actual).as(where).hasSameSizeAs(list);
            for (int i = 0; i < list.size(); i++) {
                assertClose(where + "[" + i + "]", ((List<?>) actual).get(i), list.get(i));
            }
        } else {
            double number = (Double) expected;
            assertThat((Double) actual).as(where).isCloseTo(number, within(TOLERANCE * Math.max(1, Math.abs(number))));
        }
    }
}
