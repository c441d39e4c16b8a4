package rewind.benchmarks.gradbench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rewind.benchmarks.measure.Json;

/**
 * A tool of GradBench: one message a line on standard input, one answer a line on standard output. It computes on one thread, with
 * {@code --multithreaded} on as many as there are processors.
 */
public final class GradBench {
    private GradBench() {}

    /** Answers until there are no more messages; with {@code --command} prints the command that starts this program instead. */
    public static void main(String... args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(args).contains("--command")) {
            out.println(String.join(" ", command()));
            return;
        }
        if (!List.of(args).contains("--multithreaded")) {
            System.setProperty("rewind.threads", "1"); // before the library looks
        }
        answer(new InputStreamReader(System.in, StandardCharsets.UTF_8), out);
    }

    private static List<String> command() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        return List.of(
                java,
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:+UseParallelGC",
                "-classpath",
                classPath,
                GradBench.class.getName());
    }

    /**
     * Answers every message.
     *
     * @throws IllegalArgumentException if a line is no message, so that nobody could tell which one is answered
     */
    static void answer(Reader messages, PrintStream answers) throws IOException {
        BufferedReader lines = new BufferedReader(messages);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(Json.line(answer(Json.read(line))));
        }
    }

    private static Map<String, Object> answer(Map<String, Object> message) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", message.get("id"));
        String kind = String.valueOf(message.get("kind"));
        try {
            switch (kind) {
                case "start" -> answer.put("tool", "rewind");
                case "define" -> {
                    Evals.functions(String.valueOf(message.get("module")));
                    answer.put("success", true);
                }
                case "evaluate" -> answer.putAll(evaluate(message));
                default -> {} // it is enough to say that it has arrived
            }
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            answer.put("success", false);
            answer.put("error", e.toString());
        }
        return answer;
    }

    private static Map<String, Object> evaluate(Map<String, Object> message) {
        Input input = new Input(message.get("input"));
        Runs runs = new Runs(input);
        long start = System.nanoTime();
        Evaluation<?> evaluation = Evals.function(
                        String.valueOf(message.get("module")), String.valueOf(message.get("function")))
                .apply(input);
        runs.took("prepare", System.nanoTime() - start);
        return Map.of("success", true, "output", evaluation.result(runs), "timings", runs.timings());
    }
}
