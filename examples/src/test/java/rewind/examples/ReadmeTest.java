package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs every Java snippet of the README: methods as members of one class, statements one after another. */
class ReadmeTest {
    private static final String IMPORTS = """
            import static rewind.nn.Layers.*;
            import static rewind.nn.Listeners.*;
            import static rewind.nn.Losses.*;
            import static rewind.nn.Optimizers.*;
            import java.util.*;
            import java.util.function.*;
            import org.apache.commons.math3.random.*;
            import org.junit.jupiter.api.Test;
            import rewind.autograd.*;
            import rewind.autograd.check.*;
            import rewind.nn.*;
            """;

    @TempDir
    Path folder;

    @Test
    void everySnippetCompilesAndRuns() throws Exception {
        List<String> members = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (String snippet : snippets()) {
            (snippet.startsWith("static ") || snippet.startsWith("@Test") ? members : statements).add(snippet);
        }
        assertThat(statements).hasSizeGreaterThanOrEqualTo(2);
        assertThat(members).hasSizeGreaterThanOrEqualTo(3);
        String source = IMPORTS + "public class Readme {\n" + String.join("\n", members)
                + "\npublic static void run() {\n" + String.join("\n", statements) + "\n}\n}\n";
        compile(source);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> readme = loader.loadClass("Readme");
            readme.getMethod("run").invoke(null);
            int tests = 0;
            for (Method method : readme.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class)) {
                    method.setAccessible(true);
                    method.invoke(readme.getConstructor().newInstance());
                    tests++;
                }
            }
            assertThat(tests).isEqualTo(2);
        }
    }

    private static List<String> snippets() throws Exception {
        Matcher blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../README.md")));
        List<String> snippets = new ArrayList<>();
        while (blocks.find()) {
            snippets.add(blocks.group(1));
        }
        return snippets;
    }

    private void compile(String source) throws Exception {
        Path file = Files.writeString(folder.resolve("Readme.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d",
                    folder.toString(),
                    "-proc:none",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }
}
