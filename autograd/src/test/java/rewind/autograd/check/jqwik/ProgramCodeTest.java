package rewind.autograd.check.jqwik;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rewind.autograd.DType;
import rewind.autograd.Tensor;

/** What a program prints is what it does. */
class ProgramCodeTest {
    private static final int PROGRAMS = 40;

    @TempDir
    Path directory;

    @Test
    void theCodeGivesTheSameBits() throws Exception {
        List<RandomProgram> programs = Stream.of(
                        Generators.programs(),
                        Generators.programs().ofType(DType.FLOAT32),
                        Generators.programs()
                                .steps(40)
                                .shapes(Generators.shapes().sizes(0, 2)))
                .flatMap(each -> each.generator(1000).stream(new Random(3)).limit(PROGRAMS))
                .map(each -> each.value())
                .toList();
        StringBuilder source = new StringBuilder("""
                import java.util.*;
                import java.util.function.*;
                import rewind.autograd.*;
                import rewind.autograd.check.GradientCheck;

                class Pasted {
                """);
        for (int i = 0; i < programs.size(); i++) {
            source.append("public static Tensor value").append(i).append("() {\n");
            source.append(
                    programs.get(i).code().replaceAll("GradientCheck.*\n$", "return program.apply(inputs);\n}\n"));
        }
        source.append("static void test() {\n").append(programs.get(0).code()).append("}\n}\n");
        Class<?> pasted = compiled(source.toString());
        for (int i = 0; i < programs.size(); i++) {
            RandomProgram program = programs.get(i);
            var method = pasted.getDeclaredMethod("value" + i);
            method.setAccessible(true);
            Tensor value = (Tensor) method.invoke(null);
            Tensor expected = program.apply(program.inputs());
            assertThat(value.shape()).isEqualTo(expected.shape());
            assertThat(value.dtype()).isEqualTo(expected.dtype());
            assertThat(value.toArray()).as("%s", program).isEqualTo(expected.toArray());
        }
    }

    @Test
    void theCodeIsJavaInEveryLocale() {
        List<RandomProgram> programs = Generators.programs().generator(1000).stream(new Random(3))
                .limit(PROGRAMS)
                .map(each -> each.value())
                .toList();
        List<String> codes = programs.stream().map(RandomProgram::code).toList();
        Locale before = Locale.getDefault();
        try {
            for (String tag : List.of("ar-EG", "de-DE", "tr-TR")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                assertThat(programs.stream().map(RandomProgram::code).toList())
                        .as(tag)
                        .isEqualTo(codes);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private Class<?> compiled(String source) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiles = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        List.of(file("Pasted", source)))
                .call();
        assertThat(compiles).as("%s%n%s", messages, source).isTrue();
        URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, ProgramCodeTest.class.getClassLoader());
        return loader.loadClass("Pasted");
    }

    private static JavaFileObject file(String name, String source) {
        return new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
