package rewind.autograd.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide shows code and the report that it makes: both are compared with what happens. */
class GuideTest {
    private static final String HEADER = "import java.util.*; import org.apache.commons.math3.random.*;"
            + " import org.junit.jupiter.api.Test; import rewind.autograd.*; import rewind.autograd.check.*;"
            + " public class Guide { ";
    private static final Pattern BLOCK = Pattern.compile("```(java)?\\n(.*?)\\n```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void everyReportIsReal() throws Exception {
        List<String> snippets = new ArrayList<>();
        List<String> reports = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("README.md")));
        while (blocks.find()) {
            (blocks.group(1) == null ? reports : snippets).add(blocks.group(2));
        }
        assertThat(snippets).hasSize(3);
        List<String> real = new ArrayList<>();
        for (int i = 0; i < snippets.size(); i++) {
            real.add(report(snippets.get(i), Files.createDirectory(folder.resolve("guide" + i))));
        }
        assertThat(reports).isEqualTo(real);
    }

    /** Runs the one test of a snippet. Its lines are those of the file. */
    private static String report(String snippet, Path place) throws Exception {
        compile(Files.writeString(place.resolve("Guide.java"), HEADER + snippet + "\n}\n"), place);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {place.toUri().toURL()}, GuideTest.class.getClassLoader())) {
            Class<?> guide = loader.loadClass("Guide");
            Method test = Arrays.stream(guide.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .findFirst()
                    .orElseThrow();
            test.setAccessible(true);
            Object instance = guide.getConstructor().newInstance();
            Throwable thrown = catchThrowable(() -> test.invoke(instance));
            assertThat(thrown).isInstanceOf(InvocationTargetException.class).hasCauseInstanceOf(AssertionError.class);
            return thrown.getCause().getMessage();
        }
    }

    private static void compile(Path file, Path place) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-d",
                    place.toString(),
                    "-proc:none",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
    }
}
