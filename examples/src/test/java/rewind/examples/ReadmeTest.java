package rewind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.Shape;
import rewind.autograd.Tensor;
import rewind.autograd.check.GradientCheck;
import rewind.nn.Layers;
import rewind.nn.Model;

/** Compiles and runs every Java snippet of the README: methods as members of one class, statements one after another. */
class ReadmeTest {
    @TempDir
    Path folder;

    @Test
    void everySnippetCompilesAndRuns() throws Exception {
        Set<String> imports = new LinkedHashSet<>();
        List<String> members = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (String snippet : snippets()) {
            snippet.lines().filter(line -> line.startsWith("import ")).forEach(imports::add);
            if (isProgram(snippet)) {
                continue; // one of the sources, whose imports hold for what follows
            }
            String code = snippet.replaceAll("(?m)^import .*\\R", "").strip();
            (code.startsWith("static ") || code.startsWith("@Test") ? members : statements).add(code);
        }
        assertThat(statements).hasSizeGreaterThanOrEqualTo(2);
        assertThat(members).hasSizeGreaterThanOrEqualTo(3);
        String source = String.join("\n", imports) + "\npublic class Readme {\n" + String.join("\n", members)
                + "\npublic static void run() throws Exception {\n" + String.join("\n", statements) + "\n}\n}\n";
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

    @Test
    void theTutorialIsTheOneThatIsTested() throws Exception {
        String source = Files.readString(Path.of("src/main/java/rewind/examples/Tutorial.java"));
        String program = source.substring(source.indexOf("import "));
        assertThat(snippets()).contains(program);
        assertThat(program.lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(60);
    }

    /** How to depend on the library: what the README shows stands in the project that the build runs. */
    @Test
    void theDependencyIsTheConsumers() throws Exception {
        Matcher shown = Pattern.compile("```xml\\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertThat(shown.find()).isTrue();
        assertThat(Files.readString(Path.of("src/it/consumer/pom.xml"))).contains(shown.group(1));
        Matcher version = Pattern.compile("<version>(.*?)</version>").matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(version.find()).isTrue();
        assertThat(shown.group(1)).contains("<version>" + version.group(1) + "</version>");
        assertThat(readme()).contains("implementation(\"io.github.rewind:rewind-nn:" + version.group(1) + "\")");
    }

    /** The failure that the README shows is the one that this mistake makes. */
    @Test
    void theFailureIsReal() throws Exception {
        UnaryOperator<Tensor> wrong =
                x -> Tensor.op("tanh", in -> in[0].tanh(), List.of(x), y -> dy -> dy.mul(y.oneMinus()));
        GradientCheck check = GradientCheck.of(wrong)
                .named("tanh")
                .at(Tensor.linspace(-1, 1, 12).reshape(3, 4));
        AssertionError failure = catchThrowableOfType(AssertionError.class, check::verify);
        String report = failure.getMessage().replaceAll("called at .*", "called at MyTest.tanh(MyTest.java:12)");
        assertThat(withoutErrors(readme())).contains("```\n" + withoutErrors(report) + "\n```");
    }

    /** The error of a difference is made by rounding, which is another one without the vector module. */
    private static String withoutErrors(String text) {
        return text.replaceAll("± \\S+", "± …");
    }

    private static String readme() throws Exception {
        return Files.readString(Path.of("../README.md"));
    }

    /** The derived backward pass that the page shows is what is printed. */
    @Test
    void equationsAreThoseThatArePrinted() throws Exception {
        String printed = Model.build(Layers.lstm(64).sequences(true), Shape.of(20, 32), 1)
                .equations()
                .text();
        List<String> shown = Files.readString(Path.of("..", "README.md"))
                .lines()
                .filter(line -> line.startsWith("d") && line.contains(" = ") && line.contains("["))
                .toList();
        assertThat(shown).hasSize(11);
        assertThat(printed.lines()).containsSubsequence(shown);
    }

    /** Whether a snippet is a class by itself. */
    static boolean isProgram(String snippet) {
        return snippet.contains("\npublic final class ");
    }

    /** The Java snippets in their order. */
    static List<String> snippets() throws Exception {
        Matcher blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(readme());
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
