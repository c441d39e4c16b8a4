package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What the README shows can be pasted into jshell, with the imports that the prompt starts with. */
@DisabledIfSystemProperty(
        named = "rewind.plain",
        matches = "true",
        disabledReason = "the prompt is the same for all kernels")
@Tag("once")
class PromptTest {
    @Test
    void theSnippetsOfTheReadmeCanBePasted() throws Exception {
        try (JShell shell = shell()) {
            int pasted = paste(shell, imports());
            assertThat(pasted).isGreaterThan(10);
            for (String snippet : ReadmeTest.snippets()) {
                pasted += paste(shell, snippet);
            }
            assertDefined(shell, pasted);
        }
    }

    /** In a plain jshell: a line that could end a statement ends it. */
    @Test
    void theSnippetsOfTheReadmeCanBeTypedLineByLine() throws Exception {
        try (JShell shell = shell()) {
            int typed = 0;
            for (String snippet : ReadmeTest.snippets()) {
                StringBuilder begun = new StringBuilder();
                for (String line : snippet.split("\\n", -1)) {
                    begun.append(line).append('\n');
                    CompletionInfo piece = shell.sourceCodeAnalysis().analyzeCompletion(begun.toString());
                    if (piece.completeness().isComplete()) {
                        typed += paste(shell, begun.toString());
                        begun.setLength(0);
                    }
                }
                assertThat(begun).as(snippet).isBlank();
            }
            assertDefined(shell, typed);
        }
    }

    private static JShell shell() {
        JShell shell = JShell.builder().executionEngine("local").build();
        shell.addToClasspath(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        return shell;
    }

    private static void assertDefined(JShell shell, int pieces) {
        assertThat(pieces).isGreaterThan(40);
        assertThat(shell.variables().map(each -> each.name())).contains("dU", "hessian", "model", "forecast");
        assertThat(shell.methods().map(each -> each.name())).contains("cube", "minimalGatedUnit");
    }

    /** In Maven's own JVM, whose class path is another: what libraries need is there too, such as Commons IO for tables. */
    @Test
    void thePromptSeesAllThatThisProgramSees() throws Exception {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> entries = new ArrayList<>();
        for (String entry : all.split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toUri().toURL());
        }
        try (URLClassLoader maven =
                new URLClassLoader(entries.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Method classPath = maven.loadClass(Prompt.class.getName()).getDeclaredMethod("classPath");
            classPath.setAccessible(true);
            assertThat(((String) classPath.invoke(null)).split(File.pathSeparator))
                    .containsExactly(entries.stream()
                            .map(entry -> Path.of(URI.create(entry.toString())).toString())
                            .toArray(String[]::new));
        }
    }

    private static String imports() throws Exception {
        try (InputStream lines = Prompt.class.getResourceAsStream("imports.jsh")) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Evaluates a text piece by piece, as the prompt does; returns how many pieces there were. */
    private static int paste(JShell shell, String text) {
        int pieces = 0;
        String rest = text;
        while (!rest.isBlank()) {
            CompletionInfo piece = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            assertThat(piece.completeness()).as(rest).isNotEqualTo(SourceCodeAnalysis.Completeness.UNKNOWN);
            SnippetEvent event = shell.eval(piece.source()).get(0); // others tell what became of earlier pieces
            List<String> errors = shell.diagnostics(event.snippet())
                    .map(diagnostic -> diagnostic.getMessage(null))
                    .toList();
            assertThat(event.exception()).as(piece.source()).isNull();
            assertThat(event.status()).as(piece.source() + errors).isEqualTo(Snippet.Status.VALID);
            rest = piece.remaining();
            pieces++;
        }
        return pieces;
    }
}
